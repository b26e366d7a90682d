"""The crash suite at length: ``python -m tests.crash --kills 500 --stops 100``; it prints the table of its results."""

import argparse
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.crash.kills import COMMANDS
from tests.crash.rounds import clean_stops, rounds
from tests.crash.tally import Tally, table


def main() -> int:
    """Return 0 where nothing was lost, doubled in secret or out of order."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=500, help="of each platform")
    parser.add_argument("--stops", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    began = time.monotonic()
    with ProcessPoolExecutor(2, get_context("spawn")) as side_by_side:
        kills = [side_by_side.submit(rounds, command, asked.kills, asked.seed) for command in COMMANDS]
        stopping = side_by_side.submit(clean_stops, asked.stops, asked.seed)
        rows = {name: row for one in kills for name, row in one.result().items()}
        stops, longest = stopping.result()
    took = f"The longest clean stop took {longest:.1f} s. Seed {asked.seed}, {time.monotonic() - began:.0f} s in all."
    sys.stdout.write(f"{table(rows | stops)}\n\n{took}\n")
    telegram = rows["telegram"]
    whole = sum((*rows.values(), *stops.values()), Tally())
    doubled = whole.doubled - telegram.doubled
    return 0 if whole.lost + whole.disordered + whole.foreign + telegram.unmarked + doubled == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
