"""Servers that answer otherwise than the newest API says: older ones, stand-ins, broken ones."""

import asyncio
import json
from contextlib import suppress

import pytest

from adapters.telegram.platform import connect
from bot.errors import OutcomeUnknown, SendError
from bot.message import Action, say
from tests.adapters.telegram.stage import _now, listening, open_stage, populate, until
from tests.adapters.telegram.standin import ME, TOKEN, bot_api
from tests.support.events import events


def done(result):
    return json.dumps({"ok": True, "result": result}).encode()


TAKEN = {
    "only its id": done({"message_id": 5}),
    "nothing of it": done({}),
    "true": done(True),
    "wrong types": done({"message_id": "5", "date": "today", "chat": []}),
    "a date beyond all clocks": done({"message_id": 5, "date": 10**20, "chat": {"id": 501, "type": "private"}}),
}
UNREADABLE = {
    "no result": b'{"ok": true}',
    "no JSON": b"<html>busy</html>",
    "nothing": b"",
    "a list": b"[]",
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("answer", TAKEN.values(), ids=TAKEN)
async def test_a_message_that_telegram_took_is_sent_whatever_it_says_of_it(answer):
    async with open_stage(echo) as stage:
        stage.server.fail("sendMessage", answer)
        assert await stage.platform.send(stage.chat(), say("a post"), "marker")


@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=UNREADABLE)
async def test_an_answer_that_cannot_be_read_is_an_unknown_outcome(answer):
    async with open_stage(echo) as stage:
        stage.server.fail("sendMessage", answer)
        with pytest.raises(OutcomeUnknown) as unknown:
            await stage.platform.send(stage.chat(), say("a post"), "marker")
        assert unknown.value.answered


@pytest.mark.parametrize("wait", ["1e300", "Infinity", "-5", "NaN", str(10**400), '"x"', "[]"])
async def test_a_pause_of_any_size_is_a_pause_of_an_hour_at_most(wait):
    async with open_stage(echo) as stage:
        stage.server.answers = (
            f'{{"ok": false, "description": "Too Many Requests", "parameters": {{"retry_after": {wait}}}}}'
        )
        with pytest.raises(SendError) as refused:
            await stage.platform.send(stage.chat(), say("a post"), "marker")
        assert 1 <= refused.value.retry_after <= 3600


async def echo(chat, asker, line):
    return say(f"you said: {line}", Action("Page", "page", replaces=True))


@pytest.mark.parametrize("method", ["editMessageText", "answerCallbackQuery", "sendChatAction"])
async def test_no_answer_to_a_press_stops_the_next_line(method, caplog):
    async with open_stage(echo) as stage:
        for name, answer in (TAKEN | UNREADABLE).items():
            await stage.type("rl")
            stage.server.fail(method, answer)
            await stage.press("Page")
            [shown] = (await stage.type("again"))[-1:]
            assert shown.text == "you said: again", name
            stage.server.faults[method].clear()
    assert "Traceback" not in caplog.text


UPDATES = {
    **UNREADABLE,
    "null": done(None),
    "a number": done(5),
    "strange updates": done([5, None, {}, {"update_id": "x"}]),
}


@pytest.mark.parametrize("answer", UPDATES.values(), ids=UPDATES)
async def test_polls_go_on_after_an_answer_that_is_no_list_of_updates(answer, caplog):
    async with open_stage(echo) as stage:
        stage.server.fail("getUpdates", answer)
        [shown] = await stage.type("rl")
        assert shown.text == "you said: rl"
    assert "Traceback" not in caplog.text


LESS = {
    "no is_bot": {name: value for name, value in ME.items() if name != "is_bot"},
    "no first name": {"id": ME["id"], "is_bot": True, "username": ME["username"]},
    "no name at all": {"id": ME["id"]},
}


@pytest.mark.parametrize("me", LESS.values(), ids=LESS)
async def test_a_server_that_says_little_of_the_bot_is_served(me, caplog):
    async with bot_api() as server:
        populate(server)
        server.me = me
        platform = await connect(TOKEN, api_url=server.url, clock=_now)
        running = asyncio.create_task(platform.serve(events(echo)))
        await listening(server)
        server.updates.add("message", {"message_id": 9, "date": 1, "text": "rl", **_private(server)})
        await until(lambda: server.places[501].posted)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await platform.close()
        assert platform.accounts == ("700100",)
    assert "Traceback" not in caplog.text


def _private(server):
    return {"chat": server.places[501].json(), "from": server.people[501].json()}


@pytest.mark.parametrize("answer", [*UNREADABLE.values(), done({}), done([])])
async def test_a_server_that_does_not_say_who_the_bot_is_is_asked_again(answer):
    async with bot_api() as server:
        server.fail("getMe", answer)
        platform = await connect(TOKEN, api_url=server.url, clock=_now)
        assert (platform.username, platform.accounts) == ("", ("700100",))
        await platform.close()


async def test_menus_that_cannot_be_read_are_no_trouble(caplog):
    async with bot_api() as server:
        populate(server)
        server.fail("getMyCommands", *[done([{"command": 5}])] * 6)
        server.fail("getMyDescription", *[done(True)] * 2)
        platform = await connect(TOKEN, api_url=server.url, clock=_now)
        running = asyncio.create_task(platform.serve(events(echo)))
        await until(lambda: "could not be brought up to date" in caplog.text)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await platform.close()
    assert "Traceback" not in caplog.text
