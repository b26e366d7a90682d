"""Asks an advisory database about every locked dependency: ``make audit``.

Exit code 0: it looked and found nothing; 1: it found something; 2: it could not look, which is no good news.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

LOCKED = ("run", "dev", "docs")
AUDITOR = (sys.executable, "-m", "pip_audit")


def main(auditor: tuple[str, ...] = AUDITOR) -> int:
    """Look through each lock file, and say what was found or why nobody could look."""
    worst = 0
    for name in LOCKED:
        file = Path("requirements") / f"{name}.txt"
        worst = max(worst, _audited(auditor, file))
    return worst


def _audited(auditor: tuple[str, ...], file: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        words = ("--require-hashes", "--disable-pip", "-r", str(file), "--format", "json", "--output", str(told))
        ended = subprocess.run([*auditor, *words], capture_output=True, text=True, check=False)  # noqa: S603 our words
        if not told.is_file() or not told.read_text("utf-8").strip():
            why = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
            sys.stdout.write(f"{file}: could NOT be looked through: {why}\n")
            return 2
        packages = json.loads(told.read_text("utf-8"))["dependencies"]
    return _told(file, packages)


def _told(file: Path, packages: list[dict[str, object]]) -> int:
    """Say what is known of the packages. One that was skipped was not looked at."""
    skipped = [f"{one['name']} ({one['skip_reason']})" for one in packages if "skip_reason" in one]
    found = [(one, flaw) for one in packages for flaw in one.get("vulns") or ()]  # type: ignore[attr-defined] # JSON
    for one, flaw in found:
        fixed = ", ".join(flaw["fix_versions"]) or "no version yet"
        sys.stdout.write(f"{file}: {one['name']} {one['version']}: {flaw['id']}, mended in {fixed}\n")
    looked = len(packages) - len(skipped)
    sys.stdout.write(f"{file}: {looked} packages looked at, {len(found)} known flaws\n")
    if skipped or not packages:
        sys.stdout.write(
            f"{file}: {len(skipped)} packages were NOT looked at: {skipped[0] if skipped else 'none named'}\n"
        )
    return 1 if found else 2 if skipped or not packages else 0


if __name__ == "__main__":
    sys.exit(main())
