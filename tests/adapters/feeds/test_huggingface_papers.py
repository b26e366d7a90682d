"""Reading what Hugging Face serves: the quirks that lie in the records, broken records, and the recorded days."""

import copy
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.feeds import huggingface_papers
from bot.errors import FeedError
from bot.model import Paper
from tests.adapters.feeds.days import MONDAY, TUESDAY, archive, own_days, record, recorded, recorded_body
from tests.support import laws
from tests.support.shared import SHARED
from tests.support.store_makers import a_paper


def read(*records: object, day: date | None = MONDAY) -> tuple[Paper, ...]:
    papers, skipped = huggingface_papers.read(json.dumps(records).encode(), day)
    assert skipped == 0
    return papers


def one(**more: object) -> Paper:
    [paper] = read(record("2611.11001", "Title", MONDAY, **more))
    return paper


def test_a_record_becomes_a_paper_with_all_that_is_kept():
    [served] = [it for it in own_days()[MONDAY] if it["paper"]["id"] == "2611.11001"]
    served["paper"]["projectPage"] = "https://example.org/doubt"
    served["numComments"] = 3
    assert read(served) == (
        Paper(
            id="2611.11001",
            title="Reward Models that Admit Doubt",
            abstract="We study reward models that admit doubt. Experiments support it.",
            authors=("Ada Example", "Bo Example", "Cy Example", "Di Example"),
            day=MONDAY,
            published=datetime(2026, 11, 23, tzinfo=UTC),
            upvotes=41,
            comments=3,
            summary="A reward model that reports its own uncertainty keeps policies from exploiting it.",
            keywords=("RLHF", "reward model"),
            organization="Example Lab",
            code="https://github.com/example/doubt",
            stars=1203,
            project="https://example.org/doubt",
            thumbnail="https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/2611.11001.png",
            feed="huggingface",
            page="https://huggingface.co/papers/2611.11001",
        ),
    )


@pytest.mark.parametrize("value", ["null", "", "false", 0, False, None, [], {}])
def test_a_withdrawal_without_a_time_is_none(value):
    assert not one(withdrawnAt=value).withdrawn
    assert one(withdrawnAt="2026-11-28T00:00:00.000Z").withdrawn


def test_q1_the_list_day_is_the_day_of_submission_and_not_of_the_outer_time():
    served = record("2611.1", "T", MONDAY) | {"publishedAt": "2026-11-19T20:00:00.000Z"}
    served["paper"] |= {"id": "2611.11001", "publishedAt": "2026-11-18T00:00:00.000Z"}
    assert read(served, day=TUESDAY)[0].day == MONDAY


def test_q1_an_old_record_stands_on_the_day_that_was_asked_for():
    served = record("2405.14906", "T", date(2024, 5, 20))
    del served["paper"]["submittedOnDailyAt"]
    assert read(served, day=date(2024, 5, 27))[0].day == date(2024, 5, 27)


@pytest.mark.parametrize("at", ["T00:00:00.000Z", "T23:59:59.999Z", "T04:11:07.123Z", "T20:00:00-04:00", "T00:00:00"])
def test_q2_midnight_and_clock_times_are_read_as_utc(at):
    expected = TUESDAY if "-04" in at else MONDAY
    assert one(submittedOnDailyAt=f"2026-11-23{at}").day == expected


def test_q8_the_id_says_nothing_of_the_list_day():
    served = record("2609.00001", "Two Months Old", MONDAY)
    assert read(served)[0].day == MONDAY


def test_q9_votes_lie_inside_and_comments_outside():
    served = record("2611.11001", "T", MONDAY, upvotes=5, numComments=6) | {"upvotes": 77}
    served["paper"]["numComments"] = 88
    assert [(paper.upvotes, paper.comments) for paper in read(served)] == [(5, 6)]


OPTIONAL = (
    *("authors", "publishedAt", "upvotes", "summary", "ai_summary", "ai_keywords", "githubRepo", "githubStars"),
    *("projectPage", "organization", "discussionId", "submittedOnDailyAt", "submittedOnDailyBy", "mediaUrls"),
)


