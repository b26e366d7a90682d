"""The page on adding a verb is right: done as it says, in a copy of the program, the verb works everywhere."""

import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from bot.lines.verb import Verb

ROOT = Path(__file__).parent.parent
PAGE = "docs/adding-a-verb.md"
TRIED = (
    "tests/bot/commands/test_count.py",
    "tests/test_docs.py",
    "tests/bot/lines/test_line.py::test_the_golden_lines_cover_every_verb",
)


@pytest.fixture
def copy(tmp_path):
    """A copy of the program and its tests, without caches."""
    for folder in ("bot", "adapters", "storage", "tests", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("README.md", "pyproject.toml", "config.toml"):
        shutil.copy(ROOT / file, tmp_path)
    return tmp_path


def blocks():
    """The page's code, in its order."""
    return [
        code
        for _, code in re.findall(r"```(python|markdown|text)\n(.*?)```", (ROOT / PAGE).read_text("utf-8"), re.DOTALL)
    ]


def put(file: Path, code: str, before: str) -> None:
    """Put code before the only place where ``before`` stands."""
    text = file.read_text("utf-8")
    assert text.count(before) == 1, (file, before)
    file.write_text(text.replace(before, code + before), "utf-8")


def add(root: Path) -> None:
    """Do what the page says."""
    row, function, joined, imported, told, golden, test = blocks()
    put(root / "bot/lines/verbs.py", row, '    Verb("start"')
    (root / "bot/commands/questions/count.py").write_text(function, "utf-8")
    verbs = root / "bot/commands/verbs.py"
    put(verbs, joined, '    "start": help_pages.start')
    verbs.write_text(re.sub(r"from bot\.commands\.questions import .*\n", imported, verbs.read_text("utf-8")), "utf-8")
    put(root / "README.md", told, "| `/papers undo`")
    with (root / "tests/golden/lines.tsv").open("a", encoding="utf-8") as lines:
        lines.write(golden)
    (root / "tests/bot/commands/test_count.py").write_text(test, "utf-8")


@pytest.mark.timeout(300)
def test_a_verb_added_as_the_page_says_works_on_every_platform(copy):
    add(copy)
    tests = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *TRIED]
    done = subprocess.run(tests, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_page_names_every_field_of_a_row():
    page = (ROOT / PAGE).read_text("utf-8")
    own = {field.name for field in fields(Verb) if field.kw_only}
    assert {name for name in own if f"{name}=" not in page} == set()
