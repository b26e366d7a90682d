import asyncio
import dataclasses
import random
from collections import Counter
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache, partial
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.language.acronyms import tables as acronyms
from bot.language.queries import reading
from bot.language.queries.parse import parse
from bot.language.queries.reading import matches
from bot.matching import ranking, typed
from bot.matching.feedback import Feedback
from bot.model import Chat, Subscription, Window
from storage.database import statements
from storage.database.engine import Sqlite
from storage.opening import alone
from storage.search import acronym_terms, fulltext, near, sorting
from storage.search.sorting import Wanted
from storage.store import SqlStore
from tests.support import laws
from tests.support.engines import open_store
from tests.support.store_makers import MONDAY, NOON, a_listing, a_paper, a_store, real_papers, some_papers

COUNT = 700
EVERYTHING = 10**6
SORTS = ("relevance", "new", "upvotes", "trending")


@pytest.fixture
async def store():
    async with await open_store("sqlite://") as store:
        yield store


def ids(found):
    return [paper.id for paper in found.papers]


async def find(store, query, window=None, sort="new", first=0, count=EVERYTHING):
    return await store.search(parse(query), window, sort, first, count, NOON)


# The law: search finds what Query.matches says


@cache
def archive():
    """Return real papers, each read as the queries see it."""
    return [(paper, reading.ReadPaper(paper)) for paper in real_papers(COUNT)]


@cache
def vocabulary():
    """Return words, neighbours and names that really stand in the papers, common and rare, hyphenated and not."""
    pick = random.Random(4)
    some = [paper for paper, _ in pick.sample(archive(), min(80, len(archive())))]
    texts = [text for paper in some for text in (paper.title, paper.abstract) for text in [text.replace('"', "")]]
    lines = [text.split() for text in texts if len(text.split()) > 3]
    runs = []
    for line in lines:
        at = pick.randrange(len(line) - 3)
        runs += [line[at : at + length] for length in (1, 1, 2, 3)]
    names = [name.split()[-1] for paper in some for name in paper.authors[:2]]
    return [" ".join(run) for run in runs], names, [c for paper in some for c in paper.categories] or ["cs.CL"]


@st.composite
def clauses(draw):
    runs, names, categories = vocabulary()
    run = draw(st.sampled_from(runs))
    word = draw(st.sampled_from([*run.split(), *KNOTS]))
    number = draw(st.sampled_from(["upvotes", "stars", "comments"]))
    return draw(
        st.sampled_from(
            [
                word, run, f'"{run}"', f'"{run.replace("-", "")}"', f'"{run.replace("-", " ")}"', f"={word}",
                f"{word[: draw(st.integers(1, 6))]}*", f'"{run}"*' if " " in run else f"{run}*",
                f"title:{word}", f'abstract:"{run}"', f"keyword:{word}", f"author:{draw(st.sampled_from(names))}",
                f"org:{word}", f"cat:{draw(st.sampled_from(categories))}", "cat:cs.*",
                f"{number}{draw(st.sampled_from(['>=', '<', '=']))}{draw(st.integers(0, 60))}",
                f"has:{draw(st.sampled_from(['code', 'project', 'model']))}",
            ]
        )
    )  # fmt: skip


KNOTS = (
    "rl", "llm", "pre-training", "pretraining", "studies", "world-model", "agents", "end-to-end", "π0", "models",
    "analyses", "matrix", "biases", "behaviour", "optimisation", "0.5b", "7b", "gpt-4", "gpt4o", "qwen2.5", "llama3",
    "c++", "i.i.d.", "tts", "sam", "gan", "the", "with", "10,000",
)  # fmt: skip


def joined(parts):
    return st.lists(parts, min_size=2, max_size=3).flatmap(
        lambda some: st.sampled_from(
            [" ".join(some), " OR ".join(some), f"({' OR '.join(some)})", f"-({some[0]}) {some[1]}"]
        )
    )


