"""The page on security is right: every row names tests that are there, and the matrix is what the tests play."""

import re
from pathlib import Path

import pytest

from tests.security import test_rights

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
ROWS = [
    line
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("|") and not re.fullmatch(r"[|\- ]+", line) and not line.endswith("| test |")
]


@pytest.fixture(scope="module")
def names():
    """Every test of the suite, and every file of it."""
    files = list((ROOT / "tests").rglob("*.py"))
    found = {name for file in files for name in re.findall(r"def (test_\w+)", file.read_text("utf-8"))}
    return found | {file.relative_to(ROOT).as_posix() for file in files}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:60])
def test_every_row_names_a_test_that_is_there(row, names):
    named = re.findall(r"`([^`]+)`", row.split(" | ")[-1])
    assert named
    assert [name for name in named if name not in names] == []


def test_the_page_tells_the_roles_and_the_verbs_that_are_played():
    page = " ".join(PAGE.read_text("utf-8").split())
    assert ", ".join(f"`{verb}`" for verb in test_rights.MANAGE) in page
    for role, (*_, may) in test_rights.ROLES.items():
        assert (
            f"| {role} | {'yes' if may else 'no'} | `test_each_role_may_what_the_table_says_and_nothing_else` |" in page
        )
