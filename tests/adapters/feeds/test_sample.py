"""The bundled sample: what is in it, and that it was read from nothing but itself."""

import json
import re
import subprocess
import sys
from datetime import date

import pytest

from adapters.feeds.sample import DAYS, Sample
from tests.adapters.feeds.days import recorded
from tests.support.shared import SHARED


async def papers():
    return [paper for day in DAYS for paper in (await Sample().fetch(day)).papers]


async def test_the_sample_holds_the_papers_of_two_list_days():
    counts = [len((await Sample().fetch(day)).papers) for day in Sample.days]
    assert (Sample.days, counts) == ((date(2026, 6, 3), date(2026, 8, 20)), [23, 15])


async def test_every_paper_of_the_sample_can_be_shown_well():
    for paper in await papers():
        assert 20 < len(paper.summary) <= 140
        assert paper.summary.endswith(".")
        assert 2 <= len(paper.keywords) <= 4
        assert paper.authors
        assert paper.published is not None


async def test_the_sample_answers_the_first_question_everybody_asks():
    keyed = [paper for paper in await papers() if "reinforcement learning" in paper.keywords]
    assert {paper.day for paper in keyed} == set(DAYS)


async def test_a_day_that_the_sample_lacks_is_empty():
    assert (await Sample().fetch(date(2026, 8, 21))).papers == ()


async def test_a_paper_of_the_sample_is_found_by_any_form_of_its_id():
    paper = await Sample().paper("https://arxiv.org/abs/2606.03985v1")
    assert paper is not None
    assert paper.title.startswith("Humanoid-GPT")
    assert await Sample().paper("2611.00001") is None
    assert await Sample().paper("nonsense") is None


async def test_no_abstract_is_in_the_sample():
    assert [paper.abstract for paper in await papers()] == [""] * 38


@pytest.mark.skipif(SHARED is None, reason="the recorded days do not lie beside the project")
@pytest.mark.parametrize("day", DAYS)
async def test_the_facts_are_those_of_the_feed_and_the_summaries_are_not_its_words(day):
    served = {it["paper"]["id"]: it for it in recorded(day)}
    for paper in (await Sample().fetch(day)).papers:
        it = served.pop(paper.id)
        inner = it["paper"]
        facts = (inner["title"], inner["upvotes"], it["numComments"], inner.get("githubRepo", ""))
        assert (paper.title, paper.upvotes, paper.comments, paper.code) == facts
        assert runs(paper.summary).isdisjoint(runs(inner["summary"]) | runs(inner.get("ai_summary", "")))
    assert served == {}


def runs(text: str, length: int = 5) -> set[tuple[str, ...]]:
    """Return all runs of so many words."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_importing_the_sample_reads_no_file():
    script = "import adapters.feeds.sample as it, json; print(json.dumps(it._papers.cache_info().currsize))"
    shown = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert json.loads(shown) == 0
