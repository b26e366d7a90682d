"""How many small defects in the outbox its tests notice: ``make mutants``, most of an hour on two cores.

mutmut changes one thing at a time in a copy (mutants/): a constant, a comparison, an argument that is left out. A
change that no test notices has survived. The modules and the tests are named in pyproject.toml, under tool.mutmut.
Stopped and begun again, it goes on where it was.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

GOAL = 0.8
SURVIVED, UNTRIED = (0, 5, 33), (None, 2)
"""mutmut's codes: the tests passed, or no test ran at all; and what was not tried."""

Codes = dict[str, int | None]


def codes(module: str) -> Codes:
    """Return what came of each mutant of the module."""
    every: Codes = json.loads(Path("mutants", f"{module}.meta").read_text())["exit_code_by_key"]
    return every


def row(name: str, found: Codes) -> str:
    tried = [code for code in found.values() if code not in UNTRIED]
    survived = sum(code in SURVIVED for code in tried)
    noticed = len(tried) - survived
    share = f"{noticed / len(tried):.1%}" if tried else ""
    return f"| {name} | {len(found)} | {len(tried)} | {noticed} | {survived} | {share} |"


def report() -> int:
    """Print the survivors and the table; return 0 where every mutant was tried and enough were noticed."""
    modules = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["mutmut"]["only_mutate"]
    found = {module: codes(module) for module in modules}
    every = {name: code for some in found.values() for name, code in some.items()}
    print(*(name for name, code in every.items() if code in SURVIVED), sep="\n")
    print("\n| module | mutants | tried | noticed | survived | share |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, some in (found | {"all": every}).items():
        print(row(name, some))
    noticed = sum(code not in (*SURVIVED, *UNTRIED) for code in every.values())
    return 0 if noticed >= GOAL * len(every) else 1


def main() -> int:
    subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", "2"], check=False)
    return report()


if __name__ == "__main__":
    sys.exit(main())
