"""Kills the bot at random moments, lets it come to rest, and counts what stands in the chats."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.crash.scene import Scene, open_scene, publishing, until
from tests.crash.tally import Tally, tally

COMMANDS = {"run": ("telegram", "slack"), "chat": ("terminal",)}
"""What is run, and the platforms that it serves."""
LONGEST_LIFE = 0.9
"""Seconds that a life is given at most; the shortest dies while it starts."""
A_PAPER = 0.05
"""Seconds between two papers of the feed."""
REST = 40
"""Seconds in which everything must stand, once the faults are over."""
GRACE = 15
"""Seconds that a clean stop may take."""


class Lives:
    """The process that begins lives (tests.crash.life)."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def begin(self) -> int:
        """Begin a life and return its number."""
        assert self._process.stdin
        self._process.stdin.write(b"\n")
        return await self._number()

    async def end(self, pid: int, how: signal.Signals) -> int:
        """Send the signal and return how the life ended: its exit code, or less than 0 for a signal."""
        os.kill(pid, how)
        return await self._number()

    async def _number(self) -> int:
        assert self._process.stdout
        async with asyncio.timeout(GRACE + 15):
            return int(await self._process.stdout.readline())

    async def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()


@asynccontextmanager
async def open_lives(scene: Scene, command: str) -> AsyncIterator[Lives]:
    program = ["-m", "tests.crash.life", str(scene.folder), command]
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    how = {"env": scene.environment(), "cwd": scene.folder}
    lives = Lives(await asyncio.create_subprocess_exec(sys.executable, *program, **pipes, **how))
    try:
        yield lives
    finally:
        await lives.close()


async def killed(folder: Path, command: str, kills: int, seed: int) -> dict[str, Tally]:
    """Kill so often, then let the bot finish without faults; return the tally of each platform."""
    async with open_scene(folder, COMMANDS[command], seed) as scene, open_lives(scene, command) as lives:
        with publishing(scene, A_PAPER):
            for _ in range(kills):
                pid = await lives.begin()
                await asyncio.sleep(scene.luck.random.uniform(0.05, LONGEST_LIFE))
                assert await lives.end(pid, signal.SIGKILL) == -signal.SIGKILL, _log(scene)
        scene.luck.is_bad = False
        pid = await lives.begin()
        await at_rest(scene)
        assert await lives.end(pid, signal.SIGTERM) == 0, _log(scene)
        return await counted(scene, kills)


async def at_rest(scene: Scene) -> None:
    """Return when nothing is owed any more, or when it is clear that this never comes."""
    end = time.monotonic() + REST
    await until(scene.everything_stands, REST)
    while time.monotonic() < end and (await scene.unsettled())[0]:
        await asyncio.sleep(0.05)


async def counted(scene: Scene, kills: int) -> dict[str, Tally]:
    rows: dict[str, Tally] = {}
    for chat, ids in scene.expected.items():
        rows[chat.platform] = rows.get(chat.platform, Tally(kills)) + tally(ids, scene.posts(chat))
    owed, doubts = await scene.unsettled()
    assert owed == 0, f"{owed} posts are still owed\n{_log(scene)}"
    # The store counts doubts of all its platforms together.
    return {name: row + Tally(doubts=doubts if len(rows) == 1 else 0) for name, row in rows.items()}


def _log(scene: Scene) -> str:
    return "\n".join((scene.folder / "log").read_text().splitlines()[-30:])
