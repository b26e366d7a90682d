"""What is logged, and what is never."""

import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import logs
from bot.settings.config import Config, load

TELEGRAM = "123456789:AAF-abcdefghijklmnopqrstuvwxyz01234"
SLACK = "xoxb-1234567890-ABCDEFabcdef"
SIGNING = 'a "signing" sécret'
SECRETS = {
    "TELEGRAM_BOT_TOKEN": TELEGRAM,
    "SLACK_BOT_TOKEN": SLACK,
    "SLACK_SIGNING_SECRET": SIGNING,
    "DATABASE_URL": "postgresql://ann:swordfish99@db.example/papers",
    "SLACK_CLIENT_ID": "12",
}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Put the process's own logging back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs.QUIET}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
    logging.captureWarnings(capture=False)


def a_config(tmp_path: Path, **environ: str) -> Config:
    file = tmp_path / "config.toml"
    file.touch()
    return load(file, {**SECRETS, **environ})


def test_a_talk_is_told_errors_alone_in_plain_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    logs.setup(a_config(tmp_path, PAPERWIRE_LOG__LEVEL="info", PAPERWIRE_LOG__FORMAT="json"), quiet=True)
    log = logging.getLogger("bot.delivery.deliver")
    log.warning("the feed is down")
    log.error("posts wait: the disk is full\x1b[2J %s", TELEGRAM)
    log.error("a command failed", exc_info=ValueError(SIGNING))
    told = "paperwire: posts wait: the disk is full\\x1b[2J [hidden]\npaperwire: a command failed\n"
    assert capsys.readouterr().err == told


def test_a_talk_shows_its_log_where_somebody_asks_for_all_of_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    logs.setup(a_config(tmp_path, PAPERWIRE_LOG__LEVEL="debug"), quiet=True)
    logging.getLogger("bot.delivery.deliver").debug("looked")
    assert "bot.delivery.deliver" in capsys.readouterr().err


def test_a_line_says_when_how_grave_what_and_where(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    logs.setup(a_config(tmp_path))
    logging.getLogger("bot.delivery.deliver").info("chat postponed: %s (%s)", "C1", 30)
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert [part in line for part in ("info", "chat postponed: C1 (30)", "bot.delivery.deliver", "Z ")] == [True] * 4


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    logs.setup(a_config(tmp_path, PAPERWIRE_LOG__FORMAT="json"))
    _fail("why")
    event = json.loads(capsys.readouterr().err)
    assert event | {"timestamp": "", "exception": ""} == {
        "event": "failed", "level": "error", "logger": "bot.x", "timestamp": "", "exception": "",
    }  # fmt: skip
    assert "ValueError: invalid literal" in event["exception"]


@pytest.mark.parametrize("format", ["console", "json"])
@pytest.mark.parametrize("secret", [TELEGRAM, SLACK, SIGNING, "swordfish99"])
def test_no_secret_is_ever_written_however_it_comes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, format: str, secret: str
) -> None:
    logs.setup(a_config(tmp_path, PAPERWIRE_LOG__FORMAT=format, PAPERWIRE_LOG__LEVEL="debug"))
    log = logging.getLogger("bot.x")
    log.info("in the text: %s", secret)
    log.info("as a value: %r", {"token": secret, "bytes": secret.encode()})
    log.info("beside it", extra={"token": secret})
    logging.getLogger("httpx").warning("POST https://api.telegram.org/bot%s/getMe", secret)
    logging.getLogger("telegram.ext").error("Bot[token=%s]", secret)
    logging.getLogger("slack_bolt.AsyncApp").warning("{'authorization': 'Bearer %s'}", secret)
    _fail(secret)
    written = capsys.readouterr().err
    assert written.count("[hidden]") >= 6
    assert secret not in written
    assert json.dumps(secret)[1:-1] not in written


@pytest.mark.parametrize(
    "token", [
        "987654:AAabc", "bot987654321:AAF-abcdefghijklmnopqrstuvwxyz01234", "xoxp-9-x", "xoxe.xoxp-1-Mi0y", "xapp-1-A0",
        "hf_ABCDEFGHIJKLMNOPQRST",
    ],
)  # fmt: skip
def test_a_token_of_somebody_else_is_hidden_by_its_looks(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, token: str
) -> None:
    logs.setup(a_config(tmp_path))
    logging.getLogger("bot.x").warning("https://x.example/%s/send?token=%s", token, token)
    written = capsys.readouterr().err
    assert token not in written
    assert written.count("[hidden]") == 2


def test_a_short_secret_and_ordinary_words_stay(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    logs.setup(a_config(tmp_path))
    logging.getLogger("bot.x").warning("12 papers of 2403.03950: hf_daily, at 10:20:30 http://127.0.0.1:8080/")
    assert "12 papers of 2403.03950: hf_daily, at 10:20:30 http://127.0.0.1:8080/" in capsys.readouterr().err


def test_requests_of_the_libraries_are_not_told_even_at_debug(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    logs.setup(a_config(tmp_path, PAPERWIRE_LOG__LEVEL="debug"))
    for name in ("httpx", "httpcore.connection", "telegram.Bot", "slack_sdk.web", "apscheduler.scheduler"):
        logging.getLogger(name).info("GET https://x.example")
    logging.getLogger("bot.x").debug("ours")
    assert capsys.readouterr().err.count("\n") == 1


def test_a_level_holds_back_what_is_below_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    logs.setup(a_config(tmp_path, PAPERWIRE_LOG__LEVEL="error"))
    logging.getLogger("bot.x").warning("no")
    logging.getLogger("telegram").warning("no")
    logging.getLogger("bot.x").error("yes")
    assert capsys.readouterr().err.count("\n") == 1


def test_foreign_text_neither_breaks_the_line_nor_commands_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    logs.setup(a_config(tmp_path))
    logging.getLogger("bot.x").warning("skipped: %s", "\x1b[2J\nnew line 深層")
    written = capsys.readouterr().err
    assert "skipped: \\x1b[2J\\nnew line 深層" in written
    assert written.count("\n") == 1


def test_colours_are_for_terminals(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.setup(a_config(tmp_path))
    logging.getLogger("bot.x").warning("plain")
    assert "\x1b" not in capsys.readouterr().err
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    logs.setup(a_config(tmp_path))
    logging.getLogger("bot.x").warning("colours")
    assert "\x1b" in terminal.getvalue()
    assert capsys.readouterr().err == ""


def test_a_line_that_cannot_be_written_gives_nothing_away(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    logs.setup(a_config(tmp_path))
    handler = next(
        handler for handler in logging.getLogger().handlers if type(handler).__module__ == "bot.settings.logs"
    )
    handler.handle(logging.LogRecord("bot.x", logging.INFO, "x.py", 1, "%d papers", (TELEGRAM,), None))
    written = capsys.readouterr().err
    assert "could not be written" in written
    assert TELEGRAM not in written


def test_a_closed_stderr_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.setup(a_config(tmp_path))
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    logging.getLogger("bot.x").warning("unheard")


def test_warnings_are_logged_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    logs.setup(a_config(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn(f"old call with {TELEGRAM}", stacklevel=1)
    assert "old call with [hidden]" in capsys.readouterr().err


def _fail(why: str) -> None:
    try:
        int(why)
    except ValueError:
        logging.getLogger("bot.x").exception("failed")
