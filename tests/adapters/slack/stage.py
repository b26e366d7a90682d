"""Slack as a stage: people type and press against the real adapter and the stand-in workspace."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.slack.connect import connect
from adapters.slack.platform import Slack
from bot.model import Chat
from bot.ports.asker import Answer
from bot.ports.platform import Events
from tests.adapters.slack import reader
from tests.adapters.slack.standin import StandIn, serving
from tests.adapters.slack.world import Conversation, Json, Workspace, workspace
from tests.support.events import heard
from tests.support.stages import Shown, Where, Wired


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class SlackStage:
    """A workspace with the bot in it; requests reach the adapter over Socket Mode."""

    slack: StandIn
    team: Workspace
    platform: Slack

    async def type(self, line: str, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        before = self._seen(where, who)
        await self.command(line, where, who)
        return self._new(before, where, who)

    async def press(self, label: str, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        before = self._seen(where, who)
        await self.button(label, where, who)
        return self._new(before, where, who)

    def chat(self, where: Where = "private", who: str = "ann") -> Chat:
        return Chat("slack", self.team.id, self.place(where, who).id)

    def shown(self, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        return tuple(reader.shown(message) for message in self.messages(where, who))

    # What the tests of Slack itself use besides

    def user(self, who: str) -> str:
        return f"U{who.upper()}{self.team.id}"

    def place(self, where: Where = "private", who: str = "ann") -> Conversation:
        ids = {"group": f"G{self.team.id}", "channel": f"C{self.team.id}"}
        return self.team.conversations[ids[where]] if where in ids else self.team.direct(self.user(who))

    def messages(self, where: Where = "private", who: str = "ann") -> list[Json]:
        """What stands there for that person, oldest first."""
        return [m for m in self.place(where, who).messages if m.get("only") in (None, self.user(who))]

    async def command(self, line: str, where: Where = "private", who: str = "ann", **more: Any) -> Json | None:
        """Type ``/papers <line>``; return the acknowledgement, None where it came too late."""
        place = self.place(where, who)
        payload = {
            "command": "/papers", "text": line, "team_id": self.team.id, "user_id": self.user(who),
            "channel_id": place.id, "channel_name": place.name or "directmessage", "api_app_id": "A1",
            "response_url": self.slack.way(self.team, place.id, self.user(who)),
            "trigger_id": self.slack.next_id("trigger."), **more,
        }  # fmt: skip
        ack = await self.slack.push("slash_commands", payload)
        await self.platform.idle()
        return ack

    async def button(self, label: str, where: Where = "private", who: str = "ann") -> Json | None:
        """Press the newest button with that label."""
        for message in reversed(self.messages(where, who)):
            for block in message.get("blocks", []):
                for element in [*block.get("elements", []), block.get("accessory") or {}]:
                    if element.get("type") == "button" and element["text"]["text"] == label:
                        return await self.pressed(message, element, where, who)
                    for option in element.get("options", []):
                        if element["type"] == "overflow" and option["text"]["text"] == label:
                            return await self.pressed(message, {**element, "selected_option": option}, where, who)
        raise AssertionError(f"no button {label!r} in {where}")

    async def pressed(self, message: Json, element: Json, where: Where, who: str, **more: Any) -> Json | None:
        place, user = self.place(where, who), self.user(who)
        container = {"type": "message", "message_ts": message["ts"], "channel_id": place.id}
        container |= {"is_ephemeral": bool(message.get("only"))}
        container |= {"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {}
        payload = {
            "type": "block_actions", "team": {"id": self.team.id}, "user": {"id": user, "team_id": self.team.id},
            "api_app_id": "A1", "trigger_id": self.slack.next_id("trigger."), "container": container,
            "channel": {"id": place.id}, "response_url": self.slack.way(self.team, place.id, user, message["ts"]),
            "actions": [{**element, "action_ts": self.slack.ts(), "block_id": "b"}],
            **({} if message.get("only") else {"message": message}), **more,
        }  # fmt: skip
        ack = await self.slack.push("interactive", payload)
        await self.platform.idle()
        return ack

    async def event(self, kind: str, *, event_id: str = "", **event: Any) -> Json | None:
        """Let Slack tell the app of an event."""
        payload = {
            "type": "event_callback", "team_id": self.team.id, "api_app_id": "A1", "event_time": 1,
            "event_id": event_id or self.slack.next_id("Ev"), "event": {"type": kind, **event},
            "authorizations": [{"team_id": self.team.id, "enterprise_id": None, "user_id": self.team.bot_user,
                                "is_bot": True, "is_enterprise_install": False}],
        }  # fmt: skip
        ack = await self.slack.push("events_api", payload)
        await self.platform.idle()
        return ack

    async def write(self, text: str = "", where: Where = "private", who: str = "ann", **more: Any) -> Json:
        """Write a message: in a channel the bot hears it where it is mentioned, in its own conversation always."""
        place = self.place(where, who)
        message = {"user": self.user(who), "text": text, "ts": self.slack.ts(), **more}
        place.messages.append({"blocks": [], **message})
        kind = "message" if place.im else "app_mention"
        channel_type = {"channel_type": "im"} if place.im else {}
        await self.event(kind, channel=place.id, **channel_type, **message)
        return message

    async def edit(
        self, message: Json, text: str, where: Where = "private", who: str = "ann", *, event_id: str = ""
    ) -> None:
        """Let the writer put other words into a message; ``event_id`` is that of an edit which Slack tells again."""
        edited = {"edited": {"user": self.user(who), "ts": self.slack.ts()}}
        await self.change(message, where, event_id=event_id, text=text, **edited)

    async def change(self, message: Json, where: Where = "private", *, event_id: str = "", **fields: Any) -> None:
        """Let a message change, as by an edit or the preview of a link; the app hears of it in its own conversation."""
        place = self.place(where)
        old = next(one for one in place.messages if one["ts"] == message["ts"])
        new = {**old, "type": "message", **fields}
        event = {"subtype": "message_changed", "hidden": True, "ts": self.slack.ts(), "message": new}
        if place.im:
            await self.event(
                "message", event_id=event_id, channel=place.id, channel_type="im", previous_message={**old}, **event
            )
        old.update(fields)

    def _seen(self, where: Where, who: str) -> list[tuple[Where, list[Json]]]:
        places: set[Where] = {where, "private"}
        return [(w, [dict(m) for m in self.messages(w, who)]) for w in places]

    def _new(self, before: list[tuple[Where, list[Json]]], where: Where, who: str) -> tuple[Shown, ...]:
        new = [m for w, old in before for m in self.messages(w, who) if m not in old]
        return tuple(reader.shown(message) for message in sorted(new, key=lambda m: m["ts"]))


@asynccontextmanager
async def open_stage(
    answer: Answer | Events,
    *,
    clock: Callable[[], datetime] = now,
    slack: StandIn | None = None,
    wired: Wired | None = None,
    **options: Any,
) -> AsyncIterator[SlackStage]:
    """Start a workspace and the adapter in it, its socket open."""
    async with serving(slack or StandIn()) as standin:
        team = standin.team(workspace()) if not standin.teams else next(iter(standin.teams.values()))
        platform = await connect(
            bot_token=team.token, app_token=standin.app_token, api_url=standin.url, clock=clock, **options
        )
        serving_task = asyncio.ensure_future(platform.serve(wired(platform) if wired else heard(answer)))
        try:
            await standin.socket()
            yield SlackStage(standin, team, platform)
        finally:
            serving_task.cancel()
            await asyncio.gather(serving_task, return_exceptions=True)
            await platform.close()
