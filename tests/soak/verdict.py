"""Whether a soak was borne: each claim with its figures. The first third of the days is left out: caches fill in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import linear_regression, mean, median

from tests.crash.tally import Tally
from tests.soak.figures import Figures

FEWEST = 9
"""Days with fewer than which a slope says nothing."""
MIB_A_DAY = 0.15
"""What the resident memory may grow by in a day. It holds some 5,000 requests, and 280 things that people do: a kilobyte
left behind by one of thirty requests, or by every second thing that is done, is told of. Less cannot be: ends of days
differ by a MiB or two, as free pieces of memory lie, and runs of one program by 0.1 a day.
"""
OBJECTS_A_DAY = 300
"""What may be added in a day to the objects that the collector of garbage knows, of some 230,000: one for each thing that
people do is told of. A day may end while 5,000 more are in use, which moves the slope by 200."""
SPREAD, DRIFT = 4, 0.5
"""Between two days' ends a pool may have a connection more on each of its ways; from third to third it may not grow."""
FEW = 3
"""Rows more than before that are no growth."""
AS_LISTED = ("paper", "listing", "paper_page", "paper_change")
"""Tables with a row for each paper that was ever listed: the archive is what people search in, and stays. The
third is SQLite's, whose search index stands in the database, the last one PostgreSQL's, for the indexes beside it."""
ONE_A_DAY, FIRST_READ = "list_day", 14
"""The table with a row for each day of the feed, and how many of them the first polls read."""
PAIRS = "ended_delivery"
"""The table with the pair of chat and paper of each post that was deleted: no paper comes twice, however late."""
MOST_BACKUPS = 1 + 6 + 7
"""The newest, those of the last hours, and one of each of the last days."""


@dataclass(frozen=True)
class Claim:
    """``words`` say what holds, with its figures, or what does not."""

    words: str
    holds: bool


@dataclass(frozen=True)
class Soak:
    """What came of one: a day's figures each, the last ones after a rest; tallies by chat, and what each lacks.

    ``digests``: the chats that get some, in an order of their own.
    """

    days: Sequence[Figures]
    last: Figures
    tallies: Mapping[str, Tally]
    lost: Mapping[str, Sequence[str]]
    digests: Sequence[str]
    code: int
    unhealthy: Sequence[str]


def judged(soak: Soak) -> Iterator[Claim]:
    """Yield each claim that can be made of so many days."""
    yield _whole(soak)
    yield Claim(f"the program ended with code {soak.code}", soak.code == 0)
    looks = f"; {soak.unhealthy[0]}" if soak.unhealthy else ""
    yield Claim(
        f"{len(soak.unhealthy)} looks at /healthz, /readyz and /metrics were not well{looks}", not soak.unhealthy
    )
    yield _archive(soak)
    most = max(one.copies for one in soak.days)
    yield Claim(f"backups: {most} files at most, {MOST_BACKUPS} are allowed", most <= MOST_BACKUPS)
    if len(soak.days) >= FEWEST:
        yield from _steady(soak.days)
        yield from _tables(soak.days)


def _whole(soak: Soak) -> Claim:
    total = sum(soak.tallies.values(), Tally())
    slack = [row for name, row in soak.tallies.items() if name.startswith("slack")]
    disordered = sum(row.disordered for name, row in soak.tallies.items() if name not in soak.digests)
    wrong = total.lost, total.unmarked, sum(row.doubled for row in slack), disordered, total.foreign
    words = (
        "papers owed to {} chats: {} lost, {} doubled without a mark, {} doubled on Slack, {} out of order, {} not owed"
    )
    counted = words.format(len(soak.tallies), *wrong) + "".join(
        f"; {name} lacks {ids}" for name, ids in soak.lost.items()
    )
    return Claim(f"{total.expected:,} {counted}; {total.marked} posts say that they may be a repeat", wrong == (0,) * 5)


def _archive(soak: Soak) -> Claim:
    """Tables that are to grow have grown by what came in, and by no more."""
    rows, last = soak.last.rows, soak.last
    kept = {name: rows[name] for name in AS_LISTED if name in rows}
    is_daily = rows[ONE_A_DAY] <= FIRST_READ + len(soak.days) + 2
    is_paired = rows[PAIRS] <= rows["paper"] * rows["chat"]
    words = f"{last.listed} papers were listed: {', '.join(f'{name} {kept[name]}' for name in kept)} rows"
    more = f"{ONE_A_DAY} {rows[ONE_A_DAY]}, {PAIRS} {rows[PAIRS]} of {rows['paper']} papers x {rows['chat']} chats"
    return Claim(f"{words}; {more}", set(kept.values()) == {last.listed} and is_daily and is_paired)


def _steady(days: Sequence[Figures]) -> Iterator[Claim]:
    slope = _slope(days, lambda one: one.memory)
    words = f"resident memory: {slope:+.3f} MiB a day, by least squares over the last {len(_later(days))} days"
    yield Claim(f"{words}; {MIB_A_DAY} is the bound", slope <= MIB_A_DAY)
    slope = _slope(days, lambda one: one.objects)
    yield Claim(f"objects: {slope:+.0f} a day; {OBJECTS_A_DAY} is the bound", slope <= OBJECTS_A_DAY)
    for name in ("descriptors", "threads", "tasks"):
        values = [getattr(one, name) for one in days]
        middle, last = _thirds(values)
        drift = mean(last) - mean(middle)
        words = f"{name}: {min(middle + last)} to {max(middle + last)}, {drift:+.1f} from the middle third to the last"
        yield Claim(words, max(middle + last) - min(middle + last) <= SPREAD and drift <= DRIFT)


def _tables(days: Sequence[Figures]) -> Iterator[Claim]:
    """A bounded table holds on most days of the last third no more than it held at most in the middle one.

    The average would not do: where somebody stops all that a busy channel follows, a table is full for three days.
    """
    for name in sorted(days[-1].rows):
        middle, last = _thirds([one.rows[name] for one in days])
        if name not in (*AS_LISTED, ONE_A_DAY, PAIRS) and max(middle + last):
            words = f"{name}: {median(last):.0f} rows in the last third, at most {max(middle)} in the middle one"
            yield Claim(words, median(last) <= max(middle) + FEW)


def _slope(days: Sequence[Figures], value: Callable[[Figures], float]) -> float:
    later = _later(days)
    return linear_regression([one.day for one in later], [value(one) for one in later]).slope


def _later(days: Sequence[Figures]) -> Sequence[Figures]:
    return days[len(days) // 3 :]


def _thirds(values: list[int]) -> tuple[list[int], list[int]]:
    """Return the middle third and the last one."""
    third = len(values) // 3
    return values[third : len(values) - third], values[len(values) - third :]
