"""What is best first, and that it is a matter of the papers, the query and the time alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.language.queries import nodes
from bot.language.queries.parse import parse
from bot.matching import ranking
from bot.matching.ranking import Frequencies
from bot.model import Paper

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOW.date()
FILLER = "We study a problem of wide interest and report what was found in many trials of it. "


def _best(line: str, *papers: Paper, frequencies: Frequencies | None = None) -> list[str]:
    return [paper.id for paper in ranking.rank(papers, parse(line), NOW, frequencies)]


def test_a_word_in_the_title_comes_before_one_in_the_abstract() -> None:
    said, named = Paper("said", "A study", f"{FILLER} Robots."), Paper("named", "Robots", FILLER)
    assert _best("robots", said, named) == ["named", "said"]


def test_the_word_asked_for_comes_before_what_it_stands_for() -> None:
    expanded, exact = Paper("expanded", "Reinforcement learning", FILLER), Paper("exact", "RL for all", FILLER)
    assert _best("rl", expanded, exact) == ["exact", "expanded"]


def test_neighbours_come_before_words_far_apart() -> None:
    apart = Paper("apart", "A model of the whole wide world", FILLER)
    beside = Paper("beside", "A world model of the whole wide sea", FILLER)
    assert _best("world model", apart, beside) == ["beside", "apart"]


def test_the_rarer_word_weighs_more() -> None:
    common, rare = Paper("common", "Models", "mamba"), Paper("rare", "Mamba", "models")
    known = Frequencies(1_000, {"model": 900, "mamba": 5})
    assert _best("models mamba", common, rare, frequencies=known) == ["rare", "common"]


def test_votes_and_age_decide_between_papers_that_say_the_same() -> None:
    plain = Paper("plain", "Robots", FILLER, day=TODAY)
    assert _best("robots", plain, Paper("liked", "Robots", FILLER, day=TODAY, upvotes=50)) == ["liked", "plain"]
    old = Paper("old", "Robots", FILLER, day=TODAY - timedelta(days=900))
    assert _best("robots", old, plain) == ["plain", "old"]


def test_votes_do_not_lift_a_mention_over_a_title() -> None:
    mention = Paper("mention", "A study", f"{FILLER} Robots.", day=TODAY, upvotes=300)
    assert _best("robots", mention, Paper("title", "Robots", FILLER, day=TODAY)) == ["title", "mention"]


def test_a_keyword_that_is_the_query_lifts_a_paper() -> None:
    tagged = Paper("tagged", "A study", f"{FILLER} Robots.", keywords=("robots",))
    assert _best("robots", Paper("said", "A study", f"{FILLER} Robots."), tagged) == ["tagged", "said"]


def test_a_keyword_that_stands_for_the_whole_query_lifts_more_than_one_of_its_words() -> None:
    said = f"{FILLER} Large language models."
    part = Paper("part", "A", said, keywords=("large", "language", "model"))
    whole = Paper("whole", "A", said, keywords=("LLM",))
    assert _best("large language models", part, whole) == ["whole", "part"]


@pytest.mark.parametrize("line", ["", "robots", "upvotes>=0", "-vision", "author:lee OR robots", "rob*", "=robots"])
def test_equal_papers_keep_their_order(line: str) -> None:
    papers = tuple(Paper(str(i), "Robots", FILLER, authors=("Ann Lee",), day=TODAY) for i in range(20))
    assert ranking.rank(papers, parse(line), NOW) == papers
    assert ranking.trending(papers, NOW) == papers


@pytest.mark.parametrize("line", ["title:robots", "abstract:robots", "robots OR vision", "rob*", '"robots walk"'])
def test_every_form_of_words_counts(line: str) -> None:
    silent, telling = Paper("silent", "A", "b"), Paper("telling", "Robots walk", "robots walk")
    assert _best(line, silent, telling) == ["telling", "silent"]


def test_trending_weighs_votes_against_age() -> None:
    def aged(days: int, votes: int) -> Paper:
        return Paper(f"{days}d{votes}", "x", day=TODAY - timedelta(days=days), upvotes=votes)

    found = ranking.trending([aged(0, 0), aged(1, 20), aged(0, 20), aged(30, 100), aged(3, 90)], NOW)
    assert [paper.id for paper in found] == ["3d90", "0d20", "1d20", "30d100", "0d0"]


def test_a_paper_without_a_day_or_from_tomorrow_is_ranked_too() -> None:
    undated, tomorrow = Paper("undated", "x", upvotes=5), Paper("tomorrow", "x", day=date(2026, 11, 24), upvotes=5)
    assert [paper.id for paper in ranking.trending([undated, tomorrow], NOW)] == ["tomorrow", "undated"]


def test_similar_papers_share_telling_words() -> None:
    own = Paper("own", "Tactile robot hands", "Hands with tactile skin grasp.")
    near = Paper("near", "Grasping with tactile skin", "Robot hands again.")
    far = Paper("far", "Language models", "We train them.")
    words, *others = [ranking.telling_words(ranking.page(paper)) for paper in (own, far, near)]
    assert ranking.alike(words, others) == [1, 0]
    assert set(words) >= {"tactile", "hand", "robot"}


def test_the_words_that_tell_most_are_rare_and_lead_to_others() -> None:
    own = Paper("own", "Tactile robot hands", "We study it.")
    known = Frequencies(1_000, {"tactile": 2, "robot": 40, "hand": 30, "we": 999, "study": 500, "it": 900})
    assert [stem for stem, _ in ranking.most_telling(ranking.telling_words(ranking.page(own)), known)][:2] == [
        "hand",
        "robot",
    ]


def test_of_clauses_that_are_each_enough_the_rarest_comes_first() -> None:
    known = Frequencies(1_000, {"model": 900, "tactile": 5, "robot": 40})
    choices = ranking.choices(parse("models OR tactile OR robots OR NOT vision"), known)
    assert [nodes.text_of(clause) for clause, _ in choices] == ["tactile", "robot", "model"]
    assert ranking.choices(parse("tactile robots"), known) == []


def test_what_is_near_is_asked_for_by_each_word_the_rarest_first() -> None:
    known = Frequencies(1_000, {"tactile": 9, "robot": 40, "surfing": 3})
    nodes = ranking.near(parse("tactile robots for surfing"), known)
    assert [ranking.first_stems(node) for node in nodes] == [("surfing",), ("tactile",), ("robot",)]


def test_quoted_words_among_others_bring_papers_near_too() -> None:
    nodes = ranking.near(parse('"C++" code'), Frequencies(1_000, {"cplusplus": 3, "code": 40}))
    assert [ranking.first_stems(node) for node in nodes] == [("cplusplus",), ("code",)]


@pytest.mark.parametrize("line", ["", "tactile", '"world model"', "a OR b OR c", "x y title:c", "x y -c"])
def test_nothing_is_near_where_there_are_not_several_plain_words(line: str) -> None:
    assert ranking.near(parse(line), Frequencies()) == []
