"""An upgrade that reads words otherwise: subscriptions keep their numbers and post nothing that was there before."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from bot.delivery.collecting.collect import Collector
from bot.delivery.collecting.polling import Habits
from bot.language.queries.parse import parse
from storage.search import fulltext
from storage.store import open_store
from tests.adapters.feeds.days import MONDAY
from tests.support.fakes import FakeFeed
from tests.support.old_database import brought_to
from tests.support.store_makers import ROBOTS, a_paper

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLD = ("Behavior of crowds", "Templates of C++", "A word in C", "Physics")
SUBSCRIBED = {2: ("behaviour", "behaviour"), 5: ("C++", "c"), 9: ("matrices", "matrice")}
"""By number: a subscription's text, and its canonical text as it was read before."""


def _filled(path):
    """Make a database as it stood before words had tables: papers that were polled, subscriptions, an old index."""
    brought_to(path, "0008")
    at = "2026-11-22 12:00:00.000000"
    with closing(sqlite3.connect(path)) as old, old:
        old.execute(
            "INSERT INTO chat (id, platform, account, address, topic) VALUES (1, ?, ?, ?, ?)",
            (ROBOTS.platform, ROBOTS.account, ROBOTS.id, ROBOTS.topic),
        )
        for number, (text, canonical) in SUBSCRIBED.items():
            old.execute(
                "INSERT INTO subscription (chat, number, text, canonical, created_at, kind, weekday, most, paused, owner,"
                " trending) VALUES (1, ?, ?, ?, ?, 'now', 0, 0, 0, '', 0)",
                (number, text, canonical, at),
            )
        for place, title in enumerate(OLD):
            id = f"2611.{place:05}"
            old.execute(
                "INSERT INTO paper (id, title, abstract, authors, day, upvotes, comments, summary, keywords, categories,"
                " organization, code, stars, project, models, thumbnail, feed, first_seen_at) VALUES"
                " (?, ?, '', '[]', '2026-11-23', 0, 0, '', '[]', '[]', '', '', 0, '', 0, '', 'huggingface', ?)",
                (id, title, at),
            )
            number = MONDAY.toordinal() * 1_000_000 + place
            old.execute(
                "INSERT INTO listing (number, paper, day, place, feed) VALUES (?, ?, '2026-11-23', ?, 'huggingface')",
                (number, id, place),
            )
        old.execute(
            "INSERT INTO list_day (feed, day, papers, fetched_at, etag, polled_at)"
            " VALUES ('huggingface', '2026-11-23', ?, ?, '', ?)",
            (len(OLD), at, at),
        )
        old.execute("INSERT INTO search_index (version) VALUES ('old')")


async def _owed(store):
    """Return what is owed now, and settle it."""
    found = []
    while claimed := await store.claim((ROBOTS.platform, ROBOTS.account), NOON + timedelta(days=1), 100):
        for delivery in claimed:
            numbers = [subscription.number for subscription in delivery.subscriptions]
            found += [(paper.title, numbers) for paper in delivery.papers]
            await store.settle(delivery, "ref", NOON)
    return found


async def test_an_upgrade_reads_subscriptions_anew_and_posts_nothing_old(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(fulltext, "AT_START", 2)
    monkeypatch.setattr(fulltext, "BATCH", 2)
    path = tmp_path / "p.db"
    _filled(path)
    feed = FakeFeed()
    feed.days = {MONDAY: tuple(a_paper(f"2611.{n:05}", title, day=MONDAY) for n, title in enumerate(OLD))}
    with caplog.at_level("INFO"):
        async with await open_store(f"sqlite:///{path}") as store:
            there = await store.search(parse("physics"), None, "new", 0, 10, NOON)
            kept = {one.number: (one.text, one.canonical) for one in await store.subscriptions(ROBOTS)}
            collector = Collector(feed, store, lambda: NOON, Habits(), lambda: None, lambda: 0.0)
            await collector.poll()
            assert await _owed(store) == []
            new = ("Behaviors of robots", "C++ for robots", "C for robots", "A matrix")
            feed.days[MONDAY] += tuple(a_paper(f"2611.1000{n}", title, day=MONDAY) for n, title in enumerate(new))
            await collector.poll()
            assert await _owed(store) == [(new[0], [2]), (new[1], [5]), (new[3], [9])]
            await store._index._filling
            found = [
                (await store.search(parse(text), None, "new", 0, 10, NOON)).total
                for text in ("behaviour", "c++", "physics")
            ]
    assert kept == {number: (text, parse(text).canonical) for number, (text, _) in SUBSCRIBED.items()}
    assert there.total == 1  # while older listings are still to come
    assert found == [2, 2, 1]
    assert "the search index is made anew: 2 older listings are still to come" in caplog.text
    caplog.clear()
    with caplog.at_level("INFO"):
        async with await open_store(f"sqlite:///{path}") as store:
            assert store._index._filling is None
    assert "anew" not in caplog.text
