"""What becomes of one claimed message: what is returned, written, counted and logged for each thing that can happen."""

import asyncio
import logging
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, text

from bot.delivery.pace import FREE, Pace
from bot.delivery.sender import DeliverySender
from bot.errors import ChatGone, ChatMoved, Refused, SendError, StoreError
from bot.model import Chat, Schedule, Settings
from bot.ports.platform import Limit, Policy
from storage.database.tables.deliveries import deliveries as rows
from tests.support.engines import open_store
from tests.support.fakes import BUG, DROPPED, LOST, FakePlatform, compose
from tests.support.store_makers import a_subscription, owe, some_papers

CHAT, ELSEWHERE = Chat("slack", "T1", "C1"), Chat("slack", "T1", "C9")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class World:
    """A chat that is owed two papers, and a sender whose clock only moves by hand."""

    def __init__(self, store):
        self.store, self.time, self.platform = store, NOON, FakePlatform()
        self.draw = compose
        self.start()

    def start(self, pace=None, **policy):
        policy = Policy(**({"quiet": 0} | policy))
        self.sender = DeliverySender(
            self.platform,
            self.store,
            lambda: self.time,
            self.compose,
            policy,
            pace or Pace(FREE),
            self.store.pause_chat,
        )

    async def compose(self, delivery):
        return await self.draw(delivery)

    async def send(self, *faults, after=timedelta()):
        """Let that much time pass, claim the chat's head, and send it into these faults; return its end."""
        self.time += after
        self.platform.faults[CHAT].extend(faults)
        (delivery,) = await self.store.claim(("slack", "T1"), self.time, 1)
        async with asyncio.timeout(20):  # nothing that is due waits
            return await self.sender.send(delivery)

    async def states(self):
        """Return the state of each row with the minutes after noon at which it was settled."""
        query = select(rows.c.state, rows.c.settled_at).order_by(rows.c.id)
        found = await self.store.database.read(lambda connection: connection.execute(query).all())
        return [(state, at and (at - NOON) / MINUTE) for state, at in found]

    def shown(self, chat=CHAT):
        return self.platform.texts(chat)


@pytest.fixture
async def world():
    async with await open_store("sqlite://") as store:
        world = World(store)
        world.subscription = await store.subscribe(a_subscription(CHAT))
        await owe(store, some_papers(2), world.subscription, now=NOON)
        yield world


DOWN = SendError("down")
FAULTS = {
    "arrives": ((), "taken"),
    "is refused for a while": ((SendError("too often", 30),), "refused"),
    "is refused with all others": ((SendError("too often", 30, account_wide=True),), "failed"),
    "cannot be sent": ((DOWN,), "failed"),
    "may have arrived": ((DROPPED,), "failed"),
    "meets a chat that is gone": ((ChatGone("kicked"),), "refused"),
    "meets a chat that moved": ((ChatMoved(ELSEWHERE),), "refused"),
    "meets a defect": ((BUG,), "refused"),
}


@pytest.mark.parametrize(("faults", "end"), FAULTS.values(), ids=FAULTS)
async def test_a_message_comes_to_its_end(world, faults, end):
    assert await world.send(*faults) == end
    assert bool(world.shown()) == (end == "taken")
    assert world.sender.counts["defects"] == (faults == (BUG,))


async def test_a_post_that_is_refused_again_and_again_puts_its_chat_on_hold_with_the_reason(world):
    refusal = Refused("Bad Request: <b>secret", 60, "the next post is refused")
    for _ in range(3):
        assert await world.store.paused_reason(CHAT) == ""
        await world.send(refusal, after=MINUTE)
    assert await world.store.paused_reason(CHAT) == "the next post is refused"
    assert await world.store.waiting(chat=CHAT) == 2


@pytest.mark.parametrize(("is_wide", "lost"), [(False, CHAT), (True, Chat(CHAT.platform, CHAT.account, ""))])
async def test_a_chat_that_is_gone_is_told_of_once_after_its_post_is_put_back(world, is_wide, lost):
    told = []

    async def gone(chat, reason):
        told.append((chat, reason, await world.states()))

    world.sender._gone = gone
    await world.send(ChatGone("kicked", account_wide=is_wide))
    assert [(chat, reason) for chat, reason, _ in told] == [(lost, "kicked")]
    assert [state for state, _ in told[0][2]] == ["pending", "pending"]


async def test_a_message_is_settled_at_the_time_of_its_end(world):
    await world.send(after=MINUTE)
    assert await world.states() == [("sent", 1), ("pending", None)]


