"""Requests of Slack carried out: commands, mentions, direct messages and buttons."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from adapters.flood import REFUSAL
from adapters.slack.dispatch import Acknowledge, Ask, Dispatch, thread_of
from adapters.slack.draw import PRESSED, REPLACE, Block, draw
from adapters.slack.install.accounts import Account
from adapters.slack.mrkdwn import channels, unmentioned
from adapters.slack.mrkdwn import typed as line_of
from adapters.slack.people import SlackPerson
from adapters.slack.reply import LIFE, Reply, Way
from adapters.slack.transport.deduplicate import Deduplicator
from adapters.slack.ui.pressed import pressed_line, turned
from adapters.slack.wire import heard, threads
from adapters.slack.wire.heard import Body, Heard
from adapters.wordless import KindWords
from bot.errors import PaperwireError
from bot.message import Message
from bot.model import Chat
from bot.understanding import ids

DOUBLE = timedelta(seconds=2)
"""A second press of the same button within this time does nothing."""

SOON = 0.5
"""Seconds that a command may wait for Slack before it is carried out: of the 3 that Slack waits for us."""


@dataclass(slots=True)
class Inbound:
    """Registers the listeners; each turns what Slack sent into an ``Ask`` and hands it to the dispatcher."""

    dispatch: Dispatch
    presses: Deduplicator
    kind_words: KindWords

    def register_lines(self, app: AsyncApp) -> None:
        """Let ``app`` hand us the three ways in which a line is typed."""

        @app.command(re.compile("^/"))
        async def command(ack: Acknowledge, body: Body, context: AsyncBoltContext) -> None:
            await self.hear(heard.command(body), self.account(context))
            await ack()

        @app.event("app_mention")
        async def mention(body: Body, context: AsyncBoltContext) -> None:
            await self.hear(heard.mention(body), self.account(context))

        @app.event("message")
        async def message(body: Body, context: AsyncBoltContext) -> None:
            await self.hear(heard.message(body), self.account(context))

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

    async def hear(self, typed: Heard | None, account: Account) -> None:
        """Carry out what somebody typed, where it comes for the first time."""
        if typed is not None:
            async with self.dispatch.handling(*typed.once) as is_first:
                if is_first:
                    await self._carry_out(typed, account)

    async def _carry_out(self, typed: Heard, account: Account) -> None:
        if typed.is_direct:
            self.dispatch.directory.learn(account, typed.user, typed.channel)
        reply = self._reply(account, typed)
        reply.private = await self._is_private(account, typed.user, typed.channel)
        text = _without_bot(typed.text, account)
        line = await self._line(account, typed, line_of(text, f"@{account.name}"))
        if typed.is_direct and not line and not _is_bare(typed.text, account):
            if not (word := self.kind_words.word((account.team, typed.user))).is_empty:
                self.dispatch.start(reply.say(word))
            return
        person = SlackPerson(account, typed.user, typed.channel, self.dispatch.directory, channels(text))
        await self.dispatch.take(Ask(_chat(reply), person, line, reply.say))

    async def _line(self, account: Account, typed: Heard, line: str) -> str:
        """Return the line with the papers that it is about: forwarded with it, or shown by the thread it stands in."""
        if typed.shared.papers:
            return ids.naming(ids.in_reply(line, typed.shared), typed.shared.papers)
        if typed.thread and ids.needs_paper(line):
            return ids.in_reply(line, await threads.papers(account, typed.channel, typed.thread))
        shown = await threads.linked(account, self.dispatch.directory, typed.user, typed.text)
        if shown.papers:
            line = threads.LINK.sub("", line).strip()
            return ids.naming(ids.in_reply(line, shown), shown.papers)
        return line

    def refuse(self, body: Body) -> None:
        """Tell somebody that what they typed is dropped, and all behind it."""
        self.dispatch.start(self._refuse(body))

    async def _refuse(self, body: Body) -> None:
        account = self.dispatch.accounts.get(str(body.get("team_id")))
        if account and (typed := heard.typed(body)):
            await self._reply(account, typed).say(REFUSAL)

    def _reply(self, account: Account, typed: Heard) -> Reply:
        place: dict[str, Any] = {"thread": typed.thread, "visible": typed.visible, "private": typed.is_direct}
        return Reply(
            account, typed.user, typed.channel, self.dispatch.directory, self.dispatch.clock,
            way=self._way(typed.url), **place,
        )  # fmt: skip

    def _way(self, url: str) -> Way | None:
        return Way(url, self.dispatch.clock() + LIFE) if url else None

    async def press(self, body: Body, account: Account) -> None:
        """Let a button say its line, in the conversation that it stands in."""
        action = body["actions"][0]
        line, user = pressed_line(action), body["user"]["id"]
        held = body.get("container", {})
        channel = (body.get("channel") or {}).get("id") or held.get("channel_id", "")
        under = held.get("message_ts", "")
        what = (account.team, user, channel, under, line)
        if not line or not channel or not self.presses.first(*what):
            return
        if not await self.dispatch.among_workers.first("double", *what, seconds=DOUBLE.total_seconds()):
            return
        async with self.dispatch.handling(("press", *what, str(action.get("action_ts", "")))) as is_first:
            if not is_first:
                return
            replacing = action["action_id"].startswith(REPLACE)
            # What takes the place of a message is read by those who read that.
            visible = replacing and not held.get("is_ephemeral")
            reply = Reply(
                account, user, channel, self.dispatch.directory, self.dispatch.clock, thread_of(body), visible=visible,
                way=self._way(body.get("response_url") or ""), replacing=replacing,
            )  # fmt: skip
            reply.private = await self._is_private(account, user, channel)
            person = SlackPerson(account, user, channel, self.dispatch.directory, channels(line))
            ask = Ask(_chat(reply), person, unmentioned(line), reply.say)
            await self.dispatch.take(replace(ask, say=partial(self._say_pressed, ask, reply, body)))

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
        if not channel.startswith("D"):
            return False
        try:
            async with asyncio.timeout(SOON):
                return channel == await self.dispatch.directory.private(account, user)
        except (TimeoutError, PaperwireError):
            return False


def _chat(reply: Reply) -> Chat:
    """Return where the line was typed: a thread is a place of its own, but in the bot's own conversation."""
    return Chat("slack", reply.account.team, reply.channel, "" if reply.private else reply.thread)


def _without_bot(text: str, account: Account) -> str:
    """Return the line without the mention of the bot, wherever the mention stands."""
    return _mention(account).sub(" ", text).strip()


def _is_bare(text: str, account: Account) -> bool:
    """Return whether the message is the bot's name alone."""
    return bool(_mention(account).fullmatch(text.strip()))


def _mention(account: Account) -> re.Pattern[str]:
    return re.compile(rf"[ \t]*<@{re.escape(account.bot_user)}(\|[^>]*)?>[:,]?[ \t]*")
