"""Tables in which no cell begins a formula, however a spreadsheet splits the lines."""

import csv
import io
import re

import listparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files.opml import opml
from bot.files.tables import as_csv
from bot.language.queries.parse import parse
from bot.model import Chat, Paper, Subscription
from tests.support.store_makers import NOON

TEXT = st.text(st.sampled_from("ab=+-@\t\r\n;, \"'|＝\u200b\ufeff"), max_size=8)


def naive(table, sign):
    """Return the cells as a reader finds them that knows nothing of quotes, and as one that does."""
    plain = [cell.strip(' "\u200b\ufeff') for line in re.split(r"[\r\n]", table) for cell in line.split(sign)]
    read = csv.reader(io.StringIO(table, newline=""), delimiter=sign)
    return plain + [cell.lstrip("\u200b\ufeff") for row in read for cell in row]


@given(TEXT, st.lists(TEXT, max_size=3), TEXT)
def test_no_cell_begins_a_formula(title, authors, keyword):
    table = as_csv([Paper("=1", title, authors=tuple(authors), keywords=(keyword,), organization=title)])
    for sign in ",;\t":
        assert [cell for cell in naive(table, sign) if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))] == []


@pytest.mark.parametrize("title", ["a, =b", "x; +1", "plain - with a dash", "a-b, c+d", 'say "hi"', "=1"])
def test_a_reader_of_csv_finds_the_words(title):
    (row,) = csv.DictReader(io.StringIO(as_csv([Paper("2403.03950", title, authors=("Ann", "=Bob"))]), newline=""))
    assert row["title"].replace("'", "") == title
    assert row["authors"] == "Ann; '=Bob"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("a -(b upvotes>5)", "all:a"),
        ("a -(b OR upvotes>5)", "all:a"),
        ('"world mod"*', "all:world AND all:mod*"),
        ('title:"world models" -gan', 'ti:"world models" ANDNOT all:gan'),
    ],
)
def test_a_feed_never_brings_less_than_was_asked(query, wanted):
    from urllib.parse import parse_qs, urlparse

    one = Subscription(Chat("telegram", "b", "1"), query, parse(query).canonical, NOON, number=1, id=1)
    read = listparser.parse(opml("P", {"Alerts": [one]}))
    assert (read.bozo, [feed.title for feed in read.feeds]) == (False, [query])
    assert parse_qs(urlparse(read.feeds[0].url).query)["search_query"] == [wanted]


def test_outlines_have_titles():
    one = Subscription(Chat("telegram", "b", "1"), "rl", "rl", NOON, number=1, id=1)
    assert opml("P", {"Alerts": [one]}).count('text="rl" title="rl"') == 1
