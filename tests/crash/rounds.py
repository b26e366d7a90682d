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
    with TemporaryDirectory() as folder:
        rows, longest = asyncio.run(stopped(Path(folder), "run", stops, seed))
    return {f"{name}, stopped": row for name, row in rows.items()}, longest


def _tell(rows: dict[str, Tally]) -> None:
    for name, row in rows.items():
        told = f"lost {row.lost}, doubled {row.doubled}, unmarked {row.unmarked}, out of order {row.disordered}"
        sys.stderr.write(f"{name}: {row.kills} kills, {row.expected} expected, {told}\n")
