"""Lines as people type them, through the real answers: which are right, asked, honest or silently wrong.

``python -m tests.understanding FILE [ARCHIVE] [--platform NAME]`` types a file of lines on the platforms and prints a
table of each by category, each wrong line with what was answered. ARCHIVE is a database that is made once from the
recorded days and used again.

A file has the columns id, category, the line as typed, the line of the grammar that it means, the outcome (same, ask,
refuse, help), what the answer must not do, and a note. The day is Tuesday 24 November 2026, noon; the chat follows
#1 diffusion, #2 rl, #3 "world model" daily at 09:00, #4 vla upvotes>=20, and has saved one paper.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import itertools
import re
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from adapters.feeds import huggingface_papers
from bot.app import wiring
from bot.app.feeds.library import FeedLibrary
from bot.commands.services import Limits, Services
from bot.errors import FeedError
from bot.language.queries.parse import parse
from bot.lines.rhythm import DAILY
from bot.message import Item, Message, Text
from bot.model import Chat, Listing, Paper, Schedule, Subscription
from storage.database import schema
from storage.store import SqlStore, open_store
from tests.support.shared import SHARED

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FOLLOWED = {"diffusion": Schedule(), "rl": Schedule(), '"world model"': DAILY, "vla upvotes>=20": Schedule()}
SAVED = "2608.17253"


@dataclass(frozen=True)
class Row:
    """A line, and how it should be taken."""

    id: str
    category: str
    natural: str
    canonical: str
    outcome: str
    must_not: str = ""
    note: str = ""


class Me:
    """Somebody who may do everything, in their private chat."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.id = chat.id

    async def private(self) -> Chat:
        return self.chat

    async def administers(self, chat: Chat) -> bool:
        return True

    async def find(self, name: str) -> Chat | None:
        return None

    async def can_post(self, chat: Chat) -> str:
        return ""

    async def name(self, id: str, chat: Chat) -> str:
        return "Ann"


def rows(file: Path) -> list[Row]:
    """Return the lines of a file; ``\\n`` in it is a line break."""
    with file.open(encoding="utf-8", newline="") as opened:
        read = list(csv.reader(opened, delimiter="\t", quoting=csv.QUOTE_NONE))
    named = [
        dict(itertools.zip_longest(read[0], row[: len(read[0])], fillvalue="")) for row in read[1:] if len(row) > 4
    ]
    return [Row(**{name: row[name].replace("\\n", "\n") for name in row}) for row in named]


