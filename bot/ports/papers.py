"""Papers and list days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from bot.deliveries import Owed
from bot.language.queries.nodes import Query
from bot.model import HeldDay, Listing, Paper, Window
from bot.ports.found import Found

Sort = Literal["relevance", "new", "upvotes", "trending"]

TITLE = "="
"""Before words, in place of a query: whether a paper is called just so."""

NOTHING = Found(0, ())


@dataclass(frozen=True, slots=True)
class Question:
    """A question of papers: a page of those that match, within list days or (None) in the whole archive.

    ``falls_back``: of a single day without a list, the last list before it is meant. ``is_near``: what is nearest is
    wanted too, where few papers match.
    """

    query: Query
    window: Window | None
    sort: Sort
    first: int
    count: int
    falls_back: bool = False
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """All that the answer to a question needs.

    ``window`` is the one that it is answered for. ``listed`` is how many papers its lists hold in all, 0 for the whole
    archive. ``near`` are the best papers by any of the words: where nothing matches a page of them within the window,
    else what fills the first page of a question without days. ``last`` is the last list day of the archive with papers
    that match, and how many: asked only where the window has none and nothing is near. ``respelt`` are the question's
    words that look misspelt, each as papers spell it: asked only where few papers match.
    """

    found: Found
    window: Window | None
    listed: int = 0
    near: Found = NOTHING
    last: tuple[date, int] | None = None
    respelt: Mapping[str, str] = field(default_factory=dict)


DayCounts = tuple[tuple[date, int], ...]
"""List days that have papers, earliest first, and how many."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many papers of a window match, list day by list day; see ``matches_a_day``.

    ``listed`` counts all papers likewise. ``read`` are the days whose lists were read, or that have papers at least.
    ``newest`` are the newest that match.
    """

    days: DayCounts
    listed: DayCounts
    read: frozenset[date]
    newest: tuple[Paper, ...] = ()


class Archive(Protocol):
    """The papers that were brought, and the days whose lists were read."""

    async def unseen(self, papers: Sequence[Paper]) -> tuple[Paper, ...]:
        """Return those of ``papers`` that no poll has seen yet, in the same order, each id once."""

    async def as_polled(self, ids: Sequence[str]) -> Mapping[str, tuple[datetime, Paper]]:
        """Return when a poll first brought each of these papers, where one did, and the paper as a poll last saw it.

        Questions renew votes and comments too; here they are those that the last poll brought.
        """

    async def seen_between(self, since: datetime, until: datetime) -> tuple[Paper, ...]:
        """Return the papers that a poll first brought in that time, both ends included, by list day and place."""

    async def save(self, listing: Listing, owed: Sequence[Owed], now: datetime, *, seen: bool) -> None:
        """Keep a list day: its papers (votes and comments renewed), its ETag, and the deliveries they cause.

        ``seen``: a poll brought it, so its papers are no longer new; backfill, imports and questions say False.
        A pair of chat and paper that was owed before is left as it was. The order of ``owed`` is the order of posting.
        Nothing is owed of a withdrawn paper, and what waits of one that is withdrawn now is given up.
        A flood may take several transactions: then the papers are seen by the last one, when all is owed.
        """

    async def withhold(self, listing: Listing, now: datetime) -> None:
        """Keep of a list day only that it was read and waits for the operator's word, with how many papers."""

    async def release_day(self, day: date) -> int:
        """Let the next poll keep that day whatever it brings; return how many papers of it waited, 0 for none."""

    async def import_papers(self, papers: Sequence[Paper], now: datetime) -> int:
        """Keep papers from a file, under their ``day`` where they have one; return how many. They are not seen."""

    async def import_all(
        self, papers: Iterable[Paper], now: datetime, told: Callable[[int], None] = lambda _: None
    ) -> int:
        """Do the same with very many papers, which are read as they are kept; tell how many are kept by then."""

    async def paper(self, id: str) -> Paper | None:
        """Return the paper with this bare id."""

    async def papers_of(self, ids: Sequence[str]) -> tuple[Paper, ...]:
        """Return the papers with these ids, in the same order; what the archive lacks is left out."""

    async def search(
        self, query: Query, window: Window | None, sort: Sort, first: int, count: int, now: datetime
    ) -> Found:
        """Return papers that match, exactly as ``Query.matches`` says, within the window's list days.

        ``first`` counts from 0. ``relevance`` ranks by bot.matching.ranking, ``new`` by list day (latest first) and
        place, ``upvotes`` by votes, ``trending`` by votes against age. Equal papers keep list order: paging is stable.
        """

    async def find_any(self, queries: Sequence[str]) -> Mapping[str, bool]:
        """Return of each of these queries whether a paper matches; at the soonest, so for a phrase a few may be missed.

        A query that cannot be read finds none. TITLE and words ask whether a paper is called just so.
        """

    async def respelt(self, words: Sequence[str]) -> Mapping[str, str]:
        """Return of these words those that look misspelt, in lower case, each as papers spell it."""

    async def names_like(self, name: str) -> tuple[str, ...]:
        """Return names of authors, and of organisations, that share a word with ``name``, the most frequent first."""

    async def find(self, question: Question, now: datetime) -> Finding:
        """Return all that the answer to the question needs, of one state of the archive; see ``search``, ``nearly``."""

    async def nearly(self, query: Query, window: Window | None, first: int, count: int, now: datetime) -> Found:
        """Return the best papers by any of the query's words, best first; none where it is not several plain words.

        Those that match stand among them. ``total`` is how many were judged, a few hundred at most.
        """

    async def similar(self, paper: Paper, window: Window | None, count: int, now: datetime) -> tuple[Paper, ...]:
        """Return the papers nearest to ``paper`` by the words they share, nearest first, without itself."""

    async def tally(self, query: Query, window: Window, newest: int, now: datetime) -> Tally:
        """Return how many papers match day by day, with the ``newest`` so many, of one state of the archive."""

    async def totals(self, queries: Sequence[Query], window: Window) -> tuple[int, ...]:
        """Return how many papers were first listed within the window and match, for each query in turn."""

    async def matches_a_day(self, query: Query, window: Window | None = None) -> DayCounts:
        """Return each list day that was the first to list papers that match, earliest first, and how many."""

    async def held_days(self, window: Window | None = None) -> tuple[HeldDay, ...]:
        """Return the list days that were read, earliest first, weekends (0 papers) included."""

    async def count_papers(self) -> int:
        """Return how many papers the archive holds."""

    async def size(self) -> int:
        """Return the bytes that the database takes, the archive and all else."""
