"""Kills and stops by the hundred, in rounds that each have a feed and a database of their own."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crash.kills import killed, stopped
from tests.crash.tally import Tally

A_ROUND = 25
"""Kills of one feed and one database; then both begin anew, since lists of thousands of papers only cost time."""


def rounds(command: str, kills: int, seed: int) -> dict[str, Tally]:
    rows: dict[str, Tally] = {}
    for done in range(0, kills, A_ROUND):
        with TemporaryDirectory() as folder:
            these = asyncio.run(killed(Path(folder), command, min(A_ROUND, kills - done), seed + done))
        rows = {name: rows.get(name, Tally()) + row for name, row in these.items()}
        _tell(rows)
    return rows


def clean_stops(stops: int, seed: int) -> tuple[dict[str, Tally], float]:
    """Return the tallies, and the longest that a stop took (seconds)."""
    rows: dict[str, Tally] = {}
    longest = 0.0
    for done in range(0, stops, A_ROUND):
        with TemporaryDirectory() as folder:
            these, took = asyncio.run(stopped(Path(folder), "run", min(A_ROUND, stops - done), seed + done))
        rows = {f"{name}, stopped": rows.get(f"{name}, stopped", Tally()) + row for name, row in these.items()}
        longest = max(longest, took)
        _tell(rows)
    return rows, longest


def _tell(rows: dict[str, Tally]) -> None:
    for name, row in rows.items():
        told = f"lost {row.lost}, doubled {row.doubled}, unmarked {row.unmarked}, out of order {row.disordered}"
        sys.stderr.write(f"{name}: {row.kills} kills, {row.expected} expected, {told}\n")
