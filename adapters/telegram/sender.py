"""A message of several parts, sent so that a failure in between repeats none of them."""

from __future__ import annotations

from adapters.telegram import outbound
from adapters.telegram.connect import Client
from adapters.telegram.draw import Part, draw
from adapters.telegram.outbound import Where, prefix
from bot.errors import PaperwireError, SendError
from bot.message import Message, as_typed
from bot.model import Chat

_MOST_BEGUN = 1000

Begun = tuple[str, tuple[Part, ...]]
"""A message that was broken off: the reference of its first part, and the parts that do not stand there yet."""


class Sender:
    """Sends messages; remembers how far one got when Telegram asked for a pause in the middle."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._begun: dict[tuple[Chat, str], Begun] = {}

    async def post(self, where: Where, message: Message, marker: str) -> str:
        """Send the parts that have not arrived yet under this ``marker``, each once; return the first one's reference.

        Raises what Platform.send raises, ``begun`` where a part stands already. After a SendError the next call with
        the same marker goes on where this one stopped, with the parts as they were drawn: the message may have changed
        meanwhile, and be cut elsewhere. After OutcomeUnknown it begins anew ("may be a repeat").
        """
        key = (where.chat, marker)
        first, left = self._begun.pop(key, ("", draw(as_typed(message, prefix(where.chat)))))
        for place, part in enumerate(left):
            try:
                ref = await outbound.send(self._client, where, part)
            except PaperwireError as error:
                error.begun = bool(first)
                if first and marker and isinstance(error, SendError):
                    self._keep(key, (first, left[place:]))
                raise
            first = first or ref
        return first

    def has_begun(self, chat: Chat, marker: str) -> bool:
        """Return whether it is known which parts of that message stand in the chat, and which do not."""
        return (chat, marker) in self._begun

    def _keep(self, key: tuple[Chat, str], begun: Begun) -> None:
        if len(self._begun) >= _MOST_BEGUN:
            self._begun.pop(next(iter(self._begun)))
        self._begun[key] = begun
