"""What is done long ago is deleted, and a paper that was brought by a row that is gone is never brought again."""

import sqlite3
from contextlib import closing, contextmanager
from datetime import timedelta

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.deliveries import Owed
from bot.errors import StoreError
from bot.model import Change
from storage import store as real
from storage.database.tables.chats import changes
from storage.database.tables.deliveries import deliveries, ended_deliveries
from storage.database.tables.subscriptions import subscription_changes
from storage.retention import retire
from storage.retention.tombstones import FLOOR, MARK
from tests.support.engines import open_store, postgres_url
from tests.support.old_database import brought_to
from tests.support.store_makers import (
    ACCOUNT,
    ANN,
    MONDAY,
    NOON,
    ROBOTS,
    SECOND,
    a_listing,
    a_paper,
    a_subscription,
    owe,
    some_papers,
)

DAY = timedelta(days=1)
KEPT = 400
LATER = NOON + (KEPT + 1) * DAY


@pytest.fixture
async def store(monkeypatch):
    monkeypatch.setattr(retire, "BREATH", 0)
    async with await open_store("sqlite://") as store:
        yield store


async def sent(store, now=NOON):
    """Send what there is; return the papers of each message."""
    messages = []
    while claimed := await store.claim(ACCOUNT, now, 10):
        for one in claimed:
            messages.append([paper.id for paper in one.papers])
            await store.settle(one, "ref", now)
    return messages


async def rows(store, table=deliveries):
    return await store.database.read(lambda connection: connection.execute(select(table)).all())


async def ended(store):
    return {(row.paper, row.chat) for row in await rows(store, ended_deliveries)}


async def with_ended(store, *papers, chat=ROBOTS):
    """Post the papers in the chat, and let their rows end; return the subscription."""
    one = await store.subscribe(a_subscription(chat))
    await owe(store, papers, one)
    assert len(await sent(store)) == len(papers)
    await store.retire(KEPT, LATER)
    assert await rows(store) == []
    return one


PAPER = a_paper()


async def test_a_paper_whose_row_ended_is_not_posted_again(store):
    one = await with_ended(store, PAPER)
    await owe(store, [PAPER, a_paper("2611.00002")], one, now=LATER)
    assert await sent(store, LATER) == [["2611.00002"]]


async def test_a_digest_leaves_out_a_paper_whose_row_ended(store):
    one = await with_ended(store, PAPER)
    new = a_paper("2611.00002")
    await store.import_papers([new], NOON)
    assert await store.owe_digest(one, [PAPER, new], LATER - SECOND, LATER) == 1
    assert await sent(store, LATER) == [["2611.00002"]]


async def test_a_cap_tells_of_no_paper_whose_row_ended(store):
    one = await with_ended(store, PAPER)
    await store.save(a_listing(), [Owed(ROBOTS, PAPER.id, (one.id,), cap_day=MONDAY)], LATER, seen=True)
    assert await rows(store) == []


async def test_late_matches_count_a_paper_whose_row_ended_as_posted(store):
    one = await with_ended(store, PAPER)
    other = await store.subscribe(a_subscription(ANN))
    assert await store.posted_for([one.id, other.id], [PAPER.id, "2611.00002"]) == {(one.id, PAPER.id)}


async def test_a_subscription_that_is_brought_back_brings_no_paper_whose_row_ended(store):
    stopped = await store.subscribe(a_subscription())
    await owe(store, [PAPER], stopped)
    await store.unsubscribe(stopped, NOON)
    other = await store.subscribe(a_subscription(text="walk"))
    await owe(store, [PAPER], other)
    assert await sent(store) == [[PAPER.id]]
    await store.retire(KEPT, LATER)
    await store.resubscribe(stopped)
    assert await sent(store, LATER) == []


@pytest.mark.parametrize("ended_in", ["old", "new"])
async def test_two_chats_that_become_one_bring_no_paper_whose_row_ended_in_either(store, ended_in):
    old, new = (ROBOTS, ANN) if ended_in == "old" else (ANN, ROBOTS)
    await with_ended(store, PAPER)
    other = await store.subscribe(a_subscription(ANN, "walk"))
    await owe(store, [PAPER], other, now=LATER)
    await store.move_chat(old, new)
    [moved, *_] = await store.subscriptions(new)
    await owe(store, [PAPER], moved, now=LATER)
    assert (await sent(store, LATER), await store.waiting()) == ([], 0)


async def test_a_chat_that_has_a_new_address_brings_no_paper_whose_row_ended(store):
    one = await with_ended(store, PAPER)
    await store.move_chat(ROBOTS, ANN)
    await owe(store, [PAPER], one, now=LATER)
    assert await sent(store, LATER) == []


async def test_what_was_given_up_does_not_come_again_either(store):
    one = await store.subscribe(a_subscription())
    await owe(store, [PAPER], one)
    [claimed] = await store.claim(ACCOUNT, NOON, 1)
    await store.skip(claimed, NOON)
    await store.retire(KEPT, LATER)
    await owe(store, [PAPER], one, now=LATER)
    assert (await rows(store), await sent(store, LATER)) == ([], [])