class Bench:
    """Answers over one archive; every line gets a chat of its own, as the file's head says."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.now = NOON
        self.library = FeedLibrary([], store, lambda: self.now)
        services = Services(store, self.library, lambda: self.now, limits=Limits(lines_a_minute=10**6))
        self.answers = wiring.answers(services)
        self._furnished: Chat | None = None
        self._before: tuple[object, ...] = ()
        self._chats = itertools.count(int(datetime.now(UTC).timestamp() * 1000))

    async def type(self, lines: str, first: Sequence[str] = ()) -> Outcome:
        """Return what a fresh chat shows and holds after the lines."""
        chat = Chat("terminal", "local", f"{next(self._chats)}")
        me = Me(chat)
        await self.furnish(chat)
        for line in first:
            await self.answers(chat, me, line)
        before = await self.kept(chat) if first else self._before
        message = await self.answers(chat, me, lines)
        return Outcome(message, before, await self.kept(chat))

    async def furnish(self, chat: Chat) -> None:
        """Let the chat follow what FOLLOWED said, and save a paper: by lines once, then as a copy, a tenth of the work."""
        if self._furnished is None:
            self._furnished = replace(chat, id=f"furnished{chat.id}")
            await self._furnish(self._furnished)
            self._before = await self.kept(self._furnished)
        await self.store.database.write(partial(_copied, known=self._furnished, new=chat))

    async def _furnish(self, chat: Chat) -> None:
        for text, schedule in FOLLOWED.items():
            await self.store.subscribe(Subscription(chat, text, parse(text).canonical, NOON, schedule, owner=chat.id))
        await self.store.save_paper(chat, SAVED, NOON)

    async def kept(self, chat: Chat) -> tuple[object, ...]:
        """Return all that a line may change of the chat."""
        held = await self.store.subscriptions(chat)
        plain = tuple(
            (one.number, one.canonical, one.schedule, one.most, one.paused, one.trending, one.name) for one in held
        )
        saved = tuple(paper.id for paper in await self.store.saved_papers(chat))
        return plain, saved, await self.store.settings(chat)


def _copied(connection: Connection, known: Chat, new: Chat) -> None:
    """Give a new chat all that the known one has."""
    (key,) = connection.exec_driver_sql("SELECT id FROM chat WHERE address = ?", (known.id,)).one()
    (copy,) = connection.exec_driver_sql(_COPY["chat"], {"new": new.id, "key": key}).one()
    for name in ("subscription", "saved"):
        connection.exec_driver_sql(_COPY[name], {"new": new.id, "copy": copy, "key": key})


def _copy(name: str, key: str, **new: str) -> str:
    """Return the statement that copies rows of a table, with other values in the columns ``new``."""
    columns = [column.name for column in schema.TABLES.tables[name].c if column.name != "id"]
    values = ", ".join(new.get(column, column) for column in columns)
    return f"INSERT INTO {name} ({', '.join(columns)}) SELECT {values} FROM {name} WHERE {key} = :key RETURNING id"


_COPY = {
    "chat": _copy("chat", "id", address=":new"),
    "subscription": _copy("subscription", "chat", chat=":copy", owner=":new"),
    "saved": _copy("saved", "chat", chat=":copy"),
}


@dataclass(frozen=True)
class Outcome:
    """An answer, what the chat held before and after it, and what of the answer the person was not shown."""

    message: Message
    before: tuple[object, ...]
    after: tuple[object, ...]
    unseen: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        return self.before != self.after

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(block.id for block in self.message.blocks if isinstance(block, Item))

    @property
    def words(self) -> str:
        return "\n".join(block.text for block in self.message.blocks if isinstance(block, Text))

    @property
    def totals(self) -> list[str]:
        return re.findall(r"\d+ papers?\b", self.words)

    @property
    def told(self) -> list[str]:
        return [text for text in self.words.splitlines() if not text.startswith(("read as:", "#"))]

    @property
    def heads(self) -> list[str]:
        return [block.text for block in self.message.blocks if isinstance(block, Text) and block.style == "head"]

    @property
    def lines(self) -> list[str]:
        return [action.line for row in self.message.actions for action in row if action.line]


CHANGING = re.compile(r"(?:in \S+ )?(unsubscribe|pause|resume|edit|undo|forget|resubscribe)\b")


def _plain(told: Sequence[str]) -> str:
    return " ".join(re.sub('["“”+•|*&/`>_]', " ", " ".join(told)).lower().split())


def verdict(row: Row, natural: Outcome, canonical: Outcome | None) -> str:
    """Return right, asked, honest, silently wrong or not shown. A defect behind either answer is none of them."""
    for outcome in filter(None, (natural, canonical)):
        assert "Something went wrong" not in outcome.words, row.natural
    if natural.unseen:
        return "NOT SHOWN"
    is_told = "read as:" in natural.words
    papers = bool(natural.ids)
    match row.outcome:
        case "same":
            assert canonical is not None
            same = (natural.ids, natural.totals, natural.after) == (canonical.ids, canonical.totals, canonical.after)
            if (
                same
                and (natural.ids or _plain(natural.told[:1]) == _plain(canonical.told[:1]))
                and bool(natural.message.file) == bool(canonical.message.file)
            ):
                return "right"
            if natural.message.refused and not natural.is_done and not papers:
                return "asked" if natural.lines else "honest"
            return "told, but otherwise" if is_told and not natural.is_done else "SILENTLY WRONG"
        case "ask":
            if natural.is_done or papers or "0 papers" in natural.words:
                return "SILENTLY WRONG"
            for line in natural.lines:
                verb = CHANGING.match(line)
                if verb and not natural.message.refused:
                    return "SILENTLY WRONG"
            return "right" if natural.message.refused and (natural.lines or row.note.find("?") >= 0) else "honest"
        case "refuse":
            if natural.is_done or (papers and not is_told) or "0 papers" in natural.words:
                return "SILENTLY WRONG"
            return "right"
        case _:
            if natural.is_done or papers or "0 papers" in natural.words:
                return "SILENTLY WRONG"
            if canonical is None:
                return "right"
            return "right" if natural.told == canonical.told else "asked"


async def judged(bench: Bench, row: Row) -> tuple[str, Outcome, Outcome | None]:
    """Return the verdict on a line, with its answer and the canonical line's."""
    first = ("pause 2",) if "paused before" in row.note else ()
    natural = await bench.type(row.natural, first)
    canonical = await bench.type(row.canonical, first) if row.canonical else None
    return verdict(row, natural, canonical), natural, canonical


