"""The page on the query language says what is so: every row of its tables is run."""

import re
from pathlib import Path

import pytest

from bot.errors import QueryError
from bot.language.queries.parse import parse
from bot.language.queries.reading import matches
from bot.model import Paper

PAGE = (Path(__file__).parents[3] / "docs" / "query-language.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]


def _is_line(cell: str) -> bool:
    return cell.startswith("`")


FINDING = [row for row in ROWS if len(row) == 3]
MEANT = [row for row in ROWS if len(row) == 2 and _is_line(row[1])]
MEANING = [row for row in ROWS if len(row) == 2 and not _is_line(row[1])]


@pytest.mark.parametrize(("line", "finds", "misses"), FINDING)
def test_a_row_finds_what_it_says(line: str, finds: str, misses: str) -> None:
    query = parse(line.strip("`"))
    assert [text for text in finds.split(" · ") if not matches(query, Paper("1", text))] == []
    assert [text for text in misses.split(" · ") if matches(query, Paper("1", text))] == []


@pytest.mark.parametrize(("line", "meant"), MEANT)
def test_an_unreadable_row_names_what_was_meant(line: str, meant: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(line.strip("`"))
    assert raised.value.nearest == meant.strip("`")


@pytest.mark.parametrize("row", MEANING)
def test_fields_and_numbers_can_be_read(row: list[str]) -> None:
    lines = re.findall(r"`([^`]+)`", row[0])
    assert lines
    assert all(not parse(line).is_everything for line in lines)


def test_no_table_was_overlooked() -> None:
    assert (len(FINDING), len(MEANT), len(MEANING)) == (47, 9, 8)
