"""A small process that writes posts into a file or a pipe and marks each of them.

Two system calls are never one: a kill between a post's write and its mark's, or while the reader wakes in between,
would leave a post that nobody knows of (measured: 11 of 500 kills). The kill meets the bot; its writer finishes what
it was given, in some microseconds, and ends. Whoever kills both at once has that chance of a post that comes twice.

A writer may still be starting when its bot is killed, and write what it was given later. So the next bot begins its own
only when that one has ended: each holds a lock from before it starts, which is inherited and never given back.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TextIO

from adapters.console import sent_log
from bot.errors import OutcomeUnknown, SendError

LOOK = 0.01
"""Seconds between two looks whether the writer before has ended."""
WAIT = 9
"""Seconds until an answer of the writer is given up: under the 10 that a post may take."""


class Writer:
    """The process, started with the first question to it. ``out`` is where it writes."""

    def __init__(self, file: Path, out: TextIO) -> None:
        self._file = file
        self._out = out
        self._wait: float = WAIT
        self._turn = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._talk: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, text: bytes, marker: str, at: float) -> None:
        """Write the post and its mark. Raises SendError, and OutcomeUnknown where no answer came."""
        if not await self._ask({"text": text.decode("latin-1"), "marker": marker, "at": at}):
            raise SendError("nobody reads this terminal", WAIT)

    async def has(self, marker: str, since: float) -> bool:
        """Return whether the post was shown; raises OutcomeUnknown where no answer came."""
        return await self._ask({"marker": marker, "since": since})

    async def close(self) -> None:
        """Let the process end, as it does by itself when the bot is gone."""
        self._leave()
        if self._process:
            with contextlib.suppress(subprocess.TimeoutExpired):  # it still writes into a pipe that nobody empties
                await asyncio.to_thread(self._process.wait, 1)

    async def _ask(self, question: dict[str, str | float]) -> bool:
        answer = b""
        async with self._turn:
            try:
                async with asyncio.timeout(self._wait):
                    reader, writer = self._talk = self._talk or await self._start()
                    writer.write(f"{json.dumps(question)}\n".encode())
                    answer = await reader.readline()
            except (TimeoutError, OSError) as error:
                raise OutcomeUnknown("the terminal does not take what is written") from error
            finally:
                if not answer:
                    self._leave()  # its late answer would be taken for that to the next question
        if not answer:
            raise OutcomeUnknown("the terminal's writer has ended")
        return answer == b"true\n"

    async def _start(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        lock = await self._alone()
        ours, its = socket.socketpair()
        try:
            with its:
                self._process = _started(self._file, its.fileno(), self._out.fileno(), lock)
        finally:
            os.close(lock)  # the writer holds it on
        return await asyncio.open_connection(sock=ours)

    async def _alone(self) -> int:
        """Return the lock as a file, once no writer of this file runs any more; until then whoever asks waits."""
        lock = os.open(f"{self._file}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while not _locked(lock):  # noqa: ASYNC110 another process ends
                await asyncio.sleep(LOOK)
        except BaseException:
            os.close(lock)
            raise
        return lock

    def _leave(self) -> None:
        if self._talk:
            self._talk[1].close()
        self._talk = None


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _started(file: Path, talk: int, out: int, lock: int) -> subprocess.Popen[bytes]:
    """Start sent_log.py, in a session of its own: neither Ctrl-C nor a kill of our group is meant for it."""
    program = [sys.executable, "-I", "-S", sent_log.__file__, str(file)]
    return subprocess.Popen(program, stdin=talk, stdout=out, start_new_session=True, pass_fds=(lock,))  # noqa: S603 our own module