async def archive(path: Path | None) -> SqlStore:
    """Return a store with the recorded papers, their days moved so that the last list is the corpus's day."""
    store = await open_store(f"sqlite:///{path}" if path else "sqlite://")
    if not await store.count_papers():
        for day, papers in recorded():
            await store.save(Listing("huggingface", day, papers), (), NOON, seen=False)
    return store


def recorded() -> Iterable[tuple[date, tuple[Paper, ...]]]:
    """Yield the recorded list days, 14 weeks later each, the last ones on the corpus's day."""
    assert SHARED is not None, "the recorded days lie beside the project"
    by_day: dict[date, dict[str, Paper]] = defaultdict(dict)
    with tarfile.open(SHARED / "hf_daily_replay.tar.xz") as tar:
        for member in tar:
            found = re.search(r"(\d{4}-\d\d-\d\d)\.json$", member.name)
            if not found or not (opened := tar.extractfile(member)):
                continue
            day = min(date.fromisoformat(found[1]) + timedelta(weeks=14), NOON.date())
            try:
                papers, _ = huggingface_papers.read(opened.read(), day)
            except FeedError:  # as its collector spoilt it
                continue
            by_day[day].update((paper.id, replace(paper, day=day)) for paper in papers)
    for day in sorted(by_day):
        yield day, tuple(by_day[day].values())


def table(verdicts: Iterable[tuple[str, str]]) -> str:
    """Return the count of verdicts by category."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for category, one in verdicts:
        counted[category][one] += 1
        counted["all"][one] += 1
    names = ("right", "asked", "honest", "told, but otherwise", "SILENTLY WRONG", "NOT SHOWN")
    head = f"{'category':<18}{'lines':>6}" + "".join(f"{name:>21}" for name in names)
    lines = [
        f"{category:<18}{sum(some.values()):>6}" + "".join(f"{some[name]:>21}" for name in names)
        for category, some in sorted(counted.items(), key=lambda pair: (pair[0] == "all", pair[0]))
    ]
    return "\n".join([head, *lines])


async def judge(bench: Bench, file: Path) -> list[tuple[str, str]]:
    """Print what was answered to the lines that are not right; return each line's category and verdict."""
    verdicts = []
    for row in rows(file):
        one, natural, canonical = await judged(bench, row)
        verdicts.append((row.category, one))
        if one != "right":
            print(f"{row.id}  {row.natural!r}  {row.outcome} {row.canonical!r}: {one}", *natural.unseen)
            print("    ", " | ".join(natural.words.splitlines()[:3])[:170], natural.ids[:3], natural.lines[:4])
            if canonical:
                print("     wanted:", " | ".join(canonical.told[:2])[:150], canonical.ids[:3], *canonical.unseen)
    return verdicts


async def main(file: Path, kept: Path | None, platforms: Sequence[str]) -> int:
    """Print the tables; return 1 where a line is silently wrong or its answer not shown."""
    from tests.understanding_stages import bench

    wrong = 0
    for platform in platforms:
        async with await archive(kept) as store, bench(platform, store) as opened:
            verdicts = await judge(opened, file)
        print(f"\non {platform}\n{table(verdicts)}\n", flush=True)
        wrong |= any(one.isupper() for _, one in verdicts)
    return wrong


PLATFORMS = ("terminal", "telegram", "slack")

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="the lines")
    parser.add_argument("archive", nargs="?", type=Path, help="a database, made where it is not there")
    parser.add_argument("--platform", action="append", choices=PLATFORMS, help="without it, all of them")
    asked = parser.parse_args()
    raise SystemExit(
        asyncio.run(main(asked.file.resolve(), asked.archive and asked.archive.resolve(), asked.platform or PLATFORMS))
    )
