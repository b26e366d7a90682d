"""Slack over HTTP: signed requests, installations, and many workspaces that never see each other."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest

from adapters.flood import FEW, TOO_MANY
from adapters.slack.install.installs import Installations, States
from adapters.slack.install.vault import Lock, Memory
from bot.errors import ChatGone
from bot.message import Message, Text, say
from bot.model import Chat
from tests.adapters.slack import reader
from tests.adapters.slack.core import Core
from tests.adapters.slack.http import KEY, Office, open_office
from tests.adapters.slack.world import Workspace, workspace
from tests.support.events import events

# slack-sdk 3.47 sends the client's secret in a way that aiohttp will drop one day.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


def one() -> Workspace:
    return workspace("T1", "xoxb-one")


def two() -> Workspace:
    return workspace("T2", "xoxb-two")


def seen(office: Office, team: Workspace) -> list[str]:
    return [
        reader.shown(message).text for message in office.standin.teams[team.id].conversations[f"C{team.id}"].messages
    ]


async def test_a_signed_command_is_answered() -> None:
    core = Core()
    async with open_office(core.answer, one()) as office:
        assert await office.command(one(), "rl today") == (200, "")
        assert seen(office, one()) == ["you said: rl today"]


async def test_a_signed_event_is_handled_once_however_often_it_comes() -> None:
    core = Core()
    async with open_office(core.answer, one()) as office:
        for _ in range(3):
            event = {"channel": "CT1", "user": "UANNT1", "text": "<@UBOTT1> rl", "ts": "5.000001"}
            assert (await office.event(one(), "app_mention", "Ev1", **event))[0] == 200
        assert core.lines == ["rl"]


async def test_of_a_flood_the_first_lines_are_answered_and_every_request_is_acknowledged() -> None:
    core = Core(hold=asyncio.Event())
    async with open_office(core.answer, one()) as office:
        flood = [asyncio.create_task(office.command(one(), f"line {n}")) for n in range(90)]
        async with asyncio.timeout(30):
            while TOO_MANY not in seen(office, one()):  # noqa: ASYNC110 the adapter works beside
                await asyncio.sleep(0.01)
        assert core.hold
        core.hold.set()
        assert await asyncio.gather(*flood) == [(200, "")] * 90
        assert seen(office, one()) == [TOO_MANY, *(f"you said: line {n}" for n in range(FEW))]


async def test_a_pressed_button_is_answered() -> None:
    core = Core()
    payload = {
        "type": "block_actions", "team": {"id": "T1"}, "user": {"id": "UANNT1"}, "trigger_id": "t",
        "container": {"type": "message", "message_ts": "1.0", "channel_id": "CT1"}, "channel": {"id": "CT1"},
        "actions": [{"type": "button", "action_id": "paperwire.press.0", "block_id": "b", "value": "paper 1"}],
    }  # fmt: skip
    async with open_office(core.answer, one()) as office:
        assert await office.post(urlencode({"payload": json.dumps(payload)}), form=True) == (200, "")
        assert core.lines == ["paper 1"]


async def test_slacks_challenge_is_met() -> None:
    async with open_office(Core().answer, one()) as office:
        status, body = await office.post(json.dumps({"type": "url_verification", "challenge": "abc"}))
        assert (status, json.loads(body)) == (200, {"challenge": "abc"})


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("{}", {"secret": "another"}),
        ("{}", {"stamp": int(time.time()) - 301}),
        ("{}", {"stamp": int(time.time()) + 4000}),
        ("{}", {"stamp": "soon"}),
        ("{}", {"stamp": "9" * 400}),
        ("{}", {"X-Slack-Signature": "v0=0"}),
        ("{}", {"X-Slack-Signature": ""}),
        ("{}", {"X-Slack-Signature": "v0=é"}),
        ("{half a", {}),
        ("[1]", {}),
        ("", {}),
        (b"\xff\xfe", {}),
        (b"payload=%7Bhalf", {"form": True}),
        (b"payload=%5B1%5D", {"form": True}),
        ("[" * 100_000, {}),
        ('{"event": ' + '{"a": ' * 50_000, {}),
        ("payload=" + "%5B" * 100_000, {"form": True}),
    ],
)
async def test_a_stale_forged_or_malformed_request_is_refused(body: str | bytes, more: dict[str, Any]) -> None:
    core = Core()
    async with open_office(core.answer, one()) as office:
        assert (await office.post(body, **more))[0] == 401
        assert core.lines == []


@pytest.mark.parametrize(
    "body",
    [
        {}, {"type": "event_callback"}, {"type": "event_callback", "team_id": "T1", "event": {"type": "app_mention"}},
        {"type": "event_callback", "team_id": "T1", "event": {"type": "message", "channel_type": "im"}},
        {"type": "event_callback", "team_id": "T1", "event": {"type": "link_shared"}},
        {"type": "event_callback", "team_id": "T1", "event": {"type": "app_home_opened", "tab": "home"}},
        {"type": "event_callback", "team_id": "T1", "event": {"type": "never_heard_of"}},
        {"type": "event_callback", "team_id": "T1", "event": []},
    ],
)  # fmt: skip
async def test_a_signed_request_with_parts_missing_is_never_a_500(body: dict[str, object]) -> None:
    async with open_office(Core().answer, one()) as office:
        assert (await office.post(json.dumps(body)))[0] < 500
        assert (await office.command(one(), "still there"))[0] == 200


REAL: tuple[dict[str, object], ...] = (
    {"type": "event_callback", "team_id": "T1", "event_id": "E1", "authorizations": [{"team_id": "T1"}],
     "event": {"type": "app_mention", "user": "UANNT1", "channel": "CT1", "text": "<@UBOTT1> rl", "ts": "1.1"}},
    {"type": "event_callback", "team_id": "T1", "event_id": "E2",
     "event": {"type": "message", "channel_type": "im", "user": "UANNT1", "channel": "DANN1", "text": "rl", "ts": "1.2"}},
    {"type": "event_callback", "team_id": "T1", "event_id": "E3",
     "event": {"type": "link_shared", "channel": "CT1", "message_ts": "1.1", "user": "UANNT1",
               "links": [{"domain": "arxiv.org", "url": "https://arxiv.org/abs/2611.11005"}]}},
    {"type": "event_callback", "team_id": "T1", "event_id": "E4",
     "event": {"type": "app_home_opened", "tab": "home", "user": "UANNT1", "view": {"private_metadata": "CT1"}}},
    {"type": "event_callback", "team_id": "T1", "event_id": "E5",
     "event": {"type": "member_left_channel", "user": "UBOTT1", "channel": "CT1"}},
    {"type": "event_callback", "team_id": "T1", "event_id": "E6",
     "event": {"type": "tokens_revoked", "tokens": {"bot": ["UBOTT1"]}}},
    {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "UANNT1"}, "trigger_id": "t", "channel": {"id": "CT1"},
     "container": {"type": "message", "message_ts": "1.0", "channel_id": "CT1", "is_ephemeral": False},
     "actions": [{"type": "button", "action_id": "paperwire.press.0", "block_id": "b", "value": "edit 1 rl",
                  "text": {"type": "plain_text", "text": "Edit #1"}, "action_ts": "1.0"}]},
    {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "UANNT1"}, "trigger_id": "t",
     "view": {"id": "V1", "hash": "h", "type": "home", "private_metadata": "CT1"},
     "actions": [{"type": "button", "action_id": "paperwire.press.0.1.0", "block_id": "in:CT1:1.0", "value": "subs"}]},
    {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "UANNT1"},
     "view": {"id": "V1", "type": "modal", "callback_id": "paperwire.subscribe", "private_metadata": '[0, "", ""]',
              "state": {"values": {"query": {"paperwire.query": {"type": "plain_text_input", "value": "rl"}}}}}},
    {"type": "message_action", "callback_id": "paperwire_save", "team": {"id": "T1"}, "user": {"id": "UANNT1"},
     "channel": {"id": "CT1"}, "trigger_id": "t9", "message": {"ts": "1.1", "text": "arxiv.org/abs/2611.11005"}},
)  # fmt: skip
NASTY_VALUES: tuple[object, ...] = (
    None,
    0,
    -1.5,
    True,
    "",
    "x",
    "[",
    "\ud800",
    [],
    [[]],
    [None],
    {},
    {"id": 5},
    {"": {}},
)


def places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Return the way to every value within a payload."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in places(one, (*path, key)))]


def replaced(value: object, path: tuple[object, ...], by: object) -> object:
    """Return the payload with ``by`` at that place; the place goes where ``by`` is MISSING."""
    if not path:
        return by
    copy: Any = dict(value) if isinstance(value, dict) else list(value)  # type: ignore[call-overload] # one of the two
    if len(path) == 1 and by is MISSING:
        del copy[path[0]]
    else:
        copy[path[0]] = replaced(copy[path[0]], path[1:], by)
    return copy


MISSING = object()


@pytest.mark.parametrize("real", REAL, ids=lambda real: str(real.get("event", real)["type"]))
async def test_a_signed_payload_with_anything_wrong_in_it_is_never_a_500_nor_a_traceback(
    real: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(str(context)))
    random, statuses = Random(1), set()
    async with open_office(Core().answer, one()) as office:
        for path in places(real)[1:]:
            for bad in (MISSING, *random.sample(NASTY_VALUES, 5)):
                payload = replaced(real, path, bad)
                assert isinstance(payload, dict)
                if "event_id" in payload:
                    payload["event_id"] = office.standin.next_id("Ev")
                is_event = "event" in real
                raw = json.dumps(payload) if is_event else urlencode({"payload": json.dumps(payload)})
                statuses.add((await office.post(raw, form=not is_event))[0])
        assert statuses <= {200, 400, 401, 404}
    assert said == []
    assert [
        record.getMessage() for record in caplog.records if record.exc_info and record.name != "aiohttp.server"
    ] == []  # the stand-in's own


async def test_nothing_that_anybody_may_ask_for_is_written_down() -> None:
    async with open_office(Core().answer, two(), many=True) as office:
        statuses = []
        for _ in range(300):
            async with office.client.get(f"{office.address}/slack/install", allow_redirects=False) as answer:
                statuses.append(answer.status)
        assert set(statuses) == {302, 429}
        assert office.vault._kept == {}  # type: ignore[attr-defined] # a Memory


async def test_requests_before_the_program_is_ready_are_to_be_sent_again() -> None:
    async with open_office(Core().answer, one(), is_served=False) as office:
        assert (await office.post("{}"))[0] == 503


# Installations


async def test_a_workspace_installs_and_is_served() -> None:
    core = Core()
    async with open_office(core.answer, two(), many=True) as office:
        assert office.platform.accounts == ()
        status, page = await office.install(two())
        assert (status, "Thank you" in page) == (200, True)
        assert office.platform.accounts == ("T2",)
        await office.command(two(), "rl")
        assert seen(office, two()) == ["you said: rl"]


async def test_an_installation_outlives_the_process_and_its_token_lies_encrypted() -> None:
    kept, core = Memory(), Core()
    async with open_office(core.answer, two(), many=True, vault=kept) as office:
        await office.install(two())
    assert b"xoxb" not in b"".join(value for value, _ in kept._kept.values())
    async with open_office(core.answer, two(), many=True, vault=kept) as office:
        assert office.platform.accounts == ("T2",)
        await office.platform.send(Chat("slack", "T2", "CT2"), say("hello again"))
        assert seen(office, two()) == ["hello again"]
    async with open_office(
        core.answer, two(), many=True, vault=kept, key="new key of enough characters," + KEY
    ) as office:
        assert office.platform.accounts == ("T2",)
    async with open_office(core.answer, two(), many=True, vault=kept, key="another key of enough characters") as office:
        assert office.platform.accounts == ()


async def test_a_state_is_good_once_and_for_the_browser_that_asked() -> None:
    async with open_office(Core().answer, two(), many=True) as office:
        assert (await office.install(two(), state="forged"))[0] == 400
        assert (await office.install(two(), code="wrong"))[0] == 401
        page = f"{office.address}/slack/oauth_redirect"
        async with office.client.get(page, params={"error": "access_denied<b>"}) as answer:
            assert (answer.status, "<b>" in await answer.text()) == (200, False)
        async with office.client.get(page) as answer:
            assert answer.status == 400
        assert office.platform.accounts == ()


async def test_a_slack_that_is_down_during_an_installation_is_said_so() -> None:
    async with open_office(Core().answer, two(), many=True) as office:
        office.standin.faults.plan("oauth.v2.access", "reset_before")
        assert (await office.install(two()))[0] == 503
        assert (await office.install(two()))[0] == 200


async def test_another_machines_installation_is_served_at_its_first_request() -> None:
    kept, core = Memory(), Core()
    async with open_office(core.answer, two(), many=True, vault=kept) as office:
        async with open_office(core.answer, two(), many=True, vault=kept) as other:
            await other.install(two())
        await office.command(two(), "rl")
        assert seen(office, two()) == ["you said: rl"]
        assert office.platform.accounts == ("T2",)


async def test_an_uninstalled_workspace_pauses_alone_and_its_return_is_told() -> None:
    gone: list[Chat] = []
    back: list[Chat] = []

    async def on_gone(chat: Chat, _reason: str) -> None:
        gone.append(chat)

    async def on_back(chat: Chat) -> None:
        back.append(chat)

    core = Core()
    async with open_office(events(core.answer, gone=on_gone, back=on_back), one(), two(), many=True) as office:
        await office.install(one())
        await office.install(two())
        await office.event(two(), "app_uninstalled")
        assert (office.platform.accounts, gone) == (("T1",), [Chat("slack", "T2", "")])
        with pytest.raises(ChatGone):
            await office.platform.send(Chat("slack", "T2", "CT2"), say("x"))
        await office.platform.send(Chat("slack", "T1", "CT1"), say("x"))
        await office.install(two())
        assert (office.platform.accounts, back[-1]) == (("T1", "T2"), Chat("slack", "T2", ""))
        assert tuple(await office.vault.all_of("slack_installation", datetime.now(UTC))) == ("T1", "T2")


async def test_a_revoked_token_stops_its_workspace_until_it_installs_again() -> None:
    async with open_office(Core().answer, one(), two(), many=True) as office:
        await office.install(one())
        await office.install(two())
        office.standin.teams["T2"].alive = False
        with pytest.raises(ChatGone, match="removed from this workspace"):
            await office.platform.send(Chat("slack", "T2", "CT2"), say("x"))
        await office.platform._workspaces.load()
        assert office.platform.accounts == ("T1",)
        await office.install(two())
        assert set(office.platform.accounts) == {"T1", "T2"}


async def test_two_workspaces_never_see_each_others_rows() -> None:
    """A core that keeps lines by chat, asked from two workspaces at once with the same user and channel names."""
    rows: dict[Chat, list[str]] = {}

    async def answer(chat: Chat, asker: object, line: str) -> Message:
        await asyncio.sleep(0.001)
        rows.setdefault(chat, []).append(line)
        return Message((Text(", ".join(rows[chat])),))

    async with open_office(answer, one(), two(), many=True) as office:
        for team in (one(), two()):
            await office.install(team)
        await asyncio.gather(*(office.command(team, f"{team.id} {n}") for n in range(10) for team in (one(), two())))
        await asyncio.gather(
            *(office.platform.send(Chat("slack", t, f"C{t}"), say(f"post for {t}")) for t in ("T1", "T2"))
        )
        with pytest.raises(ChatGone):
            await office.platform.send(Chat("slack", "T1", "CT2"), say("astray"))
        assert set(rows) == {Chat("slack", "T1", "CT1"), Chat("slack", "T2", "CT2")}
        for team, other in ((one(), "T2"), (two(), "T1")):
            assert len(seen(office, team)) == 11
            assert not any(other in text for text in seen(office, team))


async def test_beside_installations_the_one_token_answers_for_its_own_workspace_alone() -> None:
    core = Core()
    async with open_office(core.answer, one(), two(), many=True, bot_token="xoxb-one") as office:
        await office.command(one(), "mine")
        await office.command(two(), "theirs")
        assert (office.platform.accounts, core.lines) == (("T1",), ["mine"])


async def test_a_person_of_a_shared_channels_other_side_is_answered_by_the_one_workspace() -> None:
    core = Core()
    async with open_office(core.answer, one(), two()) as office:
        await office.event(two(), "app_mention", channel="CT1", user="UANNT1", text="<@UBOTT1> rl", ts="5.000001")
        assert core.asked == [(Chat("slack", "T1", "CT1"), "UANNT1", "rl")]


async def test_a_request_from_a_workspace_without_the_app_is_told_so() -> None:
    core = Core()
    async with open_office(core.answer, one(), two(), many=True) as office:
        await office.install(one())
        assert (await office.command(two(), "rl"))[0] == 200
        assert core.lines == []
        assert "install" in seen(office, two())[0].lower()


# What keeps installations


async def test_a_state_is_good_once_and_for_ten_minutes() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    states = States(Lock(KEY), lambda: at)
    first, second = await states.async_issue(), await states.async_issue()
    assert [await states.async_consume(state) for state in (first, first, "forged")] == [True, False, False]
    at += timedelta(minutes=10)
    assert not await states.async_consume(second)


async def test_a_damaged_record_is_no_installation() -> None:
    vault = Memory()
    await vault.put("slack_installation", "T2", b"garbage")
    store = Installations(vault, Lock(KEY), lambda: datetime(2026, 11, 23, tzinfo=UTC))
    assert await store.async_find_bot(enterprise_id=None, team_id="T2") is None
