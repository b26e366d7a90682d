"""Single values of records: entities, lengths, names, and what one poisoned record may cost."""

import gzip
import json
import logging
from collections import Counter
from pathlib import Path

import pytest

from adapters.feeds import arxiv_authors, arxiv_papers, huggingface_papers, records
from adapters.feeds.jsonl import BadLine, read_line, read_papers
from bot.errors import FeedError
from bot.language.latex.entities import unescaped
from bot.model import Paper
from tests.adapters.feeds.arxiv_server import RSS
from tests.adapters.feeds.days import TUESDAY, record


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("RL Q&amp;A for R&amp;D", "RL Q&A for R&D"),
        ("p &lt; 0.05 and 6% &#177; 2%, it&rsquo;s", "p < 0.05 and 6% ± 2%, it’s"),
        ("&#39;a&#x27; &lt;think&gt; &quot;b&quot;&nbsp;c", "'a' <think> \"b\" c"),
        ("Q&amp;amp;A, &amp;#8211; &amp;lt;s&amp;gt;", "Q&A, – <s>"),
        ("R&D, AT&T; a & b && c &", "R&D, AT&T; a & b && c &"),
        ("a &times b &copy2024 &notit; &bogus;", "a &times b &copy2024 &notit; &bogus;"),
        ("x &lt y &#39s", "x < y 's"),
        ("a \\& b & c \\\\", "a \\& b & c \\\\"),
        ("&#0;&#xd800;&#8238;x", "\ufffd\ufffdx"),
        ("<s>R&D</s>", "<s>R&D</s>"),
    ],
)
def test_entities_are_read_as_a_browser_shows_them(written, shown):
    assert records.text(written) == shown


