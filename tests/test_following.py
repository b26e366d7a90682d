"""What is asked before something is followed, and where following is offered."""

from datetime import timedelta

import pytest

from bot.message import Text
from bot.model import Listing, Paper
from tests.test_buttons import Chatting, lines
from tests.test_understanding import opened
from tests.understanding import NOON

TODAY = NOON.date()


@pytest.fixture
async def month():
    """A month of read lists: reading of scans on each day, gardens only 40 days ago, a newer spelling of robots."""
    async with opened() as bench:
        for back in (*range(1, 25), 40):
            title = "Gardens of agents" if back == 40 else f"Reading scans {back}"
            day = TODAY - timedelta(days=back)
            paper = Paper(f"2610.{back:05}", title, day=day)
            await bench.store.save(Listing("huggingface", day, (paper,)), (), NOON, seen=False)
        yield Chatting(bench)


def words(message):
    return " ".join(one.text for one in message.blocks if isinstance(one, Text))


@pytest.mark.parametrize("verb", ["subscribe", "alert"])
@pytest.mark.parametrize("query", ["gardens", "quantum", "quantum upvotes>=3"])
async def test_what_matched_nothing_in_a_month_is_asked_about_first(month, verb, query):
    asked, before, after, _ = await month.say(f"{verb} {query}")
    assert "No paper of the last month has these words" in words(asked)
    assert before == after
    assert [one.line for one in lines(asked)] == [f"! {verb} {query}"]
    for answer in ("yes", "Follow all the same", f"! {verb} {query}"):
        made, before, after, _ = await month.say(f"{verb} {query}", answer)
        assert words(made).startswith(f"#5 {query}")
        assert len(after[0]) == len(before[0]) + 1


@pytest.mark.parametrize(
    "line", ["subscribe scans", "subscribe trending weekly", "! subscribe quantum", "subscribe rl daily"]
)
async def test_what_matched_or_is_meant_is_not_asked_about(month, line):
    made, before, after, _ = await month.say(line)
    assert "last month" not in words(made)
    assert before != after


async def test_a_spelling_that_matches_is_offered_before_the_words_as_typed(month):
    asked, *_ = await month.say("subscribe scanz weekly on fri at 09:00 max 3")
    often = "max 3 weekly on fri at 09:00"
    assert [one.line for one in lines(asked)] == [f"subscribe scans {often}", f"! subscribe scanz {often}"]


async def test_few_read_lists_say_nothing_of_what_will_come():
    async with opened() as bench:
        _, before, after, _ = await Chatting(bench).say("subscribe quantum")
        assert before != after


FOLLOWED = {
    "scans": "subscribe scans",
    "scans today": "subscribe scans",
    "papers about scans please": "subscribe scans",
    "! scans daily life": "! subscribe scans daily life",
    "scanz": "",  # looks misspelt
    "rl daily at": "",  # no subscription is written so
    "today": "",
    "paper 2610.00001": "",
    "too many messages": "",
    "preview rl": "",  # followed already
}


async def test_subscribe_is_offered_where_it_follows_what_was_asked(month):
    for line, follows in FOLLOWED.items():
        message, *_ = await month.say(line)
        offered = [one.line for one in lines(message) if one.label == "Subscribe"]
        assert offered == ([follows] if follows else []), line