@pytest.mark.parametrize(("is_digest", "end"), [(False, "refused"), (True, "taken")])
async def test_in_quiet_hours_a_digest_comes_and_a_post_waits(world, is_digest, end):
    await world.store.keep_settings(CHAT, Settings(quiet="11:00-13:00"))
    if is_digest:
        await world.send()  # the posts rest behind the quiet hours; a digest of another chat does not
        other = await world.store.subscribe(a_subscription(ELSEWHERE, schedule=Schedule("daily", time(12))))
        await world.store.keep_settings(ELSEWHERE, Settings(quiet="11:00-13:00"))
        await world.store.owe_digest(other, some_papers(2), NOON + MINUTE, NOON + MINUTE)
    assert await world.send(after=MINUTE) == end
    assert bool(world.shown(ELSEWHERE)) == is_digest


async def test_a_doubt_that_is_found_is_taken(world):
    await world.send(LOST)
    assert await world.send(after=MINUTE) == "taken"
    assert await world.states() == [("sent", 1), ("pending", None)]


async def test_a_doubt_that_is_given_up_is_taken(world):
    world.start(unknown="skip")
    world.platform.history = "none"
    await world.send(DROPPED)
    assert await world.send(after=MINUTE) == "taken"
    assert await world.states() == [("skipped", 1), ("pending", None)]


async def test_what_nobody_wants_any_more_when_its_turn_comes_is_taken_and_not_sent(world):
    clock = [100.0]

    async def sleep(seconds):
        clock[0] += seconds
        await world.store.unsubscribe(world.subscription, world.time)

    world.start(Pace(Limit(chat_spacing=1), lambda: clock[0], sleep))
    await world.send()
    assert await world.send(after=MINUTE) == "taken"
    assert world.shown() == ["2611.00001\n#1"]
    assert await world.states() == [("sent", 0)]


async def test_a_store_that_fails_is_no_failure_of_the_platform(world):
    async def draw(delivery):
        raise StoreError("the disk is full")

    world.draw, drawn = draw, world.draw
    assert world.sender.trouble == ""
    assert await world.send() == "refused"
    world.draw = drawn
    assert await world.send(after=MINUTE) == "taken"
    assert world.sender.trouble == ""


async def test_the_trouble_of_the_store_is_told(world):
    told = []

    async def draw(delivery):
        raise StoreError("the disk is full")

    world.draw = draw
    note = world.sender.note
    world.sender.note = lambda error: (note(error), told.append(world.sender.trouble))
    await world.send()
    assert told == ["the disk is full", ""]


async def test_who_stops_sends_nothing_and_leaves_no_doubt(world):
    world.sender.stop()
    assert await world.send() == "refused"
    assert (world.shown(), await world.states()) == ([], [("pending", None)] * 2)


async def test_a_stop_leaves_a_doubt_a_doubt(world):
    world.platform.history = "none"
    await world.send(DROPPED)
    world.sender.stop()
    await world.send(after=MINUTE)
    assert [state for state, _ in await world.states()] == ["doubtful", "pending"]


@pytest.mark.parametrize(("wait", "end"), [(1.0, "taken"), (3.0, "refused")])
async def test_a_message_waits_in_hand_for_a_turn_that_is_near(world, wait, end):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)
        clock[0] += seconds

    clock = [100.0]
    pace = Pace(Limit(chat_spacing=wait), lambda: clock[0], sleep)
    world.start(pace)
    await world.send()
    assert await world.send() == end
    assert sum(slept) == (wait if end == "taken" else 0)


@pytest.mark.parametrize("fault", [ChatGone("kicked"), ChatMoved(ELSEWHERE), SendError("too often", 30)])
async def test_a_message_that_may_have_arrived_is_marked_whatever_comes_between(world, fault):
    world.platform.history = "none"
    await world.send(LOST)
    await world.send(fault, after=MINUTE)
    await world.store.resume_chat(CHAT)
    await world.send(after=MINUTE)
    last = (world.shown(ELSEWHERE) or world.shown())[-1]
    assert last == "2611.00001\n#1\nmay be a repeat"


async def test_a_message_that_may_have_arrived_is_marked_though_it_could_not_be_drawn(world):
    world.platform.history = "none"
    await world.send(LOST)

    async def draw(delivery):
        raise StoreError("the disk is full")

    drawn, world.draw = world.draw, draw
    await world.send(after=MINUTE)
    world.draw = drawn
    await world.send(after=MINUTE)
    assert world.shown()[-1] == "2611.00001\n#1\nmay be a repeat"