async def test_what_is_owed_stays_however_old(store):
    one = await store.subscribe(a_subscription())
    await owe(store, some_papers(3), one)
    await store.claim(ACCOUNT, NOON, 1)
    await store.retire(KEPT, LATER)
    await store.recover(LATER)
    assert await sent(store, LATER) == [["2611.00001"], ["2611.00002"], ["2611.00003"]]


async def test_what_was_settled_since_stays_however_long_it_was_owed(store):
    one = await store.subscribe(a_subscription())
    await owe(store, [PAPER], one)
    await sent(store, NOON + 10 * DAY)
    await store.retire(KEPT, NOON + (KEPT + 10) * DAY)
    assert len(await rows(store)) == 1
    await store.retire(KEPT, NOON + (KEPT + 10) * DAY + SECOND)
    assert await rows(store) == []


async def test_what_a_cap_left_out_ends_without_being_counted_as_posted(store):
    one = await store.subscribe(a_subscription())
    day = [Owed(ROBOTS, paper.id, (one.id,), cap_day=MONDAY) for paper in (PAPER, a_paper("2611.00002"))]
    await store.save(a_listing(PAPER, a_paper("2611.00002")), day, NOON, seen=True)
    assert await sent(store) == [[PAPER.id, "2611.00002"]]
    await store.retire(KEPT, LATER)
    assert (await rows(store), await ended(store)) == ([], set())


async def test_many_rows_end_a_few_at_a_time(store, monkeypatch):
    monkeypatch.setattr(retire, "AT_ONCE", 4)
    one = await store.subscribe(a_subscription())
    await owe(store, some_papers(30), one)
    [held] = await store.claim(ACCOUNT, NOON, 1)
    await store.postpone(held, NOON)
    await sent(store)
    await owe(store, some_papers(9, first=31), one, now=LATER)
    await sent(store, LATER)
    await store.retire(KEPT, LATER)
    assert len(await rows(store)) == 9
    assert {paper for paper, _ in await ended(store)} == {paper.id for paper in some_papers(30)}


async def test_nobody_waits_for_more_than_a_few_rows(store, monkeypatch):
    monkeypatch.setattr(retire, "AT_ONCE", 4)
    real_write, at_once = store.database.write, []

    async def write(work):
        before = len(await rows(store))
        await real_write(work)
        at_once.append(before - len(await rows(store)))

    one = await store.subscribe(a_subscription())
    await owe(store, some_papers(20), one)
    await sent(store)
    monkeypatch.setattr(store.database, "write", write)
    await store.retire(KEPT, LATER)
    assert (max(at_once), sum(at_once)) == (4, 20)


@contextmanager
def cut_short(store, writes, monkeypatch):
    """Let so many writes be kept, and no other."""
    real_write, left = store.database.write, [writes]

    async def write(work):
        if not left[0]:
            raise StoreError("the disk is full")
        left[0] -= 1
        return await real_write(work)

    with monkeypatch.context() as patch:
        patch.setattr(store.database, "write", write)
        yield


async def test_a_round_that_is_cut_short_is_gone_on_with(store, monkeypatch):
    monkeypatch.setattr(retire, "AT_ONCE", 4)
    one = await store.subscribe(a_subscription())
    await owe(store, some_papers(20), one)
    await sent(store)
    with cut_short(store, 2, monkeypatch), pytest.raises(StoreError):
        await store.retire(KEPT, LATER)
    assert len(await rows(store)) == 20 - 8
    await store.retire(KEPT, LATER)
    await owe(store, some_papers(20), one, now=LATER)
    assert (await rows(store), len(await ended(store))) == ([], 20)


async def test_the_journal_ends_too(store):
    await store.note(Change(ROBOTS, NOON, "ann", "subscribe rl", "unsubscribe 1"))
    await store.note(Change(ROBOTS, LATER, "ann", "subscribe ocr", "unsubscribe 2"))
    await store.retire(KEPT, LATER)
    assert [row.line for row in await rows(store, changes)] == ["subscribe ocr"]


async def test_nothing_is_left_of_a_chat_that_is_forgotten(store):
    await with_ended(store, PAPER, chat=ANN)
    await with_ended(store, a_paper("2611.00002"))
    await store.forget(ANN, "7")
    assert {paper for paper, _ in await ended(store)} == {"2611.00002"}


async def test_a_person_is_shown_papers_whose_time_is_known_no_more(store):
    one = await with_ended(store, PAPER, chat=ANN)
    await owe(store, [a_paper("2611.00002")], one, now=LATER)
    await sent(store, LATER)
    assert await store.posted(ANN) == ((PAPER.id, None), ("2611.00002", LATER))


# Tombstones


async def stands(store):
    """Return the ids whose changes are told of."""
    told = {row.subscription for row in await rows(store, subscription_changes)}
    return told - {FLOOR, MARK}