queries = st.recursive(clauses(), lambda parts: joined(parts) | parts.map(lambda part: f"NOT ({part})"), max_leaves=4)


@pytest.fixture(scope="module")
def runner():
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def real(runner):
    """A store with real papers."""

    async def filled():
        store = await open_store("sqlite://")
        await store.import_papers([paper for paper, _ in archive()], NOON)
        return store

    store = runner.run(filled())
    yield store
    runner.run(store.close())


def readable(text):
    try:
        return parse(text)
    except QueryError:
        reject()


def matching(query, window=None):
    return [
        paper
        for paper, read in archive()
        if query.meaning.holds(read) and (window is None or (paper.day and window.first <= paper.day <= window.last))
    ]


@pytest.mark.sqlite
@given(text=queries)
@settings(max_examples=laws.of(80), deadline=None)
def test_search_finds_what_the_query_says(runner, real, text):
    query = readable(text)
    found = runner.run(real.search(query, None, "new", 0, EVERYTHING, NOON))
    expected = {paper.id for paper in matching(query)}
    assert (found.total, set(ids(found))) == (len(expected), expected)


def test_every_clause_of_the_acronym_table_finds_what_it_says(runner, real):
    for text in {parse(one).canonical: one for pair in acronyms.table()[::9] for one in pair}.values():
        query = parse(text)
        found = runner.run(real.search(query, None, "relevance", 0, EVERYTHING, NOON))
        expected = {paper.id for paper in matching(query)}
        assert (text, found.total, set(ids(found))) == (text, len(expected), expected)


@pytest.mark.parametrize(
    ("title", "phrases"),
    [
        (
            "Pre-training data",
            ['"pre training data"', '"pretraining data"', "pretraining-dat*"],
        ),
        (
            "On pre-training of fine-tuned models",
            ['"on pretraining of finetuned models"', '"pretraining of finetuned"'],
        ),
        ("Pre-trained fine-tuning", ['"pretrained finetuning"', "pretrained-finetun*", '"pre trained fine tuning"']),
        ("State-of-the-art results", ['"stateoftheart results"', '"stateof the art"', '"state oftheart result"']),
        ("A data-driven study", ['"datadriven studies"', '"a datadriven study"', "a-datadriven-stud*"]),
    ],
)
async def test_phrases_run_over_words_written_together_or_apart(store, title, phrases):
    await store.save(a_listing(a_paper(title=title)), (), NOON, seen=True)
    assert [phrase for phrase in phrases if (await find(store, phrase)).total != 1] == []


@pytest.mark.parametrize(
    "text", ['"data pretraining"', '"training pretraining"', '"pretraining data set"', '"pre data"']
)
async def test_phrases_bridge_nothing_and_keep_their_order(store, text):
    await store.save(
        a_listing(a_paper(title="Pre-training data", abstract="Set the pretraining.")), (), NOON, seen=True
    )
    assert (await find(store, text)).total == 0


@pytest.mark.sqlite
@given(text=queries, back=st.integers(0, 40), length=st.integers(0, 30), sort=st.sampled_from(SORTS))
@settings(max_examples=laws.of(60), deadline=None)
def test_every_order_of_every_window_holds_the_same_papers_each_once(runner, real, text, back, length, sort):
    last = max(paper.day for paper, _ in archive() if paper.day) - timedelta(days=back)
    query, window = readable(text), Window(last - timedelta(days=length), last)
    found = runner.run(real.search(query, window, sort, 0, EVERYTHING, NOON))
    expected = sorted(paper.id for paper in matching(query, window))
    assert (found.total, sorted(ids(found))) == (len(expected), expected)
    days = runner.run(real.matches_a_day(query, window))
    assert days == tuple(sorted(Counter(paper.day for paper in matching(query, window)).items()))


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("text", ["learning", '"language model"', "upvotes>=3", ""])
def test_pages_join_without_a_seam(runner, real, sort, text):
    query = parse(text)
    whole = runner.run(real.search(query, None, sort, 0, EVERYTHING, NOON))
    pages = [runner.run(real.search(query, None, sort, first, 70, NOON)) for first in range(0, whole.total + 70, 70)]
    assert [id for page in pages for id in ids(page)] == ids(whole)


