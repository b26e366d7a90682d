"""Papers from files: every field, every omission, every kind of damage."""

import dataclasses
import gzip
import json
import re
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.feeds.jsonl import BadLine, read_line, read_papers
from bot.errors import ConfigError
from bot.model import Paper
from tests.support import laws
from tests.support.shared import SHARED

FULL = {
    "id": "2405.14906v2",
    "title": "AutoCoder\n  Two",
    "summary": "We  introduce.",
    "authors": ["Bin Lei", "Yuchen Li"],
    "published": "2024-05-23T02:53:25.000Z",
    "submitted": "2024-05-26T02:06:34.388Z",
    "daily_date": "2024-05-27",
    "upvotes": 7,
    "num_comments": 1,
    "categories": ["cs.SE", "cs.AI"],
    "ai_keywords": ["code"],
    "ai_summary": "One line.",
    "github": "https://github.com/a/b",
    "github_stars": 3,
    "project_page": "https://a.example.org/",
    "organization": "A Lab",
    "thumbnail": "https://a.example.org/t.png",
    "submitted_by": "ann",
    "source": "hf_daily",
}


def line(**more: object) -> bytes:
    return json.dumps({"id": "2405.14906", "title": "T"} | more).encode()


def paper(**more: object) -> Paper:
    read = read_line(line(**more), 1)
    assert isinstance(read, Paper)
    return read


def test_every_field_is_read():
    assert read_line(json.dumps(FULL).encode(), 1) == Paper(
        id="2405.14906",
        title="AutoCoder Two",
        abstract="We introduce.",
        authors=("Bin Lei", "Yuchen Li"),
        day=date(2024, 5, 27),
        published=datetime(2024, 5, 23, 2, 53, 25, tzinfo=UTC),
        upvotes=7,
        comments=1,
        summary="One line.",
        keywords=("code",),
        categories=("cs.SE", "cs.AI"),
        organization="A Lab",
        code="https://github.com/a/b",
        stars=3,
        project="https://a.example.org/",
        thumbnail="https://a.example.org/t.png",
        feed="huggingface",
        page="https://huggingface.co/papers/2405.14906",
    )


def test_an_id_and_a_title_are_enough():
    assert paper() == Paper("2405.14906", "T", feed="arxiv")


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"daily_date": "2024-05-27", "submitted": "2024-05-20", "published": "2024-05-19"}, date(2024, 5, 27)),
        ({"submitted": "2024-05-20T23:00:00Z", "published": "2024-05-19"}, date(2024, 5, 20)),
        ({"published": "1990-03-31"}, date(1990, 3, 31)),
        ({"daily_date": "soon", "published": "1990-03-31"}, date(1990, 3, 31)),
        ({}, None),
    ],
)
def test_the_day_is_the_list_day_else_the_submission_else_the_publication(fields, day):
    assert paper(**fields).day == day


@pytest.mark.parametrize(
    ("fields", "feed"),
    [({"daily_date": "2024-05-27"}, "huggingface"), ({"source": "hf_daily"}, "huggingface"), ({}, "arxiv")],
)
def test_the_feed_is_where_the_paper_was_listed(fields, feed):
    assert paper(**fields).feed == feed


@pytest.mark.parametrize(
    ("fields", "is_withdrawn"),
    [
        ({"withdrawn": True}, True),
        ({"withdrawn": "false"}, False),
        ({"withdrawnAt": "2026-11-28T00:00:00.000Z"}, True),
        ({"withdrawnAt": "null"}, False),
        ({"comment": "Paper withdrawn"}, True),
    ],
)
def test_it_is_withdrawn_where_it_is_said_so(fields, is_withdrawn):
    assert paper(**fields).withdrawn is is_withdrawn


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "not a record"),
        (b"null", "not a record"),
        (line(id="x"), "no arXiv id"),
        (line(id=24.5), "no arXiv id"),
        (line(title=" "), "no title"),
        (line(title=None), "no title"),
    ],
)
def test_a_line_without_a_paper_is_named(bad, reason):
    assert read_line(bad, 7) == BadLine(7, reason)


def test_bad_lines_are_named_by_their_number_and_the_good_ones_kept(tmp_path: Path):
    file = tmp_path / "papers.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + b"\n".join([line(), b"", b"oops", b"  ", line(id="cs/9301112")]))
    read = list(read_papers(file))
    assert [it.id if isinstance(it, Paper) else it for it in read] == [
        "2405.14906",
        BadLine(3, "not JSON"),
        "cs/9301112",
    ]


@pytest.mark.parametrize("name", ["papers.jsonl.gz", "papers"])
def test_a_packed_file_is_known_by_its_bytes(tmp_path: Path, name):
    (tmp_path / name).write_bytes(gzip.compress(line() + b"\r\n"))
    assert list(read_papers(tmp_path / name)) == [paper()]


def test_a_packed_file_that_breaks_off_keeps_what_was_read(tmp_path: Path):
    file = tmp_path / "papers.jsonl.gz"
    file.write_bytes(gzip.compress(b"\n".join([line()] * 5))[:-6])
    *papers, last = read_papers(file)
    assert papers == [paper()] * len(papers)
    assert isinstance(last, BadLine)


@pytest.mark.parametrize("name", ["absent.jsonl", "."])
def test_a_file_that_cannot_be_opened_is_a_wrong_use(tmp_path: Path, name):
    with pytest.raises(ConfigError, match=str(tmp_path)):
        list(read_papers(tmp_path / name))


def test_an_empty_file_holds_no_papers(tmp_path: Path):
    (tmp_path / "empty").write_bytes(b"")
    assert list(read_papers(tmp_path / "empty")) == []


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=4)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FULL)), JSON))
def test_no_value_of_any_field_raises(fields):
    read = read_line(json.dumps(FULL | fields).encode(), 1)
    assert isinstance(read, Paper | BadLine)


@pytest.mark.skipif(SHARED is None, reason="the recorded papers do not lie beside the project")
def test_old_recorded_papers_are_read_without_a_bad_line():
    tried = laws.of(11_918)
    papers = list(islice(read_papers(SHARED / "papers_pre2020.jsonl.gz"), tried))
    assert len(papers) == tried
    assert all(isinstance(paper, Paper) for paper in papers)
    assert all(paper.day and paper.feed == "arxiv" for paper in papers)


def documented():
    """Return the example of each key in docs/import.md, by the key."""
    page = (Path(__file__).parents[3] / "docs" / "import.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| `(\w+)` \| .* \| `(.*)` \|$", page)
    return {key: json.loads(example) for key, example in rows}


def test_the_page_on_imports_names_the_fields_that_are_read():
    told = documented()
    assert told.keys() == FULL.keys() - {"submitted_by"} | {"comment", "withdrawn"}
    read = read_line(json.dumps(told).encode(), 1)
    full = read_line(json.dumps(FULL).encode(), 1)
    assert dataclasses.replace(read, abstract=full.abstract, withdrawn=False) == full
    assert read_line(b'{"id": "2405.14906", "title": "T", "abstract": "A."}', 1).abstract == "A."
