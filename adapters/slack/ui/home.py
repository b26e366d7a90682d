"""The App Home tab: one's alerts, one's saved papers, and the subscriptions of a channel of one's choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from adapters.slack.dispatch import Acknowledge, Ask, Dispatch
from adapters.slack.draw import PRESSED, Block
from adapters.slack.errors import withheld
from adapters.slack.install.accounts import Account
from adapters.slack.people import SlackPerson
from adapters.slack.reply import Reply
from adapters.slack.ui.form import NEW
from adapters.slack.ui.modal import show_over
from adapters.slack.ui.pressed import pressed_line
from adapters.slack.ui.views import button, channel_of, placed, plain, told, untyped
from bot.errors import PaperwireError
from bot.message import Message
from bot.message import say as answer
from bot.model import Chat

Body = Mapping[str, Any]

CHANNEL = "paperwire.home.channel"
LINE: Block = {"type": "divider"}
NOT_IN = "You are not in that channel any more, so its subscriptions are closed to you."
MOST = 30
"""Blocks for each of the three lists: a view takes 100."""


@dataclass(slots=True)
class Home:
    """Draws the tab and carries out what is pressed in it."""

    dispatch: Dispatch

    def register(self, app: AsyncApp) -> None:
        """Let ``app`` tell us when the tab is opened, and of what is pressed in it."""

        @app.event("app_home_opened")
        async def opened(event: Body, context: AsyncBoltContext) -> None:
            account = self.dispatch.accounts.get(context.team_id or "")
            if account and event.get("tab") == "home":
                self.dispatch.start(self.publish(account, event["user"], _chosen(event)))

        @app.action(CHANNEL)
        async def chosen(ack: Acknowledge, body: Body, context: AsyncBoltContext) -> None:
            await ack()
            if account := self.dispatch.accounts.get(context.team_id or ""):
                channel = body["actions"][0].get("selected_conversation") or ""
                self.dispatch.start(self.publish(account, body["user"]["id"], channel))

        @app.action(PRESSED, matchers=[_in_a_view])
        async def pressed(ack: Acknowledge, body: Body, context: AsyncBoltContext) -> None:
            if account := self.dispatch.accounts.get(context.team_id or ""):
                await self.pressed(account, body)
            await ack()

    async def publish(self, account: Account, user: str, channel: str) -> None:
        """Show the tab as it is now, or why it cannot be shown."""
        try:
            blocks = await self._blocks(account, user, channel)
        except PaperwireError as error:
            blocks = placed(withheld(error), "", 0, MOST)
        view = {"type": "home", "private_metadata": channel, "blocks": list(blocks)}
        await account.client.views_publish(user_id=user, view=view)

    async def _blocks(self, account: Account, user: str, channel: str) -> tuple[Block, ...]:
        private = await self.dispatch.directory.private(account, user)
        alerts = await self._list(account, user, private, "alerts", 1)
        saved = await self._list(account, user, private, "saved", 2)
        return (
            _title("Your alerts"), *alerts, {"type": "actions", "elements": [button("New alert", NEW)]}, LINE,
            _title("Saved papers"), *saved, LINE,
            _title("Subscriptions of a channel"), _choice(channel), *await self._of(account, user, channel),
        )  # fmt: skip

    async def _of(self, account: Account, user: str, channel: str) -> tuple[Block, ...]:
        """Return the channel's subscriptions; a channel that the person is not in stays closed to them."""
        if not channel or not await self._may_read(account, user, channel):
            return ()
        return await self._list(account, user, channel, "subs", 3)

    async def _list(self, account: Account, user: str, channel: str, line: str, place: int) -> tuple[Block, ...]:
        person = SlackPerson(account, user, "", self.dispatch.directory)
        message = await self.dispatch.looked_up(Chat("slack", account.team, channel), person, line)
        return placed(_without_own_button(untyped(message)), channel, place, MOST)

    async def pressed(self, account: Account, body: Body) -> None:
        """Carry out a button of a view, and show its answer over the view."""
        action, user = body["actions"][0], body["user"]["id"]
        channel, line = channel_of(action.get("block_id", "")), pressed_line(action)
        if channel and line:

            async def say(message: Message) -> None:
                await self._show(account, body, channel, message)

            try:
                if not await self._may_read(account, user, channel):
                    return await say(replace(answer(NOT_IN), refused=True))
            except PaperwireError as error:
                return await say(withheld(error))
            person = SlackPerson(account, user, "", self.dispatch.directory)
            await self.dispatch.take(Ask(Chat("slack", account.team, channel), person, line, say))
        return None

    async def _may_read(self, account: Account, user: str, channel: str) -> bool:
        """Return whether the channel is the person's own conversation with the bot, or one that they are in now."""
        directory = self.dispatch.directory
        is_own = channel.startswith("D") and await directory.private(account, user) == channel
        return is_own or await directory.is_in(account, user, channel)

    async def _show(self, account: Account, body: Body, channel: str, message: Message) -> None:
        view, user = body["view"], body["user"]["id"]
        if message.file or not await show_over(account, body, told(message, channel)):
            private = await self.dispatch.directory.private(account, user)
            await Reply(account, user, private, self.dispatch.directory, self.dispatch.clock, private=True).say(message)
        if view["type"] == "home":
            await self.publish(account, user, view.get("private_metadata", ""))


def _without_own_button(message: Message) -> Message:
    """Return the alerts without the button that asks for a topic: the tab has [New alert] of its own."""
    rows = (tuple(one for one in row if one.line != "alert") for row in message.actions)
    return replace(message, actions=tuple(row for row in rows if row))


async def _in_a_view(body: Body) -> bool:
    return "view" in body


def _chosen(event: Body) -> str:
    return str((event.get("view") or {}).get("private_metadata", ""))


def _title(words: str) -> Block:
    return {"type": "header", "text": plain(words)}


def _choice(channel: str) -> Block:
    chosen = {"initial_conversation": channel} if channel else {}
    select = {
        "type": "conversations_select",
        "action_id": CHANNEL,
        "placeholder": plain("Choose a channel"),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        **chosen,
    }
    return {"type": "actions", "elements": [select]}
