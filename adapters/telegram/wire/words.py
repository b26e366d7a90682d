"""The words of a message, and the papers that it names."""

from __future__ import annotations

from telegram import Message, User

from bot.understanding import ids


def written(message: Message) -> str:
    """Return its text, or what stands under its picture or file."""
    return message.text or message.caption or ""


def papers(message: Message) -> tuple[str, ...]:
    """Return the ids of the papers that it names or links to."""
    return ids.papers(shown(message))


def shown(message: Message) -> str:
    """Return the words of a message, and the addresses behind them."""
    entities = message.entities or message.caption_entities or ()
    return "\n".join((written(message), *(entity.url for entity in entities if isinstance(entity.url, str))))


def about(text: str, message: Message) -> str:
    """Return the line with the paper of the message that it replies to, where it needs one."""
    return ids.in_reply(text, ids.shown(shown(message.reply_to_message))) if message.reply_to_message else text


def answered(message: Message, me: User) -> Message | None:
    """Return the message of ours that it replies to, if any."""
    before = message.reply_to_message
    return before if before and before.from_user and before.from_user.id == me.id else None
