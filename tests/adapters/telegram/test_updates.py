"""Updates are handled each once, in order within a chat, and confirmed only when handled."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from telegram.error import Conflict

from adapters.flood import FEW, TOO_MANY, WAITING, Floods
from adapters.telegram.platform import connect
from adapters.telegram.transport.trouble import Trouble
from adapters.telegram.transport.updates import MOST_WAITING, Inbox
from bot.message import Action, say
from tests.adapters.telegram.stage import _now, listening, open_stage, populate, until
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.adapters.telegram.world import Refused
from tests.support.events import events


class Slow:
    """An answer function that answers "slow ..." only when it is let go."""

    def __init__(self):
        self.lines = []
        self.begun = asyncio.Event()
        self.go = asyncio.Event()

    async def __call__(self, chat, asker, line):
        if line.startswith("slow"):
            self.begun.set()
            await self.go.wait()
        self.lines.append(line)
        return say(line)


@pytest.fixture
async def slow():
    return Slow()


async def test_a_slow_line_holds_up_its_own_chat_only(slow):
    async with open_stage(slow) as stage:
        ann, bob = stage.people["ann"], stage.people["bob"]
        stage.server.say(stage.place(), ann, "slow one")
        await slow.begun.wait()
        stage.server.say(stage.place(), ann, "after it")
        stage.server.say(stage.place("private", "bob"), bob, "beside it")
        await until(lambda: slow.lines)
        assert slow.lines == ["beside it"]
        slow.go.set()
        await stage.server.updates.until_confirmed()
        assert slow.lines == ["beside it", "slow one", "after it"]


async def test_nothing_is_confirmed_before_it_is_handled(slow):
    async with open_stage(slow) as stage:
        ann, bob = stage.people["ann"], stage.people["bob"]
        stage.server.say(stage.place(), ann, "slow one")
        await slow.begun.wait()
        stage.server.say(stage.place("private", "bob"), bob, "later")
        await until(lambda: slow.lines)
        polls = len(stage.server.requests)
        await until(lambda: len(stage.server.requests) > polls + 1)
        assert len(stage.server.updates.waiting) == 2  # the later one is handled, but may not be confirmed alone
        slow.go.set()
        await stage.server.updates.until_confirmed()


async def test_what_a_kill_left_unhandled_comes_again(slow):
    async with bot_api() as server:
        populate(server)
        first = await connect(TOKEN, api_url=server.url, clock=_now)
        running = asyncio.create_task(first.serve(events(slow)))
        await listening(server)
        server.say(server.places[501], server.people[501], "slow one")
        await slow.begun.wait()
        await first.close()  # as abrupt as it gets within one process: no more requests from here on
        running.cancel()
        slow.go.set()
        with suppress(asyncio.CancelledError, RuntimeError):
            await running
        assert len(server.updates.waiting) == 1
        second = await connect(TOKEN, api_url=server.url, clock=_now)
        running = asyncio.create_task(second.serve(events(slow)))
        await server.updates.until_confirmed()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await second.close()
        assert slow.lines[-1] == "slow one"


async def test_a_clean_stop_ends_what_is_being_handled_and_confirms_it(slow):
    async with bot_api() as server:
        populate(server)
        platform = await connect(TOKEN, api_url=server.url, clock=_now)
        running = asyncio.create_task(platform.serve(events(slow)))
        await listening(server)
        server.say(server.places[501], server.people[501], "slow one")
        await slow.begun.wait()
        running.cancel()
        slow.go.set()
        with suppress(asyncio.CancelledError):
            await running
        assert server.updates.waiting == []
        assert [posted.text for posted in server.places[501].posted] == ["slow one"]
        await platform.close()


async def test_a_line_that_a_stop_cuts_off_is_not_confirmed(slow):
    inbox = Inbox(Lines(slow), Floods(_now))
    inbox.take({"update_id": 7})
    cut = inbox.take({"update_id": 8, "line": "slow one"})
    await slow.begun.wait()
    await inbox.close(0.01)
    await asyncio.wait([cut])
    assert inbox.handled(0) == 8  # the first one is confirmed, the one that was cut off is not


async def test_of_a_flood_the_first_lines_are_heard_and_the_rest_is_dropped_with_one_word(slow):
    inbox = Inbox(work := Lines(slow), Floods(_now))
    for id in range(2000):
        inbox.take({"update_id": id, "line": "slow", "typist": 501})
    inbox.take({"update_id": 2000, "line": "other", "typist": 502})
    inbox.take({"update_id": 2001, "line": "a move"})
    await slow.begun.wait()
    slow.go.set()
    await inbox.settle(5)
    inbox.take({"update_id": 2002, "line": "no pause", "typist": 501})
    await inbox.settle(5)
    assert sorted(slow.lines) == ["a move", "other", *["slow"] * FEW]
    assert work.refused == [WAITING]
    assert inbox.handled(0) == 2003


async def test_as_many_lines_as_may_wait_are_all_answered(slow):
    async with open_stage(slow) as stage:
        stage.server.say(stage.place(), stage.people["ann"], "slow one")
        await slow.begun.wait()
        for n in range(1, WAITING):
            stage.server.say(stage.place(), stage.people["ann"], f"more {n}")
        stage.server.say(stage.place("private", "bob"), stage.people["bob"], "beside it")
        await until(lambda: "beside it" in slow.lines)
        slow.go.set()
        await stage.server.updates.until_confirmed()
        assert [shown.text for shown in stage.shown()] == ["slow one", *(f"more {n}" for n in range(1, WAITING))]


async def test_a_persons_presses_and_files_beyond_those_that_wait_are_dropped_unheard(slow):
    inbox = Inbox(work := Lines(slow), Floods(_now))
    for id in range(2000):
        inbox.take({"update_id": id, "line": "slow", "person": 501})
    inbox.take({"update_id": 2000, "line": "other", "person": 502})
    await slow.begun.wait()
    slow.go.set()
    await inbox.settle(5)
    inbox.take({"update_id": 2001, "line": "the next", "person": 501})
    await inbox.settle(5)
    assert sorted(slow.lines) == ["other", *["slow"] * MOST_WAITING, "the next"]
    assert work.refused == []


async def test_a_flood_is_told_what_becomes_of_it_and_talk_of_a_group_is_told_nothing(slow):
    async with open_stage(slow) as stage:
        ann = stage.people["ann"]
        stage.server.say(stage.place(), ann, "slow one")
        await slow.begun.wait()
        for n in range(40):
            stage.server.say(stage.place(), ann, f"more {n}")
            stage.server.say(stage.place("group"), stage.people["bob"], f"talk {n} at @somebody")
        stage.server.say(stage.place("private", "bob"), stage.people["bob"], "beside it")
        await until(lambda: "beside it" in slow.lines)
        slow.go.set()
        await stage.server.updates.until_confirmed()
        said = [shown.text for shown in stage.shown()]
        assert said == ["slow one", *(f"more {n}" for n in range(FEW - 1)), TOO_MANY]
        assert stage.shown("group") == ()


async def test_a_slow_line_hides_nobody_elses_however_much_was_typed_behind_it(slow):
    async with open_stage(slow) as stage:
        ann, bob = stage.people["ann"], stage.people["bob"]
        stage.server.say(stage.place(), ann, "slow one")
        await slow.begun.wait()
        for n in range(300):
            stage.server.say(stage.place(), ann, f"more {n}")
        stage.server.say(stage.place("private", "bob"), bob, "beside it")
        await until(lambda: "beside it" in slow.lines)
        slow.go.set()
        await until(lambda: f"more {FEW - 2}" in slow.lines)
        assert slow.lines[:2] == ["beside it", "slow one"]


class Lines:
    """Work for an inbox: updates that hold nothing but a line."""

    def __init__(self, answer):
        self.answer = answer
        self.refused = []

    def queue(self, update):
        return None

    def typist(self, update):
        return update.get("typist")

    def person(self, update):
        return update.get("person")

    async def acknowledge(self, update):
        pass

    async def refuse(self, update):
        self.refused.append(update["update_id"])

    async def handle(self, update):
        await self.answer(None, None, update.get("line", ""))


async def test_a_second_poller_is_explained(slow, caplog):
    async with open_stage(slow) as stage:
        await stage.server.updates.get({})  # another program polls: the older poll, the bot's, is ended
        await until(lambda: "another program polls with this token" in caplog.text)


def test_each_trouble_is_said_once_and_pauses_grow(caplog):
    trouble = Trouble()
    waits = [trouble.wait(Conflict("x")) for _ in range(5)]
    assert waits == [5, 5, 5, 10, 30]
    assert caplog.text.count("another program") == 1


async def test_a_webhook_that_was_left_set_is_taken_off(slow):
    async with bot_api() as server:
        populate(server)
        server.updates.webhook = {"url": "http://127.0.0.1:1/old"}
        platform = await connect(TOKEN, api_url=server.url, clock=_now)
        running = asyncio.create_task(platform.serve(events(slow)))
        await listening(server)
        server.say(server.places[501], server.people[501], "hello")
        await server.updates.until_confirmed()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await platform.close()
    assert slow.lines == ["hello"]


async def test_polls_go_on_after_a_fault_and_lose_nothing(slow):
    async with open_stage(slow) as stage:
        stage.server.fail("getUpdates", "reset after")
        await stage.type("first")
        await stage.type("second")
    assert slow.lines == ["first", "second"]


async def test_a_defect_in_one_line_is_logged_and_the_next_line_is_answered(caplog):
    async def answer(chat, asker, line):
        if line == "bad":
            raise KeyError("a defect")
        return say(line)

    async with open_stage(answer) as stage:
        await stage.type("bad")
        [shown] = await stage.type("good")
    assert shown.text == "good"
    assert caplog.text.count("an update could not be handled") == 1


class Clock:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)

    def __call__(self):
        return self.now


async def test_a_double_press_runs_once_and_is_acknowledged_twice(slow):
    clock = Clock()
    async with open_stage(Buttons(slow.lines), clock=clock) as stage:
        await stage.type("card")
        place, ann, message = stage.place(), stage.people["ann"], stage.place().posted[0]
        stage.server.press(place, ann, message, "Save")
        stage.server.press(place, ann, message, "Save")
        await stage.server.updates.until_confirmed()
        assert slow.lines == ["card", "save 2403.03950"]
        assert len(stage.server.acknowledged) == 2
        clock.now += timedelta(seconds=3)
        await stage.press("Save")
        assert slow.lines == ["card", "save 2403.03950", "save 2403.03950"]


async def test_two_people_may_press_the_same_button_at_once(slow):
    async with open_stage(Buttons(slow.lines), clock=Clock()) as stage:
        await stage.type("card", "group")
        place = stage.place("group")
        for who in stage.people.values():
            stage.server.press(place, who, place.posted[0], "Save")
        await stage.server.updates.until_confirmed()
    assert slow.lines == ["card", "save 2403.03950", "save 2403.03950"]


async def test_a_press_is_acknowledged_while_the_chat_is_busy(slow):
    async with open_stage(slow) as stage:
        await stage.type("card")
        stage.server.say(stage.place(), stage.people["ann"], "slow one")
        await slow.begun.wait()
        press = stage.server.press_data(stage.place(), stage.people["ann"], stage.place().posted[0], "save 1")
        await until(lambda: press in stage.server.acknowledged)
        assert "save 1" not in slow.lines
        slow.go.set()
        await stage.server.updates.until_confirmed()


async def test_a_long_answer_shows_that_it_is_on_its_way(slow):
    async with open_stage(slow) as stage:
        stage.server.say(stage.place(), stage.people["ann"], "slow one")
        await until(lambda: "sendChatAction" in [method for method, _ in stage.server.requests])
        slow.go.set()
        await stage.server.updates.until_confirmed()


async def test_a_button_that_is_too_old_to_acknowledge_is_answered_all_the_same(slow):
    async with open_stage(Buttons(slow.lines)) as stage:
        await stage.type("card")
        words = "Bad Request: query is too old and response timeout expired or query ID is invalid"
        stage.server.fail("answerCallbackQuery", Refused(400, words))
        await stage.press("Save")
    assert slow.lines == ["card", "save 2403.03950"]


async def test_an_old_button_works_after_a_restart(slow):
    async with bot_api() as server:
        populate(server)
        for _ in range(2):
            platform = await connect(TOKEN, api_url=server.url, clock=_now)
            running = asyncio.create_task(platform.serve(events(Buttons(slow.lines))))
            place, ann = server.places[501], server.people[501]
            if place.posted:
                server.press(place, ann, place.posted[0], "Save")
            else:
                server.say(place, ann, "card")
            await server.updates.until_confirmed()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await platform.close()
    assert slow.lines == ["card", "save 2403.03950"]


class Buttons:
    """Answers everything with a card; its pages are numbered."""

    def __init__(self, lines):
        self.lines = lines

    async def __call__(self, chat, asker, line):
        self.lines.append(line)
        words = "the same" if line.startswith("same") else f"answer {len(self.lines)}"
        return say(
            words,
            Action("Save", "save 2403.03950"),
            Action("More", "rl page 2", replaces=True),
            Action("Same", "same page 1", replaces=True),
        )


async def test_paging_takes_the_messages_place(slow):
    async with open_stage(Buttons(slow.lines)) as stage:
        await stage.type("rl")
        await stage.press("More")
        assert [
            (shown.text, posted.edits) for shown, posted in zip(stage.shown(), stage.place().posted, strict=True)
        ] == [("answer 2", 1)]


async def test_a_page_that_is_the_same_is_no_trouble(slow):
    async with open_stage(Buttons(slow.lines)) as stage:
        await stage.type("same")
        await stage.press("Same")
        assert len(stage.shown()) == 1


async def test_where_the_message_cannot_change_the_answer_follows_it(slow):
    async with open_stage(Buttons(slow.lines)) as stage:
        await stage.type("rl")
        message = stage.place().posted.pop()  # deleted by its reader, who still has it on the screen
        stage.server.press(stage.place(), stage.people["ann"], message, "More")
        await stage.server.updates.until_confirmed()
        assert [shown.text for shown in stage.shown()] == ["answer 2"]


async def test_an_answer_is_given_up_where_telegram_asks_for_a_longer_wait_than_people_have(slow):
    async with open_stage(slow) as stage:
        refusals = [Refused(429, "Too Many Requests: retry after 300", retry_after=300)] * 3
        stage.server.fail("sendMessage", *refusals)
        await stage.type("late")
        await asyncio.sleep(1.2)
        assert [method for method, _ in stage.server.requests].count("sendMessage") == 1


async def test_an_answer_waits_out_telegrams_pause_without_holding_up_others(slow):
    async with open_stage(slow) as stage:
        stage.server.fail("sendMessage", Refused(429, "Too Many Requests: retry after 1", retry_after=1))
        stage.server.say(stage.place(), stage.people["ann"], "late")
        await stage.server.updates.until_confirmed()
        [shown] = await stage.type("soon", "private", "bob")
        assert (shown.text, stage.shown()) == ("soon", ())
        await until(lambda: stage.place().posted)
        assert slow.lines == ["late", "soon"]
