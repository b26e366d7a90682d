"""A soak: virtual days of the real program while things go wrong at random; prints a table of them, and a verdict.

python -m tests.soak --days 30
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.soak import clock

IN_MEMORY = Path("/dev/shm")


def main() -> int:
    """Return 0 where nothing grew that is not to, and nothing was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--part", type=float, default=1, help="of what people do each day")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    began = time.perf_counter()
    clock.install()
    clock.adjust()
    from tests.soak import databases, month, table, verdict

    where = IN_MEMORY if IN_MEMORY.is_dir() else None
    with (
        tempfile.TemporaryDirectory(prefix="paperwire-soak-", dir=where) as folder,
        databases.database(asked.database, Path(folder)) as url,
    ):
        soak = month.live(Path(folder), url, asked.days, asked.seed, asked.part)
    claims = tuple(verdict.judged(soak))
    print(f"{table.table(soak.days)}\n\n{table.verdict(claims)}")
    print(f"\n{asked.days} virtual days in {time.perf_counter() - began:.0f} s. Seed {asked.seed}.")
    return 0 if all(claim.holds for claim in claims) else 1


if __name__ == "__main__":
    sys.exit(main())
