"""Makes docs/answer.svg, the picture in the README, with the program's own drawing: ``make picture``."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from adapters.console import draw
from adapters.console.platform import CHAT, Me
from adapters.feeds.sample import Sample
from bot.app import wiring
from bot.app.feeds.library import FeedLibrary
from bot.commands.services import Services
from storage.store import open_store


async def picture() -> str:
    """Return the answer to ``/papers rl today`` on the newest day of the bundled sample, as an SVG."""
    day = max(Sample().days)
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    async with await open_store("sqlite://") as store:
        library = FeedLibrary((), store, lambda: now)
        await library.lay_out_sample()
        answers = wiring.answers(Services(store=store, library=library, now=lambda: now))
        messages = [await answers(CHAT, Me(), line) for line in ("rl today", "paper 2608.17253")]
    return draw.svg(messages, "/papers rl today · [1]")


if __name__ == "__main__":
    (Path(__file__).parent.parent / "docs" / "answer.svg").write_text(asyncio.run(picture()) + "\n", "utf-8")
