"""Polls that fail: how long to wait before the next, and each trouble said once."""

from __future__ import annotations

import logging

from telegram.error import BadRequest, Conflict, InvalidToken, TelegramError

from adapters.telegram.errors import Flood

_WAITS = (0.5, 2, 5, 10, 30)
_DEAD_TOKEN_SECONDS = 300.0


class Trouble:
    """Says each trouble once, and how long to wait before the next try."""

    def __init__(self) -> None:
        self._said = ""
        self._tries = 0

    def wait(self, error: TelegramError) -> float:
        """Return the seconds to wait after this failure."""
        words, seconds = self._words(error)
        if words != self._said:
            log.warning("%s", words)
        self._said = words
        self._tries += 1
        return seconds

    def over(self) -> None:
        """Note that all is well again."""
        if self._said:
            log.info("Telegram's updates come in again")
        self._said, self._tries = "", 0

    def _words(self, error: TelegramError) -> tuple[str, float]:
        pause = _WAITS[min(self._tries, len(_WAITS) - 1)]
        if isinstance(error, Conflict) and "webhook" in error.message.lower():
            return "a webhook is set for this token: it is taken off, since telegram.mode is polling", 0
        if isinstance(error, Conflict):
            return "another program polls with this token: stop it; trying on", max(pause, 5)
        if isinstance(error, InvalidToken):
            return "Telegram rejects the token: check TELEGRAM_BOT_TOKEN", _DEAD_TOKEN_SECONDS
        if isinstance(error, Flood):
            return "Telegram asks for a pause between polls", error.seconds
        if isinstance(error, BadRequest):
            return f"Telegram refuses: {error.message}", pause
        return f"Telegram's updates do not come in ({type(error.__cause__ or error).__name__}); trying on", pause


log = logging.getLogger(__name__)
