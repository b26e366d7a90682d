"""Several workers on one real PostgreSQL, while everything goes wrong: killed, frozen, cut off, their server stopped.

``python -m tests.crash.workers --kills 500 --stops 15 --freezes 50 --freeze 90`` prints the table of its results.
"""

import argparse
import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tests.crash.kills import Lives, open_lives
from tests.crash.life import CLOCK, LEASE
from tests.crash.scene import Scene, open_scene, publishing, until
from tests.crash.tally import Tally, table, tally
from tests.support.postgres import Server, new_folder

SKEW = 30
"""Seconds between the clocks of two workers."""
GRACE = 45
"""Seconds that a clean stop may take: two frozen workers may each have the turn to write, for ten seconds."""
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'paperwire %'"
MOST_REFUSED = 0.1
"""Per cent of posts that may be one too many for a platform, at most."""
OWED = ("pending", "held", "sending", "doubtful")


@dataclass(frozen=True)
class Trouble:
    """How often what happens. ``freeze`` and ``lease`` in seconds; ``every``: seconds between two papers.

    ``paced``: 1 where the platforms enforce their limits and the bot is to keep them.
    """

    workers: int = 4
    kills: int = 0
    stops: int = 0
    freezes: int = 0
    cuts: int = 0
    restarts: int = 0
    freeze: float = 90
    lease: float = 30
    every: float = 0.2
    faults: float = 0.1
    rest: float = 240
    paced: int = 0

    def events(self, luck: random.Random) -> list[str]:
        """Return all of it in any order."""
        events = [
            name
            for name, times in (
                ("kill", self.kills),
                ("stop", self.stops),
                ("freeze", self.freezes),
                ("cut", self.cuts),
                ("restart", self.restarts),
            )
            for _ in range(times)
        ]
        luck.shuffle(events)
        return events


class Fleet:
    """The workers: each lives in a process of its own, and is begun anew after it was killed."""

    def __init__(self, scene: Scene, server: Server, lives: list[Lives], trouble: Trouble) -> None:
        self.scene, self.server, self.trouble = scene, server, trouble
        self._lives = lives
        self.pids = [0] * len(lives)
        self._frozen: dict[int, asyncio.Task[None]] = {}
        self.happened: Counter[str] = Counter()

    async def begin(self) -> None:
        for place in range(len(self._lives)):
            self.pids[place] = await self._lives[place].begin()

    async def suffer(self, event: str) -> None:
        self.happened[event] += 1
        with (self.scene.folder / "log").open("a") as log:
            log.write(f"{datetime.now(UTC):%H:%M:%S.%f} [driver] {event}; frozen: {sorted(self._frozen)}\n")
        await getattr(self, f"_{event}")()

    async def end(self) -> list[int]:
        """Let all that is frozen thaw, and stop all workers cleanly; return their exit codes."""
        await self.thaw()
        await self.revive()
        return await asyncio.gather(*(self._ended(place, signal.SIGTERM) for place in range(len(self.pids))))

    def kill_all(self) -> None:
        """Kill what still lives, frozen or not, so that nobody waits for it."""
        for pid in self.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def tell(self) -> None:
        """Write into the log how things stand: the leases, the list days, and what each worker does just now."""
        with psycopg.connect(self.scene.database) as connection, (self.scene.folder / "log").open("a") as log:
            for table in ("lease", "list_day"):
                log.writelines(f"{table}: {row}\n" for row in connection.execute(f"SELECT * FROM {table}"))
        for pid in self.pids:
            os.kill(pid, signal.SIGUSR1)

    async def thaw(self) -> None:
        await asyncio.gather(*self._frozen.values())

    def _free(self) -> int:
        """Return one that is not frozen: half of them at most are."""
        return self.scene.luck.random.choice([place for place in range(len(self.pids)) if place not in self._frozen])

    async def _kill(self) -> None:
        place = self._free()
        if await self._ended(place, signal.SIGKILL) != -signal.SIGKILL:
            self.happened["ended by themselves"] += 1
        self.pids[place] = await self._lives[place].begin()

    async def _ended(self, place: int, how: signal.Signals) -> int:
        """End the worker and return its exit code; one that met no server at its start has ended by itself."""
        try:
            return await self._lives[place].end(self.pids[place], how)
        except ProcessLookupError:
            return await self._lives[place].number()

    async def revive(self) -> None:
        """Begin those anew that ended by themselves, as whoever supervises them does."""
        for place, pid in enumerate(self.pids):
            if not os.path.exists(f"/proc/{pid}"):  # noqa: ASYNC240, PTH110 no disk is asked
                await self._lives[place].number()
                self.happened["ended by themselves"] += 1
                self.pids[place] = await self._lives[place].begin()

    async def _freeze(self) -> None:
        while len(self._frozen) >= len(self.pids) // 2:
            await asyncio.wait(self._frozen.values(), return_when=asyncio.FIRST_COMPLETED)
        place = self._free()
        self._frozen[place] = asyncio.create_task(self._stand_still(place))

    async def _stand_still(self, place: int) -> None:
        os.kill(self.pids[place], signal.SIGSTOP)
        await asyncio.sleep(self.trouble.freeze)
        os.kill(self.pids[place], signal.SIGCONT)
        del self._frozen[place]

    async def _stop(self) -> None:
        await asyncio.to_thread(self.server.stop)
        await asyncio.sleep(self.scene.luck.random.uniform(0, 1))
        await asyncio.to_thread(self.server.start)

    async def _cut(self) -> None:
        def cut() -> None:
            with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
                connection.execute(CUT)

        await asyncio.to_thread(cut)

    async def _restart(self) -> None:
        """Stop one worker after another, as a rolling upgrade does."""
        for place in range(len(self.pids)):
            if place not in self._frozen:
                await self._ended(place, signal.SIGTERM)
                self.pids[place] = await self._lives[place].begin()

    def log(self) -> str:
        return "\n".join((self.scene.folder / "log").read_text().splitlines()[-60:])