@pytest.mark.parametrize("field", OPTIONAL)
@pytest.mark.parametrize("value", [None, "", "absent", 3.5, True, [], {}, [None], [[]], {"a": 1}, "2026-99-99"])
def test_q10_any_optional_field_may_be_absent_null_empty_or_of_another_type(field, value):
    served = record("2611.11001", "Title", MONDAY)
    served["paper"][field] = value
    if value == "absent":
        del served["paper"][field]
    assert [(paper.id, paper.title) for paper in read(served)] == [("2611.11001", "Title")]


def test_q10_an_outer_object_of_nothing_but_the_paper_is_enough():
    assert read({"paper": {"id": "2611.11001", "title": "T"}}) == (a_paper("2611.11001", "T", day=MONDAY),)


def test_q10_hidden_authors_are_not_shown_and_hundreds_are():
    authors = [{"name": f"Author {n}", "hidden": n == 3} for n in range(664)]
    read_authors = one(authors=authors).authors
    assert (len(read_authors), "Author 3" in read_authors, read_authors[:1]) == (663, False, ("Author 0",))


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ({"user": {"user": "ada64", "fullname": "Ada"}}, "Ada"),
        ({"user": {"user": "ada64"}}, "ada64"),
        ({"user": {"name": "ada64"}, "name": ""}, "ada64"),
        ({"user": "ada64", "name": None}, "ada64"),
    ],
)
def test_q11_a_login_is_found_under_either_name(author, name):
    assert one(authors=[author]).authors == (name,)


def test_q11_an_organisation_is_known_by_its_full_name_or_its_login():
    names = [one(organization=it).organization for it in ({"name": "lab", "fullname": "The Lab"}, {"name": "lab"})]
    assert names == ["The Lab", "lab"]


@pytest.mark.parametrize(
    ("served", "read_title"),
    [
        ("Multimodal\n  Models", "Multimodal Models"),
        ("at $\\mathcal{O}(d^k)$  Cost", "at $\\mathcal{O}(d^k)$ Cost"),
        ("Fr\\'echet $\\pi_0$", "Fr\\'echet $\\pi_0$"),
        ("<think> & R&D <b>", "<think> & R&D <b>"),
        ("🤖 für 日本語 \u0627\u0644", "🤖 für 日本語 \u0627\u0644"),
        ("a\x00b\x1b[31mc\u202ed\u2028e\x85f", "ab[31mcd e f"),
        ("half \ud83e pair", "half \ufffd pair"),
        ("👩\u200d🔬", "👩\u200d🔬"),
    ],
)
def test_q13_titles_and_abstracts_are_single_spaced_text_and_else_as_served(served, read_title):
    paper = one(title=served, summary=served)
    assert (paper.title, paper.abstract) == (read_title, read_title)


@pytest.mark.parametrize("id", ["2602.08025v1", "https://arxiv.org/pdf/2602.08025v3.pdf", "arXiv:2602.08025"])
def test_q14_the_key_is_the_bare_id(id):
    assert one(id=id).id == "2602.08025"


def test_q14_two_versions_in_one_list_are_one_paper_the_first():
    papers = read(record("2602.08025v2", "New", MONDAY), record("2602.08025v1", "Old", MONDAY))
    assert [(paper.id, paper.title) for paper in papers] == [("2602.08025", "New")]


def test_q16_the_summary_and_the_code_link_are_read_from_the_inner_object():
    paper = one(ai_summary="In one line.", githubRepo="https://github.com/a/b", githubStars=2)
    assert (paper.summary, paper.code, paper.stars) == ("In one line.", "https://github.com/a/b", 2)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "https://a b.c", "https://a.b/<x>", "//a.b", "x" * 600, "https://"]
)
def test_a_link_that_is_none_is_not_kept(link):
    assert (one(githubRepo=link).code, one(projectPage=link).project) == ("", "")


def test_a_link_broken_over_two_lines_is_one_link():
    assert one(githubRepo=" https://github.com/\na/b.git").code == "https://github.com/a/b.git"


@pytest.mark.parametrize(("served", "kept"), [(-3, 0), (10**400, 2**31 - 1), (True, 0), ("7", 0), (7.0, 0), (7, 7)])
def test_counts_are_whole_and_fit_a_column(served, kept):
    assert one(upvotes=served).upvotes == kept


