"""A message of several parts, sent so that a failure in between repeats none of them."""

from __future__ import annotations

from adapters.telegram import outbound
from adapters.telegram.client import Client
from adapters.telegram.draw import draw
from adapters.telegram.outbound import Where
from bot.errors import SendError
from bot.message import Message
from bot.model import Chat

_MOST_BEGUN = 1000


class Sender:
    """Sends messages; remembers how far one got when Telegram asked for a pause in the middle."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._begun: dict[tuple[Chat, str], tuple[str, ...]] = {}

    async def post(self, where: Where, message: Message, marker: str) -> str:
        """Send the parts that have not arrived yet under this ``marker``, each once; return the first one's reference.

        Raises what Platform.send raises. After a SendError the next call with the same marker goes on where this one
        stopped; after OutcomeUnknown it begins anew, for the message may have changed ("may be a repeat").
        """
        key = (where.chat, marker)
        sent = self._begun.pop(key, ())
        for part in draw(message)[len(sent) :]:
            try:
                sent = (*sent, await outbound.send(self._client, where, part))
            except SendError:
                if sent and marker:
                    self._keep(key, sent)
                raise
        return sent[0]

    def _keep(self, key: tuple[Chat, str], sent: tuple[str, ...]) -> None:
        if len(self._begun) >= _MOST_BEGUN:
            self._begun.pop(next(iter(self._begun)))
        self._begun[key] = sent
