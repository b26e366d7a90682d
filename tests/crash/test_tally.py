"""The tally sees what it is there to see, and every copy that is sent in doubt says so."""

import re
from datetime import date

from adapters.telegram.draw import draw
from bot import views
from bot.deliveries import Delivery
from bot.model import Chat, Subscription
from tests.crash.tally import Post, Tally, table, tally
from tests.support.store_makers import NOON, a_paper


def test_what_is_lost_doubled_disordered_and_foreign_is_counted():
    posts = [Post(("a",)), Post(("c", "b")), Post(("b",)), Post(("c",), is_marked=True), Post(("x",)), Post(())]
    assert tally("abcd", posts) == Tally(expected=4, lost=1, doubled=2, unmarked=1, disordered=1, foreign=1, marked=1)


def test_the_papers_of_one_message_are_no_doubles_of_each_other():
    assert tally("ab", [Post(("a", "b")), Post(("a", "b"), is_marked=True)]) == Tally(expected=2, doubled=2, marked=1)


def test_tallies_add_up_to_a_table():
    row = tally("ab", [Post(("a",))]) + Tally(kills=3)
    assert table({"slack": row + row}).splitlines()[2] == "| slack | 6 | 4 | 2 | 0 | 0 | 0 | 0 | 0 | 0 |"


def test_every_message_of_a_long_copy_says_that_it_may_be_a_repeat():
    papers = tuple(
        a_paper(f"2611.{n:05}", f"Paper {n}", summary="word " * 34, day=date(2026, 11, 23)) for n in range(80)
    )
    chat = Chat("telegram", "1", "-1")
    wish = Subscription(chat, "rl", "rl", NOON, number=1)
    copy = Delivery((1,), chat, papers, (wish,), "m1", doubtful=True)
    parts = draw(views.post(copy, NOON.date()))
    assert len(parts) > 2
    assert all(part.html.count("may be a repeat") == 1 for part in parts)
    assert re.findall(r"papers/([\d.]+)", "".join(part.html for part in parts)) == [paper.id for paper in papers]
