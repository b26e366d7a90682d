"""Files for other programs hold whatever a title holds, and nothing of it runs there."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds import jsonl
from bot.files.bibtex import bibtex
from bot.files.opml import opml
from bot.files.tables import as_csv, as_json, record
from bot.language.queries.parse import parse
from bot.model import Chat, Paper, Subscription

NOON = datetime(2026, 8, 21, 12, tzinfo=UTC)
WHOLE = Paper("2403.03950", "Stop Regressing: Training Value Functions", "An abstract.",
              ("Jesse Farebrother", "Jordi Orbay"), date(2024, 3, 6), NOON, 32, 2, "A line.", ("rl", "scaling"),
              ("cs.LG", "cs.AI"), "Google DeepMind", "https://github.com/a/b", 1200, "https://a.b/c")  # fmt: skip


def test_a_paper_becomes_an_entry():
    assert bibtex([WHOLE]) == (
        "@misc{farebrother2026stop-2403.03950,\n"
        "  title = {{Stop Regressing: Training Value Functions}},\n"
        "  author = {Jesse Farebrother and Jordi Orbay},\n"
        "  year = {2026},\n"
        "  eprint = {2403.03950},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.LG},\n"
        "  url = {https://arxiv.org/abs/2403.03950},\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("50% faster & cheaper #1 a_b", r"50\% faster \& cheaper \#1 a\_b"),
        (r"$\pi_0$: a model_x", r"$\pi_0$: a model\_x"),
        (r"Fr\'echet {\O}re", r"Fr{\'{e}}chet {\O}re"),
        (r"Nguy\~ên, St\ütz, O\'{}Neill", r"Nguy{\~{\^{e}}}n, St{\"{u}}tz, O'Neill"),
        (r"\ours{} for $\ell_2$ \& it\'s \textsc{x}", r"ours for $\ell_2$ \& it's x"),
        ("Money: $5", r"Money: \$5"),
        ("Open { brace", "Open  brace"),
        ("Closed } first {", "Closed first"),
        ("ends in \\", "ends in"),
        (r"\$5 and {a}", r"\$5 and a"),
    ],
)
def test_a_title_is_shown_by_tex_as_it_is_written(title, written):
    assert f"title = {{{{{written}}}}}," in bibtex([Paper("2403.03950", title)])


@given(st.lists(st.text(st.sampled_from("ab{}$\\_%#&~^ é世\n"), max_size=12), min_size=1, max_size=4))
def test_no_title_runs_out_of_its_entry(titles):
    written = bibtex([Paper(f"2403.0395{n}", title or "x") for n, title in enumerate(titles)])
    plain = re.sub(r"\\.", "", written)
    depth = 0
    for sign in plain:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    assert len(re.findall(r"(?m)^@misc\{", written)) == len(titles)


def test_no_two_keys_are_alike():
    same = [Paper(f"2403.0{n:04}", "Same title", authors=("Ann Lee",)) for n in range(9)]
    keys = re.findall(r"@misc\{(.+),", bibtex([*same, Paper("2403.03950", "🤖"), Paper("math/9901001", "…")]))
    assert len(set(keys)) == len(keys) == 11
    assert "year = {1999}" in bibtex([Paper("math/9901001", "…")])


def test_json_is_what_an_import_reads():
    read = jsonl.read_line(json.dumps(record(WHOLE)).encode(), 1)
    assert (read.id, read.title, read.authors, read.day, read.upvotes, read.keywords, read.code, read.summary) == (
        WHOLE.id, WHOLE.title, WHOLE.authors, WHOLE.day, WHOLE.upvotes, WHOLE.keywords, WHOLE.code, WHOLE.summary
    )  # fmt: skip
    assert json.loads(as_json([record(WHOLE)]))[0]["organization"] == "Google DeepMind"


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", 'a "quoted", title', "世界 😀", "a; b"])
def test_a_table_holds_titles_as_words(title):
    (row,) = csv.DictReader(io.StringIO(as_csv([Paper("2403.03950", title)])))
    assert row["title"] == (f"'{title}" if title[0] in "=+-@" else title)
    assert row["upvotes"] == "0"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("rl", "all:rl"),
        ('"world model" upvotes>=5', 'all:"world model"'),
        ("title:diffusion OR cat:cs.CV -gan", "ti:diffusion OR (cat:cs.CV ANDNOT all:gan)"),
        ("author:hinton (rl OR rlhf)", "au:hinton AND (all:rl OR all:rlhf)"),
        ("keyword:scaling org:google", "all:scaling AND all:google"),
        ("diffus*", "all:diffus*"),
        ("upvotes>=5", ""),
        ("-rl", ""),
        ("rl OR upvotes>=5", ""),
        ("=agents", "all:agents"),
    ],
)
def test_a_subscription_is_a_feed_of_what_arxiv_can_search_for(query, wanted):
    one = Subscription(Chat("telegram", "b", "1"), query, parse(query).canonical, NOON, number=1, id=1)
    outline = list(ET.fromstring(opml("P", {"Alerts": [one], "This chat": []}).encode()).iter("outline"))[1]
    from urllib.parse import parse_qs, urlparse

    url = outline.get("xmlUrl", "")
    assert parse_qs(urlparse(url).query).get("search_query", [""]) == [wanted]
    assert outline.get("text") == query
