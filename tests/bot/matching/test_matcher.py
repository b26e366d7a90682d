"""The matcher says what the query says, whichever engine answers, and who is owed what."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.subscriptions import Maker, papers
from bot.deliveries import Owed
from bot.language.queries.parse import parse
from bot.language.queries.reading import ReadPaper, matches
from bot.matching import matcher
from bot.matching.engine import vocabulary
from bot.matching.engine.batch import Batch
from bot.matching.engine.gates import Gates
from bot.matching.matcher import Matcher
from bot.model import Chat, Paper, Subscription
from tests.support import laws, oracle
from tests.support.shared import SHARED

NOON = datetime(2026, 8, 21, 12, tzinfo=UTC)
ANN, BOB = Chat("telegram", "bot", "1"), Chat("slack", "team", "C2")
QUERIES, PAPERS = laws.of(300), 30


@pytest.fixture(scope="module")
def real() -> list[Paper]:
    if SHARED is None:
        pytest.skip("the recorded papers are not beside the project")
    return papers(SHARED / "papers.jsonl.gz", 2_000)


def _subscription(number: int, text: str, chat: Chat = ANN, *, paused: bool = False) -> Subscription:
    return Subscription(chat, text, parse(text).canonical, NOON, number=number, id=number, paused=paused)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_engine_finds_exactly_what_the_oracle_finds(real: list[Paper], seed: int) -> None:
    maker = Maker(real, seed)
    queries = [parse(maker.any_form(), most=0) for _ in range(QUERIES)]
    some = maker.random.sample(real, PAPERS)
    expected = [[i for i, query in enumerate(queries) if oracle.matches(query.tree, paper)] for paper in some]
    meanings = [(i, query.meaning) for i, query in enumerate(queries)]
    assert Batch(meanings).match([ReadPaper(paper) for paper in some]) == expected
    assert Gates(meanings).match([ReadPaper(paper) for paper in some]) == expected
    assert [[i for i, query in enumerate(queries) if matches(query, paper)] for paper in some] == expected
    assert sum(map(len, expected)) > QUERIES


@pytest.mark.parametrize("size", [1, 8, 9])
def test_few_papers_at_a_time_find_what_a_batch_finds(real: list[Paper], size: int) -> None:
    maker = Maker(real, 3)
    batch = Batch([(i, parse(maker.query()).meaning) for i in range(3_000)])
    some = [ReadPaper(paper) for paper in real[:200]]  # more than one chunk
    few = [found for first in range(0, 200, size) for found in batch.match(some[first : first + size])]
    assert few == batch.match(some)


def test_queries_too_wide_for_the_index_are_found_too() -> None:
    wide = parse(" ".join(f"(a{i} OR b{i} c{i})" for i in range(9)) + " OR rl").meaning
    unwanting = parse("rl -a -b -c -d").meaning
    batch = Batch([(7, wide), (8, unwanting), (9, parse("").meaning)])
    assert batch.match([ReadPaper(Paper("1", "RL")), ReadPaper(Paper("2", "a"))]) == [[7, 8, 9], [9]]


def test_the_index_knows_that_names_have_no_plural() -> None:
    paper = Paper("1", "Policies", authors=("A. Policies",))
    lines = ["author:policy*", "author:policies*", "policy*", "author:policy", "title:policy*"]
    batch = Batch([(i, parse(line).meaning) for i, line in enumerate(lines)])
    assert batch.match([ReadPaper(paper)]) == [[1, 2, 4]]
    assert [matches(parse(line), paper) for line in lines] == [False, True, True, False, True]


def test_an_empty_index_and_no_papers_are_no_trouble() -> None:
    assert Batch([]).match([ReadPaper(Paper("1", "RL"))]) == [[]]
    assert Batch([(1, parse("rl").meaning)]).match([]) == []
    assert Matcher().match([Paper("1", "RL")]) == ()


def test_a_paper_is_owed_once_to_a_chat_by_all_its_matching_subscriptions() -> None:
    all_of = Matcher([_subscription(1, "rl"), _subscription(2, "robots", BOB), _subscription(3, "learning"),
                      _subscription(4, "vision"), _subscription(5, "reinforcement learning", BOB)])  # fmt: skip
    both, one = Paper("1", "Reinforcement learning for robots"), Paper("2", "RL")
    assert all_of.match([one, both]) == (
        Owed(ANN, "2", (1,)),
        Owed(BOB, "2", (5,)),
        Owed(ANN, "1", (1, 3)),
        Owed(BOB, "1", (2, 5)),
    )


def test_an_empty_subscription_wants_every_paper() -> None:
    assert Matcher([_subscription(1, "")]).match([Paper("1", "x")]) == (Owed(ANN, "1", (1,)),)


def test_a_paused_subscription_is_owed_nothing_until_it_changes() -> None:
    subscription = _subscription(1, "rl", paused=True)
    all_of = Matcher([subscription])
    assert all_of.match([Paper("1", "RL")]) == ()
    all_of.add(replace(subscription, paused=False))
    assert all_of.match([Paper("1", "RL")]) == (Owed(ANN, "1", (1,)),)
    all_of.add(subscription)
    assert (all_of.match([Paper("1", "RL")]), len(all_of)) == ((), 0)


def test_subscriptions_come_change_and_go() -> None:
    all_of = Matcher([_subscription(1, "rl"), _subscription(2, "rl", BOB)])
    all_of.remove([1])
    all_of.remove([9])
    assert all_of.match([Paper("1", "RL")]) == (Owed(BOB, "1", (2,)),)
    all_of.add(_subscription(2, "vision", BOB))
    assert all_of.match([Paper("1", "RL")]) == ()
    assert all_of.match([Paper("2", "vision")]) == (Owed(BOB, "2", (2,)),)
    all_of.remove([2])
    assert len(all_of) == 0
    assert all_of.match([Paper("2", "vision")]) == ()


def test_of_very_many_with_one_wish_any_may_go() -> None:
    all_of = Matcher([_subscription(i, "rl", BOB) for i in range(1, 50)])
    all_of.remove(range(2, 100))
    assert all_of.match([Paper("1", "RL")]) == (Owed(BOB, "1", (1,)),)
    assert (all_of.of(1).canonical, all_of.of(1).begun_at, [*all_of.ids]) == (
        "rl",
        _subscription(1, "rl").begun_at,
        [1],
    )


def test_queries_that_went_leave_nothing_behind() -> None:
    gates, empty = Gates(), Gates()
    for number, line in enumerate(("kelp", "kelp OR reefs", '"coral reefs" kelp', "-kelp")):
        gates.add(number, parse(line).meaning)
    for number in range(4):
        gates.remove(number)
    assert vars(gates) == vars(empty)


def test_a_subscription_that_goes_before_the_next_paper_is_owed_nothing() -> None:
    all_of = Matcher([_subscription(1, "rl")])
    all_of.remove([1])
    all_of.add(_subscription(2, "vision"))
    assert all_of.match([Paper("1", "RL"), Paper("2", "vision")]) == (Owed(ANN, "2", (2,)),)


def test_new_subscriptions_are_matched_beside_the_index_and_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "FEW", 3)
    all_of = Matcher([_subscription(i, f"word{i}") for i in range(1, 9)])
    all_of.add(_subscription(20, "word3 OR rl", BOB))
    all_of.remove([4])
    found = (Owed(ANN, "1", (3,)), Owed(BOB, "1", (20,)))
    assert all_of.match([Paper("1", "word3 word4")]) == found
    for i in range(30, 40):
        all_of.add(_subscription(i, f"other{i}"))
    all_of.merge()
    assert all_of.match([Paper("1", "word3 word4")]) == found
    assert all_of.match([Paper("2", "other35 RL")]) == (Owed(BOB, "2", (20,)), Owed(ANN, "2", (35,)))


def test_changed_votes_are_matched_against_what_depends_on_them_alone() -> None:
    all_of = Matcher([_subscription(1, "rl"), _subscription(2, "rl upvotes>=20"), _subscription(3, "stars>=5", BOB)])
    assert all_of.rematch([Paper("1", "RL", upvotes=19)]) == ()
    assert all_of.rematch([Paper("1", "RL", upvotes=20, stars=9)]) == (Owed(ANN, "1", (2,)), Owed(BOB, "1", (3,)))


def test_a_small_bot_never_loads_numpy() -> None:
    line = (
        "import sys; from bot.matching.matcher import Matcher; from bot.model import Paper;"
        "Matcher().match([Paper('1', 'RL')]); sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", line], check=False, timeout=30).returncode == 0


@pytest.mark.parametrize("line", ["rl -vision", "-vision", "upvotes<1", "", "cat:cs.*", "author:lee", "NOT (a OR -rl)"])
def test_queries_without_a_word_to_wait_for_are_found(line: str) -> None:
    paper = Paper("1", "RL", authors=("Ann Lee",), categories=("cs.LG",))
    for engine in (Gates, Batch):
        assert engine([(5, parse(line).meaning)]).match([ReadPaper(paper)]) == [[5]]


WORDS = st.sampled_from(
    ["new", "lines", "new-line", "newline", "new-lines-on", "on", "--", "lineson", "neWlineson", "z"]
)
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)
WISHES = st.sampled_from(
    [
        "new-line", '"new line"', '"newline on"', '"new lineson"', '"newlineson z"', '"on z new"', "line*", "new-lin*",
        "=lines", "=new-lines", "title:newline", 'keyword:"line on"', 'abstract:"on new"', "org:line", "author:lines",
        "author:new-line*", "newlineson", '"new line on z"', "title:line*", "org:new-line", "=new-lines -title:z",
        '"on new-l"*', "newline-o*", '"z lineso"*', "title:on-ne*", '="on new-lines"', '="on z"', 'author:="z on"', "org:=lines",
    ]
)  # fmt: skip


@given(st.lists(st.builds(Paper, st.just("1"), TEXTS, TEXTS, authors=st.tuples(TEXTS), keywords=st.tuples(TEXTS, TEXTS),
                          organization=TEXTS), max_size=3), st.lists(WISHES, max_size=6))  # fmt: skip
def test_the_index_reads_hyphens_gaps_and_fields_as_a_query_does(some: list[Paper], lines: list[str]) -> None:
    wishes = [parse(line) for line in lines]
    expected = [[i for i, wish in enumerate(wishes) if matches(wish, paper)] for paper in some]
    assert Batch([(i, wish.meaning) for i, wish in enumerate(wishes)]).match(list(map(ReadPaper, some))) == expected


def test_an_index_that_forgets_the_words_it_met_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "ROOM", 3)
    batch = Batch([(1, parse("new-line").meaning), (2, parse("on*").meaning)])
    some = [ReadPaper(Paper(str(i), f"a{i} newline b{i} ones c{i}")) for i in range(70)]
    assert batch.match(some) == batch.match(some) == [[1, 2]] * 70
