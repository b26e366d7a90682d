"""A link to a paper in somebody's message gets a compact card once, and for a while after only a word of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from adapters.slack.dispatch import Dispatch
from adapters.slack.draw import Block, draw
from adapters.slack.install.accounts import Account
from adapters.slack.install.vault import Vault
from adapters.slack.people import SlackPerson
from bot.language.words.arxiv_id import bare_id
from bot.message import Item, Message, Text
from bot.model import Chat

QUIET_PERIOD = timedelta(days=1)
"""How long a channel gets no second card of the same paper."""
SHARED = "slack_shared"
MOST = 10
"""Papers of one message that get cards."""
AT_ONCE = 4
"""Messages whose links are looked up at once."""


@dataclass(slots=True)
class Unfurl:
    """Registers the listener of links."""

    dispatch: Dispatch
    vault: Vault
    _at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def register(self, app: AsyncApp) -> None:
        """Let ``app`` tell us of links to the domains in the manifest."""

        @app.event("link_shared")
        async def shared(body: Mapping[str, Any], context: AsyncBoltContext) -> None:
            account = self.dispatch.accounts.get(context.team_id or "")
            if account:
                async with self.dispatch.handling(("event", str(body.get("event_id", "")))) as is_first:
                    if is_first:
                        self.dispatch.start(self.shared(account, body["event"]))

    async def shared(self, account: Account, event: Mapping[str, Any]) -> None:
        """Give the papers behind the links their cards."""
        papers = {link["url"]: id for link in event.get("links", ()) if (id := bare_id(link["url"]))}
        cards: dict[str, dict[str, list[Block]]] = {}
        async with self._at_once:
            for url, id in islice(papers.items(), MOST):
                if blocks := await self._card(account, event, id):
                    cards[url] = {"blocks": blocks}
        if cards:
            await account.client.chat_unfurl(unfurls=cards, **_place(event))

    async def _card(self, account: Account, event: Mapping[str, Any], id: str) -> list[Block]:
        channel, user = event["channel"], event.get("user", "")
        person = SlackPerson(account, user, channel, self.dispatch.directory)
        chat = Chat("slack", account.team, channel)
        answer = await self.dispatch.looked_up(chat, person, f"paper {id}")
        item = next((block for block in answer.blocks if isinstance(block, Item)), None)
        if item is None or answer.refused:
            return []
        if event.get("source") == "composer":  # a look before it is sent, not yet shared with anybody
            return _compact(item)
        before = await self._shared_before(f"{account.team}/{channel}/{id}", event.get("message_ts", ""))
        return _known(item) if before else _compact(item)

    async def _shared_before(self, key: str, ts: str) -> bool:
        """Return whether another message brought the paper to the channel within the quiet period; remember this."""
        now = self.dispatch.clock()
        before = await self.vault.get(SHARED, key, now)
        if before is None:
            await self.vault.put(SHARED, key, ts.encode(), now + QUIET_PERIOD)
        return before is not None and before != ts.encode()


def _place(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return where the card goes: docs.slack.dev/reference/methods/chat.unfurl takes either pair."""
    if event.get("unfurl_id") and event.get("source"):
        return {"unfurl_id": event["unfurl_id"], "source": event["source"]}
    return {"channel": event["channel"], "ts": event["message_ts"]}


def _compact(item: Item) -> list[Block]:
    return list(draw(Message((replace(item, number=0, keywords="", abstract="", picture=""),)))[0].blocks)


def _known(item: Item) -> list[Block]:
    return list(draw(Message((Text(f"{item.title} · was shared here before", "note"),)))[0].blocks)