def best(runner, store, query, papers):
    """The ids of all papers as the ranking, the words as typed and feedback order them, over all that there are."""
    known = runner.run(store.frequencies(query))
    candidates = [
        ranking.Candidate(ranking.page(paper), paper.upvotes, ranking.age(paper.day, paper.published, NOON))
        for paper in papers
    ]
    ranked = ranking.order(candidates, query, known)
    if typed.phrase(query):
        texts = [f"{papers[one.place].title} . {papers[one.place].abstract}" for one in ranked[: typed.FIRST]]
        ranked = typed.ahead(ranked, texts, query)
    feedback = Feedback(ranked, ranking.stems(query))
    first = feedback.order(runner.run(in_index(store, partial(fulltext.frequencies, stems=feedback.words))))
    return [papers[place].id for place in (*first, *(one.place for one in ranked[len(first) :]))]


@pytest.mark.parametrize("text", ["diffusion", '"language model"', "agent -benchmark"])
def test_the_best_come_as_the_ranking_has_them(runner, real, text):
    """Whatever rough order chose them, the better stands first; feedback counts where no days are asked for."""
    query = parse(text)
    page = runner.run(real.search(query, None, "relevance", 0, 50, NOON))
    assert ids(page) == best(runner, real, query, [paper for paper, _ in archive() if matches(query, paper)])[:50]
    few = [paper for paper in page.papers if paper.day == page.papers[0].day]
    of_a_day = runner.run(real.search(query, Window(few[0].day, few[0].day), "relevance", 0, 50, NOON)).papers
    reference = ranking.rank(of_a_day, query, NOON, runner.run(real.frequencies(query)))
    assert list(of_a_day) == list(reference)


