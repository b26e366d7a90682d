"""Builds what is released into dist/, looks whether it is whole, and says what to do next: ``make release``.

Nothing is uploaded and no tag is made.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

DIST = Path("dist")

NEXT = """
next, if this is what you want to release:
  git tag -a v{version} -m "Paperwire {version}"
  git push origin v{version}
  twine upload {files}"""


def main() -> int:
    """Return 0 where dist/ holds a wheel and a source archive that make the same wheel."""
    version = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]["version"]
    if reasons := list(obstacles(version)):
        sys.stderr.write("".join(f"not released: {reason}\n" for reason in reasons))
        return 1
    shutil.rmtree(DIST, ignore_errors=True)
    _build(Path.cwd(), DIST.absolute())
    files = sorted(DIST.iterdir())
    if _wheel_of(next(file for file in files if file.suffix == ".gz")) != next(DIST.glob("*.whl")).read_bytes():
        sys.stderr.write("not released: the source archive makes another wheel than the repository\n")
        return 1
    for file in files:
        sys.stdout.write(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file}\n")
    sys.stdout.write(NEXT.format(version=version, files=" ".join(map(str, files))) + "\n")
    return 0


def obstacles(version: str) -> Iterator[str]:
    """Yield each reason why this state of the repository is not what a release is made of."""
    if _git("status", "--porcelain"):
        yield "there are changes that are not committed"
    if _git("tag", "--list", f"v{version}"):
        yield f"v{version} is a tag already: raise the version in pyproject.toml"
    newest = re.search(r"^## (.+)$", Path("CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    if not (newest and re.fullmatch(rf"{re.escape(version)} - \d{{4}}-\d\d-\d\d", newest[1])):
        yield f"CHANGELOG.md has to begin with ## {version} - and the day of the release"


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603, S607 our own words, the system's git


def _build(source: Path, to: Path, *more: str) -> None:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(to), *more], cwd=source, check=True)  # noqa: S603 our own words


def _wheel_of(archive: Path) -> bytes:
    """Return the wheel that the source archive makes, as somebody builds it who has nothing else."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
        (source,) = Path(folder).iterdir()
        _build(source, source / "dist", "-t", "wheel")
        return next((source / "dist").iterdir()).read_bytes()


if __name__ == "__main__":
    sys.exit(main())
