"""Parts become Bot API calls, each tried once; a part that Telegram cannot show goes out plainer, once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from telegram import ForceReply, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import BadRequest, TelegramError

from adapters.telegram.connect import Client
from adapters.telegram.draw import TelegramPart, plain
from adapters.telegram.errors import gone, meaning
from adapters.telegram.wire.keyboard import keyboard
from bot.message import File
from bot.model import Chat

_IMAGES = (".png", ".jpg", ".jpeg")
MOST_PHOTO_BYTES = 10_000_000
EXAMPLE = "rl upvotes>=10"
"""Stands in the empty field of an answer that is asked for."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a part goes: the chat, without a sound or with one, as an answer to a message or not (0).

    ``asker``: the one whose line it answers, "" for a post.
    """

    chat: Chat
    silent: bool = False
    answers: int = 0
    asker: str = ""


def prefix(chat: Chat) -> str:
    """Return how a line begins there: in private chats bare, elsewhere the bot hears commands (ids below 0)."""
    return "/papers " if chat.id.startswith("-") else ""


async def send(client: Client, where: Where, part: TelegramPart) -> str:
    """Send one part within 10 seconds and return its message id, 0 where the answer names none.

    Raises what Platform.send raises.
    """
    try:
        return str((await _plainer(client, where, part)).message_id)
    except TelegramError as error:
        raise meaning(error, where.chat) from error


async def replace_text(client: Client, chat: Chat, message_id: int, part: TelegramPart) -> bool:
    """Put the part in a message's place; return False where it cannot be (deleted, a picture): nothing changed then."""
    try:
        await client.edit_message_text(
            part.html,
            chat_id=int(chat.id),
            message_id=message_id,
            parse_mode="HTML",
            link_preview_options=_preview(part),
            reply_markup=keyboard(part.actions),
        )
    except BadRequest as error:
        return "not modified" in error.message.lower()
    except TelegramError as error:
        raise meaning(error, chat) from error
    return True


async def _plainer(client: Client, where: Where, part: TelegramPart) -> Message:
    """Send the part; where Telegram refuses its form, send its words without that form."""
    try:
        return await _send(client, where, part, _markup(part))
    except BadRequest as error:
        if gone(error):
            raise
        refused = error.message.lower()
    if part.picture:
        return await _plainer(client, where, replace(part, picture=""))
    buttons = keyboard(part.actions) if part.file or "parse entities" in refused else None
    if part.file:
        return await client.send_document(
            document=_upload(part.file), caption=plain(part.html), reply_markup=buttons, **_common(where)
        )
    return await client.send_message(text=plain(part.html), reply_markup=buttons, **_common(where))


def _markup(part: TelegramPart) -> InlineKeyboardMarkup | ForceReply | None:
    """Return the buttons, or where something is asked the field for the answer, open to the one who is asked."""
    return ForceReply(selective=True, input_field_placeholder=EXAMPLE) if part.asks else keyboard(part.actions)


async def _send(
    client: Client, where: Where, part: TelegramPart, buttons: InlineKeyboardMarkup | ForceReply | None
) -> Message:
    common = _common(where)
    marked: dict[str, Any] = {"caption": part.html, "parse_mode": "HTML", "reply_markup": buttons}
    if part.picture:
        return await client.send_photo(photo=part.picture, **marked, **common)
    if part.file and part.file.name.endswith(_IMAGES) and len(part.file.content) <= MOST_PHOTO_BYTES:
        return await client.send_photo(photo=_upload(part.file), **marked, **common)
    if part.file:
        return await client.send_document(document=_upload(part.file), **marked, **common)
    return await client.send_message(
        text=part.html, parse_mode="HTML", link_preview_options=_preview(part), reply_markup=buttons, **common
    )


def _upload(file: File) -> InputFile:
    return InputFile(file.content, file.name)


def _common(where: Where) -> dict[str, Any]:
    answers = ReplyParameters(where.answers, allow_sending_without_reply=True) if where.answers else None
    return {
        "chat_id": int(where.chat.id),
        "message_thread_id": int(where.chat.topic) if where.chat.topic else None,
        "disable_notification": where.silent or None,
        "reply_parameters": answers,
    }


def _preview(part: TelegramPart) -> LinkPreviewOptions:
    if part.preview:
        return LinkPreviewOptions(url=part.preview, prefer_small_media=True)
    return LinkPreviewOptions(is_disabled=True)
