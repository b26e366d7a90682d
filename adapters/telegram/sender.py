"""A message of several parts, sent so that a failure in between repeats none of them."""

from __future__ import annotations

from adapters.telegram import outbound
from adapters.telegram.channels import Channels
from adapters.telegram.connect import Client
from adapters.telegram.draw import TelegramPart, draw
from adapters.telegram.outbound import Where, prefix
from bot.errors import PaperwireError, SendError
from bot.message import Message, as_typed
from bot.model import Chat

_MOST_BEGUN = 1000
_MOST_ASKERS = 10_000

Begun = tuple[str, tuple[TelegramPart, ...]]
"""A message that was broken off: the reference of its first part, and the parts that do not stand there yet."""


class Sender:
    """Sends messages; remembers how far one got when Telegram asked for a pause in the middle."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.channels = Channels(client)
        self._begun: dict[tuple[Chat, str], Begun] = {}
        self._askers: dict[tuple[str, str], str] = {}
        """Who asked for the latest answers, by chat and message."""

    async def post(self, where: Where, message: Message, marker: str) -> str:
        """Send the parts that have not arrived yet under this ``marker``, each once; return the first one's reference.

        Raises what Platform.send raises, ``begun`` where a part stands already. After a SendError the next call with
        the same marker goes on where this one stopped, with the parts as they were drawn: the message may have changed
        meanwhile, and be cut elsewhere. After OutcomeUnknown it begins anew ("may be a repeat").
        """
        key = (where.chat, marker)
        message = await self.channels.fitted(where.chat, as_typed(message, prefix(where.chat)))
        first, left = self._begun.pop(key, ("", draw(message)))
        for place, part in enumerate(left):
            try:
                ref = await outbound.send(self._client, where, part)
            except PaperwireError as error:
                error.begun = bool(first)
                if first and marker and isinstance(error, SendError):
                    self._keep(key, (first, left[place:]))
                raise
            first = first or ref
            self._note(where, ref)
        return first

    def is_answer_to(self, chat: Chat, message_id: int, person: str, asker: str) -> bool:
        """Return whether the message answers that person's line; ``asker`` is whom the press itself names, "" for none.

        Telegram leaves out the question where it was deleted meanwhile.
        """
        return person == (asker or self._askers.get((chat.id, str(message_id))))

    def has_begun(self, chat: Chat, marker: str) -> bool:
        """Return whether it is known which parts of that message stand in the chat, and which do not."""
        return (chat, marker) in self._begun

    def _note(self, where: Where, ref: str) -> None:
        if not where.asker:
            return
        if len(self._askers) >= _MOST_ASKERS:
            self._askers.pop(next(iter(self._askers)))
        self._askers[where.chat.id, ref] = where.asker

    def _keep(self, key: tuple[Chat, str], begun: Begun) -> None:
        if len(self._begun) >= _MOST_BEGUN:
            self._begun.pop(next(iter(self._begun)))
        self._begun[key] = begun
