"""The tokens of one workspace, and what is wrong with them before Slack is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from adapters.slack.errors import DEAD, refusal_of

WHERE = {
    "SLACK_BOT_TOKEN": "OAuth & Permissions, it begins with xoxb-",
    "SLACK_APP_TOKEN": "Basic Information, App-Level Tokens, it begins with xapp-",
    "SLACK_SIGNING_SECRET": "Basic Information, App Credentials",
}
"""Where api.slack.com/apps shows each."""


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """Tokens as an operator set them; empty where it is not set. ``many``: workspaces bring bot tokens of their own."""

    bot: str = ""
    app: str = ""
    signing: str = ""
    mode: Literal["socket", "http"] = "socket"
    many: bool = False

    def problem(self) -> str:
        """Return what is missing or swapped and what to do, "" where nothing is to be seen.

        The kinds of tokens: docs.slack.dev/authentication/tokens.
        """
        if self.bot.startswith("xapp-") and self.app.startswith("xox"):
            return "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped: the first begins with xoxb-, the second with xapp-"
        if self.bot.startswith("xapp-"):
            return f"SLACK_BOT_TOKEN holds the app-level token; the bot token is under {WHERE['SLACK_BOT_TOKEN']}"
        if self.app.startswith("xox"):
            return f"SLACK_APP_TOKEN holds a bot token; the app-level token is under {WHERE['SLACK_APP_TOKEN']}"
        if not self.bot and not self.many:
            many = "; for many workspaces: SLACK_CLIENT_ID and SLACK_CLIENT_SECRET"
            return f"SLACK_BOT_TOKEN is not set ({WHERE['SLACK_BOT_TOKEN']}{many})"
        name, value, other = ("SLACK_APP_TOKEN", self.app, "http")
        if self.mode == "http":
            name, value, other = ("SLACK_SIGNING_SECRET", self.signing, "socket")
        how = f'slack.mode = "{self.mode}" needs it, "{other}" does not'
        return "" if value else f"{name} is not set: {how} ({WHERE[name]})"


def refused(error: Exception) -> str:
    """Return Slack's word where it does not accept a token, "" where something else went wrong."""
    word = refusal_of(error)
    return word if word in DEAD or word == "not_allowed_token_type" else ""
