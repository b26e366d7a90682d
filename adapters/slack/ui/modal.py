"""The window that makes or edits a subscription, from opening to its line, with a look at what its query brings."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError

from adapters.slack.dispatch import Acknowledge, Ask, Dispatch, thread_of
from adapters.slack.draw import PRESSED, Block
from adapters.slack.errors import ALL, reason_of, word_of
from adapters.slack.install.accounts import Account
from adapters.slack.people import SlackPerson
from adapters.slack.reply import Reply
from adapters.slack.ui import form
from adapters.slack.ui.pressed import pressed_line
from adapters.slack.ui.views import channel_of, placed, told, words
from bot.errors import PaperwireError
from bot.message import ASKS, Message, say
from bot.model import Chat

Body = Mapping[str, Any]

SHORTCUT = "paperwire_subscribe"
"""The callback_id of the global shortcut in the manifest."""
_RHYTHM = r"now|every \d+ hours?|(?:daily|weekdays|weekly on [\w,]+|every \d+ (?:days|weeks on \w+)|monthly) at [\d:,]+"
EDIT = re.compile(rf"(in @me )?edit (\d+) +(\S.*?)(?: +(?:{_RHYTHM}))?(?: +max \d+)?")
"""The line of a button [Edit]: it opens the window, with the query that it carries, instead of being sent."""
TOO_LATE = {"expired_trigger_id", "exchanged_trigger_id", "not_found", "view_too_large"}
PREVIEW_BLOCKS = 8
STILL = 0.6
"""Seconds without a key before the query is looked up."""


@dataclass(slots=True)
class Modal:
    """Registers the window's listeners."""

    dispatch: Dispatch
    _latest: dict[str, str] = field(default_factory=dict)

    def register(self, app: AsyncApp) -> None:
        """Let ``app`` tell us of everything that opens the window or happens in it."""

        @app.shortcut(SHORTCUT)
        async def shortcut(ack: Acknowledge, body: Body, context: AsyncBoltContext) -> None:
            await ack()
            await self._open(context, body, form.Form())

        @app.action(form.NEW)
        async def new(ack: Acknowledge, body: Body, context: AsyncBoltContext) -> None:
            await ack()
            await self._open(context, body, form.Form())

        @app.action(PRESSED, matchers=[_asks])
        async def follow(ack: Acknowledge, body: Body, context: AsyncBoltContext) -> None:
            await ack()
            await self._open(context, body, _asked(body))

        @app.action(PRESSED, matchers=[_edits])
        async def edit(ack: Acknowledge, body: Body, context: AsyncBoltContext) -> None:
            await ack()
            await self._open(context, body, _edited(body))

        @app.action(form.QUERY)
        async def typing(ack: Acknowledge, body: Body, context: AsyncBoltContext) -> None:
            await ack()
            if account := self.dispatch.accounts.get(context.team_id or ""):
                self.dispatch.start(self.preview(account, body))

        @app.view(form.SUBMIT)
        async def submit(ack: Acknowledge, body: Body, context: AsyncBoltContext) -> Any:
            account = self.dispatch.accounts.get(context.team_id or "")
            return await ack(**(await self.submit(account, body) if account else {}))

    async def _open(self, context: AsyncBoltContext, body: Body, about: form.Form) -> None:
        if account := self.dispatch.accounts.get(context.team_id or ""):
            self.dispatch.start(self._opened(account, body, about))

    async def _opened(self, account: Account, body: Body, about: form.Form) -> None:
        """Open the window, or say why it did not open and what to type instead."""
        try:
            opened = await show_over(account, body, about.view())
            why = "it was too late"
        except ALL as error:
            opened, why = False, reason_of(error)
        if not opened:
            line = f"edit {about.number} {about.query}" if about.number else "subscribe rl"
            words = f"Slack did not open the window: {why}. Type the line instead: “{line}”."
            await (await self.dispatch.reply(account, body)).say(replace(say(words), refused=True))

    async def preview(self, account: Account, body: Body) -> None:
        """Show under the query what it would have posted; only the latest of many keys is answered."""
        view, user = body["view"], body["user"]["id"]
        query, self._latest[view["id"]] = form.query_in(view), (mine := str(body.get("trigger_id", "")))
        await asyncio.sleep(STILL)
        if self._latest.get(view["id"]) != mine:
            return
        del self._latest[view["id"]]
        private = await self.dispatch.directory.private(account, user)
        blocks: tuple[Block, ...] = ()
        if query:
            person = SlackPerson(account, user, "", self.dispatch.directory)
            answer = await self.dispatch.looked_up(Chat("slack", account.team, private), person, f"preview {query}")
            blocks = placed(Message(answer.blocks), private, 0, PREVIEW_BLOCKS)
        try:
            fresh = form.opened(view).view(blocks)
            await account.client.views_update(view_id=view["id"], hash=view["hash"], view=fresh)
        except SlackApiError as error:
            if word_of(error) not in {"hash_conflict", "not_found"}:  # typed on, or closed meanwhile
                raise

    async def submit(self, account: Account, body: Body) -> dict[str, Any]:
        """Carry out the window's line and return what to acknowledge with: the answer, or what is wrong."""
        try:
            return await self._submitted(account, body)
        except PaperwireError as error:
            return _wrong(f"{error}. Try again soon.")

    async def _submitted(self, account: Account, body: Body) -> dict[str, Any]:
        view, user = body["view"], body["user"]["id"]
        private = await self.dispatch.directory.private(account, user)
        about = form.opened(view)
        channel = about.channel if about.number else form.channel_in(view)
        chat = Chat("slack", account.team, channel or private, about.topic)
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        late = Reply(account, user, private, self.dispatch.directory, self.dispatch.clock, private=True)

        async def say(message: Message) -> None:
            if answer.done():
                await late.say(message)
            else:
                answer.set_result(message)

        person = SlackPerson(account, user, "", self.dispatch.directory)
        await self.dispatch.take(Ask(chat, person, form.line_in(view), say))
        if not answer.done():
            answer.cancel()
            return {}
        message = answer.result()
        if message.refused:
            return _wrong(words(message) or "That cannot be done.")
        return {"response_action": "update", "view": told(message, chat.id)}


