"""The metrics of a running program: all that the table and the dashboard name, and nothing of chats or people."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.metrics import METRICS
from ops import references
from ops.grafana import make
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.adapters.telegram.stage import ANN, GROUP, populate
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.ops.scrape import ROOT, scraped_until
from tests.support.program import program, until

TODAY = datetime.now(UTC).date()
LABELS = {
    "platform": {"telegram"},
    "feed": {"huggingface"},
    "reason": {"operator", "platform"},
    "outcome": None,
    "version": None,
    "le": None,
}
"""All labels, with the values that they may have; any word of ours where that is None."""


async def test_all_that_the_table_names_is_told_and_no_chat_or_person_is(tmp_path):
    days = {TODAY - timedelta(days=back): [] for back in range(8)}
    days[TODAY] = [record("2401.00001", "Robots that Wait", TODAY)]
    async with bot_api() as server, feed_server(days, todays_list_is_open) as feed:
        populate(server)
        group, ann = server.places[GROUP], server.people[ANN]
        more = {"PAPERWIRE_TELEGRAM__API_URL": server.url, "TELEGRAM_BOT_TOKEN": TOKEN}
        async with program(tmp_path, feed.url, **more) as address:
            server.say(group, ann, "/papers subscribe rl")
            await until(lambda: group.posted)
            feed.days[TODAY] = [*feed.days[TODAY], record("2401.00002", "RL by Itself", TODAY)]
            await until(lambda: any("RL by Itself" in one.text for one in group.posted))
            arrived = ("paperwire_queue_seconds_count", frozenset({("platform", "telegram")}))
            now = await scraped_until(address, lambda now: now.get(arrived))
    named = {name for name, _ in now}
    lacking = [one for one, kind in METRICS.items() if one + ("_bucket" if kind.buckets else "") not in named]
    assert lacking == []
    for name, labels in now:
        if name.startswith("paperwire_"):
            for label, value in labels:
                assert LABELS[label] is None or value in LABELS[label], (name, label, value)
                assert not {str(ANN), str(GROUP), TOKEN} & {value}
    for told in (("answer", 1), ("send", 1), ("queue", 1)):
        [count] = [v for (name, _), v in now.items() if name == f"paperwire_{told[0]}_seconds_count"]
        assert count >= told[1], told
    assert dashboard_names() <= named | {f"{name}_total" for name in named}


def dashboard_names():
    """Every metric that an expression of the dashboard asks for."""
    board = json.loads(Path(make.FILE).read_text("utf-8"))
    expressions = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    assert expressions
    return set(re.findall(r"\b(?:paperwire|process)_\w+", " ".join(expressions)))


def test_the_dashboard_is_what_its_table_makes():
    assert json.loads(Path(make.FILE).read_text("utf-8")) == make.dashboard()


def test_every_metric_of_ours_is_on_the_dashboard():
    shown = {re.sub(r"_(bucket|count|sum)$", "", name) for name in dashboard_names()}
    assert set(METRICS) - shown == set()


@pytest.mark.parametrize("name", references.PAGES)
def test_the_references_are_what_the_code_says(name):
    assert (ROOT / "docs" / name).read_text("utf-8") == references.PAGES[name]()