def test_a_record_without_id_or_title_is_skipped_and_counted():
    records = [record("nonsense", "T", MONDAY), record("2611.11001", " \n", MONDAY), *own_days()[MONDAY]]
    papers, skipped = huggingface_papers.read(json.dumps(records).encode(), MONDAY)
    assert (len(papers), skipped) == (5, 2)


def test_a_byte_that_is_no_utf8_costs_a_character_and_not_the_list():
    body = json.dumps([record("2611.11001", "Caf@", MONDAY)]).encode().replace(b"@", b"\xe9")
    papers, skipped = huggingface_papers.read(body, MONDAY)
    assert ([paper.title for paper in papers], skipped) == (["Caf\ufffd"], 0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def _places(value: object, path: tuple = ()) -> list[tuple]:
    """Return the path of every value inside."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inside for place in _places(item, (*path, key)))]


@st.composite
def broken_records(draw: st.DrawFn) -> object:
    """Return a record of a real list day in which up to three values are gone or something else."""
    served = copy.deepcopy(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(1, 3))):
        places = _places(served)[1:] if isinstance(served, dict) else []
        if not places:
            break
        *way, last = draw(st.sampled_from(places))
        holder: Any = served
        for key in way:
            holder = holder[key]
        if draw(st.booleans()):
            holder[last] = draw(JSON)
        else:
            del holder[last]
    return served


GOOD = own_days()[MONDAY] if SHARED is None else recorded(date(2026, 6, 3))


@settings(deadline=None)
@given(st.lists(st.tuples(broken_records() | JSON, st.sampled_from(GOOD)), max_size=4))
def test_no_broken_record_raises_or_costs_a_good_one(pairs):
    good = {it["paper"]["id"] for _, it in pairs}
    records = [it for pair in pairs for it in pair]
    papers, skipped = huggingface_papers.read(json.dumps(records).encode(), MONDAY)
    assert good <= {paper.id for paper in papers}
    assert skipped <= len(pairs)
    for paper in papers:
        _keeps_the_laws(paper)


def _keeps_the_laws(paper: Paper) -> None:
    """Check what the rest of the program relies on: encodable single-spaced text, counts in range, aware UTC."""
    words = (paper.title, paper.abstract, paper.summary, paper.organization, *paper.authors, *paper.keywords)
    for text in words:
        assert text == " ".join(text.split())
        text.encode()
    assert paper.title
    assert all(0 <= number < 2**31 for number in (paper.upvotes, paper.comments, paper.stars, paper.models))
    assert paper.published is None or paper.published.utcoffset() == timedelta()


@settings(deadline=None)
@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_body_that_is_no_list_is_a_feed_error_and_nothing_else(body):
    try:
        papers, _ = huggingface_papers.read(body, MONDAY)
    except FeedError:
        return
    assert isinstance(json.loads(body.decode("utf-8-sig", "replace")), list)
    assert papers == ()


@settings(deadline=None)
@given(broken_records() | JSON)
def test_a_single_paper_is_read_or_is_a_feed_error(served):
    body = json.dumps(served["paper"] if isinstance(served, dict) and "paper" in served else served).encode()
    try:
        paper = huggingface_papers.read_one(body)
    except FeedError:
        return
    _keeps_the_laws(paper)


ARTEFACTS = (date(2024, 12, 11), date(2025, 1, 10))
"""Between these days the archive holds what a collector made of some answers, not what the feed served."""


@pytest.mark.skipif(SHARED is None, reason="the recorded days do not lie beside the project")
def test_every_recorded_day_is_read_whole():
    days = [day for day in archive() if not ARTEFACTS[0] <= day <= ARTEFACTS[1]]
    for day in days[:: 1 if laws.ALL else laws.PART]:
        papers, skipped = huggingface_papers.read(recorded_body(day), day)
        served = recorded(day)
        assert skipped == 0
        assert [(paper.id, paper.day) for paper in papers] == [(it["paper"]["id"], day) for it in served]
        assert [paper.upvotes for paper in papers] == [it["paper"]["upvotes"] for it in served]
        assert [paper.comments for paper in papers] == [it["numComments"] for it in served]
    assert days


@pytest.mark.skipif(SHARED is None, reason="the recorded days do not lie beside the project")
def test_records_that_a_collector_stored_as_text_are_counted_as_skipped():
    assert huggingface_papers.read(recorded_body(ARTEFACTS[0]), ARTEFACTS[0]) == ((), 26)
