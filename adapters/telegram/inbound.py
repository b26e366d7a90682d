"""Updates read as what people did. Pure: given an update and the bot's name, what happened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from telegram import CallbackQuery, ChatMember, InlineKeyboardMarkup, Message, Update, User
from telegram import Chat as TelegramChat

from adapters import typed
from adapters.telegram.wire import keyboard, links, words
from adapters.telegram.wire.foreign import JOINER
from bot.model import Chat
from bot.understanding import ids

PLATFORM = "telegram"
SHORTCUTS = ("today", "trending", "subscribe", "alert", "subs", "saved", "settings", "help")
_COMMAND = re.compile(r"/(\w{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)

REMOVED = "the bot was removed from the chat"

Kind = Literal["private", "group", "channel"]


@dataclass(frozen=True, slots=True)
class IncomingLine:
    """Somebody's line. ``sender`` is a user id, or the chat's own id where somebody writes as that chat.

    ``message_id`` is the message typed, or the one whose button was pressed: ``press`` is then the press's id, and
    ``replaces`` says that the answer takes the message's place. ``asker`` sent the line that the message answers, ""
    where it answers none that Telegram still shows. ``starts``: it opened the private chat. ``is_edit``: it is a
    message of before in other words. ``keys`` are the buttons of the message whose button was pressed, ``data`` is what
    that one sent.
    """

    chat: Chat
    kind: Kind
    sender: str
    text: str
    message_id: int
    press: str = ""
    replaces: bool = False
    starts: bool = False
    asker: str = ""
    is_edit: bool = False
    keys: InlineKeyboardMarkup | None = None
    data: str = ""


@dataclass(frozen=True, slots=True)
class Wordless:
    """A private message with nothing to read in it: a sticker, a voice, a file, or forwarded words without a paper."""

    line: IncomingLine


@dataclass(frozen=True, slots=True)
class Linked:
    """Addresses of papers in a group or channel, in a message that is for other people; ``text`` has their ids."""

    line: IncomingLine


@dataclass(frozen=True, slots=True)
class Search:
    """An inline query: ``id`` to answer, who asks, what, and from which page (1 is the first)."""

    id: str
    sender: str
    text: str
    page: int


@dataclass(frozen=True, slots=True)
class StandingChange:
    """The bot's standing in a chat changed: it may write there now (``reason`` is ""), or no more, and why.

    ``is_added``: somebody put it into this group or channel.
    """

    chat: Chat
    reason: str
    is_added: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became a supergroup under another id."""

    old: Chat
    new: Chat


Happening = IncomingLine | Wordless | Linked | Search | Moved | StandingChange


def read(update: Update, me: User) -> Happening | None:
    """Return what happened, or None where nothing is to be done."""
    account = str(me.id)
    if update.callback_query:
        return _press(update.callback_query, account)
    if update.inline_query:
        asked = update.inline_query
        if not isinstance(asked.query, str):
            return None
        page = int(asked.offset) if re.fullmatch(r"[1-9]\d{0,3}", asked.offset) else 1
        return Search(asked.id, _id(asked.from_user), asked.query, page)
    if update.edited_message:
        edit = _message(update.edited_message, me)
        return replace(edit, is_edit=True) if isinstance(edit, IncomingLine) and edit.kind == "private" else None
    message = update.message or update.channel_post
    return _message(message, me) if message else None


def _message(message: Message, me: User) -> IncomingLine | Wordless | Linked | Moved | StandingChange | None:
    here = address(message.chat, str(me.id))
    if message.migrate_to_chat_id:
        return Moved(here, Chat(PLATFORM, here.account, str(message.migrate_to_chat_id)))
    if message.migrate_from_chat_id:
        return Moved(Chat(PLATFORM, here.account, str(message.migrate_from_chat_id)), here)
    if message.forum_topic_reopened:
        return StandingChange(_place(message, here), "")
    sender, kind = _sender(message), _kind(message.chat)
    if not sender or message.via_bot or message.is_automatic_forward:
        return None
    line = IncomingLine(_place(message, here), kind, sender, "", message.message_id)
    return _private(message, line, me) if kind == "private" else _public(message, line, me)


def _private(message: Message, line: IncomingLine, me: User) -> IncomingLine | Wordless | None:
    """Read a private message: its words, those under a picture or a file, and the papers of what is forwarded."""
    written, papers = words.written(message), words.papers(message)
    if message.forward_origin:
        return replace(line, text=" ".join(papers)) if papers else Wordless(line)
    if not written:
        return Wordless(line) if message.effective_attachment else None
    text = _line(written, line.kind, me, words.answered(message, me))
    if text is None:
        return None
    text = typed.line(text, f"@{me.username}" if me.username else "")
    text = words.about(ids.naming(text, papers), message)
    return replace(line, text=text, starts=written.startswith("/start"))


