"""The stand-in's queue of updates, and its two ways out: long polls and webhook posts."""

import asyncio
from typing import Any

import aiohttp

from tests.adapters.telegram.world import Refused

_TAKEN_OVER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Updates:
    def __init__(self) -> None:
        self.waiting: list[dict[str, Any]] = []
        self.allowed: list[str] | None = None
        self.webhook: dict[str, Any] = {}
        self.delivered: list[tuple[int, int]] = []
        self._next = 1000
        self._changed = asyncio.Event()
        self._poll: asyncio.Future[None] | None = None
        self._posts: set[asyncio.Task[None]] = set()

    def add(self, kind: str, payload: dict[str, Any]) -> int:
        """Queue an update and return its id."""
        self._next += 1
        update = {"update_id": self._next, kind: payload}
        if self.allowed is None or not self.allowed or kind in self.allowed:
            self.waiting.append(update)
            self._changed.set()
            if self.webhook:
                self._post(update)
        return self._next

    async def get(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """getUpdates: an offset confirms all before it; a newer poll ends an older one."""
        if self.webhook:
            raise Refused(409, _WEBHOOK_SET)
        offset, limit = int(asked.get("offset", 0)), min(int(asked.get("limit", 100)), 100)
        self.allowed = asked.get("allowed_updates", self.allowed)
        if offset < 0:
            self.waiting = self.waiting[offset:]
        self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        if self._poll and not self._poll.done():
            self._poll.set_exception(Refused(409, _TAKEN_OVER))
        if not self.waiting:
            await self._wait(float(asked.get("timeout", 0)))
        return self.waiting[:limit]

    async def _wait(self, seconds: float) -> None:
        self._changed.clear()
        mine = self._poll = asyncio.get_running_loop().create_future()
        change = asyncio.ensure_future(self._changed.wait())
        try:
            done, _ = await asyncio.wait((mine, change), timeout=seconds, return_when="FIRST_COMPLETED")
            if mine in done:
                mine.result()
        finally:
            change.cancel()
            mine.cancel()

    async def until_confirmed(self) -> None:
        """Return when the bot has confirmed everything."""
        async with asyncio.timeout(30):
            while self.waiting:  # noqa: ASYNC110 an event would be set and cleared at every poll
                await asyncio.sleep(0.005)

    def set_webhook(self, asked: dict[str, Any]) -> None:
        self.webhook = dict(asked)
        self.allowed = asked.get("allowed_updates", self.allowed)
        for update in self.waiting:
            self._post(update)

    def _post(self, update: dict[str, Any]) -> None:
        task = asyncio.create_task(self._deliver(update))
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)

    async def _deliver(self, update: dict[str, Any]) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        pause = 0.02
        async with aiohttp.ClientSession() as session:
            while self.webhook:
                try:
                    async with session.post(self.webhook["url"], json=update, headers=headers) as answer:
                        self.delivered.append((update["update_id"], answer.status))
                        if answer.status // 100 == 2:
                            self.waiting.remove(update)
                            return
                except aiohttp.ClientError:
                    self.delivered.append((update["update_id"], 0))
                await asyncio.sleep(pause)
                pause *= 2

    async def close(self) -> None:
        for task in self._posts:
            task.cancel()
        await asyncio.gather(*self._posts, return_exceptions=True)
