"""A bot that is killed again and again while it posts, on the terminal alone: its ledger is a file of intents.

``python -m tests.adapters.console.killed FOLDER KILLS`` writes posts 0, 1, 2... to stdout and at last their number to stderr.
Each life is a fork of this process, killed at a random moment; the last one lives to settle what is in doubt.
"""

import asyncio
import itertools
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from adapters.console.platform import CHAT, Console
from bot.message import Item, Message, Text


class Ledger:
    """What deliveries do in the store, as lines: the intent before each post, its end after it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, what: str, number: int) -> None:
        os.write(self._descriptor, f"{what} {number} {time.time()!r}\n".encode())

    def last(self) -> tuple[str, int, datetime]:
        lines = self._file.read_text().splitlines()
        what, number, at = lines[-1].split() if lines else ("sent", "-1", "0")
        return what, int(number), datetime.fromtimestamp(float(at), UTC)


async def live(folder: Path, most: int | None) -> None:
    """Settle the doubt that the life before left, then post, ``most`` posts or until the kill."""
    console, ledger = Console(sent_log=folder / "marks"), Ledger(folder / "ledger")
    what, last, at = ledger.last()
    if what == "intent" and await console.find(CHAT, f"m{last}", at) == "absent":
        last -= 1
    for number in itertools.islice(itertools.count(last + 1), most):
        ledger.write("intent", number)
        title = Item(str(number), f"Paper {number}", f"https://huggingface.co/papers/{number}")
        await console.send(CHAT, Message((title, Text("#1 rl", "note"))), f"m{number}")
        ledger.write("sent", number)
    await console.close()


def main(folder: Path, kills: int) -> None:
    for _ in range(kills):
        pid = os.fork()
        if not pid:
            asyncio.run(live(folder, None))
        time.sleep(random.uniform(0.01, 0.1))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    asyncio.run(live(folder, 3))
    sys.stderr.write(str(Ledger(folder / "ledger").last()[1] + 1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