async def test_a_tombstone_goes_at_the_second_round(store):
    one, other = [await store.subscribe(a_subscription(text=text)) for text in ("rl", "ocr")]
    await store.unsubscribe(one, NOON)
    await store.retire(KEPT, NOON)
    assert await stands(store) == {one.id, other.id}
    await store.retire(KEPT, NOON)
    assert await stands(store) == {other.id}


STEPS = st.lists(st.sampled_from(["subscribe", "unsubscribe", "retire", "read", "read another"]), max_size=30)


@given(STEPS)
@settings(max_examples=15, deadline=None)
async def test_every_reader_knows_what_stands_whenever_tombstones_went(steps):
    readers = {"read": (None, set()), "read another": (None, set())}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retire, "BREATH", 0)
        async with await open_store("sqlite://") as store:
            for n, step in enumerate((*steps, *readers)):
                await take(store, step, n, readers)


async def take(store, step, n, readers):
    standing = await store.subscriptions()
    if step == "subscribe":
        await store.subscribe(a_subscription(text=f"w{n}"))
    elif step == "unsubscribe" and standing:
        await store.unsubscribe(standing[n % len(standing)], NOON)
    elif step == "retire":
        await store.retire(KEPT, NOON)
    elif step in readers:
        version, known = readers[step]
        changed = await store.subscriptions_since(version)
        known = (set() if changed.is_whole else known - changed.gone) | {one.id for one in changed.subscriptions}
        assert known == {one.id for one in standing}
        assert not changed.gone & {FLOOR, MARK}
        readers[step] = changed.version, known


async def test_a_reader_that_missed_tombstones_of_a_round_cut_short_reads_all_anew(store, monkeypatch):
    monkeypatch.setattr(retire, "AT_ONCE", 1)
    one, other, stays = [await store.subscribe(a_subscription(text=text)) for text in ("rl", "ocr", "vlm")]
    read = await store.subscriptions_since(None)
    await store.unsubscribe(one, NOON)
    await store.unsubscribe(other, NOON)
    await store.retire(KEPT, NOON)
    with cut_short(store, 1, monkeypatch), pytest.raises(StoreError):
        await store.retire(KEPT, NOON)
    assert await stands(store) == {other.id, stays.id}
    changed = await store.subscriptions_since(read.version)
    assert (changed.subscriptions, changed.is_whole) == ((stays,), True)


async def test_a_reader_that_is_in_step_reads_nothing_anew(store):
    one = await store.subscribe(a_subscription())
    await store.subscribe(a_subscription(ANN))
    await store.unsubscribe(one, NOON)
    for _ in range(3):
        read = await store.subscriptions_since(None)
        await store.retire(KEPT, NOON)
    changed = await store.subscriptions_since(read.version)
    assert (changed.version, changed.subscriptions, changed.gone, changed.is_whole) == (read.version, (), set(), False)


# Tables of before

BEFORE = """
    INSERT INTO chat (id, platform, account, address, topic) VALUES (1, 'telegram', 'bot1', '-100', '');
    INSERT INTO subscription (id, chat, number, text, canonical, created_at, kind, weekday, most, paused, owner, trending)
    VALUES (7, 1, 1, 'robot', 'robot', '2026-11-23 12:00:00.000000', 'now', 0, 0, FALSE, '', FALSE);
    INSERT INTO paper (id, title, abstract, authors, upvotes, comments, summary, keywords, categories, organization, code,
    stars, project, models, thumbnail, feed)
    VALUES ('2611.00001', 'Title', '', '[]', 0, 0, '', '[]', '[]', '', '', 0, '', 0, '', 'huggingface');
    INSERT INTO delivery (chat, account, paper, subscriptions, state, owed_at, settled_at, ref)
    VALUES (1, 'telegram/bot1', '2611.00001', '[7]', 'sent', '2026-11-23 12:00:00.000000', '2026-11-23 12:00:00.000000',
    '5');
"""


def of_before(engine, folder):
    """Return the address of a database with these rows in the tables of the step before."""
    if engine == "sqlite":
        path = folder / "p.db"
        brought_to(path, "0017")
        with closing(sqlite3.connect(path)) as database:
            database.executescript(BEFORE)
        return f"sqlite:///{path}"
    url = postgres_url()
    with psycopg.connect(url) as database:
        database.execute("DROP TABLE ended_delivery, lease, once")
        database.execute("ALTER TABLE subscription DROP COLUMN look_at")
        database.execute("ALTER TABLE stopped_subscription DROP COLUMN look_at")
        database.execute("UPDATE alembic_version SET version_num = '0017'")
        database.execute(BEFORE)
    return url


async def test_rows_of_the_tables_before_end_as_all_do(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(retire, "BREATH", 0)
    async with await real.open_store(of_before(engine, tmp_path)) as store:
        [one] = await store.subscriptions()
        await store.retire(KEPT, LATER)
        assert (await rows(store), await ended(store)) == ([], {("2611.00001", 1)})
        await owe(store, [PAPER], one, now=LATER)
        assert await sent(store, LATER) == []