@contextmanager
def judging_five(many=sorting.MANY):
    """Let a search judge five papers at most, and a word of more than ``many`` papers say little."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "MANY", many)
        patch.setattr(sorting, "VAGUE", 5)
        patch.setattr(sorting, "LATEST", 3)
        patch.setattr(sorting, "HEADS", 5)
        patch.setattr("storage.search.search.Wanted", partial(Wanted, judged=5))
        yield


@pytest.mark.sqlite
@given(text=queries, sort=st.sampled_from(["relevance", "trending"]), many=st.sampled_from([5, sorting.MANY]))
@settings(max_examples=laws.of(40), deadline=None)
def test_what_is_too_much_to_be_judged_is_found_all_the_same(runner, real, text, sort, many):
    query = readable(text)
    with judging_five(many):
        found = runner.run(real.search(query, None, sort, 0, EVERYTHING, NOON))
    assert sorted(ids(found)) == sorted(paper.id for paper in matching(query))


def test_what_is_near_is_the_best_by_any_of_the_words(runner, real):
    words = parse("diffusion policy benchmark quantum")
    found = runner.run(real.nearly(words, None, 0, 20, NOON))
    asked = parse("diffusion OR policy OR benchmark OR quantum")
    some = [paper for paper, _ in archive() if matches(asked, paper)]
    assert ids(found) == best(runner, real, words, some)[:20]
    assert 0 < found.total <= near.JUDGED


def test_what_is_similar_is_the_nearest_of_all(runner, real):
    words = {paper.id: ranking.telling_words(ranking.page(paper)) for paper, _ in archive()}
    every = set().union(*words.values())
    known = runner.run(in_index(real, partial(fulltext.frequencies, stems=every)))
    weights = known.weights(every)
    for own, _ in archive()[:40:8]:
        found = [paper.id for paper in runner.run(real.similar(own, None, 5, NOON))]
        others = [id for id in words if id != own.id]
        best = [others[i] for i in ranking.alike(words[own.id], [words[id] for id in others], known)]
        near = [[_near(words[own.id], words[id], weights) for id in some[:3]] for some in (found, best)]
        assert near[0] == near[1]


def _near(own, other, weights):
    """Return how near, since papers that are equally near may come in any order."""
    return round(ranking._cosine(ranking._vector(own, weights), other, weights), 9)


@pytest.mark.parametrize("many", [20, sorting.MANY])
@pytest.mark.parametrize("text", ["robots", "robo*", "robots OR zones", "robots -zones", "robots and"])
async def test_a_word_of_very_many_papers_finds_the_old_one_that_is_about_it(store, text, many):
    say = [
        a_paper(f"2611.{n:05}", f"On legs {n}", abstract="A robot walks and runs.", day=MONDAY) for n in range(1, 30)
    ]
    old = a_paper("2311.00001", "Robots", abstract="Robots and robots and robots.", day=date(2023, 11, 1))
    await store.import_papers([*say, old], NOON)
    with judging_five(many):
        found = await find(store, text, sort="relevance", count=3)
    assert (found.total, ids(found)[0]) == (30, old.id)


@pytest.mark.parametrize(
    "text",
    ["robot OR zone", "robot OR zone OR arm", "robot OR zone OR arm OR legs OR llm", "robot OR (zone -arm)",
     "robot -zone", "robot -zone -arm", "robot -(zone arm)", "(robot OR zone) -arm", "-robot -zone", "llm OR robot",
     "robot -llm", "robot OR robots", "robot -robots", 'robot -"zone of arms"'],
)  # fmt: skip
async def test_words_are_counted_together_as_the_query_says(store, text):
    words = ("robot", "zone", "arm", "large language model")
    said = [" ".join(some) for length in range(5) for some in combinations(words, length)]
    papers = [a_paper(f"2611.{n:05}", f"On {one}", abstract="") for n, one in enumerate(said)]
    await store.import_papers(papers, NOON)
    found = await find(store, text)
    expected = {paper.id for paper in papers if matches(parse(text), paper)}
    assert (found.total, set(ids(found))) == (len(expected), expected)


# Windows, orders and pages


async def test_a_window_holds_its_days_and_no_other(store):
    for back in range(4):
        day = MONDAY - timedelta(days=back)
        await store.save(a_listing(a_paper(f"2611.0000{back}"), day=day), (), NOON, seen=True)
    found = await find(store, "robot", Window(MONDAY - timedelta(days=2), MONDAY - timedelta(days=1)))
    assert (found.total, ids(found)) == (2, ["2611.00001", "2611.00002"])


@pytest.mark.parametrize(
    "text",
    ["pretrai*", "studie*", "studi*", "title:pre* robot", "author:loe*", "zo* OR obo* -yo*", "(robo* OR x) -zo*"],
)
async def test_a_beginning_finds_in_a_few_days_what_the_query_says(store, text):
    papers = [
        a_paper("2611.00001", title="Pre-training studies", abstract="A robot.", authors=("Ann Loew",)),
        a_paper("2611.00002", title="Robotics", abstract="Studying zones."),
        a_paper("2611.00003", title="A study of ¶ obols", keywords=("pretrained robots",)),
    ]
    await store.save(a_listing(*papers), (), NOON, seen=True)
    found = await find(store, text, Window(MONDAY, MONDAY), "relevance")
    assert sorted(ids(found)) == [paper.id for paper in papers if matches(parse(text), paper)]


TEXTS = ("robot", "", "robot OR zone", "robot -zone")


async def test_a_paper_of_two_list_days_counts_once_and_stands_on_each(store):
    before = MONDAY - timedelta(days=6)
    for day in (before, MONDAY):
        await store.save(a_listing(a_paper(), day=day), (), NOON, seen=True)
    windows = [None, Window(before, MONDAY), Window(before, before), Window(MONDAY, MONDAY)]
    assert [(await find(store, text, window)).total for window in windows for text in TEXTS] == [1] * 16
    assert await store.matches_a_day(parse("robot"), Window(before, MONDAY)) == ((before, 1),)
    assert await store.matches_a_day(parse("robot"), Window(MONDAY, MONDAY)) == ()


async def test_a_paper_that_was_never_listed_is_found_and_moves_to_its_day_when_it_is(store):
    await store.import_papers([a_paper()], NOON)
    assert ids(await find(store, "robot")) == [a_paper().id]
    assert (await find(store, "robot", Window(date(1990, 1, 1), MONDAY))).total == 0
    await store.save(a_listing(a_paper()), (), NOON, seen=True)
    assert [(await find(store, "robot", window)).total for window in (None, Window(MONDAY, MONDAY))] == [1, 1]


def test_every_clause_of_the_acronym_table_is_indexed_whole():
    clauses = {parse(one).canonical for pair in acronyms.table() for one in pair}
    named = {name for some in acronym_terms._by_clue().values() for name in some}
    assert {clause for clause in clauses if acronym_terms.word(clause) not in named} == set()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///{}/p.db"])
async def test_a_beginning_finds_a_paper_that_came_since_it_was_asked_last(tmp_path, url):
    monday = Window(MONDAY, MONDAY)
    async with await open_store(url.format(tmp_path)) as store:
        first, second = a_paper("1", "Robots that walk"), a_paper("2", "Robotics")
        await store.save(a_listing(first), (), NOON, seen=True)
        assert ids(await find(store, "robot*", monday)) == ["1"]
        await store.save(a_listing(first, second), (), NOON, seen=True)
        assert ids(await find(store, "robot*", monday)) == ["1", "2"]
        for back in range(1, 9):  # more windows than are kept
            assert ids(await find(store, "robot*", Window(MONDAY - timedelta(days=back), MONDAY))) == ["1", "2"]


@pytest.mark.parametrize(("new", "is_one_piece"), [(12, True), (2, True), (1, False)])
async def test_the_index_is_one_piece_after_many_papers_came_in(store, new, is_one_piece):
    for n in range(4):
        await store.import_papers(some_papers(3, first=1 + 3 * n), NOON)
        await store.index()
    before = ids(await find(store, "paper", count=20))
    await store.tidy(new)
    pieces = await in_index(store, lambda it: statements.rows(it, "SELECT count(DISTINCT segid) FROM paper_text_idx"))
    assert (pieces == [(1,)]) == is_one_piece
    assert ids(await find(store, "paper", count=20)) == before
    await store.import_papers(some_papers(1, first=99), NOON)
    assert len(ids(await find(store, "paper", count=20))) == 13


async def test_new_is_by_day_latest_first_and_by_place(store):
    first, second = some_papers(3), some_papers(3, first=4)[::-1]
    await store.save(a_listing(*second, day=MONDAY), (), NOON, seen=True)
    await store.save(a_listing(*first, day=MONDAY - timedelta(days=1)), (), NOON, seen=True)
    await store.import_papers([a_paper("2611.00007")], NOON)
    expected = ["2611.00006", "2611.00005", "2611.00004", "2611.00001", "2611.00002", "2611.00003"]
    assert ids(await find(store, "paper")) == expected
    assert ids(await find(store, "")) == [*expected, "2611.00007"]
    assert ids(await find(store, "paper", first=1, count=3)) == expected[1:4]


async def test_a_list_that_grows_in_front_is_shown_in_its_new_order(store):
    one, two, three = some_papers(3)
    await store.save(a_listing(two, three), (), NOON, seen=True)
    await store.save(a_listing(one, two, three), (), NOON, seen=True)
    assert ids(await find(store, "paper")) == [one.id, two.id, three.id]


async def test_upvotes_put_the_most_wanted_first_and_equal_ones_in_list_order(store):
    papers = [dataclasses.replace(paper, upvotes=n % 2) for n, paper in enumerate(some_papers(4))]
    await store.save(a_listing(*papers), (), NOON, seen=True)
    assert ids(await find(store, "", sort="upvotes")) == ["2611.00002", "2611.00004", "2611.00001", "2611.00003"]


async def test_trending_weighs_votes_against_age(store):
    old, fresh = a_paper("2611.00001", upvotes=20), a_paper("2611.00002", upvotes=10)
    await store.save(a_listing(old, day=MONDAY - timedelta(days=30)), (), NOON, seen=True)
    await store.save(a_listing(fresh), (), NOON, seen=True)
    assert ids(await find(store, "", sort="trending")) == [fresh.id, old.id]


async def test_relevance_puts_the_title_before_the_abstract(store):
    papers = a_paper("2611.00001", "Legs", abstract="A robot."), a_paper("2611.00002", "A robot", abstract="Legs.")
    await store.save(a_listing(*papers), (), NOON, seen=True)
    assert ids(await find(store, "robot", sort="relevance")) == ["2611.00002", "2611.00001"]


# The index follows the papers


async def test_what_a_paper_says_now_is_found_and_what_it_said_is_not(store):
    await store.save(a_listing(a_paper(title="Robots", keywords=("legs",))), (), NOON, seen=True)
    await store.save(a_listing(a_paper(title="Agents", keywords=("wheels",))), (), NOON, seen=True)
    totals = [(await find(store, word)).total for word in ("robot", "legs", "agent", "wheels", "keyword:wheel")]
    assert totals == [0, 0, 1, 1, 1]


async def test_votes_are_searched_as_they_are_now(store):
    for votes in (1, 30):
        await store.save(a_listing(a_paper(upvotes=votes)), (), NOON, seen=True)
    assert [(await find(store, text)).total for text in ("upvotes>=30", "upvotes<30", "robot upvotes=30")] == [1, 0, 1]


def test_another_pair_in_either_table_makes_the_index_anew():
    versions = {fulltext.version_of(acronyms.pairs())}
    for pair in (acronyms.table()[0], acronyms.learned()[0]):
        versions.add(fulltext.version_of(tuple(one for one in acronyms.pairs() if one != pair)))
    assert len(versions) == 3


TITLES = st.sampled_from(["robots walk", "an agent", "pre-training of legs", "世界 models", "LLMs", "language models"])


BEGINNINGS = ("ro*", "pret*", "pretraining*", "世*", "ro* NOT agents", "wa* OR le*", "title:ag*", "model* walk*")


def counted(connection):
    """Return what stands beside the index: the counts, and each listing's page."""
    words = connection.exec_driver_sql("SELECT term, papers FROM paper_word WHERE papers <> 0 ORDER BY term").all()
    return words, connection.exec_driver_sql("SELECT * FROM paper_page ORDER BY number").all()