def _public(message: Message, line: IncomingLine, me: User) -> IncomingLine | Linked | None:
    """Read what is meant for the bot among what people tell each other; else the papers that they link to."""
    is_foreign = message.forward_origin is not None
    text = None if is_foreign else _line(words.written(message), line.kind, me, words.answered(message, me))
    if text is not None:
        return replace(line, text=words.about(typed.line(text, f"@{me.username}" if me.username else ""), message))
    linked = ids.linked(words.shown(message))
    return Linked(replace(line, text=" ".join(linked))) if linked else None


def _place(message: Message, chat: Chat) -> Chat:
    """Return the topic of the group that the message stands in, else the chat itself."""
    if message.is_topic_message and _kind(message.chat) == "group":
        return replace(chat, topic=str(message.message_thread_id))
    return chat


def _line(text: str, kind: Kind, me: User, answered: Message | None) -> str | None:
    """Return the line that a text stands for, or None where it is not meant for this bot.

    ``answered`` is the message of ours that it replies to, None where it replies to none.
    """
    text = text.replace(JOINER, "").strip()  # copied from what the bot said
    command = _COMMAND.fullmatch(text)
    if command:
        word, name, rest = command[1].lower(), command[2], (command[3] or "").strip()
        if kind != "private" and name and name.lower() != (me.username or "").lower():
            return None
        if word == "papers":
            return rest
        if word == "start":
            return links.line(rest)
        bare = typed.IN_CHANNELS if kind == "channel" else SHORTCUTS
        return typed.command(word, rest) if word in bare or kind == "private" or name else None
    if answered and (asked := typed.asked(answered.text or "")):
        return typed.topic(asked, text)
    if kind == "private":
        return text
    mention = re.compile(rf"@{re.escape(me.username or '')}\b[\s:,]*", re.IGNORECASE)
    if mention.match(text) or (answered and mention.search(text)):
        return mention.sub("", text, count=1).strip()
    return None


def _press(press: CallbackQuery, account: str) -> IncomingLine | None:
    if press.message is None or not press.data:
        return None
    text, replaces = keyboard.pressed(press.data)
    here, kind, asker = address(press.message.chat, account), _kind(press.message.chat), ""
    if isinstance(press.message, Message):
        here = _place(press.message, here)
        asker = _sender(press.message.reply_to_message) if press.message.reply_to_message else ""
    pressed = IncomingLine(here, kind, _id(press.from_user), text, press.message.message_id, press.id, replaces)
    keys = press.message.reply_markup if isinstance(press.message, Message) else None
    return replace(pressed, asker=asker, keys=keys, data=press.data)


def standing(change: Mapping[str, Any], account: str) -> StandingChange | None:
    """Return what a raw ``my_chat_member`` update changed, or None where the bot may write as before.

    Raw, because the library demands every right of the newest API, and self-hosted servers are often older.
    """
    try:
        chat, before, after = change["chat"], hindrance(change["old_chat_member"]), hindrance(change["new_chat_member"])
        here = Chat(PLATFORM, account, str(chat["id"]))
    except (AttributeError, KeyError, TypeError):
        return None
    if after and chat.get("type") == "private":
        after = "the bot was blocked"
    is_added = before == REMOVED and not after and chat.get("type") != "private"
    return StandingChange(here, after, is_added) if bool(before) != bool(after) else None


def hindrance(bot: Mapping[str, Any]) -> str:
    """Return why a bot with that ChatMember cannot write, "" where it can."""
    status = str(bot.get("status"))
    if status in (ChatMember.LEFT, ChatMember.BANNED):
        return REMOVED
    right = {ChatMember.RESTRICTED: "can_send_messages", ChatMember.ADMINISTRATOR: "can_post_messages"}.get(status, "")
    # An administrator has the right to post only in channels; elsewhere the field is absent and says nothing.
    return "the bot may not write there" if bot.get(right) is False else ""


def _sender(message: Message) -> str:
    if message.chat.type == "channel":
        return _id(message.chat)
    if message.sender_chat:  # an anonymous administrator, or somebody who writes as their channel
        return _id(message.sender_chat)
    return _id(message.from_user) if message.from_user and not message.from_user.is_bot else ""


def _id(of: TelegramChat | User) -> str:
    """Return the id; raises ValueError or TypeError where it is none, since the library takes anything."""
    return str(int(of.id))


def address(chat: TelegramChat, account: str) -> Chat:
    """Return the core's address of a chat, without a topic."""
    return Chat(PLATFORM, account, _id(chat))


def _kind(chat: TelegramChat) -> Kind:
    return {"private": "private", "channel": "channel"}.get(chat.type, "group")  # type: ignore[return-value] # of strings
