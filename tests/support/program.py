"""``paperwire run`` as a process of its own, against stand-ins."""

import asyncio
import os
import re
import resource
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

OURS = ("PAPERWIRE_", "TELEGRAM_", "SLACK_", "HF_", "DATABASE_")


@asynccontextmanager
async def program(folder: Path, feed: str, *, files: int = 0, **settings: str) -> AsyncIterator[str]:
    """Run it with these settings until the context ends, and see that it stops cleanly; yield its web address.

    ``files``: how many it may open (``ulimit -n``), 0 for as many as we may.
    """

    def limited() -> None:
        if files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

    clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    own = {"PAPERWIRE_FEEDS__HUGGINGFACE__URL": feed, "PAPERWIRE_FEEDS__HUGGINGFACE__POLL_MINUTES": "0.01"}
    own |= {"PAPERWIRE_FEEDS__ARXIV__URL": "http://127.0.0.1:9"}  # nothing listens there
    env = clean | own | {"PAPERWIRE_SERVER__PORT": "0"} | settings
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=env, cwd=folder, stdout=pipe, stderr=pipe, preexec_fn=limited
    )
    assert process.stderr
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