async def in_index(store, work):
    return await (await store.index()).read(work)


async def made_anew(store):
    def anew(connection):
        connection.exec_driver_sql("UPDATE search_index SET version = 'old'")
        fulltext.prepare(connection, read_only=False)
        while fulltext.fill(connection):
            pass
        return counted(connection)

    return await (await store.index()).write(anew)


SAVES = st.lists(st.tuples(st.integers(1, 4), TITLES, st.integers(0, 3), st.booleans()), max_size=12)


@pytest.mark.sqlite
@given(SAVES)
@settings(max_examples=laws.of(40), deadline=None)
async def test_however_papers_come_the_index_holds_what_the_archive_holds(saves):
    await the_index_holds_what_the_archive_holds(saves)


async def the_index_holds_what_the_archive_holds(saves):
    with TemporaryDirectory() as folder:
        async with a_store(Path(folder)) as store:
            for number, title, back, listed in saves:
                paper = a_paper(f"2611.{number:05}", title, day=MONDAY - timedelta(days=back) if listed else None)
                await (
                    store.save(a_listing(paper), (), NOON, seen=True) if listed else store.import_papers([paper], NOON)
                )
            for index in fulltext.INDEXES:
                check = f"INSERT INTO {index}({index}) VALUES ('integrity-check')"
                await (await store.index()).write(lambda connection, check=check: connection.exec_driver_sql(check))
            assert await in_index(store, counted) == await made_anew(store)
            everything = (await find(store, "")).papers
            for text in ("robot", "agent", "pretraining", '"of leg"', "世界", "NOT walk", *BEGINNINGS):
                query = parse(text)
                assert set(ids(await find(store, text))) == {p.id for p in everything if matches(query, p)}


