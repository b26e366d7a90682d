"""The settings: every key of config.toml with its default, its type and its limits.

A key's description says what is allowed; it is the second half of every error, so no error repeats a value.
"""

from __future__ import annotations

import difflib
import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def _https(url: str) -> str:
    """Return the address without a slash at its end. Plain http is for loopback, since tokens travel in it."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    plain = parts.scheme == "http" and _is_loopback(host)
    whole = bool(host) and url.isprintable() and not set(url) & set(" \\?#@") and parts.port != 0
    if not whole or not (parts.scheme == "https" or plain):
        raise ValueError
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _database(url: str) -> str:
    """Return the address as SQLAlchemy spells it: some hosting services still write postgres://."""
    scheme, _, rest = url.partition("://")
    if not url.isprintable() or not rest.strip("/") or (scheme == "sqlite" and not _names_a_file(rest)):
        raise ValueError
    known = {"sqlite": "sqlite", "postgresql": "postgresql", "postgres": "postgresql", "postgresql+psycopg": scheme}
    if scheme not in known:
        raise ValueError
    return f"{known[scheme]}://{rest}"


def _names_a_file(rest: str) -> bool:
    is_file = rest.startswith("/") and not rest.endswith("/") and ":memory:" not in rest
    return is_file and bool(_file(rest.removeprefix("/")))


def _file(name: str) -> str:
    if not name.isprintable() or not name.strip() or name.endswith("/"):
        raise ValueError
    try:
        Path(name).expanduser()
    except RuntimeError:
        raise ValueError(f"; {name.partition('/')[0]} is nobody's home") from None
    return name


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = difflib.get_close_matches(name, sorted(available_timezones()), 1, 0.6)
        raise ValueError(f"; nearest: {near[0]}" if near else "") from None
    return name


def _poll(value: object) -> object:
    """Let "auto" and numbers through, also as the text of an environment variable."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError  # noqa: TRY004 pydantic turns a ValueError, and only that, into its own error
    return "auto" if str(value).lower() == "auto" else float(value)


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _or_empty(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda value: value and check(value)


Url = Annotated[str, AfterValidator(_https)]
Whole = Annotated[int, Field(ge=1, le=1_000_000_000)]
Minutes = Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)]
Poll = Annotated[Literal["auto"] | Minutes, BeforeValidator(_poll)]
Category = Annotated[str, Field(pattern=r"^[a-z][a-z-]*(\.[A-Za-z-]{2,})?$")]

_URL = "an https:// address (plain http:// only to this machine) without user, query or fragment"
_WHOLE = "a whole number from 1"
_POLL = '"auto" or a number of minutes above 0 (fractions too)'
_BOOL = "true or false"


class Section(BaseModel):
    """A table of config.toml: closed, frozen, and silent about the values it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class StorageSettings(Section):
    """Where everything is kept."""

    url: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///paperwire.db", repr=False, description="sqlite:///FILE or postgresql://USER@HOST/NAME"
    )
    index: Annotated[str, AfterValidator(_file)] = Field(default="paperwire.index.db", description="the name of a file")
    hourly_backups: Whole = Field(default=6, description=_WHOLE)
    daily_backups: int = Field(default=7, ge=0, le=10_000, description="a whole number of days from 0 to 10000")
    keep_days: int = Field(default=400, ge=31, le=36_500, description="a whole number of days from 31 to 36500")

    @property
    def is_a_file(self) -> bool:
        """Whether the database is a file, which the bot copies itself; a server's copies are pg_dump's."""
        return self.url.startswith("sqlite:///")


class HuggingFaceSettings(Section):
    """Daily Papers."""

    enabled: bool = Field(default=True, description=_BOOL)
    url: Url = Field(default="https://huggingface.co", description=_URL)
    poll_minutes: Poll = Field(default="auto", description=_POLL)
    backfill_days: int = Field(default=7, ge=0, le=10_000, description="a whole number of days from 0 to 10000")
    search: bool = Field(default=True, description=_BOOL)
    deep: bool = Field(default=True, description=_BOOL)