ENTITIES = [
    line.split("\t") for line in (Path(__file__).parents[2] / "golden" / "entities.tsv").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize(("written", "shown"), ENTITIES)
def test_every_entity_is_the_character_that_a_browser_shows(written, shown):
    """The table's characters that print nothing stand there as Python writes them."""
    assert unescaped(written) == (shown.encode().decode("unicode_escape") if "\\" in shown else shown)


def test_reading_entities_twice_changes_nothing_more_where_nothing_was_escaped_thrice():
    assert unescaped(unescaped("Q&amp;amp;A &lt;s&gt;")) == unescaped("Q&amp;amp;A &lt;s&gt;") == "Q&A <s>"


def test_rss_whose_description_is_escaped_html_is_read_as_people_see_it():
    item = (
        "<item><title>Q&amp;amp;A &amp;lt;think&amp;gt;</title><guid>oai:arXiv.org:2611.10001v1</guid>"
        "<description>arXiv:2611.10001v1 Announce Type: new\nAbstract: it&amp;#39;s R&amp;D</description>"
        "<creator xmlns='http://purl.org/dc/elements/1.1/'>Ann O&amp;#39;Hara (R&amp;amp;D, City)</creator></item>"
    )
    body = RSS.format(published="Tue, 24 Nov 2026 00:00:00 -0500", items=item).encode()
    [paper] = arxiv_papers.read_rss(body).papers
    assert (paper.title, paper.abstract, paper.authors) == ("Q&A <think>", "it's R&D", ("Ann O'Hara",))


@pytest.mark.parametrize(
    ("creator", "names"),
    [
        ("A. Example (Dept. X (Lab Y, Z), City), B. Li", ("A. Example", "B. Li")),
        ("A. Example (1 and 2), B. Li (2) ((1) Univ X, (2) Univ Y)", ("A. Example", "B. Li")),
        ("A. Example (1), B. Li (2), ((1) Univ X, (2) Univ Y)", ("A. Example", "B. Li")),
        ("A. Example (MIT, Cambridge", ("A. Example",)),
        ("A. Example (MIT (CSAIL), Cambridge", ("A. Example",)),
        ("A. Example), B. Li", ("A. Example", "B. Li")),
        ("A. Example (MIT), B. Example (Univ. of X, City, Land)", ("A. Example", "B. Example")),
        ("A. Example (for the ATLAS Collaboration)", ("A. Example",)),
        ("Yu (Andy) Chen, B. Li", ("Yu (Andy) Chen", "B. Li")),
        ("(MIT) A. Example, B. Li", ("A. Example", "B. Li")),
        ("(MIT, Cambridge) A. Example (CSAIL), [ETH] B. Li", ("A. Example", "B. Li")),
        ("A. Example [1], B. Li [1,2], [1] Univ X, City, [2] Univ Y", ("A. Example", "B. Li")),
        ("A. Example (a), B. Li (b), (a) Univ X, (b) Univ Y", ("A. Example", "B. Li")),
        ("A. Example (1), B. Li (2), (1) Univ X, City, (2) Univ Y", ("A. Example", "B. Li")),
        ("A. Example (1), B. Li (2) (1: Univ X, 2: Univ Y)", ("A. Example", "B. Li")),
        ("(1) A. Example, (2) B. Li", ("A. Example", "B. Li")),
        ("[1]", ()),
        ("A. Example, [1], B. Li", ("A. Example", "B. Li")),
        ("A. Example [MIT, Cambridge], B. Li", ("A. Example", "B. Li")),
        ("A. Example [MIT (CSAIL], Cambridge), B. Li", ("A. Example", "B. Li")),
        ("A. Example [MIT, Cambridge", ("A. Example",)),
        ("A. Example], B. Li)", ("A. Example", "B. Li")),
        ("A. Example (X) Jr., B. Li", ("A. Example Jr.", "B. Li")),
        ("A. Example, (X) Jr., B. Li", ("A. Example Jr.", "B. Li")),
        ("A. Example (X), Jr., B. Li", ("A. Example Jr.", "B. Li")),
        ("A. Example, Jr. (X), B. Li III", ("A. Example Jr.", "B. Li III")),
        ("A. Example (X) III (Y), B. Li", ("A. Example III", "B. Li")),
        ("Yu (Andy) Chen (MIT), Yu (Andy) Chen Jr. (ETH)", ("Yu (Andy) Chen", "Yu (Andy) Chen Jr.")),
        ("A. Example (MIT), and B. Li", ("A. Example", "B. Li")),
        ("A. Example¹, B. Li*†", ("A. Example", "B. Li")),
        ("A. Example (MIT)(ETH) , B. Li", ("A. Example", "B. Li")),
        ("(for the ATLAS Collaboration), A. Example", ("A. Example",)),
        ("(MIT A. Example, B. Li", ("MIT A. Example",)),
        ("A. Example （MIT, 剑桥）, B. Li", ("A. Example", "B. Li")),
        ("A. Example ［MIT, X］，B. Li【ETH】、C. Wu", ("A. Example", "B. Li", "C. Wu")),
        ("A. Example {MIT, USA}, B. Li {1, 2}", ("A. Example", "B. Li")),
        (
            r"Dvo{\v r}{\'a}k, {\O}ystein Li, A. {van der Berg}",
            (r"Dvo{\v r}{\'a}k", r"{\O}ystein Li", "A. {van der Berg}"),
        ),
        ("A. Example (1), B. Li (2); (1) X, (2) Y", ("A. Example", "B. Li")),
        ("A. Example (1), B. Li (2). (1) X, (2) Y", ("A. Example", "B. Li")),
        ("A. Example {1}, B. Li {2}; {1} X, {2} Y", ("A. Example", "B. Li")),
        ("A. Example [1]; B. Li [2]: [1] X; [2] Y", ("A. Example", "B. Li")),
        ("A. Example and B. Li", ("A. Example", "B. Li")),
        ("A. Example, B. Li & C. Wu", ("A. Example", "B. Li", "C. Wu")),
        ("A. Example (MIT and ETH, X) and B. Li (ETH)", ("A. Example", "B. Li")),
        ("A. Example (1) and B. Li (1,2) ((1) X, (2) Y)", ("A. Example", "B. Li")),
        ("A. Example, Jr. and B. Li", ("A. Example Jr.", "B. Li")),
        ("Research and Development Lab, A. Example", ("Research and Development Lab", "A. Example")),
        ("for the ATLAS and CMS Collaborations", ("for the ATLAS and CMS Collaborations",)),
        ("Roland And, Anderson Sandoval", ("Roland And", "Anderson Sandoval")),
        ("()", ()),
        (") A. Example (", ("A. Example",)),
        (" , ,B. Li,", ("B. Li",)),
        ("", ()),
    ],
)
def test_affiliations_are_no_authors(creator, names):
    assert arxiv_authors.authors(creator) == names


@pytest.mark.parametrize(
    "poison", ["(", "()", "(1) Jr. [", ",", "[(1", "(1 and ", "(" + "1" * 500, "[a, ", "x {", "x and ", ") "]
)
def test_a_long_line_of_brackets_is_read_to_its_end(poison):
    assert arxiv_authors.authors(f"A. Example, {poison * 20_000}")[0].startswith("A. Example")


POISON = {
    "title": "$A" * 100_000,
    "summary": "\\a{" * 350_000,
    "ai_summary": "word " * 1_000_000,
    "authors": [{"name": f"Name {n} " * 50} for n in range(6_000)],
    "ai_keywords": [f"k{n} " + "x" * 999 for n in range(500)],
    "organization": {"name": "o" * 5_000},
}


def is_within_limits(paper: Paper) -> bool:
    texts = all(len(getattr(paper, name)) <= most for name, most in records.TEXTS.items())
    lists = all(len(getattr(paper, name)) <= most for name, most in records.LISTS.items())
    return texts and lists and all(len(name) <= 200 for name in (*paper.authors, *paper.keywords, *paper.categories))


def test_the_limits_are_those_that_the_documents_tell():
    assert (records.TEXTS["title"], records.TEXTS["abstract"], records.NAME) == (1_000, 20_000, 200)
    assert records.LISTS == {"authors": 5_000, "keywords": 100, "categories": 100}


def test_every_field_of_a_daily_list_is_cut_and_counted():
    cuts = Counter()
    body = json.dumps([record("2611.19001", "x", TUESDAY, **POISON), record("2611.19002", "Fine", TUESDAY)]).encode()
    (poisoned, fine), skipped = huggingface_papers.read(body, TUESDAY, cuts)
    assert is_within_limits(poisoned)
    assert (len(poisoned.authors), poisoned.title, fine.title, skipped) == (5_000, POISON["title"][:1_000], "Fine", 0)
    assert cuts == dict.fromkeys(("title", "abstract", "summary", "authors", "keywords", "organization"), 1)


def test_every_field_of_an_imported_record_is_cut_and_counted():
    cuts = Counter()
    line = json.dumps({"id": "2611.19001", **POISON, "organization": "o" * 999, "categories": ["c" * 300] * 2}).encode()
    paper = read_line(line, 1, cuts)
    assert is_within_limits(paper)
    assert set(cuts) == {"title", "abstract", "summary", "authors", "keywords", "categories", "organization"}


def test_every_field_of_arxivs_answers_is_cut_and_counted():
    cuts = Counter()
    item = (
        f"<item><title>{'$A' * 100_000}</title><guid>oai:arXiv.org:2611.10001v1</guid>"
        f"<description>arXiv:2611.10001v1 Announce Type: new\nAbstract: {'w ' * 60_000}</description>"
        f"<creator xmlns='http://purl.org/dc/elements/1.1/'>{'n' * 300}, {'A,' * 9}</creator></item>"
    )
    body = RSS.format(published="Tue, 24 Nov 2026 00:00:00 -0500", items=item).encode()
    [paper] = arxiv_papers.read_rss(body, cuts).papers
    assert is_within_limits(paper)
    assert cuts == {"title": 1, "abstract": 1, "authors": 1}


def test_what_was_cut_is_logged_once(caplog):
    with caplog.at_level(logging.WARNING):
        records.log_cuts("huggingface 2026-11-24", Counter(title=2, abstract=1))
        records.log_cuts("huggingface 2026-11-25", Counter())
    assert caplog.messages == ["huggingface 2026-11-24: longer than what is kept, and cut: 1 abstract, 2 title"]


def test_one_endless_number_does_not_cost_the_list():
    body = json.dumps([record("2611.19001", "Fine", TUESDAY)]).replace('"upvotes": 1', '"upvotes": ' + "9" * 5_000)
    ((paper,), skipped) = huggingface_papers.read(body.encode(), TUESDAY)
    assert (paper.upvotes, skipped) == (records.MOST, 0)


@pytest.mark.parametrize("inner", ["<a>" * 200 + "</a>" * 200, "<a>" * 1_000_000], ids=["deep", "endless"])
def test_nested_xml_is_refused(inner):
    body = RSS.format(published="Tue, 24 Nov 2026 00:00:00 -0500", items=f"<item>{inner}</item>").encode()
    with pytest.raises(FeedError, match="not XML"):
        arxiv_papers.read_rss(body)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
@pytest.mark.parametrize("indent", [None, 2])
def test_the_feeds_own_recorded_array_is_imported(tmp_path, pack, indent):
    items = [record("2611.19001", "One", TUESDAY, upvotes=3, numComments=2), {"paper": {"id": "x"}}, 7]
    items.append(record("2611.19002", "Two", TUESDAY, submittedOnDailyAt=None, authors=["Ann Lee", {"name": "Bo"}]))
    file = tmp_path / "2026-11-20.json"
    file.write_bytes(pack(json.dumps(items, indent=indent).encode()))
    one, bad, none, two = read_papers(file)
    assert (one.id, one.day, one.upvotes, one.comments, one.feed) == ("2611.19001", TUESDAY, 3, 2, "huggingface")
    assert (bad.reason, none.reason) == ("no arXiv id", "not a record")
    assert (two.authors, str(two.day)) == (("Ann Lee", "Bo"), "2026-11-20")
    if indent:
        written = file.read_bytes() if pack is bytes else gzip.decompress(file.read_bytes())
        assert written.decode().splitlines()[bad.number - 1].strip() == "{"
        assert written.decode().splitlines()[none.number - 1].strip() == "7,"


def test_an_array_that_breaks_off_keeps_what_stands_before(tmp_path):
    file = tmp_path / "papers.json"
    file.write_text(json.dumps([record("2611.19001", "One", TUESDAY)] * 2, indent=1)[:-200])
    one, end = read_papers(file)
    assert (one.title, end.reason) == ("One", "not JSON from here on")
    assert end.number > 10


def test_a_line_without_end_is_told_and_the_next_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("adapters.feeds.jsonl.LONGEST_LINE", 100)
    file = tmp_path / "papers.jsonl"
    file.write_text("x" * 1_000 + '\n{"id": "2611.19001", "title": "T"}\n')
    bad, good = read_papers(file)
    assert isinstance(bad, BadLine)
    assert (bad.number, good.title) == (1, "T")


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        (["Ann Lee", {"name": "Bo"}, {"fullname": "Cy"}, {"user": {"user": "di"}}], ("Ann Lee", "Bo", "Cy", "di")),
        ("Ann Lee; Bo Li", ("Ann Lee", "Bo Li")),
        ("Ann Lee, Bo Li (MIT, X)", ("Ann Lee", "Bo Li")),
        ([{"name": "Ann", "hidden": True}, None, 7, "Bo"], ("Bo",)),
    ],
)
def test_authors_are_kept_whatever_they_are_written_as(authors, names):
    assert read_line(json.dumps({"id": "2611.19001", "title": "T", "authors": authors}).encode(), 1).authors == names
