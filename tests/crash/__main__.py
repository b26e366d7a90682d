"""The crash suite at length: ``python -m tests.crash --kills 500 --stops 100``; it prints the table of its results."""

import argparse
import asyncio
import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crash.kills import COMMANDS, killed, stopped
from tests.crash.tally import Tally, table

A_ROUND = 25
"""Kills of one feed and one database; then both begin anew, since lists of thousands of papers only cost time."""


def main() -> int:
    """Return 0 where nothing was lost, doubled in secret or out of order."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=500, help="of each platform")
    parser.add_argument("--stops", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    began = time.monotonic()
    rows = {name: row for command in COMMANDS for name, row in rounds(command, asked.kills, asked.seed).items()}
    stops, longest = clean_stops(asked.stops, asked.seed)
    took = f"The longest clean stop took {longest:.1f} s. Seed {asked.seed}, {time.monotonic() - began:.0f} s in all."
    sys.stdout.write(f"{table(rows | stops)}\n\n{took}\n")
    telegram = rows["telegram"]
    whole = sum((*rows.values(), *stops.values()), Tally())
    doubled = whole.doubled - telegram.doubled
    return 0 if whole.lost + whole.disordered + whole.foreign + telegram.unmarked + doubled == 0 else 1


def rounds(command: str, kills: int, seed: int) -> dict[str, Tally]:
    rows: dict[str, Tally] = {}
    for done in range(0, kills, A_ROUND):
        with TemporaryDirectory() as folder:
            these = asyncio.run(killed(Path(folder), command, min(A_ROUND, kills - done), seed + done))
        rows = {name: rows.get(name, Tally()) + row for name, row in these.items()}
        _tell(rows)
    return rows


def clean_stops(stops: int, seed: int) -> tuple[dict[str, Tally], float]:
    with TemporaryDirectory() as folder:
        rows, longest = asyncio.run(stopped(Path(folder), "run", stops, seed))
    return {f"{name}, stopped": row for name, row in rows.items()}, longest


def _tell(rows: dict[str, Tally]) -> None:
    for name, row in rows.items():
        told = f"lost {row.lost}, doubled {row.doubled}, unmarked {row.unmarked}, out of order {row.disordered}"
        sys.stderr.write(f"{name}: {row.kills} kills, {row.expected} expected, {told}\n")


if __name__ == "__main__":
    sys.exit(main())
