"""Delivering: what is owed is sent once, in order, at the platform's pace, and honestly where nobody knows."""

import asyncio
import contextlib
import logging
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.slack.platform import TRAITS as SLACK
from bot import views
from bot.deliveries import Owed
from bot.delivery import deliver, sender
from bot.delivery.deliver import Deliverer
from bot.delivery.pace import FREE, Pace
from bot.errors import ChatGone, ChatMoved, OutcomeUnknown, SendError, StoreError
from bot.model import Chat, Schedule, Settings
from bot.ports.platform import Limit, Policy
from tests.support.engines import open_store
from tests.support.fakes import BUG, DROPPED, LATE_BUG, LOST, FakePlatform, compose
from tests.support.store_makers import a_listing, a_paper, a_subscription, owe, some_papers

CHAT, OTHER = Chat("slack", "T1", "C1"), Chat("slack", "T1", "C2")
ELSEWHERE = Chat("slack", "T1", "C9")
QUICK = Policy(quiet=0)
ACCOUNT = ("slack", "T1")
IDS = [f"2611.{n:05}" for n in range(1, 100)]


class World:
    """A store with subscriptions of two chats, a platform, and a deliverer whose clock only moves by hand."""

    def __init__(self, store):
        self.store = store
        self.time = datetime(2026, 11, 24, 12, tzinfo=UTC)
        self.platform = FakePlatform()
        self.start()

    def start(self, policy=QUICK, pace=None):
        self.deliverer = Deliverer(self.platform, self.store, lambda: self.time, compose, policy, pace or Pace(FREE))

    async def owe(self, count, *chats, first=1):
        subscriptions = [await self.store.subscribe(a_subscription(chat)) for chat in chats]
        await owe(self.store, some_papers(count, first), *subscriptions, now=self.time)

    async def deliver(self, seconds=0):
        """Let ``seconds`` pass, and the deliverer run until it has nothing to do."""
        self.time += timedelta(seconds=seconds)
        running = asyncio.create_task(self.deliverer.run())
        while await self.is_busy():  # noqa: ASYNC110 the deliverer has no event for it
            await asyncio.sleep(0.005)
        running.cancel()
        await asyncio.wait([running])

    async def is_busy(self):
        await asyncio.sleep(0.005)
        if self.deliverer._in_flight() or self.deliverer._wake.is_set():
            return True
        async with self.deliverer._serving:
            return bool(self.deliverer._in_flight()) or self.deliverer._wake.is_set()

    def shown(self, chat=CHAT):
        """Return the ids of each message that stands in the chat, with a ? where it may be a repeat."""
        texts = [text.split("\n") for text in self.platform.texts(chat)]
        return [lines[0] + ("?" if "may be a repeat" in lines else "") for lines in texts]


@pytest.fixture
async def world():
    async with await open_store("sqlite://") as store:
        yield World(store)


async def until(is_so):
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 whatever it is
            await asyncio.sleep(0.005)


# The usual way


async def test_posts_arrive_once_and_in_order_in_every_chat(world):
    for first in range(1, 9):
        await world.owe(1, CHAT, OTHER, first=first)
        world.time += timedelta(seconds=1)
    await world.deliver()
    await world.deliver(60)
    assert world.shown() == IDS[:8]
    assert world.shown(OTHER) == IDS[:8]
    assert await world.store.waiting() == 0
    assert world.deliverer.counts == {"posts": 16}


async def test_a_doubtful_line_of_a_cap_that_is_gone_holds_no_post_behind_it(world):
    async def draw(delivery):
        return views.post(delivery, world.time.date())

    world.deliverer = Deliverer(world.platform, world.store, lambda: world.time, draw, QUICK, Pace(FREE))
    capped = await world.store.subscribe(a_subscription(CHAT, "capped", most=1))
    out = Owed(CHAT, IDS[0], (capped.id,), world.time.date())
    await world.store.save(a_listing(a_paper(IDS[0])), [out], world.time, seen=True)
    world.platform.faults[CHAT].append(DROPPED)
    await world.deliver()
    await world.store.unsubscribe(capped, world.time)
    await world.owe(1, CHAT, first=2)
    await world.deliver(60)
    await world.deliver(60)
    assert [message.summary for message in world.platform.shown[CHAT]] == ["Paper number 2"]


