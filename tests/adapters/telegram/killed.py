"""A process that answers lines until it is killed: ``python -m tests.adapters.telegram.killed URL FILE``.

Each answered line is one line of FILE.
"""

import asyncio
import sys
from pathlib import Path

from adapters.telegram.platform import connect
from bot.message import say
from tests.adapters.telegram.stage import _now
from tests.adapters.telegram.standin import TOKEN
from tests.support.events import events


async def main(url, file):
    async def answer(chat, asker, line):
        await asyncio.sleep(0.02)  # so that a kill finds lines half done
        _note(file, f"{chat.id} {line}\n")
        return say(line)

    await (await connect(TOKEN, api_url=url, clock=_now)).serve(events(answer))


def _note(file, words):
    with Path(file).open("a") as answered:
        answered.write(words)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
