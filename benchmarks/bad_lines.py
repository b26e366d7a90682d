"""How long a line that nobody should type keeps the program: the longest of those in the tests, against the goal.

python -m benchmarks.bad_lines
"""

import contextlib
import statistics
import time
from collections.abc import Callable
from datetime import date

from bot.errors import QueryError
from bot.language.queries.parse import parse
from bot.lines import line
from tests.bot.language.test_query import NASTY
from tests.bot.lines.test_line import LONG

GOAL, TRIES = 10, 5
TODAY = date(2026, 8, 21)
WAYS: dict[str, Callable[[str], object]] = {
    "a query as people may type it (500 characters)": parse,
    "a query of any length": lambda text: parse(text, most=20_000),
    "a whole line": lambda text: line.read(text, TODAY),
}


def milliseconds(read: Callable[[str], object], text: str) -> float:
    """Return what the thread spent on it, the median of some tries."""
    spent = []
    for _ in range(TRIES):
        start = time.thread_time()
        with contextlib.suppress(QueryError):
            read(text)
        spent.append(time.thread_time() - start)
    return statistics.median(spent) * 1e3


def main() -> None:
    texts = [*NASTY, *((part * 10_000)[:10_000] for part in LONG)]
    for name, read in WAYS.items():
        milliseconds(read, "reinforcement learning")  # the tables are read at the start of a program
        spent, longest = max((milliseconds(read, text), text) for text in texts)
        print(f"{name:48} {len(texts)} lines, longest {spent:5.1f} ms (goal {GOAL}): {longest[:12]!a} x {len(longest)}")


if __name__ == "__main__":
    main()
