"""What people see before they type: the menu of commands and the two descriptions, set only when they changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError

from adapters.telegram.connect import UNREADABLE, Client
from bot.lines.verbs import VERBS

_EVERYONE = ("papers", "today", "trending", "help")
_ALERTS = ("alert",)
_SAVED = ("saved",)
_MANAGE = ("subscribe", "subs", "settings")
_PRIVACY = ("privacy",)
_SCOPES: tuple[tuple[BotCommandScope, tuple[str, ...]], ...] = (
    (BotCommandScopeAllPrivateChats(), (*_EVERYONE, *_ALERTS, *_SAVED, *_MANAGE, *_PRIVACY)),
    (BotCommandScopeAllGroupChats(), (*_EVERYONE, *_ALERTS)),
    (BotCommandScopeAllChatAdministrators(), (*_EVERYONE, *_ALERTS, *_MANAGE)),
)
_TEXTS: dict[str, dict[str, str]] = {
    "": {
        "papers": "Ask anything: /papers rl today",
        "today": "Today's papers",
        "privacy": "What I keep of you, and how to end it",
        **{verb.name: verb.menu for verb in VERBS.values() if verb.menu},
    },
    "de": {
        "papers": "Alles fragen: /papers rl today",
        "today": "Die Papers von heute",
        "trending": "Was gerade beliebt ist",
        "help": "Wie man fragt",
        "alert": "Neue passende Papers privat an mich",
        "saved": "Meine Leseliste",
        "subscribe": "Neue Papers hier posten: /subscribe rl",
        "subs": "Was hier gepostet wird",
        "settings": "Zeitzone, Ruhezeit, Länge",
        "privacy": "Was ich von dir speichere",
    },
}
"""What each command says, by language; the English of a verb stands in its row."""
LANGUAGES = ("", "de")
"""Telegram shows a person the menu of their own language, and the one of "" where there is none."""

SHORT = {
    "": "New AI papers, the ones you care about: ask, subscribe, get alerts.",
    "de": "Neue KI-Papers, genau die richtigen: fragen, abonnieren, benachrichtigt werden.",
}
LONG = {
    "": "I carry new papers from Hugging Face Daily Papers into your chats.\n\n"
    "Ask: rl today\nFollow: alert reward model\nIn a group or channel: /papers subscribe rl\n\nPrivacy: {privacy}",
    "de": "Ich bringe neue Papers von Hugging Face Daily Papers in deine Chats.\n\n"
    "Fragen: rl today\nFolgen: alert reward model\nIn Gruppe oder Kanal: /papers subscribe rl"
    "\n\nDatenschutz: {privacy}",
}


def commands(words: Sequence[str], language: str) -> tuple[BotCommand, ...]:
    """Return one menu."""
    return tuple(BotCommand(word, _TEXTS[language][word]) for word in words)


async def sync(client: Client, privacy_url: str = "") -> None:
    """Bring menus and descriptions up to date; a failure is logged, and the next start tries again.

    ``privacy_url`` is where the privacy policy stands; without one the description names the command.
    """
    jobs = [_menu(client, scope, words, language) for scope, words in _SCOPES for language in LANGUAGES]
    jobs += [_descriptions(client, language, privacy_url or "/privacy") for language in LANGUAGES]
    failed = [error for error in await asyncio.gather(*jobs, return_exceptions=True) if error]
    for error in failed:
        if not isinstance(error, (TelegramError, *UNREADABLE)):
            raise error
    if failed:
        log.warning("the menu of commands could not be brought up to date (%d requests failed)", len(failed))


async def _menu(client: Client, scope: BotCommandScope, words: Sequence[str], language: str) -> None:
    wanted = commands(words, language)
    if await client.get_my_commands(scope=scope, language_code=language or None) != wanted:
        await client.set_my_commands(wanted, scope=scope, language_code=language or None)


async def _descriptions(client: Client, language: str, privacy: str) -> None:
    code, long = language or None, LONG[language].format(privacy=privacy)
    if (await client.get_my_description(code)).description != long:
        await client.set_my_description(long, code)
    if (await client.get_my_short_description(code)).short_description != SHORT[language]:
        await client.set_my_short_description(SHORT[language], code)


log = logging.getLogger(__name__)
