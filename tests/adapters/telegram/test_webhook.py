"""The other way in: updates are posted to us, checked by the secret, and confirmed only when handled."""

import asyncio
import io
import json
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest
from aiohttp import web

from adapters.telegram.platform import connect
from bot.errors import ConfigError
from bot.message import say
from tests.adapters.telegram.stage import TelegramStage, _now, populate, until
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.adapters.telegram.world import Refused
from tests.support.events import events

SECRET = "secret-of-the-webhook_1"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@asynccontextmanager
async def hooked(answer, *, start=True):
    """The adapter behind a shared web application, with the stand-in posting to it."""
    async with bot_api() as server:
        populate(server)
        app = web.Application()
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        socket = _free_port()
        url = f"http://127.0.0.1:{socket.getsockname()[1]}/telegram/updates"
        platform = await connect(
            TOKEN, api_url=server.url, clock=_now, mode="webhook", webhook_url=url, webhook_secret=SECRET
        )
        app.add_routes(platform.routes)
        await runner.setup()
        await web.SockSite(runner, socket).start()
        running = asyncio.create_task(platform.serve(events(answer))) if start else None
        if start:
            await until(lambda: server.updates.webhook)
        try:
            yield TelegramStage(server, platform), url
        finally:
            if running:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
            await runner.cleanup()
            await platform.close()


def _free_port():
    import socket

    return socket.create_server(("127.0.0.1", 0))


async def post(url, secret=SECRET, body="{}"):
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=io.BytesIO(body.encode()), headers={HEADER: secret}) as answer,
    ):
        return answer.status


async def echo(chat, asker, line):
    return say(f"you said: {line}")


async def test_lines_come_in_by_the_webhook():
    async with hooked(echo) as (stage, _):
        [shown] = await stage.type("rl")
        assert shown.text == "you said: rl"
        assert "getUpdates" not in [method for method, _ in stage.server.requests]


async def test_the_webhook_is_set_with_its_secret_and_the_kinds_of_updates():
    async with hooked(echo) as (stage, url):
        assert stage.server.updates.webhook["url"] == url
        assert stage.server.updates.webhook["secret_token"] == SECRET
        assert "edited_channel_post" not in stage.server.updates.allowed


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", "Ünï", "\udcff"])
async def test_a_wrong_secret_is_refused(secret):
    async with hooked(echo) as (stage, url):
        async with aiohttp.ClientSession() as session:
            headers = {HEADER: secret} if secret else {}
            async with session.post(url, json={"update_id": 1}, headers=headers) as answer:
                assert answer.status == 401
        assert stage.shown() == ()


NO_UPDATES = {
    "nothing": "",
    "no JSON": "x",
    "a list": "[]",
    "no id": "{}",
    "an id of letters": '{"update_id": "1"}',
    "an id that is true": '{"update_id": true}',
    "an id of 5,000 digits": f'{{"update_id": {"1" * 5000}}}',
    "no text": "\xff",
    "deep": "[" * 100_000,
    "deep within": f'{{"update_id": 1, "message": {"[" * 100_000}',
    "a message that is a number": '{"update_id": 1, "message": 5}',
    "a press that is a list": '{"update_id": 1, "callback_query": []}',
    "huge": json.dumps({"update_id": 1, "message": {"text": "x" * 3_000_000}}),
}


@pytest.mark.parametrize("body", NO_UPDATES.values(), ids=NO_UPDATES)
async def test_what_is_no_update_is_a_bad_request(body):
    async with hooked(echo) as (_, url):
        assert await post(url, body=body) == 400


CHAT = {"id": 501, "type": "private", "first_name": "Ann"}
ANN = {"id": 501, "is_bot": False, "first_name": "Ann"}
STRANGE = {
    "a text that is a list": {"message": {"message_id": 1, "date": 1, "chat": CHAT, "from": ANN, "text": ["rl"]}},
    "a chat without type": {"message": {"message_id": 1, "date": 1, "chat": {"id": "?"}, "from": ANN, "text": "rl"}},
    "a chat of letters": {
        "message": {"message_id": 1, "date": 1, "chat": CHAT | {"id": "?"}, "from": ANN, "text": "x"}
    },
    "a sender of letters": {
        "message": {"message_id": 1, "date": 1, "chat": CHAT, "from": ANN | {"id": "?"}, "text": "x"}
    },
    "a date beyond all clocks": {"message": {"message_id": 1, "date": 10**20, "chat": CHAT, "from": ANN, "text": "rl"}},
    "a press of a number": {"callback_query": {"id": 5, "from": ANN, "chat_instance": "1", "data": 5, "message": {}}},
    "a press that is empty": {"callback_query": {}},
    "an inline query of a number": {"inline_query": {"id": "1", "from": ANN, "query": 5, "offset": 5}},
    "a standing of words": {"my_chat_member": {"chat": CHAT, "old_chat_member": "x", "new_chat_member": ["y"]}},
    "a kind of tomorrow": {"message_of_tomorrow": {"x": 1}},
}


@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE)
async def test_an_update_that_nobody_can_read_is_confirmed_and_stops_nothing(strange, caplog):
    async with hooked(echo) as (stage, url):
        assert await post(url, body=json.dumps({"update_id": 7} | strange)) == 200
        [shown] = await stage.type("rl")
        assert shown.text == "you said: rl"
    assert "Traceback" not in caplog.text


async def test_an_update_is_confirmed_only_when_it_is_handled():
    go = asyncio.Event()

    async def slow(chat, asker, line):
        await go.wait()
        return say(line)

    async with hooked(slow) as (stage, _):
        stage.server.say(stage.place(), stage.people["ann"], "rl")
        await asyncio.sleep(0.05)
        assert len(stage.server.updates.waiting) == 1
        go.set()
        await stage.server.updates.until_confirmed()
        assert [shown.text for shown in stage.shown()] == ["rl"]


async def test_an_update_that_is_posted_again_runs_once():
    async with hooked(echo) as (stage, url):
        await stage.type("rl")
        update = {"update_id": stage.server.updates.delivered[0][0], "message": {}}
        assert await post(url, body=json.dumps(update)) == 200
        assert len(stage.shown()) == 1


async def test_before_the_bot_runs_telegram_is_told_to_come_again():
    async with hooked(echo, start=False) as (_, url):
        assert await post(url, body='{"update_id": 1}') == 503


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("https://bot.example/hook", ""),
        ("https://bot.example/hook", "with space"),
        ("https://bot.example/hook", "x" * 257),
        ("http://bot.example/hook", SECRET),
        ("", SECRET),
        ("bot.example/hook", SECRET),
    ],
)
async def test_settings_that_cannot_work_are_refused_at_the_start(url, secret):
    with pytest.raises(ConfigError):
        await connect(
            TOKEN, api_url="http://127.0.0.1:1", clock=_now, mode="webhook", webhook_url=url, webhook_secret=secret
        )


async def test_a_webhook_that_telegram_refuses_is_said_and_tried_again(caplog):
    async with hooked(echo, start=False) as (stage, _):
        stage.server.fail("setWebhook", Refused(400, "Bad Request: bad webhook: Failed to resolve host"))
        running = asyncio.create_task(stage.platform.serve(events(echo)))
        await until(lambda: stage.server.updates.webhook)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert "failed to resolve host" in caplog.text
