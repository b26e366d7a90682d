"""Events of Slack, turned into lines: commands, mentions, direct messages and buttons."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from adapters.slack.dispatch import Acknowledge, Ask, Dispatch, thread_of
from adapters.slack.draw import PRESSED, REPLACE, Block, draw
from adapters.slack.install.accounts import Account
from adapters.slack.mrkdwn import channels, typed
from adapters.slack.people import SlackPerson
from adapters.slack.reply import LIFE, Reply, Way
from adapters.slack.transport.deduplicate import Deduplicator
from adapters.slack.ui.pressed import pressed_line, turned
from bot.errors import PaperwireError
from bot.message import Message
from bot.model import Chat

DOUBLE = timedelta(seconds=2)
"""A second press of the same button within this time does nothing."""

Body = Mapping[str, Any]
SOON = 0.5
"""Seconds that a command may wait for Slack before it is carried out: of the 3 that Slack waits for us."""
NOBODY = {None, "", "USLACKBOT"}
SPOKEN = {None, "file_share", "thread_broadcast"}
"""Kinds of message that a person wrote just now; the others are edits, deletions and notices."""


@dataclass(slots=True)
class Inbound:
    """Registers the listeners; each turns what Slack sent into an ``Ask`` and hands it to the dispatcher."""

    dispatch: Dispatch
    presses: Deduplicator

    def register_lines(self, app: AsyncApp) -> None:
        """Let ``app`` hand us the three ways in which a line is typed."""

        @app.command(re.compile("^/"))
        async def command(ack: Acknowledge, body: Body, context: AsyncBoltContext) -> None:
            await self.command(body, self.account(context))
            await ack()

        @app.event("app_mention")
        async def mention(body: Body, context: AsyncBoltContext) -> None:
            await self.mention(body, self.account(context))

        @app.event("message")
        async def message(body: Body, context: AsyncBoltContext) -> None:
            await self.message(body, self.account(context))

    def register_presses(self, app: AsyncApp) -> None:
        """Let ``app`` hand us the lines of buttons."""

        @app.action(PRESSED)
        async def press(ack: Acknowledge, body: Body, context: AsyncBoltContext) -> None:
            await self.press(body, self.account(context))
            await ack()

    def account(self, context: AsyncBoltContext) -> Account:
        """Return the workspace of a request that Bolt let through."""
        account = self.dispatch.accounts.get(context.team_id or "")
        assert account is not None, "Bolt asks for the authorization first"
        return account

    async def command(self, body: Body, account: Account) -> None:
        """``/papers <line>``, in any conversation."""
        trigger = body.get("trigger_id", "")
        if not trigger or self.dispatch.once.first("command", trigger):
            way = Way(body["response_url"], self.dispatch.clock() + LIFE) if body.get("response_url") else None
            text = _without_bot(body.get("text", ""), account)
            line = typed(text, f"@{account.name}")
            await self._take(account, body["user_id"], body["channel_id"], line, way=way, named=channels(text))

    async def mention(self, body: Body, account: Account) -> None:
        """``@bot <line>``: in a thread the answer stands in the thread, else it is for the asker alone."""
        event = body["event"]
        if self._is_news(body):
            text, thread = _without_bot(event.get("text", ""), account), event.get("thread_ts", "")
            place: dict[str, Any] = {"thread": thread, "visible": bool(thread)}
            line = typed(text, f"@{account.name}")
            await self._take(account, event["user"], event["channel"], line, named=channels(text), **place)

    async def message(self, body: Body, account: Account) -> None:
        """Take a direct message for a line."""
        event = body["event"]
        direct = event.get("channel_type") == "im" and event.get("subtype") in SPOKEN
        if direct and event.get("user") not in NOBODY and not event.get("bot_id") and self._is_news(body):
            text, thread = _without_bot(event.get("text", ""), account), event.get("thread_ts", "")
            self.dispatch.directory.learn(account, event["user"], event["channel"])
            line = typed(text, f"@{account.name}")
            await self._take(account, event["user"], event["channel"], line, thread=thread, named=channels(text))

    async def press(self, body: Body, account: Account) -> None:
        """Let a button say its line, in the conversation that it stands in."""
        action = body["actions"][0]
        line, user = pressed_line(action), body["user"]["id"]
        held = body.get("container", {})
        channel = (body.get("channel") or {}).get("id") or held.get("channel_id", "")
        under = held.get("message_ts", "")
        if not line or not channel or not self.presses.first(account.team, user, channel, under, line):
            return
        if self.dispatch.once.first("press", user, channel, under, str(action.get("action_ts", "")), line):
            way = Way(body["response_url"], self.dispatch.clock() + LIFE) if body.get("response_url") else None
            replacing = action["action_id"].startswith(REPLACE)
            # What takes the place of a message is read by those who read that.
            visible = replacing and not held.get("is_ephemeral")
            place: dict[str, Any] = {"thread": thread_of(body), "visible": visible}
            await self._take(account, user, channel, line, way=way, replacing=replacing, press=body, **place)

    async def _take(  # noqa: PLR0913 what a line comes with
        self,
        account: Account,
        user: str,
        channel: str,
        line: str,
        *,
        thread: str = "",
        visible: bool = False,
        way: Way | None = None,
        replacing: bool = False,
        named: Mapping[str, str] | None = None,
        press: Body | None = None,
    ) -> None:
        private = channel.startswith("D") and await self._is_private(account, user, channel)
        chat = Chat("slack", account.team, channel, "" if private else thread)
        person = SlackPerson(account, user, channel, self.dispatch.directory, named or {})
        reply = Reply(account, user, channel, self.dispatch.directory, self.dispatch.clock, thread, visible=visible)
        reply.private, reply.way, reply.replacing = private, way, replacing
        ask = Ask(chat, person, line, reply.say)
        await self.dispatch.take(replace(ask, say=partial(self._say_pressed, ask, reply, press)) if press else ask)

    async def _say_pressed(self, ask: Ask, reply: Reply, press: Body, message: Message) -> None:
        """Show by the pressed button what was done, where the message is for that person alone; else in words."""
        alone = bool(press.get("container", {}).get("is_ephemeral"))
        if message.turned and (alone or reply.private):
            reply.visible = not alone
            # A message for one person's eyes does not come along with its press; only cards have such buttons.
            card = (press.get("message") or {}).get("blocks") or await self._card(ask)
            blocks = [turned(block, ask.line, message.turned) for block in card]
            if await reply.replace({"text": message.turned.label, "blocks": blocks}):
                return
        await reply.say(message)

    async def _card(self, ask: Ask) -> Sequence[Block]:
        return draw(await self.dispatch.looked_up(ask.chat, ask.person, f"paper {ask.line.split()[-1]}"))[0].blocks

    async def _is_private(self, account: Account, user: str, channel: str) -> bool:
        """Return whether the conversation is theirs with the bot; where Slack does not say soon, it counts as not."""
        try:
            async with asyncio.timeout(SOON):
                return channel == await self.dispatch.directory.private(account, user)
        except (TimeoutError, PaperwireError):
            return False

    def _is_news(self, body: Body) -> bool:
        """Return whether the event comes for the first time; an edit of a message is no second one."""
        event = body["event"]
        return self.dispatch.once.first("event", str(body.get("event_id", ""))) and self.dispatch.once.first(
            "ts", event.get("channel", ""), event.get("ts", ""), event["type"]
        )


def _without_bot(text: str, account: Account) -> str:
    """Return the line behind the mention of the bot, wherever the mention stands."""
    return re.sub(rf"\s*<@{re.escape(account.bot_user)}(\|[^>]*)?>[:,]?\s*", " ", text).strip()
