"""Logs: one line an event, on stderr, for people or machines, and no secret in any of them, whoever wrote it."""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import structlog
from pydantic import SecretStr

from bot.settings.config import Config
from bot.settings.redact import redact

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

QUIET = (
    "aiohttp", "alembic", "apscheduler", "asyncio", "httpcore", "httpx", "slack_bolt", "slack_sdk", "telegram",
    "urllib3",
)  # fmt: skip
"""Libraries that tell of every request, some with the token in its address; only their warnings are wanted."""

SHORTEST = 6
"""Characters of a secret that is looked for: hiding a shorter one would hide half of all words."""


def setup(config: Config, *, quiet: bool = False) -> None:
    """Send the logs of everything in this process to stderr, as the settings say; a second call replaces the first.

    ``quiet``: somebody talks with the program here, so that errors alone are told, each as one line of words, unless
    the settings ask for "debug".
    """
    quiet = quiet and config.log.level != "debug"
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Stderr)]:
        root.removeHandler(handler)
    handler = _Stderr()
    secrets = _secrets(config)
    handler.setFormatter(_Words(secrets) if quiet else _Redacted(secrets, json_lines=config.log.format == "json"))
    root.addHandler(handler)
    root.setLevel(logging.ERROR if quiet else config.log.level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # a connection that broke is told of once, by the store
    logging.captureWarnings(capture=True)


class _Stderr(logging.StreamHandler[Any]):
    """Writes to whatever ``sys.stderr`` is at the moment: a prompt puts itself in its place to stay below the logs."""

    @property
    def stream(self) -> Any:
        return sys.stderr

    @stream.setter
    def stream(self, value: object) -> None: ...

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 the library's name
        """Say that a line was lost, and where; the library would print its values, secrets too."""
        if sys.stderr and not sys.stderr.closed:
            sys.stderr.write(f"a log line of {record.name}:{record.lineno} could not be written\n")


class _Redacted(structlog.stdlib.ProcessorFormatter):
    """Draws a record and hides the secrets in what was drawn, so that none slips by as a value or in a traceback."""

    def __init__(self, secrets: tuple[str, ...], *, json_lines: bool) -> None:
        before: list[Processor] = [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _one_line,
        ]
        drawn: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
        if json_lines:
            drawn += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        else:
            colours = sys.stderr.isatty()
            plain = structlog.dev.plain_traceback  # others print local variables, and with them messages
            drawn += [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain, pad_event_to=0)]
        super().__init__(processors=drawn, foreign_pre_chain=before)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record), self._secrets)


class _Words(logging.Formatter):
    """Draws a record as a line to somebody who talks with the program: neither its moment nor a traceback."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redact(f"paperwire: {_escaped(record.getMessage())}", self._secrets)


def _one_line(_logger: object, _method: str, event: EventDict) -> EventDict:
    event["event"] = _escaped(str(event["event"]))
    return event


def _escaped(text: str) -> str:
    """Write out what would break the line or command the terminal: foreign text stands in some events."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)


def _secrets(config: Config) -> tuple[str, ...]:
    """Return every secret in every spelling that a log may hold, the longest first."""
    known = [getattr(config.secrets, name) for name in type(config.secrets).model_fields]
    values = [secret.get_secret_value() for secret in known if isinstance(secret, SecretStr)]
    values.append(urlsplit(config.storage.url).password or "")
    spellings = {
        spelling
        for value in values
        if len(value) >= SHORTEST
        for spelling in (value, json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1], quote(value, safe=""))
    }
    return tuple(sorted(spellings, key=len, reverse=True))
