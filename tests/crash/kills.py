"""Kills the bot at random moments, lets it come to rest, and counts what stands in the chats."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

from tests.crash.scene import Scene, open_scene, publishing, until
from tests.crash.tally import Tally, tally
from tests.support import prepared

COMMANDS = {"run": ("telegram", "slack"), "chat": ("terminal",)}
"""What is run, and the platforms that it serves."""
CLEAN = {"run": 0, "chat": -signal.SIGTERM}
"""How a SIGTERM ends them: `run` cleanly; a terminal's program has nothing to end, it is the terminal that goes."""
EARLY = 0.25
"""The share of lives that die at any moment of their first second; the others die while they post."""
WHILE_POSTING = 0.25
"""Seconds from a life's first post in which it dies."""
A_PAPER = 0.05
"""Seconds between two papers of the feed."""
REST = 90
"""Seconds in which everything must stand, once the faults are over."""
FROZEN = 0.4
"""Seconds that a frozen process stands still."""
GRACE = 15
"""Seconds that a clean stop may take."""
NOTHING: Mapping[str, str] = MappingProxyType({})
OWED = ("pending", "held", "sending", "doubtful")
"""The states of what is not settled."""


class Lives:
    """The process that begins lives (tests.crash.life)."""

    def __init__(self, process: prepared.Process, grace: float = GRACE) -> None:
        self._process = process
        self._grace = grace

    async def begin(self) -> int:
        """Begin a life and return its number."""
        assert self._process.stdin
        self._process.stdin.write(b"\n")
        return await self.number()

    async def end(self, pid: int, how: signal.Signals) -> int:
        """Send the signal and return how the life ended: its exit code, or less than 0 for a signal."""
        os.kill(pid, how)
        return await self.number()

    async def number(self) -> int:
        assert self._process.stdout
        async with asyncio.timeout(self._grace):
            return int(await self._process.stdout.readline())

    async def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()


@asynccontextmanager
async def open_lives(
    scene: Scene, command: str, deadline: float = 1, told: Mapping[str, str] = NOTHING, grace: float = GRACE
) -> AsyncIterator[Lives]:
    """Start that process; ``deadline``: the seconds that a send is given; ``told``: more of its environment.

    ``grace``: the seconds that a stop may take.
    """
    program = ("-m", "tests.crash.life", str(scene.folder), command, str(deadline))
    process = await prepared.begin(program, scene.environment() | dict(told), scene.folder)
    lives = Lives(process, grace)
    try:
        assert await lives.number() == 0, "it is ready"
        yield lives
    finally:
        await lives.close()


async def killed(folder: Path, command: str, kills: int, seed: int) -> dict[str, Tally]:
    """Kill so often, then let the bot finish without faults; return the tally of each platform."""
    async with open_scene(folder, COMMANDS[command], seed) as scene, open_lives(scene, command) as lives:
        with publishing(scene, A_PAPER):
            for _ in range(kills):
                pid = await lives.begin()
                await some_moment(scene)
                assert await lives.end(pid, signal.SIGKILL) == -signal.SIGKILL, _log(scene)
        scene.luck.is_bad = False
        pid = await lives.begin()
        await at_rest(scene)
        ended = await lives.end(pid, signal.SIGTERM)
        assert ended == CLEAN[command], _log(scene)
        return counted(scene, kills)


async def stopped(folder: Path, command: str, stops: int, seed: int) -> tuple[dict[str, Tally], float]:
    """Stop so often by SIGTERM, platforms well; return the tallies, and the longest that a stop took (seconds).

    Every stop must end with exit code 0 and leave nothing in flight or in doubt.
    """
    longest = 0.0
    async with open_scene(folder, COMMANDS[command], seed, rate=0) as scene, open_lives(scene, command, 10) as lives:
        with publishing(scene, A_PAPER):
            for _ in range(stops):
                pid = await lives.begin()
                await while_posting(scene)
                began = time.monotonic()
                assert await lives.end(pid, signal.SIGTERM) == 0, _log(scene)
                longest = max(longest, time.monotonic() - began)
                assert scene.count("sending", "doubtful") == 0, _log(scene)
        pid = await lives.begin()
        await at_rest(scene)
        assert await lives.end(pid, signal.SIGTERM) == 0, _log(scene)
        return counted(scene, stops), longest


async def frozen(folder: Path, freezes: int, seed: int) -> dict[str, Tally]:
    """Freeze one life so often for longer than a send is given, platforms well; return the tallies."""
    async with (
        open_scene(folder, COMMANDS["run"], seed, rate=0) as scene,
        open_lives(scene, "run", FROZEN / 2) as lives,
    ):
        pid = await lives.begin()
        with publishing(scene, A_PAPER):
            for _ in range(freezes):
                await while_posting(scene)
                os.kill(pid, signal.SIGSTOP)
                await asyncio.sleep(FROZEN)
                os.kill(pid, signal.SIGCONT)
        await at_rest(scene)
        assert await lives.end(pid, signal.SIGTERM) == 0, _log(scene)
        return counted(scene, freezes)


async def some_moment(scene: Scene) -> None:
    """Return when a kill is due."""
    if scene.luck.random.random() < EARLY:
        await asyncio.sleep(scene.luck.random.uniform(0.02, 1))
    else:
        await while_posting(scene)


async def while_posting(scene: Scene) -> None:
    """Return at a random moment soon after the life's first post."""
    before = scene.sends()
    await until(lambda: scene.sends() > before, 5)
    await asyncio.sleep(scene.luck.random.uniform(0, WHILE_POSTING))


async def at_rest(scene: Scene) -> None:
    """Return when nothing is owed any more, or when it is clear that this never comes."""
    await until(lambda: not scene.count(*OWED) and scene.everything_stands(), REST)


def counted(scene: Scene, kills: int) -> dict[str, Tally]:
    rows: dict[str, Tally] = {}
    for chat, ids in scene.expected.items():
        rows[chat.platform] = rows.get(chat.platform, Tally(kills)) + tally(ids, scene.posts(chat))
    assert scene.count(*OWED) == 0, _log(scene)
    doubts = scene.doubts_settled()
    return {name: row + Tally(doubts=doubts.get(name, 0)) for name, row in rows.items()}


def _log(scene: Scene) -> str:
    return "\n".join((scene.folder / "log").read_text().splitlines()[-30:])