@pytest.mark.parametrize(("fault", "chat"), [(ChatGone("kicked"), CHAT), (ChatMoved(ELSEWHERE), ELSEWHERE)])
async def test_a_chat_that_is_reached_again_does_not_wait(world, fault, chat):
    await world.send(fault)
    await world.store.resume_chat(CHAT)
    await world.send()
    assert world.shown(chat) == ["2611.00001\n#1"]


async def test_a_doubt_of_long_ago_is_looked_up_at_once(world):
    await world.send(LOST)
    world.start(quiet=20, looks=1)
    world.time += MINUTE
    assert await world.send() == "taken"
    assert len(world.platform.finds) == 1


async def test_a_doubt_without_the_time_of_its_try_is_looked_up_a_quiet_time_from_now(world):
    await world.send(LOST)
    await world.store.database.write(lambda connection: connection.execute(text("UPDATE delivery SET tried_at = NULL")))
    assert await world.send(after=MINUTE) == "taken"
    assert world.platform.finds[0][2] <= world.time


async def test_what_is_given_up_is_counted(world):
    world.start(unknown="skip")
    world.platform.history = "none"
    for _ in range(2):
        await world.send(DROPPED, after=MINUTE)
        await world.send(after=MINUTE)
    assert world.sender.counts == {"failed": 2, "doubts_skipped": 2}


async def test_every_outcome_is_counted_each_time(world):
    for number in range(3, 12):
        await owe(world.store, some_papers(1, first=number), world.subscription, now=NOON + timedelta(seconds=number))
    for history, fault in (("none", DROPPED), ("exact", LOST), ("exact", DROPPED)) * 2:
        world.platform.history = history
        await world.send(fault, after=MINUTE)
        await world.send(after=MINUTE)
    for _ in range(2):
        await world.send(BUG, after=MINUTE)
        await world.send(after=MINUTE)
    assert world.sender.counts == {
        "failed": 6,
        "posts": 6,
        "defects": 2,
        "doubts_resent_marked": 2,
        "doubts_there": 2,
        "doubts_resent": 4,
    }


LINES = {
    "a doubt": (DROPPED, "WARNING", f"post to {CHAT} in doubt: no answer"),
    "a loss": (ChatGone("kicked"), "WARNING", f"chat paused: {CHAT} (kicked)"),
    "a move": (ChatMoved(ELSEWHERE), "INFO", f"chat moved: {CHAT} to {ELSEWHERE}"),
    "a wait": (SendError("too often", 30), "INFO", f"{CHAT} waits 30 s: too often"),
    "a failure": (DOWN, "INFO", f"{CHAT} waits 1 s: down"),
    "an account's wait": (SendError("token", 60, account_wide=True), "INFO", "T1 waits 60 s: token"),
}


@pytest.mark.parametrize(("fault", "level", "line"), LINES.values(), ids=LINES)
async def test_each_trouble_is_one_line_of_the_log(world, caplog, fault, level, line):
    caplog.set_level(logging.INFO)
    await world.send(fault)
    assert [(one.levelname, one.message) for one in caplog.records] == [(level, line)]


async def test_a_defect_is_logged_with_its_place_and_without_its_text(world, caplog):
    await world.send(BUG)
    (one,) = caplog.records
    assert one.message.startswith(f"defect: a post to {CHAT} was not sent: ZeroDivisionError at ")
    assert "tests/support/fakes.py:" in one.message
    assert "secret" not in one.message


async def test_a_silence_is_logged_with_its_length(world, caplog):
    world.start(deadline=0.01)
    world.platform.gate = asyncio.Event()
    await world.send()
    assert [one.message for one in caplog.records] == [f"post to {CHAT} in doubt: no answer within 0.01 s"]


async def test_a_post_costs_two_trips_to_the_store(world):
    trips, database = [], world.store.database
    read, write = database.read, database.write

    def counted(name, run):
        async def trip(work):
            trips.append(name)
            return await run(work)

        return trip

    database.read, database.write = counted("read", read), counted("write", write)
    await world.store.keep_settings(CHAT, Settings(quiet="23:00-07:00", timezone="Asia/Tokyo", silent=True))
    trips.clear()
    await world.send()
    assert (world.shown(), trips) == (["2611.00001\n#1"], ["write", "write"])
