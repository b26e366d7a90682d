"""Versions of papers: a replacement or a withdrawal at arXiv is seen, and marked on the paper's card."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.feeds import arxiv_papers
from bot import views
from bot.language.words.arxiv_id import version
from bot.model import Listing, Paper
from storage.papers.keeping import merged
from tests.adapters.feeds.arxiv_server import Submission, arxiv_server
from tests.adapters.feeds.test_arxiv import NEW, TUESDAY, a_feed
from tests.bot.app.test_library import TODAY, ask, latest, wired, words
from tests.support import memory
from tests.support.shared import SHARED
from tests.support.store_makers import NOON

SENT = datetime(2026, 3, 1, 20, tzinfo=UTC)
GONE = "This paper has been withdrawn by the authors."


def card(message):
    return f"{message.blocks[0].title}\n{message.blocks[0].facts}".replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("2602.08025v3", 3),
        ("http://arxiv.org/abs/quant-ph/0201082v12", 12),
        ("oai:arXiv.org:2203.01250v2", 2),
        ("2602.08025", 0),
        ("v2", 0),
        ("", 0),
        ("2602.08025v99999", 0),
    ],
)
def test_the_version_is_read_from_an_id(written, number):
    assert version(written) == number


@pytest.mark.parametrize(("number", "said"), [(1, ""), (2, "v2, replaced 2 Mar"), (3, "v3, replaced 3 Mar")])
async def test_a_card_tells_the_newest_version_and_when_it_came(tmp_path, number, said):
    async with wired(tmp_path) as (core, _, arxiv):
        arxiv.submissions = [Submission("2403.03950", "Stop Regressing", SENT, version=number)]
        assert card(await ask(core, "2403.03950")) == f"Stop Regressing\n{said}"


async def test_a_paper_of_hugging_face_is_looked_up_at_arxiv_once_a_day(tmp_path):
    async with wired(tmp_path) as (core, face, arxiv):
        id = latest(face)
        await core.library.sources[0].collector.poll()
        arxiv.submissions = [Submission(id, "RL on a robot, revised", SENT, version=2)]
        for _ in range(3):
            assert "v2, replaced 2 Mar" in card(await ask(core, id))
        assert [request.query["id_list"] for request in arxiv.requests] == [id]
        kept = await core.store.paper(id)
        assert (kept.title, kept.feed) == ("RL on a robot", "huggingface")


async def test_a_withdrawal_at_arxiv_is_seen_and_marked(tmp_path):
    async with wired(tmp_path) as (core, face, arxiv):
        id = latest(face)
        await core.library.sources[0].collector.poll()
        arxiv.submissions = [Submission(id, "RL on a robot", SENT, abstract=GONE, version=2)]
        shown = card(await ask(core, id))
        assert shown.startswith("Withdrawn: RL on a robot")
        assert "v2, withdrawn 2 Mar" in shown


async def test_without_arxiv_a_card_is_answered_as_before(tmp_path):
    async with wired(tmp_path) as (core, face, arxiv):
        await core.library.sources[0].collector.poll()
        arxiv.faults.extend(["503"] * 3)
        for _ in range(2):
            answer = await ask(core, latest(face))
            assert words(answer) == "RL on a robot"
            assert [page.label for page in answer.actions[-1]] == ["3 models", "1 Space"]
        assert len(arxiv.requests) == 1


@pytest.mark.parametrize("kind", ["replace", "replace-cross"])
async def test_a_replacement_that_arxiv_announces_marks_papers_that_are_known_alone(kind):
    async with arxiv_server(TUESDAY) as server, a_feed(server) as feed, await memory.open_store() as store:
        old = Submission("2611.00001", "Old", SENT, version=2)
        server.announced = [(NEW, "new"), (old, kind), (Submission("2611.00002", "Unknown", SENT, version=4), kind)]
        known = Paper(old.id, "Old", upvotes=9, day=date(2026, 11, 2))
        await store.import_papers([known], NOON)
        listing = await feed.fetch(TUESDAY)
        await store.save(listing, (), NOON, seen=True)
        assert await store.paper("2611.00002") is None
        assert {day.day: day.papers for day in await store.held_days()} == {TUESDAY: 1}
        kept = await store.paper(old.id)
        assert (kept.version, kept.replaced, kept.upvotes, kept.day) == (2, TUESDAY, 9, known.day)
        assert [paper.id for paper in await store.unseen([kept])] == [old.id]


def test_an_older_word_never_takes_the_place_of_a_newer_one():
    first = Paper("1", "T", feed="huggingface", page="https://huggingface.co/papers/1")
    second = Paper("1", "T", feed="arxiv", version=2, replaced=TODAY)
    third = replace(second, version=3, replaced=TODAY + timedelta(days=1))
    for order in ((first, second, third), (third, second, first), (second, third, first), (first, third, second)):
        known = None
        for paper in order:
            known = merged(known, paper)
        assert (known.version, known.replaced, known.feed) == (3, third.replaced, "huggingface")


def test_a_later_version_brings_a_withdrawn_paper_back_and_silence_does_not():
    gone = Paper("1", "T", feed="arxiv", version=2, withdrawn=True)
    assert merged(gone, replace(gone, version=3, withdrawn=False)).withdrawn is False
    assert merged(gone, Paper("1", "T", feed="huggingface", page="https://huggingface.co/papers/1")).withdrawn is True
    assert merged(replace(gone, version=0), replace(gone, withdrawn=False)).withdrawn is True


@pytest.mark.parametrize("number", [0, 1])
def test_a_feed_takes_its_own_withdrawal_back(number):
    paper = Paper("1", "T", feed="huggingface", page="https://huggingface.co/papers/1")
    gone = replace(paper, withdrawn=True)
    assert merged(merged(gone, Paper("1", "T", feed="arxiv", version=number)), paper).withdrawn is False


def test_a_withdrawal_that_arxiv_may_have_told_is_not_taken_back_by_another_feed():
    paper = Paper("1", "T", feed="huggingface", page="https://huggingface.co/papers/1")
    gone = merged(paper, Paper("1", "T", feed="arxiv", version=2, withdrawn=True))
    assert merged(gone, paper).withdrawn is True


def test_a_post_marks_it_too():
    paper = Paper("2611.00001", "T", version=2, replaced=date(2025, 3, 2))
    assert views.card(paper, TODAY).facts.replace("\u00a0", " ") == "v2, replaced 2 Mar 2025"
    assert views.card(replace(paper, replaced=None), TODAY).facts == "v2"


async def test_a_listing_may_tell_of_new_versions_alone():
    async with await memory.open_store() as store:
        await store.save(Listing("arxiv", TUESDAY, changed=(Paper("1", "T", version=2),)), (), NOON, seen=True)
        assert await store.count_papers() == 0


@pytest.mark.skipif(SHARED is None, reason="the recorded answers do not lie beside the project")
@pytest.mark.parametrize(
    ("name", "id", "number", "replaced"),
    [
        ("atom_id_1605.08386_s0_m100.xml", "1605.08386", 1, None),
        ("atom_q_testing_s0_m100.xml", "2005.14124", 2, date(2020, 7, 16)),
        ("atom_2025-10_csRO.xml", "2510.14968", 1, None),
    ],
)
def test_recorded_answers_of_both_layouts_tell_it(name, id, number, replaced):
    papers = arxiv_papers.read_atom((SHARED / "arxiv_raw" / name).read_bytes()).papers
    assert [(one.version, one.replaced) for one in papers if one.id == id] == [(number, replaced)]
