"""All benchmarks, one after another, each in its own process: ``make bench`` (``--full``: the full size, long)."""

import subprocess
import sys

PARTS = (
    "start",
    "bad_lines",
    "poisoned",
    "half_sent",
    "slack_ack",
    "inline",
    "understanding",
    "flooder",
    "freshness",
    "first_days",
    "arxiv_day",
    "pace",
    "flood",
    "search",
    "matching",
)
TAKES_FULL = ("search", "matching")


def main() -> int:
    full = sys.argv[1:] if "--full" in sys.argv else []
    codes = []
    for part in PARTS:
        print(f"\n== {part}", flush=True)
        words = full if part in TAKES_FULL else []
        codes.append(subprocess.run([sys.executable, "-m", f"benchmarks.{part}", *words], check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
