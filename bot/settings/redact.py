"""The shapes of tokens, so that none is ever shown."""

from __future__ import annotations

import re

TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]*"  # Slack: api.slack.com/concepts/token-types
    r"|xapp-[A-Za-z0-9-]*"
    r"|(?:bot)?\d{5,}(?::|%3A)(?:AA[\w-]+|[\w-]{20,})"  # Telegram: core.telegram.org/bots/api#authorizing-your-bot
    r"|hf_[A-Za-z0-9]{10,}"  # Hugging Face: huggingface.co/docs/hub/security-tokens
    r")"
)
"""A token of one of the services that Paperwire speaks to, wherever it stands in a text."""

_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):[^/\s@]+@")
HIDDEN = "[hidden]"


def redact(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Return ``text`` without the given secrets, without tokens and without the passwords of addresses."""
    for known in secrets:
        text = text.replace(known, HIDDEN)
    return _PASSWORD.sub(rf"\1:{HIDDEN}@", TOKEN.sub(HIDDEN, text))
