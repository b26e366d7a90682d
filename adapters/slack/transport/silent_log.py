"""The logger that Slack's libraries get: they print messages, addresses with tickets, and whole payloads."""

from __future__ import annotations

import logging


def _silenced() -> logging.Logger:
    logger = logging.getLogger("adapters.slack.library")
    logger.setLevel(logging.CRITICAL)
    return logger


SILENT = _silenced()
"""Silent below CRITICAL: what matters of it is logged by ourselves, in our words."""