async def test_a_post_names_its_subscriptions(world):
    await world.owe(1, CHAT)
    await world.deliver()
    assert world.platform.texts(CHAT) == ["2611.00001\n#1"]


async def test_a_wake_sends_at_once(world, monkeypatch):
    monkeypatch.setattr(deliver, "LOOK_SECONDS", 60)
    running = asyncio.create_task(world.deliverer.run())
    await asyncio.sleep(0.01)
    await world.owe(1, CHAT)
    world.deliverer.wake()
    async with asyncio.timeout(30):
        await until(world.shown)
    await world.deliverer.drain()
    await running


async def test_what_is_due_is_found_without_a_wake(world, monkeypatch):
    monkeypatch.setattr(deliver, "LOOK_SECONDS", 0.02)
    running = asyncio.create_task(world.deliverer.run())
    await asyncio.sleep(0.01)
    await world.owe(1, CHAT)
    await until(world.shown)
    await world.deliverer.drain()
    await running


@pytest.mark.parametrize(("count", "shown"), [(3, IDS[:3]), (4, [" ".join(IDS[:4])])])
async def test_from_four_papers_of_one_poll_on_a_chat_gets_one_message(world, count, shown):
    await world.owe(count, CHAT)
    await world.deliver()
    await world.deliver(60)
    assert world.shown() == shown


async def test_a_chat_far_behind_gets_a_roll_up(world):
    await world.owe(25, CHAT)
    await world.deliver()
    assert world.shown() == [" ".join(IDS[:20]), " ".join(IDS[20:25])]


async def test_accounts_are_served_as_they_come_and_go(world):
    second = Chat("slack", "T2", "C1")
    await world.owe(1, CHAT, second)
    await world.deliver()
    assert world.shown(second) == []
    world.platform.accounts = ("T1", "T2")
    await world.deliver(1)
    assert world.shown(second) == IDS[:1]


# What can go wrong, and the chats beside it


async def test_a_refused_post_is_sent_after_the_wait_and_others_do_not_wait(world):
    await world.owe(2, CHAT, OTHER)
    world.platform.faults[CHAT].append(SendError("too often", 30))
    await world.deliver()
    assert (world.shown(), world.shown(OTHER)) == ([], IDS[:2])
    await world.deliver(29)
    assert world.shown() == []
    await world.deliver(1)
    assert world.shown() == IDS[:2]


async def test_a_wait_outlives_a_restart(world):
    await world.owe(1, CHAT)
    world.platform.faults[CHAT].append(SendError("too often", 30))
    await world.deliver()
    world.start()
    await world.deliver(29)
    assert world.shown() == []
    await world.deliver(1)
    assert world.shown() == IDS[:1]


async def test_without_a_named_wait_the_waits_grow_to_five_minutes(world):
    await world.owe(1, CHAT)
    world.platform.faults[CHAT].extend([SendError("down")] * 12)
    await world.deliver()
    for wait in (1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300):
        tried = len(world.platform.sends)
        await world.deliver(wait - 1)
        assert len(world.platform.sends) == tried
        await world.deliver(1)
        assert len(world.platform.sends) == tried + 1
    assert world.shown() == IDS[:1]


@pytest.mark.parametrize("seconds", [10**9, float("inf"), 10**300])
@pytest.mark.parametrize("account_wide", [False, True])
async def test_a_wait_that_a_platform_names_is_believed_for_an_hour(world, seconds, account_wide):
    await world.owe(1, CHAT)
    world.platform.faults[CHAT].append(SendError("too often", seconds, account_wide=account_wide))
    await world.deliver()
    await world.deliver(3599)
    assert world.shown() == []
    await world.deliver(1)
    assert world.shown() == IDS[:1]


async def test_after_a_storm_of_kills_a_failure_waits_as_a_first_one_does(world):
    await world.owe(1, CHAT)
    for _ in range(26):
        await world.store.claim(ACCOUNT, world.time, 10)
        await world.store.recover(world.time)
    world.platform.faults["find"].append(SendError("down"))
    await world.deliver()
    await world.deliver(1)
    assert world.shown() == IDS[:1]


