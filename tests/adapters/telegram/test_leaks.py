"""Neither the token nor anybody's words reach logs or errors."""

import logging
import traceback

import pytest

from adapters.telegram.platform import connect
from bot.errors import PaperwireError
from bot.message import say
from tests.adapters.telegram.stage import _now, open_stage
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.adapters.telegram.world import Refused

WORDS = "nobody-elses-business"


@pytest.mark.parametrize(
    "fault", [None, 500, "garbage", "reset before", Refused(400, "Bad Request: x"), Refused(429, "x", retry_after=90)]
)
async def test_logs_hold_neither_token_nor_words(caplog, fault):
    caplog.set_level(logging.DEBUG)

    async def answer(chat, asker, line):
        return say(f"{WORDS} {line}")

    async with open_stage(answer) as stage:
        stage.server.fail("sendMessage", *([fault] * 4 if fault else []))
        stage.server.fail("getUpdates", *([fault] if fault in (500, "garbage") else []))
        await stage.type(WORDS)
    assert TOKEN not in caplog.text
    assert WORDS not in caplog.text


@pytest.mark.parametrize("fault", [500, "garbage", "reset before", "hang", Refused(400, "Bad Request: x")])
async def test_errors_hold_neither_token_nor_words(fault):
    async with open_stage(say, send_seconds=1) as stage:
        stage.server.fail("sendMessage", fault, fault)
        with pytest.raises(PaperwireError) as error:
            await stage.platform.send(stage.chat(), say(WORDS))
        told = "".join(traceback.format_exception(error.value))
        assert TOKEN not in told
        assert WORDS not in told


async def test_a_rejected_token_is_not_named():
    async with bot_api() as server:
        with pytest.raises(PaperwireError) as error:
            await connect("700100:rejected-token", api_url=server.url, clock=_now)
        assert "rejected-token" not in "".join(traceback.format_exception_only(error.value))
        assert error.value.__suppress_context__


async def test_the_client_does_not_print_its_token():
    async with open_stage(say) as stage:
        assert TOKEN not in repr(stage.platform._client)
        assert TOKEN not in repr(stage.platform)
