"""Who is owed which new paper: papers against all standing queries at once.

Equal wishes are one entry, however many chats have them. Few entries are matched in plain Python
(bot.matching.engine.gates), many by the numpy index (bot.matching.engine.batch); entries that are newer than the index
wait in plain ones beside it, so that adding a subscription never waits for a rebuild. Both say exactly what
``Query.matches`` says.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from bot.deliveries import Owed
from bot.language.queries.nodes import Node, counts
from bot.language.queries.parse import meaning
from bot.language.queries.reading import ReadPaper
from bot.matching.engine.gates import Gates
from bot.matching.live_query import LiveQuery, LiveSubscription
from bot.matching.long_work import at_length
from bot.model import Chat, Paper, Subscription

if TYPE_CHECKING:
    from bot.matching.engine.batch import Batch

FEW = 2_000
"""Entries beside the index before ``merge`` takes them in; a bot with no more than these never loads numpy."""


class Matcher:
    """All standing queries that run. Subscriptions are told apart by ``id``, and answered by it."""

    def __init__(self, subscriptions: Iterable[Subscription] = ()) -> None:
        self._entries: dict[str, LiveQuery] = {}
        self._numbered: dict[int, LiveQuery] = {}
        self._live: dict[int, LiveSubscription] = {}
        self._last = 0
        """Number of the latest entry."""
        self._new: dict[int, Node] = {}
        """Entries that no paper was asked about yet: at a start all of them go into the index, and need no gates."""
        self._fresh = Gates()
        self._voting = Gates()
        self._batch: Batch | None = None
        with at_length():
            for subscription in subscriptions:
                self.add(subscription)
            self.merge()

    def __len__(self) -> int:
        """Return how many subscriptions there are."""
        return len(self._live)

    @property
    def ids(self) -> Collection[int]:
        """Return the ids of all subscriptions that run."""
        return self._live.keys()

    def of(self, id: int) -> LiveSubscription:
        """Return the subscription with this id; raises KeyError where none runs."""
        return self._live[id]

    def add(self, subscription: Subscription) -> None:
        """Take in a subscription, or the changed form of one that is there; a paused one is owed nothing, and goes.

        Raises QueryError.
        """
        if subscription.paused:
            return self.remove((subscription.id,))
        entry = self._entries.get(subscription.canonical) or self._enter(subscription.canonical)
        before = self._live.get(subscription.id)
        if before is None or before.query is not entry:
            self.remove((subscription.id,))
            entry.ids.append(subscription.id)
        begun = subscription.begun_at.timestamp()
        self._live[subscription.id] = LiveSubscription(entry, subscription.chat, begun, subscription.most)
        return None

    def remove(self, ids: Iterable[int]) -> None:
        """Forget these subscriptions; one that is not there is no matter."""
        gone: dict[int, set[int]] = {}
        for id in ids:
            if one := self._live.pop(id, None):
                gone.setdefault(one.query.number, set()).add(id)
        for number, some in gone.items():
            entry = self._numbered[number]
            entry.ids = array("q", (id for id in entry.ids if id not in some))
            if not entry.ids:
                del self._entries[entry.canonical], self._numbered[number]
                self._new.pop(number, None)
                self._fresh.remove(number)
                self._voting.remove(number)

    def merge(self) -> None:
        """Take new entries into the index where there are many; seconds at a million, so not while people wait."""
        if len(self._fresh) + len(self._new) > max(FEW, len(self._numbered) // 50):
            from bot.matching.engine.batch import Batch  # numpy: 30 MB that a small bot does without

            meanings = ((number, entry.meaning) for number, entry in self._numbered.items())
            self._batch = Batch(meanings)
            self._fresh, self._new = Gates(), {}

    def match(self, papers: Sequence[Paper]) -> tuple[Owed, ...]:
        """Return what is owed for new papers: paper by paper, then by each chat's first matching subscription."""
        with at_length():
            found, shared = zip(papers, self._found(papers), strict=True), _Shared()
            return tuple(owed for paper, entries in found for owed in self._owed(paper, entries, shared))

    def rematch(self, papers: Sequence[Paper]) -> tuple[Owed, ...]:
        """Return what ``match`` would, of the subscriptions alone that depend on votes, stars or comments."""
        found, shared = self._voting.match(map(ReadPaper, papers)), _Shared()
        return tuple(
            owed
            for paper, numbers in zip(papers, found, strict=True)
            for owed in self._owed(paper, [self._numbered[number] for number in numbers], shared)
        )

    def _enter(self, canonical: str) -> LiveQuery:
        self._last += 1
        entry = LiveQuery(self._last, canonical, meaning(canonical))
        self._entries[canonical] = self._numbered[entry.number] = entry
        self._new[entry.number] = entry.meaning
        if counts(entry.meaning):
            self._voting.add(entry.number, entry.meaning)
        return entry

    def _found(self, papers: Sequence[Paper]) -> list[list[LiveQuery]]:
        readings = [ReadPaper(paper) for paper in papers]
        self._guard()
        fresh = self._fresh.match(readings)
        indexed = self._batch.match(readings) if self._batch else [[] for _ in readings]
        return [
            [self._numbered[number] for number in (*new, *old) if number in self._numbered]
            for new, old in zip(fresh, indexed, strict=True)
        ]

    def _guard(self) -> None:
        """Set what is new behind gates."""
        for number, node in self._new.items():
            self._fresh.add(number, node)
        self._new = {}

    def _owed(self, paper: Paper, entries: Iterable[LiveQuery], shared: _Shared) -> list[Owed]:
        chats: dict[Chat, list[int]] = {}
        for id in sorted(id for entry in entries for id in entry.ids):
            chats.setdefault(self._live[id].chat, []).append(id)
        return [Owed(chat, paper.id, shared[tuple(ids)]) for chat, ids in chats.items()]


class _Shared(dict[tuple[int, ...], tuple[int, ...]]):
    """The ids of a chat's subscriptions, held once for all papers of a flood."""

    def __missing__(self, ids: tuple[int, ...]) -> tuple[int, ...]:
        """Hold these."""
        self[ids] = ids
        return ids