async def test_a_wait_of_the_account_holds_all_its_chats_and_no_other_account(world):
    second = Chat("slack", "T2", "C1")
    world.platform.accounts = ("T1", "T2")
    await world.owe(2, CHAT, OTHER, second)
    world.platform.faults[CHAT].append(SendError("token", 60, account_wide=True))
    world.platform.faults[OTHER].append(SendError("token", 60, account_wide=True))
    await world.deliver()
    await world.owe(2, ELSEWHERE)
    await world.deliver(59)
    assert (world.shown(), world.shown(OTHER), world.shown(ELSEWHERE), world.shown(second)) == ([], [], [], IDS[:2])
    await world.deliver(1)
    assert (world.shown(), world.shown(OTHER), world.shown(ELSEWHERE)) == (IDS[:2], IDS[:2], IDS[:2])


async def test_a_chat_that_is_gone_pauses_with_the_reason_and_goes_on_when_it_is_back(world):
    await world.owe(2, CHAT, OTHER)
    world.platform.faults[CHAT].append(ChatGone("the bot was blocked"))
    await world.deliver()
    assert await world.store.paused_reason(CHAT) == "the bot was blocked"
    await world.deliver(100)
    assert (world.shown(), world.shown(OTHER)) == ([], IDS[:2])
    await world.store.resume_chat(CHAT)
    await world.deliver()
    assert world.shown() == IDS[:2]
    assert world.deliverer.counts["failed"] == 1


async def test_a_chat_that_moved_gets_its_posts_at_the_new_address(world):
    await world.owe(2, CHAT)
    world.platform.faults[CHAT].append(ChatMoved(ELSEWHERE))
    await world.deliver()
    assert (world.shown(), world.shown(ELSEWHERE)) == ([], IDS[:2])


async def test_a_defect_stops_its_chat_alone_and_repeats_no_text(world, caplog):
    await world.owe(2, CHAT, OTHER)
    world.platform.faults[CHAT].append(BUG)
    await world.deliver()
    assert (world.shown(), world.shown(OTHER)) == ([], IDS[:2])
    assert "ZeroDivisionError" in caplog.text
    assert "secret" not in caplog.text
    await world.deliver(10)
    assert world.shown() == IDS[:2]
    assert world.deliverer.counts["defects"] == 1


async def test_a_defect_after_the_message_arrived_does_not_double_it(world):
    await world.owe(2, CHAT)
    world.platform.faults[CHAT].append(LATE_BUG)
    await world.deliver()
    await world.deliver(10)
    assert world.shown() == IDS[:2]


async def test_an_answer_that_nobody_can_read_is_no_reason_to_give_up_what_failed_before(world):
    await world.owe(1, CHAT)
    cut, odd = OutcomeUnknown("cut"), OutcomeUnknown("cannot be read", answered=True)
    world.platform.faults[CHAT] += [cut, cut, odd]
    world.platform.history = "none"
    for _ in range(4):
        await world.deliver(600)
    assert world.shown() == ["2611.00001?"]


@pytest.mark.parametrize("fault", [LATE_BUG, OutcomeUnknown("cannot be read", answered=True)])
async def test_no_defect_sends_a_post_without_end(world, fault):
    world.platform = FakePlatform(history="none")
    world.start()
    await world.owe(2, CHAT)
    world.platform.faults[CHAT].extend([fault] * 3)
    for _ in range(20):
        await world.deliver(60)
    sent = [marker for _, marker in world.platform.sends]
    assert [sent.count(marker) for marker in dict.fromkeys(sent)] == [3, 1]
    assert world.shown()[-1] == IDS[1]
    assert world.deliverer.counts["doubts_skipped"] == 1


async def test_a_post_that_cannot_be_drawn_for_want_of_the_store_is_sent_later(world):
    await world.owe(2, CHAT)
    broken = [1]

    async def draw(delivery):
        if broken:
            broken.pop()
            raise StoreError("the disk is full")
        return await compose(delivery)

    world.deliverer._sender._compose = draw
    await world.deliver()
    assert world.shown() == []
    await world.deliver(10)
    assert world.shown() == IDS[:2]
    assert world.platform.finds == []


