"""Single papers that are asked for at about one time, asked for together: a slow site is asked once for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bot.errors import FeedError
from bot.model import Paper

Ask = Callable[[tuple[str, ...]], Awaitable[Mapping[str, Paper]]]


class Together:
    """Asks ``ask`` for several ids at once, at most ``most``, one request after the other."""

    def __init__(self, ask: Ask, most: int) -> None:
        self._ask = ask
        self._most = most
        self._waiting: dict[str, asyncio.Future[Paper | None]] = {}
        self._order = asyncio.Lock()

    async def get(self, id: str) -> Paper | None:
        """Return that paper, None where there is none. Raises FeedError where ``ask`` does."""
        found = self._waiting.setdefault(id, asyncio.get_running_loop().create_future())
        async with self._order:
            if not found.done():
                await asyncio.sleep(0)  # those who ask at this very moment come along
                await self._answer(id)
        return await found

    async def _answer(self, id: str) -> None:
        """Ask for that one and for others that wait, and tell all who wait for them."""
        others = [other for other in self._waiting if other != id]
        asked = {one: self._waiting.pop(one) for one in (id, *others[: self._most - 1])}
        try:
            found = await self._ask(tuple(asked))
        except asyncio.CancelledError:
            self._waiting = asked | self._waiting
            raise
        except FeedError as error:
            for waiting in asked.values():
                waiting.set_exception(error)
            return
        for one, waiting in asked.items():
            waiting.set_result(found.get(one))
