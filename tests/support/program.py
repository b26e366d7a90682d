"""``paperwire run`` as a process of its own, against stand-ins."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support import prepared

OURS = ("PAPERWIRE_", "TELEGRAM_", "SLACK_", "HF_", "DATABASE_")


@asynccontextmanager
async def program(folder: Path, feed: str, *, files: int = 0, minute: str = "", **settings: str) -> AsyncIterator[str]:
    """Run it with these settings until the context ends, and see that it stops cleanly; yield its web address.

    ``files`` and ``minute``: see tests.support.prepared.begin.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    own = {"PAPERWIRE_FEEDS__HUGGINGFACE__URL": feed, "PAPERWIRE_FEEDS__HUGGINGFACE__POLL_MINUTES": "0.01"}
    own |= {"PAPERWIRE_FEEDS__ARXIV__URL": "http://127.0.0.1:9"}  # nothing listens there
    env = clean | own | {"PAPERWIRE_SERVER__PORT": "0"} | settings
    process = await prepared.begin(("run",), env, folder, files=files, minute=minute)
    said = ""
    try:
        async with asyncio.timeout(60):
            while not (found := re.search(r"^ready.*?(http://\S+)", said, re.MULTILINE)):
                line = (await process.stderr.readline()).decode()
                assert line, said
                said += line
        yield found[1].rstrip("/")
    finally:
        process.terminate()
        _, rest = await process.communicate()
    said += rest.decode()
    assert process.returncode == 0, said
    assert not re.search(r"Traceback|xoxb-|\d{5,}:[\w-]{20,}", said), said


async def until(condition: Callable[[], object]) -> None:
    """Return when it holds; fifteen seconds is never."""
    async with asyncio.timeout(15):
        while not condition():  # noqa: ASYNC110 what is waited for happens in another process
            await asyncio.sleep(0.02)