async def test_a_platform_that_hangs_is_a_doubt(world):
    await world.owe(1, CHAT)
    world.start(Policy(quiet=0, deadline=0.2))
    world.platform.gate = asyncio.Event()
    await world.deliver()
    world.platform.gate = None
    await world.deliver(10)
    assert world.shown() == IDS[:1]


# Doubts


async def test_a_lost_answer_is_found_and_not_sent_again(world):
    await world.owe(2, CHAT)
    world.platform.faults[CHAT].append(LOST)
    await world.deliver()
    await world.deliver(10)
    assert world.shown() == IDS[:2]
    assert world.deliverer.counts == {"failed": 1, "doubts_there": 1, "posts": 1}


async def test_a_post_that_never_arrived_is_sent_again_unmarked(world):
    await world.owe(2, CHAT)
    world.platform.faults[CHAT].append(DROPPED)
    await world.deliver()
    await world.deliver(10)
    assert world.shown() == IDS[:2]
    assert world.deliverer.counts["doubts_resent"] == 1


async def test_a_doubt_is_settled_before_anything_else_goes_there(world):
    await world.owe(3, CHAT)
    world.platform.faults[CHAT].append(DROPPED)
    world.platform.faults["find"].append(SendError("too often", 20))
    await world.deliver()
    await world.deliver(10)
    assert world.shown() == []
    await world.deliver(20)
    assert world.shown() == IDS[:3]


async def test_a_history_that_lags_is_asked_twice(world):
    await world.owe(1, CHAT)
    world.platform.history = 1
    world.start(Policy(quiet=0.01, looks=2))
    world.platform.faults[CHAT].append(LOST)
    await world.deliver()
    await world.deliver(10)
    assert world.shown() == IDS[:1]
    assert len(world.platform.finds) == 2


async def test_every_look_comes_a_quiet_time_after_the_try_and_the_look_before(world):
    await world.owe(1, CHAT)
    world.start(Policy(quiet=0.1, looks=2))
    world.platform.faults[CHAT].append(DROPPED)
    await world.deliver()
    looks, find = [], world.platform.find

    async def timed(*args):
        looks.append(time.monotonic())
        return await find(*args)

    world.platform.find = timed
    world.time += timedelta(seconds=1)
    await world.store.recover(world.time)
    (delivery,) = await world.store.claim(ACCOUNT, world.time, 1)
    start = time.monotonic()
    await world.deliverer._sender.send(replace(delivery, tried_at=world.time))
    assert looks[0] - start > 0.09
    assert looks[1] - looks[0] > 0.09
    assert world.shown() == IDS[:1]


async def test_a_clock_set_back_does_not_make_a_doubt_wait(world):
    await world.owe(1, CHAT)
    world.platform.faults[CHAT].append(LOST)
    await world.deliver()
    world.time += timedelta(seconds=10)
    (delivery,) = await world.store.claim(ACCOUNT, world.time, 1)
    world.time -= timedelta(days=1)
    async with asyncio.timeout(30):
        await world.deliverer._sender.send(delivery)
    assert world.shown() == IDS[:1]
    assert await world.store.waiting() == 0


async def test_a_missing_post_is_looked_for_from_before_its_try(world):
    await world.owe(1, CHAT)
    world.platform.faults[CHAT].append(DROPPED)
    tried = world.time
    await world.deliver()
    await world.deliver(3600)
    assert world.platform.finds[0][2] <= tried


async def test_where_nobody_knows_the_post_is_sent_again_and_marked(world):
    world.platform.history = "none"
    await world.owe(2, CHAT)
    world.platform.faults[CHAT].append(LOST)
    await world.deliver()
    await world.deliver(10)
    assert world.shown() == [IDS[0], IDS[0] + "?", IDS[1]]
    assert world.deliverer.counts["doubts_resent_marked"] == 1


async def test_a_marked_post_that_is_refused_is_marked_still(world):
    world.platform.history = "none"
    await world.owe(1, CHAT)
    world.platform.faults[CHAT].extend([LOST, SendError("too often", 5)])
    await world.deliver()
    await world.deliver(10)
    await world.deliver(10)
    assert world.shown() == [IDS[0], IDS[0] + "?"]


