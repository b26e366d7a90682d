"""Withdrawn papers: never posted as new, and marked wherever they are shown."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import views
from bot.deliveries import Delivery
from bot.files.bibtex import bibtex
from bot.files.tables import as_csv, record
from bot.language.words.withdrawal import says_withdrawn
from bot.model import Paper, Schedule
from storage.store import open_store
from tests.adapters.feeds.days import TUESDAY, own_days
from tests.adapters.feeds.days import record as served
from tests.bot.commands.world import STAGES, open_world
from tests.storage.test_outbox import everything_sent
from tests.support.old_database import brought_to
from tests.support.store_makers import NOON, ROBOTS, a_listing, a_store, a_subscription, owe, some_papers

GONE = Paper("2611.19001", "Policies for Robots", "We walk.", withdrawn=True, day=TUESDAY)
WHEN = "2026-11-28T00:00:00.000Z"


@pytest.mark.parametrize(
    "words",
    [
        "This paper has been withdrawn by the authors.",
        "This paper has been withdrawn",
        "this article was withdrawn due to an error in Lemma 2",
        "This submission has been withdrawn by arXiv administrators due to a dispute.",
        "We show that P = NP. This paper has been temporarily withdrawn by the author.",
        "Withdrawn.",
        "Withdrawn by the authors due to a crucial error",
        "Paper withdrawn: see the new version",
        "The paper has been retracted because of an error",
        "This manuscript is withdrawn.",
        "We have decided to withdraw this paper",
        "We are withdrawing this paper because of an error in Theorem 2.",
        "We would like to withdraw this paper because the proof is wrong.",
        "The authors wish to withdraw this article.",
        "This paper has been removed by arXiv administrators.",
        "Removed by arXiv administrators because submission violated the terms",
        "Withdrawal: the authors found an error",
        "arXiv admin note: submission has been withdrawn by arXiv administrators due to overlap",
        "7 pages, 7 figures, The paper has been withdrawn due to major modification",
        "19 pages, 11 figures This paper has been withdrawn by the author",
        "4 pages, GECCO 2012, Retracted by Authors",
        "Withdrawn due to extensions and submission as another paper.",
        "Withdrawn by the author, who found an error",
    ],
)
def test_what_tells_of_a_papers_own_withdrawal_is_known(words):
    assert says_withdrawn(words)


@pytest.mark.parametrize(
    "words",
    [
        "We study papers that have been withdrawn.",
        "Many articles were retracted in 2023; this paper analyses them.",
        "Retracted papers go on being cited.",
        "Withdrawn drugs are a challenge for language models.",
        "Data Contributions under Withdrawal Rights",
        "This paper studies when consent has been withdrawn.",
        "Withdrawn, retracted and corrected papers keep being cited. We study how language models use them.",
        "Retracted, yet still cited: we study how LLMs use such papers.",
        "Retracted by publishers, many papers go on being cited by LLMs.",
        "Withdrawn for quality reasons, many data sets stay in use.",
        "We show that when this paper is withdrawn, citations persist.",
        'A user asks whether "this paper has been withdrawn"; we build a classifier for that.',
        '"This paper has been withdrawn" is a sentence that we look for.',
        "Our benchmark asks if this document is retracted.",
        "This paper was withdrawn from CoRL 2017 for its likeness to another.",
        "",
    ],
)
def test_a_paper_about_withdrawals_is_not_withdrawn(words):
    assert not says_withdrawn(words)


@pytest.mark.parametrize("name", STAGES)
@pytest.mark.parametrize("more", [{"withdrawnAt": WHEN}, {"summary": "This paper has been withdrawn by the authors."}])
async def test_a_withdrawn_paper_is_not_posted_and_is_marked_in_card_list_and_saved(name, more):
    async with open_world(name, own_days(), polled=True) as world:
        await world.stage.type("subscribe robots", "group")
        before = len(world.stage.shown("group"))
        world.server.days[TUESDAY].append(served("2611.19001", "Policies for Robots", TUESDAY, **more))
        world.server.days[TUESDAY].append(served("2611.19002", "Robots that Stay", TUESDAY))
        await world.poll()
        posts = [one.text for one in world.stage.shown("group")[before:]]
        assert ["Robots that Stay" in post for post in posts] == [True]
        for line in ("paper 2611.19001", "policies robots today", "save 2611.19001", "saved"):
            assert "Withdrawn: Policies for Robots" in "".join(one.text for one in await world.stage.type(line)), line


async def test_a_paper_that_waits_and_is_withdrawn_meanwhile_is_not_posted(tmp_path):
    async with a_store(tmp_path) as store:
        subscription = await store.subscribe(a_subscription())
        first, second = some_papers(2)
        await owe(store, (first, second), subscription)
        await store.save(a_listing(replace(first, withdrawn=True), second), (), NOON, seen=True)
        assert await everything_sent(store) == [second.id]
        assert await store.waiting() == 0


async def test_a_digest_leaves_out_what_was_withdrawn_after_it_was_made(tmp_path):
    async with a_store(tmp_path) as store:
        subscription = await store.subscribe(a_subscription())
        papers = some_papers(3)
        await store.save(a_listing(*papers), (), NOON, seen=True)
        due = NOON + timedelta(hours=1)
        await store.owe_digest(subscription, papers, due, due)
        await store.import_papers([replace(papers[1], withdrawn=True)], NOON)
        (digest,) = await store.claim(("telegram", "bot1"), due, 10)
        assert [paper.id for paper in digest.papers] == [papers[0].id, papers[2].id]


async def test_a_paper_known_as_withdrawn_is_not_owed_though_a_feed_does_not_say_so(tmp_path):
    async with a_store(tmp_path) as store:
        subscription = await store.subscribe(a_subscription())
        (paper,) = some_papers(1)
        await store.import_papers([replace(paper, withdrawn=True, feed="arxiv", page="", version=2)], NOON)
        await owe(store, (paper,), subscription)
        assert (await everything_sent(store), (await store.paper(paper.id)).withdrawn) == ([], True)


async def test_a_post_on_its_way_ends_as_it_would(tmp_path):
    async with a_store(tmp_path) as store:
        subscription = await store.subscribe(a_subscription())
        (paper,) = some_papers(1)
        await owe(store, (paper,), subscription)
        (claimed,) = await store.claim(("telegram", "bot1"), NOON, 10)
        await store.save(a_listing(replace(paper, withdrawn=True)), (), NOON, seen=True)
        await store.settle(claimed, "ref", NOON)
        assert await store.waiting() == 0


async def test_undo_brings_no_post_of_a_withdrawn_paper_back(tmp_path):
    async with a_store(tmp_path) as store:
        subscription = await store.subscribe(a_subscription())
        papers = some_papers(2)
        await owe(store, papers, subscription)
        await store.unsubscribe(subscription, NOON)
        await store.save(a_listing(replace(papers[0], withdrawn=True), papers[1]), (), NOON, seen=True)
        await store.resubscribe(subscription)
        assert await everything_sent(store) == [papers[1].id]


def test_it_is_marked_first_in_cards_lists_posts_and_digests():
    subscription = a_subscription(number=1, schedule=Schedule())
    one = Delivery((1,), ROBOTS, (GONE,), (subscription,), "m")
    several = replace(one, papers=(GONE, GONE))
    marked = "Withdrawn: Policies for Robots"
    card = views.card_message(GONE, TUESDAY)
    assert views.item(GONE, 1).title == views.card(GONE, TUESDAY).title == card.summary == marked
    assert views.post(one, TUESDAY).blocks[0].title == views.post(one, TUESDAY).summary == marked
    assert [block.title for block in views.post(several, TUESDAY).blocks if hasattr(block, "title")] == [marked] * 2
    labels = [action.label for row in card.actions for action in row]
    assert ("PDF" in labels, "arXiv" in labels) == (False, True)


def test_it_is_marked_in_every_export():
    (row,) = csv.DictReader(io.StringIO(as_csv([GONE])))
    assert (row["withdrawn"], json.loads(json.dumps(record(GONE)))["withdrawn"]) == ("yes", True)
    assert "note = {Withdrawn}" in bibtex([GONE])
    kept = replace(GONE, withdrawn=False)
    (row,) = csv.DictReader(io.StringIO(as_csv([kept])))
    assert (row["withdrawn"], "withdrawn" in record(kept), "note" in bibtex([kept])) == ("", False, False)


@pytest.mark.parametrize("version", ["0001", "0003", "0008"])
async def test_a_database_of_before_gets_the_mark_and_its_entities_read(tmp_path, version):
    path = tmp_path / "p.db"
    brought_to(path, version)
    gone = "This paper has been withdrawn by the authors."
    with closing(sqlite3.connect(path)) as old, old:
        known = {row[1]: row for row in old.execute("PRAGMA table_info(paper)")}
        for id, title, abstract in (("2401.00001", "Q&amp;A &lt;s&gt;", "x &#177; y"), ("2401.00002", "R&D", gone)):
            values = {"id": id, "title": title, "abstract": abstract, "authors": '["Ann O&#39;Hara"]', "keywords": "[]"}
            values |= {"categories": "[]", "feed": "huggingface", "day": "2024-01-02"}
            rest = {
                name: 0 if row[2] == "INTEGER" else ""
                for name, row in known.items()
                if row[3] and row[4] is None and name not in values
            }
            row = {name: value for name, value in (values | rest).items() if name in known}
            old.execute(
                f"INSERT INTO paper ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
            )
    async with await open_store(f"sqlite:///{path}") as store:
        first, second = await store.papers_of(["2401.00001", "2401.00002"])
    assert (first.title, first.abstract, first.authors) == ("Q&A <s>", "x ± y", ("Ann O'Hara",))
    assert (first.withdrawn, second.withdrawn, second.title) == (False, True, "R&D")
