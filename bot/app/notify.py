"""The service manager is told: ready, still alive, stopping. The protocol: man sd_notify(3), sd_watchdog_enabled(3).

Without ``NOTIFY_SOCKET`` in the environment, as at the shell, nobody is told anything.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress


def tell(environ: Mapping[str, str], state: str) -> None:
    """Send ``READY=1`` and the like; one who does not listen is no reason to stop."""
    address = environ.get("NOTIFY_SOCKET", "")
    if address:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
            door.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)


@asynccontextmanager
async def serving(environ: Mapping[str, str], status: str) -> AsyncIterator[None]:
    """Tell that the program serves while the context lasts, and then that it stops.

    Where a watchdog waits it hears twice in its time that the event loop turns; a loop that hangs is started anew.
    """
    tell(environ, f"READY=1\nSTATUS={status}")
    alive = asyncio.create_task(_alive(environ))
    try:
        yield
    finally:
        alive.cancel()
        tell(environ, "STOPPING=1\nSTATUS=stopping")


async def _alive(environ: Mapping[str, str]) -> None:
    microseconds = environ.get("WATCHDOG_USEC", "")
    while microseconds.isdecimal() and int(microseconds):
        tell(environ, "WATCHDOG=1")
        await asyncio.sleep(int(microseconds) / 2_000_000)