async def test_where_nobody_knows_the_operator_may_rather_skip(world):
    world.platform.history = "none"
    world.start(Policy(quiet=0, unknown="skip"))
    await world.owe(2, CHAT)
    world.platform.faults[CHAT].append(DROPPED)
    await world.deliver()
    await world.deliver(10)
    assert world.shown() == IDS[1:2]
    assert world.deliverer.counts["doubts_skipped"] == 1


async def test_what_a_dead_process_left_is_a_doubt(world):
    await world.owe(2, CHAT)
    await world.store.claim(ACCOUNT, world.time, 10)
    assert await world.store.recover(world.time) == 1
    await world.deliver(1)
    assert world.shown() == IDS[:2]


# Outages


async def test_a_platform_that_is_down_is_probed_at_most_once_a_minute(world):
    chats = [Chat("slack", "T1", f"C{n}") for n in range(30)]
    await world.owe(2, *chats)
    world.platform.faults[None].extend([SendError("cannot be reached")] * 10_000)
    for _ in range(40):
        await world.deliver(15)
    tried = len(world.platform.sends)
    for _ in range(40):
        await world.deliver(15)
    assert 8 <= len(world.platform.sends) - tried <= 10
    world.platform.faults.clear()
    for _ in range(30):
        await world.deliver(15)
    assert all(world.shown(chat) == IDS[:2] for chat in chats)


async def test_a_store_in_trouble_loses_nothing_and_doubles_nothing(world, monkeypatch, caplog):
    monkeypatch.setattr(sender, "STORE_RETRY_SECONDS", 0.01)
    caplog.set_level(logging.INFO)
    await world.owe(3, CHAT)
    settle, broken = world.store.settle, [3]

    async def full(*args):
        if broken[0]:
            broken[0] -= 1
            raise StoreError("the disk is full")
        await settle(*args)

    world.store.settle = full
    await world.deliver()
    assert world.shown() == IDS[:3]
    assert [line.message for line in caplog.records] == ["slack: posts wait: the disk is full", "slack: posts go on"]


async def test_a_claim_that_fails_is_tried_again(world, monkeypatch):
    monkeypatch.setattr(deliver, "LOOK_SECONDS", 0.01)
    await world.owe(1, CHAT)
    claim, broken = world.store.claim, [3]

    async def locked(*args):
        if broken[0]:
            broken[0] -= 1
            raise StoreError("locked")
        return await claim(*args)

    world.store.claim = locked
    running = asyncio.create_task(world.deliverer.run())
    await until(world.shown)
    await world.deliverer.drain()
    await running


# Quiet hours


async def test_posts_wait_for_the_end_of_quiet_hours_and_come_in_order(world):
    await world.store.keep_settings(CHAT, Settings("Europe/Berlin", "13:00-14:00"))  # it is 13:00 in Berlin
    await world.owe(1, CHAT, OTHER)
    await world.deliver()
    assert (world.shown(), world.shown(OTHER)) == ([], IDS[:1])
    await world.owe(1, CHAT, first=2)
    await world.deliver(3599)
    assert world.shown() == []
    await world.deliver(1)
    assert world.shown() == IDS[:2]
    assert world.deliverer.counts == {"posts": 3}


async def test_quiet_hours_that_are_switched_off_hold_nothing_any_more(world):
    await world.store.keep_settings(CHAT, Settings(quiet="11:00-20:00"))
    await world.owe(2, CHAT)
    await world.deliver()
    assert world.shown() == []
    await world.store.keep_settings(CHAT, Settings())
    await world.deliver()
    await world.deliver(1)
    assert world.shown() == IDS[:2]


async def digest_of(world, paper, due):
    """Owe the chat a digest of one paper that was due then."""
    one = await world.store.subscribe(a_subscription(CHAT, "robot", schedule=Schedule("daily", due.time())))
    await world.store.save(a_listing(paper), (), world.time, seen=True)
    assert await world.store.owe_digest(one, [paper], due, world.time) == 1


async def test_a_digest_whose_hour_is_quiet_comes_at_its_hour_though_posts_wait(world):
    await world.store.keep_settings(CHAT, Settings(quiet="11:00-20:00"))
    await world.owe(1, CHAT)
    await world.deliver()
    await digest_of(world, a_paper(IDS[8]), world.time)
    await world.deliver(60)
    assert world.shown() == IDS[8:9]


