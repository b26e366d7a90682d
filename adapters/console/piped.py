"""Lines from a pipe or a file, without standing in the way of anything else."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator


async def lines(descriptor: int) -> AsyncIterator[str]:
    """Yield each line of the open file, read only as far as is asked for; what is no UTF-8 is marked."""
    pieces: list[bytes] = []
    while piece := await _read(descriptor):
        *ended, rest = piece.split(b"\n")
        for line in ended:
            yield _text(b"".join([*pieces, line]))
            pieces = []
        pieces.append(rest)
    if any(pieces):
        yield _text(b"".join(pieces))


async def _read(descriptor: int) -> bytes:
    """Return what comes next, b"" at the end.

    The thread is a daemon, and reads without Python's buffers, which are locked meanwhile: nothing can wake it from a
    pipe that nobody closes, and neither a cancelled task nor the end of the program may wait for it.
    """
    loop = asyncio.get_running_loop()
    came: asyncio.Future[bytes] = loop.create_future()

    def hand_over(read: bytes) -> None:
        if not came.done():  # else nobody waits any more
            came.set_result(read)

    def wait() -> None:
        try:
            read = os.read(descriptor, 1 << 16)
        except OSError:  # closed under us: nothing comes next
            read = b""
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(hand_over, read)

    threading.Thread(target=wait, daemon=True).start()
    return await came


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").removesuffix("\r")
