"""What a press in a group or channel brings: one's own answer changed in place, a toast, or the private chat.

Nothing that a reader presses puts a message before the others.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from telegram.error import BadRequest, TelegramError

from adapters.telegram import outbound
from adapters.telegram.connect import Client
from adapters.telegram.draw import draw
from adapters.telegram.inbound import PLATFORM, IncomingLine
from adapters.telegram.outbound import Where, prefix
from adapters.telegram.sender import Sender
from adapters.telegram.wire import foreign, keyboard, links
from bot.errors import ChatGone, PaperwireError, SendError
from bot.message import Action, Message, Text, as_typed
from bot.model import Chat

MOST_TOAST = 200
"""Characters of a toast: core.telegram.org/bots/api#answercallbackquery."""

_GLANCE = 80
"""Characters that people read before a toast is gone; more of them, and refusals, stay until they are closed."""

SENT_PRIVATELY = "Sent to your private chat with me."
NOT_NOW = "I could not write to you in private just now. Try again in a minute."


class Presses:
    """Answers presses, each once."""

    def __init__(self, client: Client, sender: Sender) -> None:
        self._client = client
        self._sender = sender

    async def answer(self, line: IncomingLine, message: Message) -> None:
        """Show the answer to the one who pressed. Never raises: what cannot be shown is logged."""
        words = toast(as_typed(message, prefix(line.chat)))
        if message.turned and self._is_own(line):
            await turned(self._client, line, message.turned)
        if self._changes_in_place(line, message, words) and await replaced(self._client, line, message):
            await self.acknowledge(line)
        elif not words or not await self.acknowledge(line, words, alert=message.refused):
            await self._privately(line, message)

    async def acknowledge(self, line: IncomingLine, words: str = "", url: str = "", *, alert: bool = False) -> bool:
        """Stop the button's spinner, with a toast or with an address to open; return False where it is too late."""
        is_long = alert or len(words) > _GLANCE or "\n" in words
        try:
            await self._client.answer_callback_query(
                line.press, words or None, show_alert=(words != "" and is_long) or None, url=url or None
            )
        except BadRequest:
            return False  # "query is too old"
        except TelegramError as error:
            log.info("a press was not answered: %s", type(error).__name__)
        return True

    def _changes_in_place(self, line: IncomingLine, message: Message, words: str) -> bool:
        """Return whether the press is under the asker's own answer, and its answer is worth that place."""
        if not self._is_own(line):
            return False
        is_said_quickly = words and not message.undo and not line.replaces
        return not (message.private or message.refused or message.is_empty or is_said_quickly)

    def _is_own(self, line: IncomingLine) -> bool:
        """Return whether the button stands under the answer to the one who pressed it."""
        own = self._sender.is_answer_to(line.chat, line.message_id, line.sender, line.asker)
        return line.kind == "group" and own

    async def _privately(self, line: IncomingLine, message: Message) -> None:
        here = Chat(PLATFORM, line.chat.account, line.sender)
        if message.is_empty:
            await self.acknowledge(line)
            return
        try:
            await self._sender.post(Where(here), _elsewhere(message), "")
        except ChatGone:
            await self.acknowledge(line, url=links.opening(self._client.username, links.code(line.text)))
        except PaperwireError:
            await self.acknowledge(line, NOT_NOW, alert=True)
        else:
            await self.acknowledge(line, SENT_PRIVATELY)


def toast(message: Message) -> str:
    """Return the words that say all of it within a toast, or what was changed; "" where more is to be shown."""
    words = foreign.clean("\n".join(block.text for block in message.blocks if isinstance(block, Text)).strip())
    is_all = not message.file and all(isinstance(block, Text) for block in message.blocks)
    if is_all and (message.refused or foreign.units(words) <= MOST_TOAST):
        return foreign.cut(words, MOST_TOAST)
    return foreign.cut(foreign.clean(message.summary), MOST_TOAST) if message.undo else ""


async def replaced(client: Client, line: IncomingLine, message: Message) -> bool:
    """Put the answer in the place of the message whose button was pressed; return whether it stands there."""
    parts = draw(as_typed(message, prefix(line.chat)), pictures=False)
    if len(parts) > 1 or parts[0].file:
        return False
    try:
        return await outbound.replace_text(client, line.chat, line.message_id, parts[0])
    except SendError as error:
        log.info("a message could not be changed in place: %s", error)
        return False
    except PaperwireError:
        return True  # gone, or changed perhaps: a second copy would help nobody


async def turned(client: Client, line: IncomingLine, action: Action) -> bool:
    """Put what the pressed button became into its place; return whether it stands there."""
    if line.keys is None:
        return False
    keys = keyboard.turned(line.keys, line.data, action)
    try:
        await client.edit_message_reply_markup(int(line.chat.id), line.message_id, reply_markup=keys)
    except TelegramError as error:
        log.info("a button was not changed: %s", type(error).__name__)
        return False
    return True


def _elsewhere(message: Message) -> Message:
    """Return the message without the buttons that would act on the chat where they are pressed."""
    rows = (tuple(action for action in row if not action.bound) for row in message.actions)
    return replace(message, actions=tuple(row for row in rows if row))


log = logging.getLogger(__name__)