async def test_a_digest_that_is_late_waits_for_the_end_of_quiet_hours(world):
    await world.store.keep_settings(CHAT, Settings(quiet="11:00-20:00"))
    await digest_of(world, a_paper(IDS[8]), world.time - timedelta(hours=3))
    await world.deliver()
    assert world.shown() == []
    await world.deliver(8 * 3600)
    assert world.shown() == IDS[8:9]


async def test_a_night_of_quiet_counts_as_no_failed_try(world):
    await world.store.keep_settings(CHAT, Settings(quiet="11:00-20:00"))
    await world.owe(1, CHAT)
    for _ in range(3):
        await world.deliver(60)
        await world.store.keep_settings(CHAT, Settings(quiet="11:00-20:00"))
    (delivery,) = await world.store.claim(ACCOUNT, world.time, 1)
    assert delivery.attempts == 0


# The pace


async def test_chats_that_are_told_to_wait_hold_no_other(world):
    await world.owe(1, CHAT)
    world.platform.faults[CHAT].extend([SendError("too often", 30)] * 14)
    for _ in range(14):
        await world.deliver(31)
    await world.owe(1, OTHER, first=2)
    await world.deliver()
    assert (world.shown(), world.shown(OTHER)) == ([], IDS[1:2])


async def test_a_message_counts_as_all_the_messages_that_it_takes(world):
    world.platform.size = lambda message: 3
    monotonic = [0.0]
    world.start(pace=Pace(Limit(chat_spacing=60), lambda: monotonic[0]))
    await world.owe(2, CHAT)
    await world.deliver()
    for monotonic[0], shown in ((170, 1), (180, 2)):
        await world.deliver(180)
        assert len(world.shown()) == shown


async def test_a_chat_whose_turn_is_far_is_put_back_so_that_others_go(world):
    far = Limit(chat_spacing=60)
    monotonic = [0.0]
    world.start(pace=Pace(far, lambda: monotonic[0]))
    await world.owe(2, CHAT, OTHER)
    await world.deliver()
    assert (world.shown(), world.shown(OTHER)) == (IDS[:1], IDS[:1])
    assert not world.deliverer._in_flight()
    monotonic[0] = 59.9
    await world.deliver(59.9)
    assert world.shown() == IDS[:1]
    monotonic[0] = 60
    await world.deliver(0.1)
    assert (world.shown(), world.shown(OTHER)) == (IDS[:2], IDS[:2])


# The clean stop


async def test_a_stop_lets_what_is_in_flight_end_and_leaves_no_doubt(world):
    await world.owe(3, CHAT, OTHER)
    world.platform.gate = asyncio.Event()
    running = asyncio.create_task(world.deliverer.run())
    await until(lambda: len(world.platform.sends) == 2)
    stopping = asyncio.create_task(world.deliverer.drain())
    await asyncio.sleep(0.01)
    world.platform.gate.set()
    await stopping
    await running
    assert (world.shown(), world.shown(OTHER)) == (IDS[:1], IDS[:1])
    assert await world.store.recover(world.time) == 0
    assert await world.store.waiting() == 4


async def test_what_is_not_on_its_way_yet_is_put_back_at_a_stop(world):
    await world.owe(2, CHAT)
    hour = asyncio.Event()

    async def sleep(seconds):
        await hour.wait()

    pace = Pace(SLACK.limit, lambda: 0.0, sleep)
    async with pace.turn(CHAT):
        pass
    world.start(pace=pace)
    running = asyncio.create_task(world.deliverer.run())
    await asyncio.sleep(0.02)
    stopping = asyncio.create_task(world.deliverer.drain())
    await asyncio.sleep(0.01)
    pace._monotonic = lambda: 9.0
    hour.set()
    await stopping
    await running
    assert world.platform.sends == []
    assert await world.store.recover(world.time) == 0


async def test_a_stop_does_not_wait_for_ever(world):
    await world.owe(1, CHAT)
    world.platform.gate = asyncio.Event()
    running = asyncio.create_task(world.deliverer.run())
    await until(lambda: world.platform.sends)
    async with asyncio.timeout(30):
        await world.deliverer.drain(0.02)
        await running
    assert await world.store.recover(world.time) == 1


