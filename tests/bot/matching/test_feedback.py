from hypothesis import given
from hypothesis import strategies as st

from bot.language.queries import occurrences
from bot.language.queries.parse import parse
from bot.matching import ranking
from bot.matching.feedback import AGAIN, FIRST, Feedback
from bot.matching.ranking import Candidate, Frequencies

KNOWN = Frequencies(1000, {"robot": 100, "grasp": 5, "gripper": 4, "tactile": 6, "ocean": 5, "tide": 4})


def ranked(query, *abstracts, title="A study"):
    pages = [occurrences.page(title, abstract, ()) for abstract in abstracts]
    return ranking.order([Candidate(page, 0, 0.0) for page in pages], parse(query), KNOWN)


def places(query, *abstracts, title="A study"):
    found = ranked(query, *abstracts, title=title)
    return Feedback(found, ranking.stems(parse(query))).order(KNOWN)


GOOD = ["robot robot grasp gripper tactile"] * FIRST


def test_what_shares_the_words_of_the_best_stands_before_what_does_not():
    assert places("robot", *GOOD, "robot ocean tide word word", "robot grasp gripper word word")[FIRST:] == [
        FIRST + 1,
        FIRST,
    ]


def test_few_papers_tell_nothing():
    found = ranked("robot", *GOOD[1:], "robot ocean tide", "robot grasp gripper")[:FIRST]
    feedback = Feedback(found, ("robot",))
    assert (feedback.words, feedback.order(KNOWN)) == ([], [])


def test_words_that_were_asked_for_and_small_ones_count_no_second_time():
    feedback = Feedback(ranked("robot", *(f"{one} of the" for one in GOOD), "robot"), ("robot",))
    assert sorted(feedback.words) == ["grasp", "gripper", "study", "tactile"]


def test_papers_that_say_nothing_of_what_is_asked_stay_as_they_are():
    assert places("robot", *["ocean tide tactile"] * (FIRST + 5)) == [*range(FIRST + 5)]


def test_a_title_that_was_asked_for_stays_first():
    pages = [occurrences.page("A study", abstract, ()) for abstract in GOOD] + [occurrences.page("Robot grasp", "", ())]
    found = ranking.order([Candidate(page, 0, 0.0) for page in pages], parse("robot grasp"), KNOWN)
    assert Feedback(found, ("robot", "grasp")).order(KNOWN)[0] == FIRST


@given(st.lists(st.lists(st.sampled_from([*KNOWN.holding, "the", "word"]), max_size=9), max_size=AGAIN + 5))
def test_it_brings_no_paper_and_drops_none(papers):
    found = ranked("robot OR ocean", *map(" ".join, papers))
    first = Feedback(found, ("robot", "ocean")).order(KNOWN)
    assert sorted(first) == sorted(one.place for one in found[: len(first)])
    assert len(first) == (min(AGAIN, len(papers)) if len(papers) > FIRST else 0)
