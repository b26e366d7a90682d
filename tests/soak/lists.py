"""What the feed lists: made anew whenever it is read, so that a month of papers takes no memory of the stand-in."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from tests.adapters.feeds.days import Record, record
from tests.soak.clock import CLOCK

TOPICS = ("robots", "reefs", "rocks", "rivers", "robots")
"""What papers are about, in turn: no more of one in a day than a digest shows."""
SUMMARY = "It is shown on data of many kinds that this holds where it was never tried, and what it costs. " * 10
VOTED = timedelta(days=2)
"""How long people vote for a paper."""


class Lists(Mapping[date, list[Record]]):
    """The list days; each says how many papers stand in it by now."""

    def __init__(self) -> None:
        self._sizes: dict[date, int] = {}

    def add(self, day: date, papers: int = 1) -> tuple[str, ...]:
        """List so many more papers; return their ids."""
        first = self._sizes.get(day, 0)
        self._sizes[day] = first + papers
        return tuple(_id(day, number) for number in range(first, first + papers))

    def __getitem__(self, day: date) -> list[Record]:
        return [_record(day, number) for number in range(self._sizes[day])]

    def __iter__(self) -> Iterator[date]:
        return iter(self._sizes)

    def __len__(self) -> int:
        return len(self._sizes)


def _id(day: date, number: int) -> str:
    return f"{day:%y%m}.{day.day * 500 + number:05}"


def topic(id: str) -> str:
    """Return what the paper is about."""
    return TOPICS[int(id[-5:]) % len(TOPICS)]


def _record(day: date, number: int) -> Record:
    id = _id(day, number)
    age = min(CLOCK.now().replace(tzinfo=None) - datetime.combine(day, datetime.min.time()), VOTED)
    votes = int(age.total_seconds() // 7200) * (number % 7)
    title = f"{topic(id).title()} of kind {number} seen on day {day.toordinal()}"
    return record(id, title, day, upvotes=max(votes, 0), summary=f"{title}. {SUMMARY}", ai_summary=SUMMARY[:190])
