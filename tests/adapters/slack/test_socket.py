"""The socket: lost and found, and no line lost or answered twice with it."""

import asyncio
import time
from typing import Any

import pytest

from adapters.flood import FEW, PAUSE, TOO_MANY, WAITING
from adapters.slack.connect import connect
from adapters.slack.transport import socket
from bot.errors import ConfigError
from bot.message import Message, say
from tests.adapters.slack.core import Core
from tests.adapters.slack.stage import SlackStage, now, open_stage
from tests.adapters.slack.standin import StandIn, serving
from tests.adapters.slack.world import workspace


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "WATCH", 0.01)


async def lost(stage: SlackStage, how: str) -> None:
    """Lose the open socket in one of the ways in which sockets are lost."""
    open_one = await stage.slack.socket()
    if how == "asked":
        await open_one.send_str('{"type":"disconnect","reason":"refresh_requested"}')
    elif how == "closed":
        await open_one.close()
    else:
        transport: Any = open_one._req.transport  # type: ignore[union-attr]
        transport.abort()
    async with asyncio.timeout(30):
        while open_one in stage.slack.sockets:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("how", ["asked", "closed", "cut"])
async def test_a_lost_socket_is_opened_anew_at_once(how: str) -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        await lost(stage, how)
        began = time.monotonic()
        await stage.type("rl", "channel")
        assert core.lines == ["rl"]
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("how", ["asked", "closed", "cut"])
async def test_a_line_under_way_when_the_socket_goes_is_carried_out_and_answered_once(how: str) -> None:
    core = Core(hold=asyncio.Event())
    async with open_stage(core.answer) as stage:
        asking = asyncio.ensure_future(stage.command("subscribe rl", "channel", trigger_id="tr1"))
        await core.begun.wait()
        await lost(stage, how)
        await stage.slack.socket()
        # Slack sends again what was not acknowledged.
        again = asyncio.ensure_future(stage.command("subscribe rl", "channel", trigger_id="tr1"))
        await asyncio.sleep(0.05)
        assert core.hold
        core.hold.set()
        assert await again is not None
        await asking
        assert core.lines == ["subscribe rl"]
        assert [shown.text for shown in stage.shown("channel")] == ["you said: subscribe rl"]


async def test_an_event_under_way_when_the_socket_goes_is_answered_once() -> None:
    core = Core(hold=asyncio.Event())
    async with open_stage(core.answer) as stage:
        event = {"channel": "CT1", "user": "UANNT1", "text": "<@UBOTT1> rl", "ts": "5.000001", "thread_ts": "1.000001"}
        first = asyncio.ensure_future(stage.event("app_mention", event_id="Ev1", **event))
        await core.begun.wait()
        await lost(stage, "cut")
        again = asyncio.ensure_future(stage.event("app_mention", event_id="Ev1", **event))
        await asyncio.sleep(0.05)
        assert core.hold
        core.hold.set()
        assert await again is not None
        await first
        assert [shown.text for shown in stage.shown("channel", "bob")] == ["you said: rl"]


async def test_two_hundred_commands_at_once_are_all_acknowledged_in_time_and_one_persons_first_are_answered() -> None:
    async def busy(_chat: object, _asker: object, line: str) -> Message:
        await asyncio.sleep(0.01)
        return say(line)

    async with open_stage(busy) as stage:
        acks = await asyncio.gather(*(stage.command(f"line {n}", "channel") for n in range(200)))
        assert all(ack is not None for ack in acks)
        shown = [shown.text for shown in stage.shown("channel")]
        assert sorted(shown) == [TOO_MANY, *(f"line {n}" for n in range(FEW))]


async def test_as_many_commands_as_may_wait_are_all_answered() -> None:
    async with open_stage(Core().answer) as stage:
        await asyncio.gather(*(stage.command(f"line {n}") for n in range(WAITING)))
        assert {shown.text for shown in stage.shown()} == {f"you said: line {n}" for n in range(WAITING)}


async def test_who_sent_a_flood_is_heard_again_after_a_pause() -> None:
    time = [now()]
    async with open_stage(Core().answer, clock=lambda: time[0]) as stage:
        await asyncio.gather(*(stage.write(f"line {n}") for n in range(100)))
        assert await stage.type("no pause") == ()
        time[0] += PAUSE
        assert [shown.text for shown in await stage.type("after it")] == ["you said: after it"]
        assert [shown.text for shown in stage.shown()].count(TOO_MANY) == 1


@pytest.mark.parametrize(("bot", "app", "name"), [("xoxb-wrong", "xapp-one", "BOT"), ("xoxb-one", "xapp-wrong", "APP")])
async def test_a_token_that_slack_refuses_is_named_at_the_start(bot: str, app: str, name: str) -> None:
    async with serving(StandIn()) as standin:
        standin.team(workspace())
        with pytest.raises(ConfigError, match=f"SLACK_{name}_TOKEN") as error:
            await connect(bot_token=bot, app_token=app, api_url=standin.url, clock=now)
        assert "xoxb" not in str(error.value)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({}, "SLACK_BOT_TOKEN"),
        ({"bot_token": "xoxb-one"}, "SLACK_APP_TOKEN"),
        ({"bot_token": "xoxb-one", "mode": "http"}, "SLACK_SIGNING_SECRET"),
    ],
)
async def test_what_is_missing_is_named(options: dict[str, Any], name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} is not set"):
        await connect(api_url="http://127.0.0.1:1/api/", clock=now, **options)


async def test_a_slack_out_of_reach_at_the_start_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.platform.AGAIN", 0.02)
    core, standin = Core(), StandIn()
    standin.team(workspace())
    standin.faults.plan("auth.test", "500", times=2)
    standin.faults.plan("apps.connections.open", "500", times=2)
    async with open_stage(core.answer, slack=standin) as stage:
        await stage.type("rl", "channel")
        assert (core.lines, stage.platform.accounts) == (["rl"], ("T1",))


async def test_an_address_that_expired_before_it_was_used_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "PATIENCE", 0.1)
    core, standin = Core(), StandIn()
    standin.team(workspace())
    standin.expired.add("1")
    async with open_stage(core.answer, slack=standin) as stage:
        await stage.type("rl", "channel")
        assert (core.lines, standin.opened) == (["rl"], 2)


async def test_what_is_under_way_at_the_end_may_end(monkeypatch: pytest.MonkeyPatch) -> None:
    core = Core(hold=asyncio.Event())
    async with open_stage(core.answer) as stage:
        asking = asyncio.ensure_future(stage.command("rl", "channel"))
        await core.begun.wait()
        running = next(
            task
            for task in asyncio.all_tasks()
            if "serve" in (name := getattr(task.get_coro(), "__qualname__", "")) and "Slack" in name
        )
        running.cancel()
        await asyncio.sleep(0.01)
        assert core.hold
        core.hold.set()
        await asyncio.gather(running, return_exceptions=True)
        assert [shown.text for shown in stage.shown("channel")] == ["you said: rl"]
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