class ArxivSettings(Section):
    """The second feed."""

    enabled: bool = Field(default=False, description=_BOOL)
    url: Url = Field(default="https://export.arxiv.org", description=_URL)
    rss_url: Url = Field(default="https://rss.arxiv.org", description=_URL)
    categories: tuple[Category, ...] = Field(
        default=("cs.AI", "cs.CL", "cs.CV", "cs.LG"),
        min_length=1,
        description='a list of arXiv categories: ["cs.AI", "cs.LG"]',
    )
    cross: bool = Field(default=False, description=_BOOL)
    replaced: bool = Field(default=False, description=_BOOL)
    poll_minutes: Poll = Field(default="auto", description=_POLL)


class FeedsSettings(Section):
    """Where papers come from; more new papers in one day than ``surge`` are held for the operator."""

    huggingface: HuggingFaceSettings = HuggingFaceSettings()
    arxiv: ArxivSettings = ArxivSettings()
    surge: Whole = Field(default=300, description=_WHOLE)


class TelegramSettings(Section):
    """How Telegram is reached; ``unknown``: what happens to a post that may or may not have arrived."""

    mode: Annotated[Literal["polling", "webhook"], BeforeValidator(_lower)] = Field(
        default="polling", description='"polling" or "webhook"'
    )
    api_url: Url = Field(default="https://api.telegram.org", description=_URL)
    webhook_url: Annotated[str, AfterValidator(_or_empty(_https))] = Field(default="", description=f'"" or {_URL}')
    unknown: Annotated[Literal["resend_marked", "skip"], BeforeValidator(_lower)] = Field(
        default="resend_marked", description='"resend_marked" or "skip"'
    )


class SlackSettings(Section):
    """How Slack is reached; ``api_url`` ends with a slash, as its library wants."""

    mode: Annotated[Literal["socket", "http"], BeforeValidator(_lower)] = Field(
        default="socket", description='"socket" or "http"'
    )
    api_url: Annotated[str, AfterValidator(lambda url: _https(url) + "/")] = Field(
        default="https://slack.com/api/", description=_URL
    )


class ServerSettings(Section):
    """Where the web endpoint listens."""

    host: str = Field(
        default="127.0.0.1", pattern=r"^[A-Za-z0-9.:_-]+$", description="a name or address of this machine"
    )
    port: int = Field(default=8080, ge=0, le=65_535, description="a port from 1 to 65535, or 0 for a free one")


class BotSettings(Section):
    """The settings that a new chat starts with."""

    timezone: Annotated[str, AfterValidator(_timezone)] = Field(
        default="UTC", description="the IANA name of a time zone, such as Europe/Paris"
    )
    language: Annotated[Literal["en"], BeforeValidator(_lower)] = Field(default="en", description='"en"')
    privacy_url: Annotated[str, AfterValidator(_or_empty(_https))] = Field(default="", description=f'"" or {_URL}')


class LogSettings(Section):
    """The log on stderr."""

    level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = Field(
        default="info", description='"debug", "info", "warning" or "error"'
    )
    format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] = Field(
        default="console", description='"console" or "json"'
    )


class LimitsSettings(Section):
    """Limits of one person or one chat."""

    subscriptions: Whole = Field(default=100, description=_WHOLE)
    query_length: Whole = Field(default=500, description=_WHOLE)
    lines_a_minute: Whole = Field(default=20, description=_WHOLE)
    pending_posts: Whole = Field(default=1000, description=_WHOLE)
    slack_admins_only: bool = Field(default=False, description=_BOOL)


class Keys(Section):
    """Everything that config.toml may hold."""

    storage: StorageSettings = StorageSettings()
    feeds: FeedsSettings = FeedsSettings()
    telegram: TelegramSettings = TelegramSettings()
    slack: SlackSettings = SlackSettings()
    server: ServerSettings = ServerSettings()
    bot: BotSettings = BotSettings()
    log: LogSettings = LogSettings()
    limits: LimitsSettings = LimitsSettings()
