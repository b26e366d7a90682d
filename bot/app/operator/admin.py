"""``paperwire admin``: tables for operators, and what acts on one chat."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table

from bot import views
from bot.app import unreachable, wiring
from bot.app.core import Core
from bot.app.operator import held_days
from bot.errors import ConfigError
from bot.leases import WORKER, Lease
from bot.model import Chat
from bot.settings.config import Config
from storage.opening import must_exist

MOST_ROWS = 1_000
"""Of a table without an end of its own."""

FEWEST, MOST = 3, 4
"""Parts of a chat's name, with a topic or without."""


def named(chat: Chat) -> str:
    """Return the chat as operators write it: ``telegram/700100/-601``, with its topic behind."""
    return "/".join(filter(None, (chat.platform, chat.account, chat.id, chat.topic)))


def chat_of(name: str) -> Chat:
    """Return the chat of that name; raises ConfigError."""
    parts = name.split("/")
    if not FEWEST <= len(parts) <= MOST or not all(parts):
        raise ConfigError(f"{name!r} is no chat; `paperwire admin chats` names them: telegram/700100/-601")
    return Chat(*parts)


def of_existing(config: Config) -> Config:
    """Return the settings; raises StoreError where they name no database that is there."""
    must_exist(config.storage.url)
    return config


async def chats(config: Config) -> int:
    """Print a line for every chat that follows something: how much, what waits, and why it is on hold."""
    async with wiring.readable(config) as core:
        held = dict(await core.store.paused_chats())
        rows = [(*row, held.get(chat, "")) for chat, row in (await _waiting(core)).items()]
    _print(("chat", "subscriptions", "waiting", "on hold"), rows)
    return 0


async def queue(config: Config) -> int:
    """Print the chats for which posts wait, the most first, and until when."""
    async with wiring.readable(config) as core:
        counted = await _waiting(core)
        waits = {chat: await core.store.waits_until(chat) for chat in counted}
    rows = [
        (name, waiting, f"{until:%Y-%m-%d %H:%M} UTC" if (until := waits[chat]) else "")
        for chat, (name, _, waiting) in sorted(counted.items(), key=lambda one: -int(one[1][2]))
        if waiting != "0"
    ]
    _print(("chat", "waiting", "last wait until"), rows)
    return 0


async def _waiting(core: Core) -> dict[Chat, tuple[str, str, str]]:
    """Return of each chat that follows something its name, its subscriptions and the posts that wait for it."""
    return {
        chat: (named(chat), str(number), str(await core.store.waiting(chat=chat)))
        for chat, number in await core.store.followers()
    }


async def dead(config: Config) -> int:
    """Print the messages that were given up, the latest first: copies of them may stand in their chats."""
    async with wiring.readable(config) as core:
        given_up = await core.store.given_up(MOST_ROWS)
    rows = [
        (str(one.id), named(one.chat), str(one.papers), str(one.tries), f"{one.at:%Y-%m-%d %H:%M} UTC")
        for one in given_up
    ]
    _print(("id", "chat", "papers", "tries", "given up"), rows)
    return 0


async def retry(config: Config, id: int) -> int:
    """Have a message that was given up sent once more; return 1 where none of that id was."""
    async with wiring.core(config, beside=True) as core:
        was = await core.store.retry(id)
    _done(f"message {id} is tried again" if was else f"no message {id} was given up; `paperwire admin dead` names them")
    return 0 if was else 1


async def workers(config: Config) -> int:
    """Print who polls and posts on this database, since when, and of several workers which of them does what."""
    async with wiring.readable(config) as core:
        worker, leases = core.store.worker(), [one for one in await core.store.every_lease() if not one.is_over]
    rows = [(one.owner, _minute(one.since), _does(one.owner, leases)) for one in leases if one.name.startswith(WORKER)]
    if worker and not rows:
        rows = [(worker[0], _minute(worker[1]), "everything")]
    _print(("worker", "since", "does"), rows)
    return 0


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _does(owner: str, leases: Iterable[Lease]) -> str:
    """Return what a worker does, the shares of one platform's accounts in one word."""
    names = (one.name for one in leases if one.owner == owner and not one.name.startswith(WORKER))
    return ", ".join(dict.fromkeys("/".join(name.split("/")[:2]) for name in names))


async def pause(config: Config, name: str) -> int:
    """Hold back all that is owed to the chat, until ``resume``."""
    async with wiring.core(config, beside=True) as core:
        await core.store.pause_chat(await _known(core, name), unreachable.BY_OPERATOR)
    return _done(f"{name} is on hold; `paperwire admin resume {name}` lets it go on")


async def resume(config: Config, name: str) -> int:
    """Let the chat go on."""
    async with wiring.core(config, beside=True) as core:
        was = await core.store.resume_chat(await _known(core, name))
    return _done(f"{name} goes on" if was else f"{name} was not on hold")


async def forget(config: Config, name: str) -> int:
    """Delete the chat with all that is kept for it, as ``forget me`` does for a private chat."""
    chat = chat_of(name)
    async with wiring.core(config, beside=True) as core:
        is_known = await core.store.is_known(chat)  # a person may have left traces in other chats alone
        owners = {one.owner for one in await core.store.subscriptions(chat)} if not chat.id.startswith("-") else set()
        copies = [copy for owner in owners | {chat.id} for copy in await core.store.forget(chat, owner)]
    left = f"; backups that still hold it: {', '.join(dict.fromkeys(copies))}" if copies else ""
    was = "is forgotten" if is_known else "had nothing of its own here; what it left in other chats is deleted"
    return _done(f"{name} {was}{left}")


TABLES = {"chats": chats, "queue": queue, "dead": dead, "held": held_days.held, "workers": workers}
ON_A_CHAT = {"pause": pause, "resume": resume, "forget": forget}


async def _known(core: Core, name: str) -> Chat:
    """Return the chat of that name; raises ConfigError where nothing was ever kept for it."""
    if not await core.store.is_known(chat := chat_of(name)):
        raise ConfigError(f"nothing is kept of {name}; `paperwire admin chats` names the chats")
    return chat


def _done(words: str) -> int:
    sys.stdout.write(f"{words}\n")
    return 0


def _print(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; where nobody looks at it, its fields with tabs between them, whole."""
    if not sys.stdout.isatty():
        sys.stdout.write("".join("\t".join(row) + "\n" for row in (heads, *rows)))
        return
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
    Console().print(views.count(len(rows), "row"), style="dim")