@pytest.mark.sqlite
async def test_an_index_of_other_words_is_made_anew_at_start(tmp_path):
    async with a_store(tmp_path) as store:
        await store.save(a_listing(*some_papers(3)), (), NOON, seen=True)
        await store.database.write(
            lambda connection: [
                connection.exec_driver_sql(statement)
                for statement in (
                    "INSERT INTO paper_text(paper_text) VALUES ('delete-all')",
                    "DELETE FROM paper_page",
                    "DELETE FROM paper_word",
                    "UPDATE search_index SET version = 'old'",
                )
            ]
        )
        assert (await find(store, "paper")).total == 0
    async with a_store(tmp_path) as store:
        assert (await find(store, "paper")).total == 3


@pytest.mark.sqlite
async def test_an_index_that_is_being_made_answers_follows_its_papers_and_ends_whole(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(fulltext, "AT_START", 3)
    monkeypatch.setattr(fulltext, "BATCH", 3)
    async with a_store(tmp_path) as store:
        for back in range(4):
            some = some_papers(3, first=1 + 3 * back)
            await store.save(a_listing(*some, day=MONDAY - timedelta(days=back)), (), NOON, seen=True)
        whole = await store.database.read(counted)
        await store.database.write(lambda it: it.exec_driver_sql("UPDATE search_index SET version = 'old'").rowcount)
    store = SqlStore(Sqlite(tmp_path / "paperwire.db"), alone, share=20)
    assert (await find(store, "paper")).total == 3
    await store.save(a_listing(a_paper("2611.00001", "Robots"), day=MONDAY), (), NOON, seen=True)  # came in already
    await store.save(a_listing(a_paper("2611.00012", "Legs"), day=MONDAY - timedelta(days=3)), (), NOON, seen=True)
    assert [(await find(store, word)).total for word in ("paper", "robot", "legs")] == [2, 1, 0]
    with caplog.at_level("INFO"):
        await store.fill()
        await store._index._filling
    assert [(await find(store, word)).total for word in ("paper", "robot", "legs")] == [10, 1, 1]
    assert "made anew: 9 older listings are still to come" in caplog.text
    assert await store.database.read(counted) == await made_anew(store)
    assert whole != await store.database.read(counted)
    await store.close()


async def test_an_upgrade_reads_subscriptions_anew_under_their_numbers(tmp_path):
    chat = Chat("slack", "team", "C1")
    async with a_store(tmp_path) as store:
        for text in ("C++", "behaviour", "rl"):
            await store.subscribe(Subscription(chat, text, parse(text).canonical, NOON))
        before = await store.subscriptions()
        await store.database.write(
            lambda it: [it.exec_driver_sql(line).rowcount for line in (
                "UPDATE subscription SET canonical = 'c' WHERE text = 'C++'",
                "UPDATE subscription SET canonical = 'behaviour' WHERE number = 2",
                "UPDATE search_index SET version = 'old'",
            )]
        )  # fmt: skip
    async with a_store(tmp_path) as store:
        assert await store.subscriptions() == before


async def test_a_deep_and_a_long_query_are_answered(store):
    await store.save(a_listing(a_paper(title="a b c")), (), NOON, seen=True)
    deep = "(" * 18 + "a" + " OR b)" * 18
    long = " OR ".join(f'"w{n} x-y"' for n in range(30))
    wide = "|".join("abcdefghij" * 10)
    assert [(await find(store, text)).total for text in (deep, f"NOT ({deep})", wide)] == [1, 0, 1]
    assert [(await find(store, text)).total for text in (long, f"a -({long})")] == [0, 1]
