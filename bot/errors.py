"""Paperwire's errors, each named for what its catcher does.

PaperwireError
  x ConfigError        the program does not start: one line, exit code 2
  x QueryError         its text is the answer
  x FeedError          logged; the next poll is the retry
  x StoreError         the store cannot be used; what is due stays due
    x StoreInUse       one that only reads is opened beside the process that writes
  x SendError          the post stays due and its chat (or its account) waits
    x Refused          after some tries the chat pauses with the reason
  x ChatGone           the chat pauses with the reason
  x ChatMoved          the chat's rows move to the new address
  x OutcomeUnknown     the post may or may not have arrived; it is settled before anything else goes there
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model import Chat


LONGEST_WAIT = 3600.0
"""Seconds that a waiting time is believed for at most, whoever names it: else one mistake silences us for years."""


class PaperwireError(Exception):
    """The root of all that Paperwire raises on purpose."""

    begun: bool = False
    """Of an error in sending: whether a part of the message stands in the chat already."""


class ConfigError(PaperwireError):
    """A setting that cannot be used; the text names the key and what is allowed."""


class QueryError(PaperwireError):
    """A line that cannot be read.

    ``place`` counts characters from the start of ``text`` (the part that was being read); ``nearest`` is the
    closest right form of ``text``, empty where none suggests itself. ``page`` is where the line can be asked instead.
    """

    def __init__(self, reason: str, text: str = "", place: int = 0, nearest: str = "", page: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text
        self.place = place
        self.nearest = nearest
        self.page = page


class FeedError(PaperwireError):
    """The feed gave no usable answer; ``retry_after`` is in seconds up to an hour, 0 where the feed named none."""

    def __init__(self, reason: str, retry_after: float = 0) -> None:
        super().__init__(reason)
        self.retry_after = believed(retry_after)


class StoreError(PaperwireError):
    """The store cannot be opened or written; the text says what to do, to the operator.

    ``shown`` says it to everybody else, in a chat and on the web endpoint, without the places of files.
    """

    def __init__(self, reason: str, shown: str = "") -> None:
        super().__init__(reason)
        self.shown = shown or reason


class StoreInUse(StoreError):  # noqa: N818 named for what it is
    """Another process writes the database; it can still be read."""


class SendError(PaperwireError):
    """Nothing arrived. Try again after ``retry_after`` seconds; ``account_wide`` where every chat must wait.

    The platform named that time, for this chat or for all; 0 where it was not reached or named none. It is believed
    for an hour at most.
    """

    def __init__(self, reason: str, retry_after: float = 0, *, account_wide: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = believed(retry_after)
        self.account_wide = account_wide


class Refused(SendError):  # noqa: N818 named for what it is
    """The platform refuses this post for a reason that we do not know; ``shown`` says so in words fit for the chat."""

    def __init__(self, reason: str, retry_after: float, shown: str) -> None:
        super().__init__(reason, retry_after)
        self.shown = shown


class ChatGone(PaperwireError):  # noqa: N818 named for what the catcher does: it takes leave of the chat
    """The bot may not write there any more; the text is the reason, fit to be shown.

    ``account_wide`` where that is so in every chat of the account.
    """

    def __init__(self, reason: str, *, account_wide: bool = False) -> None:
        super().__init__(reason)
        self.account_wide = account_wide

    def lost(self, chat: Chat) -> Chat:
        """Return the chat that is lost, where this was raised for ``chat``; one without an id is the whole account."""
        return replace(chat, id="", topic="") if self.account_wide else chat


class ChatMoved(PaperwireError):  # noqa: N818 the same
    """The chat lives on at ``chat`` (a Telegram group became a supergroup)."""

    def __init__(self, chat: Chat) -> None:
        super().__init__("the chat has moved")
        self.chat = chat


class OutcomeUnknown(PaperwireError):  # noqa: N818 the same
    """The request left this machine and no answer that can be read came back: the message may stand there or not.

    ``answered``: the platform said that it took something, and the rest cannot be read; so it most likely stands there.
    """

    def __init__(self, reason: str, *, answered: bool = False) -> None:
        super().__init__(reason)
        self.answered = answered


def believed(seconds: float) -> float:
    """Return a waiting time of somebody else's as we keep it: from 0 seconds to an hour, 0 for no number."""
    return min(max(0.0, seconds), LONGEST_WAIT)