async def test_a_deliverer_that_was_cancelled_sends_nothing_more(world):
    await world.owe(1, CHAT)
    world.platform.gate = asyncio.Event()
    running = asyncio.create_task(world.deliverer.run())
    await until(lambda: world.platform.sends)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await asyncio.sleep(0.01)
    world.platform.gate.set()
    await asyncio.sleep(0.01)
    assert world.shown() == []


async def test_a_post_that_nobody_wants_any_more_does_not_go_out(world):
    """Somebody unsubscribes between the claim and the message's turn."""
    await world.owe(1, CHAT)
    (wish,) = await world.store.subscriptions(CHAT)

    class Slow(Pace):
        @contextlib.asynccontextmanager
        async def turn(self, chat, size=1):
            await world.store.unsubscribe(wish, world.time)
            yield 1.0

    world.start(pace=Slow(FREE))
    await world.deliver()
    assert world.shown() == []
    assert await world.store.waiting() == 0


# Clocks that jump

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


JUMPS = pytest.mark.parametrize("jump", [-DAY, -HOUR, HOUR, DAY])


@JUMPS
@pytest.mark.parametrize("is_down", [False, True], ids=["running", "while down"])
async def test_a_clock_that_jumps_makes_no_wait_longer(world, jump, is_down):
    await world.owe(2, CHAT, OTHER)
    world.platform.faults[CHAT].append(SendError("too often", 30))
    await world.deliver()
    world.time += jump
    if is_down:
        world.start()
        world.store._latest = world.time
        await world.store.recover(world.time)
    await world.deliver()
    await world.deliver(30)
    assert (world.shown(), world.shown(OTHER)) == (IDS[:2], IDS[:2])


@pytest.mark.parametrize("jump", [-DAY, -HOUR])
async def test_a_clock_set_back_makes_no_wait_shorter(world, jump):
    await world.owe(1, CHAT)
    world.platform.faults[CHAT].append(SendError("too often", 30))
    await world.deliver()
    world.time += jump
    await world.deliver()
    await world.deliver(29)
    assert world.shown() == []


@JUMPS
async def test_a_clock_that_jumps_makes_no_wait_of_an_account_longer(world, jump):
    await world.owe(1, CHAT, OTHER)
    for chat in (CHAT, OTHER):
        world.platform.faults[chat].append(SendError("token", 60, account_wide=True))
    await world.deliver()
    world.time += jump
    await world.deliver()
    await world.deliver(60)
    assert (world.shown(), world.shown(OTHER)) == (IDS[:1], IDS[:1])


@JUMPS
async def test_a_doubt_is_settled_though_the_clock_jumped(world, jump):
    await world.owe(3, CHAT)
    world.platform.faults[CHAT].append(LOST)
    await world.deliver()
    world.time += jump
    await world.deliver()
    await world.deliver(10)
    assert world.shown() == IDS[:3]


@JUMPS
async def test_a_doubt_is_found_though_the_clock_was_wrong_when_it_was_sent(world, jump):
    await world.owe(1, CHAT)
    world.platform.faults[CHAT].append(LOST)
    real = world.time
    world.platform.now = lambda: real
    world.time += jump
    await world.deliver()
    world.time -= jump
    for _ in range(10):
        await world.deliver(60)
    assert world.shown() == IDS[:1]


@JUMPS
async def test_quiet_hours_are_kept_and_end_though_the_clock_jumped(world, jump):
    await world.store.keep_settings(CHAT, Settings("UTC", "12:00-14:00"))  # it is noon
    await world.owe(1, CHAT)
    await world.deliver()
    world.time += jump
    for _ in range(8):
        shown = world.shown()
        await world.deliver(30 * 60)
        assert world.shown() == shown or not 12 <= world.time.hour < 14
    assert world.shown() == IDS[:1]


async def test_a_platform_that_is_down_is_probed_as_seldom_after_the_clock_was_set_back(world):
    await world.owe(2, *(Chat("slack", "T1", f"C{n}") for n in range(10)))
    world.platform.faults[None].extend([SendError("cannot be reached")] * 10_000)
    for _ in range(20):
        await world.deliver(15)
    world.time -= DAY
    await world.deliver()
    tried = len(world.platform.sends)
    for _ in range(20):
        await world.deliver(15)
    assert 3 <= len(world.platform.sends) - tried <= 6
