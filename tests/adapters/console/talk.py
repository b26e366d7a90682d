"""A terminal that says back each line; ``post`` brings a post while the next line is being typed."""

import asyncio
import os
import sys
from pathlib import Path

from adapters.console.platform import CHAT, Console
from bot.message import Item, Message, say
from bot.model import Chat
from bot.ports.asker import Asker
from tests.support.events import events


async def main(folder: Path) -> None:
    console = Console(verbs=("trending", "subscribe"), history=folder / "state" / "history", sent_log=folder / "marks")
    tasks = []

    async def answer(chat: Chat, asker: Asker, line: str) -> Message:
        if line == "post":
            tasks.append(asyncio.create_task(post()))
        if line == "slow":
            await console.show(say("working"))
            await asyncio.sleep(60)
        return say(f"<{line}>")

    async def post() -> None:
        await asyncio.sleep(0.1)
        await console.send(CHAT, Message((Item("7", "Paper 7", "https://huggingface.co/papers/7"),)), "m7")

    await console.serve(events(answer))


if __name__ == "__main__":
    os.open(os.ttyname(0), os.O_RDWR)  # makes it the terminal whose Ctrl-C is a signal to this process
    asyncio.run(main(Path(sys.argv[1])))