@contextmanager
def a_server() -> Iterator[Server]:
    folder = new_folder()
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def open_fleet(folder: Path, trouble: Trouble, seed: int) -> AsyncIterator[Fleet]:
    """Open the stand-ins, a server, and the workers on it, whose clocks are apart."""
    platforms = ("telegram", "slack")
    async with AsyncExitStack() as stack:
        server = stack.enter_context(a_server())
        database = server.url("postgres")
        opened = open_scene(folder, platforms, seed, trouble.faults, database, paced=bool(trouble.paced))
        scene = await stack.enter_async_context(opened)
        # Else it slows the polls down after 500 requests, some 30 polls of a list of 1,700 papers; what it still holds
        # when the tally is taken is then counted as lost, though the next polls would bring it.
        scene.feed.remaining = 10**9
        lives = []
        for place in range(trouble.workers):
            clock = SKEW * (place - trouble.workers // 2)
            told = {LEASE: str(trouble.lease), CLOCK: str(clock)}
            told["PAPERWIRE_STORAGE__INDEX"] = str(folder / f"index{place}.db")
            lives.append(await stack.enter_async_context(open_lives(scene, "run", 1, told, GRACE)))
        fleet = Fleet(scene, server, lives, trouble)
        try:
            yield fleet
        finally:
            fleet.kill_all()


async def suffered(folder: Path, trouble: Trouble, seed: int) -> tuple[dict[str, Tally], dict[str, float]]:
    """Let it all happen while papers come, then let everything come to rest; return the tallies, and what happened.

    ``left``: rows that were not settled then, and leases that stood after all had stopped.
    """
    async with open_fleet(folder, trouble, seed) as fleet:
        scene = fleet.scene
        await fleet.begin()
        with publishing(scene, trouble.every):
            await until(lambda: scene.sends() > 0, 30)
            for event in trouble.events(scene.luck.random):
                await some_moment(scene)
                await fleet.suffer(event)
                await fleet.revive()
            await fleet.thaw()
        scene.luck.is_bad = False
        await fleet.revive()
        began = time.monotonic()
        if not await until(lambda: not scene.count(*OWED) and scene.everything_stands(), trouble.rest):
            fleet.tell()
        fleet.happened["seconds to rest"] = round(time.monotonic() - began)
        assert await fleet.end() == [0] * trouble.workers, fleet.log()
        return counted(scene), {**fleet.happened, **left(scene, fleet.pids), **scene.refusals()}


async def some_moment(scene: Scene) -> None:
    """Return at a random moment while posts go out, or when none do for a while."""
    before = scene.sends()
    await until(lambda: scene.sends() > before, 2)
    await asyncio.sleep(scene.luck.random.uniform(0, 0.5))


def counted(scene: Scene) -> dict[str, Tally]:
    rows: dict[str, Tally] = {}
    for chat, ids in scene.expected.items():
        rows[chat.platform] = rows.get(chat.platform, Tally()) + tally(ids, scene.posts(chat))
    doubts = scene.doubts_settled()
    return {name: row + Tally(doubts=doubts.get(name, 0)) for name, row in rows.items()}


def left(scene: Scene, stopped: Collection[int]) -> Counter[str]:
    """Return what is left that should not be: rows by their states, papers that nobody owed, leases.

    Whoever was ``stopped`` gave its leases back; those of workers that were killed stand until they are over.
    """
    rows = Counter({f"left {state}": number for state, number in scene.states().items() if state in OWED})
    with psycopg.connect(scene.database) as connection:
        owners = [owner for (owner,) in connection.execute("SELECT owner FROM lease WHERE until > now()")]
        owed = set(connection.execute("SELECT paper, address FROM delivery JOIN chat ON chat.id = chat").fetchall())
        kept = {id for (id,) in connection.execute("SELECT id FROM paper")}
    wanted = {(id, chat.id) for chat, ids in scene.expected.items() for id in ids}
    never = {"never owed": len(wanted - owed), "never polled": len({id for id, _ in wanted} - kept)}
    return rows + Counter({"left leases": sum(int(one.split()[0]) in stopped for one in owners)} | never)


def main() -> int:
    """Return 0 where nothing was lost, doubled in secret or out of order, and hardly a post was one too many."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.workers", description=__doc__)
    for name, kind in Trouble.__annotations__.items():
        parser.add_argument(f"--{name}", type=kind, default=getattr(Trouble, name))
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = vars(parser.parse_args())
    seed, began = asked.pop("seed"), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            rows, happened = asyncio.run(suffered(Path(folder), Trouble(**asked), seed))
        finally:
            shutil.copy(Path(folder) / "log", kept := Path(tempfile.gettempdir(), f"workers-{seed}.log"))
    sys.stderr.write(f"the log of all workers: {kept}\n")
    told = ", ".join(f"{name} {number}" for name, number in happened.items())
    sys.stdout.write(f"{table(rows)}\n\n{told}. Seed {seed}, {time.monotonic() - began:.0f} s in all.\n")
    whole = sum(rows.values(), Tally())
    doubled = whole.doubled - rows["telegram"].doubled
    faults = whole.lost + whole.disordered + whole.foreign + rows["telegram"].unmarked + doubled
    faults += happened.get("% too many", 0) >= MOST_REFUSED
    return 1 if faults or any(happened[name] for name in happened if name.startswith(("left", "never"))) else 0


if __name__ == "__main__":
    sys.exit(main())