def _wrong(words: str) -> dict[str, Any]:
    """Return the acknowledgement that shows ``words`` under the query of a window that stays open."""
    return {"response_action": "errors", "errors": {"query": words[:150]}}


async def show_over(account: Account, body: Body, view: Block) -> bool:
    """Show ``view`` over the tab, or in place of the window that is open; return False where it is too late."""
    try:
        open_view = body.get("view") or {}
        if open_view.get("type") == "modal":
            await account.client.views_update(view_id=open_view["id"], view=view)
        else:
            await account.client.views_open(trigger_id=body["trigger_id"], view=view)
    except SlackApiError as error:
        if word_of(error) not in TOO_LATE:
            raise
        return False
    return True


async def _asks(body: Body) -> bool:
    return pressed_line(body["actions"][0]) in ASKS


def _asked(body: Body) -> form.Form:
    """Return the form for a new topic, the channel chosen that the button stands in."""
    action = body["actions"][0]
    channel = channel_of(action.get("block_id", "")) or str((body.get("channel") or {}).get("id", ""))
    is_here = pressed_line(action) == "subscribe" and channel.startswith(("C", "G"))
    return form.Form(channel=channel if is_here else "")


async def _edits(body: Body) -> bool:
    action = body["actions"][0]
    label = ((action.get("selected_option") or action).get("text") or {}).get("text", "")
    return label.startswith("Edit") and EDIT.fullmatch(pressed_line(action)) is not None


def _edited(body: Body) -> form.Form:
    """Return what the pressed button's line edits, in the conversation that the button stands in."""
    action = body["actions"][0]
    line = EDIT.fullmatch(pressed_line(action))
    assert line is not None, "only such lines come here"
    if line[1]:
        return form.Form(int(line[2]), query=line[3])  # one's own, wherever the button stands
    channel = channel_of(action.get("block_id", "")) or str((body.get("channel") or {}).get("id", ""))
    return form.Form(int(line[2]), channel, thread_of(body), line[3])
