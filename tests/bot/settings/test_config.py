"""The settings: what is taken, and how what cannot be taken is told."""

import itertools
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.settings.config import KEYS, Config, Secrets, load

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz01234"

Loading = Callable[..., Config]


@pytest.fixture
def loaded(tmp_path: Path) -> Loading:
    """Return what loads the settings of a text and of an environment."""

    def loading(text: str | bytes = "", **environ: str) -> Config:
        file = tmp_path / "config.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(file, environ)

    return loading


def refusal(loaded: Loading, text: str | bytes = "", **environ: str) -> str:
    """Return the one line with which the settings are refused."""
    with pytest.raises(ConfigError) as refused:
        loaded(text, **environ)
    assert "\n" not in str(refused.value)
    assert str(refused.value).isprintable()
    return str(refused.value)


# What the repository ships


def test_config_toml_holds_every_key_with_its_default_and_a_comment() -> None:
    text = (ROOT / "config.toml").read_text("utf-8")
    assert load(ROOT / "config.toml", {}) == load(None, {}).model_copy(
        update={"storage": load(ROOT / "config.toml", {}).storage}
    )
    lines = [line for line in text.splitlines() if line]
    bare = [line for above, line in itertools.pairwise(lines) if " = " in line and not above.startswith("#")]
    assert [line for line in bare if not line.startswith("language")] == []
    assert sorted(_keys(tomllib.loads(text))) == sorted(KEYS)


def test_env_example_holds_every_secret_and_sets_none() -> None:
    lines = [line for line in (ROOT / ".env.example").read_text("utf-8").splitlines() if line[:1] not in ("", "#")]
    assert lines == [f"{name.upper()}=" for name in Secrets.model_fields]


def test_the_defaults_are_those_that_are_promised(loaded: Loading, tmp_path: Path) -> None:
    config = loaded()
    assert config.storage.url == f"sqlite:///{tmp_path}/paperwire.db"
    assert config.model_dump(exclude={"storage", "secrets"}) == {
        "feeds": {
            "huggingface": {
                "enabled": True, "url": "https://huggingface.co", "poll_minutes": "auto", "backfill_days": 7,
                "deep": True, "search": True,
            },
            "arxiv": {
                "enabled": False, "url": "https://export.arxiv.org", "rss_url": "https://rss.arxiv.org",
                "categories": ("cs.AI", "cs.CL", "cs.CV", "cs.LG"), "poll_minutes": "auto",
                "cross": False, "replaced": False,
            },
            "surge": 300,
        },
        "telegram": {
            "mode": "polling", "api_url": "https://api.telegram.org", "webhook_url": "", "unknown": "resend_marked",
        },
        "slack": {"mode": "socket", "api_url": "https://slack.com/api/"},
        "server": {"host": "127.0.0.1", "port": 8080},
        "bot": {"timezone": "UTC", "language": "en", "privacy_url": ""},
        "log": {"level": "info", "format": "console"},
        "limits": {
            "subscriptions": 100, "query_length": 500, "lines_a_minute": 20, "pending_posts": 1000,
            "slack_admins_only": False,
        },
    }  # fmt: skip


# What is taken


def test_the_environment_wins_over_env_and_env_over_the_file(loaded: Loading, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PAPERWIRE_SERVER__PORT=2\nPAPERWIRE_LOG__LEVEL=debug\nHF_TOKEN=of-the-file\n")
    config = loaded('[server]\nport = 1\nhost = "::1"\n[log]\nlevel = "error"', PAPERWIRE_SERVER__PORT="3")
    assert (config.server.port, config.server.host, config.log.level) == (3, "::1", "debug")
    assert config.secrets.hf_token.get_secret_value() == "of-the-file"


@pytest.mark.parametrize(
    ("name", "text", "key", "value"),
    [
        ("FEEDS__HUGGINGFACE__POLL_MINUTES", "0.05", "feeds.huggingface.poll_minutes", 0.05),
        ("FEEDS__HUGGINGFACE__POLL_MINUTES", "30", "feeds.huggingface.poll_minutes", 30.0),
        ("FEEDS__HUGGINGFACE__POLL_MINUTES", "Auto", "feeds.huggingface.poll_minutes", "auto"),
        ("FEEDS__HUGGINGFACE__URL", " http://127.0.0.1:9/ ", "feeds.huggingface.url", "http://127.0.0.1:9"),
        ("FEEDS__ARXIV__ENABLED", "1", "feeds.arxiv.enabled", True),
        ("FEEDS__ARXIV__CATEGORIES", "cs.AI, math.ST", "feeds.arxiv.categories", ("cs.AI", "math.ST")),
        ("FEEDS__ARXIV__CATEGORIES", '["hep-th"]', "feeds.arxiv.categories", ("hep-th",)),
        ("SERVER__PORT", "0", "server.port", 0),
        ("LOG__LEVEL", "DEBUG", "log.level", "debug"),
        ("LIMITS__SLACK_ADMINS_ONLY", "true", "limits.slack_admins_only", True),
        ("TELEGRAM__WEBHOOK_URL", "", "telegram.webhook_url", ""),
        ("SLACK__API_URL", "http://localhost:1/api", "slack.api_url", "http://localhost:1/api/"),
        ("STORAGE__URL", "postgres://a@b/c", "storage.url", "postgresql://a@b/c"),
    ],
)
def test_a_variable_is_read_as_its_keys_type(loaded: Loading, name: str, text: str, key: str, value: object) -> None:
    config: object = loaded(**{f"PAPERWIRE_{name}": text})
    for part in key.split("."):
        config = getattr(config, part)
    assert (config, type(config)) == (value, type(value))


def test_any_key_can_be_overridden(loaded: Loading) -> None:
    values = {
        f"PAPERWIRE_{key.upper().replace('.', '__')}": str(
            ", ".join(default) if isinstance(default, tuple) else default
        )
        for key, field in KEYS.items()
        for default in [field.default]
    }
    assert loaded(**values) == loaded()


def test_database_url_wins_over_the_file_and_its_variable(loaded: Loading) -> None:
    config = loaded(
        '[storage]\nurl = "sqlite:///a.db"',
        PAPERWIRE_STORAGE__URL="sqlite:///b.db",
        DATABASE_URL="postgresql://ann:swordfish99@db/papers",
    )
    assert config.storage.url == "postgresql://ann:swordfish99@db/papers"
    assert "swordfish99" not in repr(config)


@pytest.mark.parametrize(
    ("url", "file"),
    [("sqlite:///a/b.db", "{here}/a/b.db"), ("sqlite:////a/b.db", "/a/b.db"), ("sqlite:///~/b.db", "{home}/b.db")],
)
def test_a_relative_database_lies_beside_the_file(loaded: Loading, tmp_path: Path, url: str, file: str) -> None:
    assert loaded(f'[storage]\nurl = "{url}"').storage.url == "sqlite:///" + file.format(
        here=tmp_path, home=Path.home()
    )


def test_without_a_file_the_defaults_hold_and_the_database_lies_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(None, {}).storage.url == f"sqlite:///{tmp_path}/paperwire.db"
    (tmp_path / "config.toml").write_text("[server]\nport = 5")
    assert load(None, {}).server.port == 5


def test_secrets_come_from_the_environment_and_are_not_shown(loaded: Loading) -> None:
    config = loaded(TELEGRAM_BOT_TOKEN=f" {TOKEN}\n", SLACK_CLIENT_ID="")
    assert config.secrets.telegram_bot_token.get_secret_value() == TOKEN
    assert not config.secrets.slack_client_id.get_secret_value()
    assert TOKEN not in repr(config) + str(config) + config.model_dump_json()


def test_windows_text_comments_and_other_peoples_variables_do_no_harm(loaded: Loading, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(
        b"\xef\xbb\xbf# mine\r\nOTHER='$HOME'\r\nexport HF_TOKEN=\"quoted\"\r\nnot a line\r\n"
    )
    config = loaded(b"\xef\xbb\xbf[server]\r\nport = 7\r\n", PAPERWIRE_SHARED="/x", PAPERWIRE="1", OTHER__KEY="2")
    assert (config.server.port, config.secrets.hf_token.get_secret_value()) == (7, "quoted")


def test_a_folder_called_env_is_no_settings(loaded: Loading, tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert loaded().server.port == 8080


def test_the_settings_cannot_be_changed(loaded: Loading) -> None:
    with pytest.raises(ValueError, match="frozen"):
        loaded().server.port = 1  # type: ignore[misc]


# What is refused


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[server]\nprot = 1", ["unknown key server.prot", "nearest: server.port", "host, port"]),
        ("[sever]\nport = 1", ["unknown key sever.port", "server.port", "storage, feeds, telegram"]),
        ("port = 1", ["unknown key port", "storage, feeds"]),
        ("[feeds.huggingface.deeper]\nx = 1", ["unknown key feeds.huggingface.deeper.x", "backfill_days"]),
        ("[nothing]", ["unknown key nothing"]),
        ("server = 5", ["server must be a section with host, port"]),
        ("[feeds]\nhuggingface = true", ["feeds.huggingface must be a section with enabled"]),
        ("[server.port]\nx = 1", ["server.port must be a port", "not a section"]),
        ("[[server]]\nport = 1", ["server must be a section"]),
        ('[server]\nport = "8080"', ["server.port must be a port from 1 to 65535"]),
        ("[server]\nport = true", ["server.port"]),
        ("[server]\nport = 80.5", ["server.port"]),
        ("[server]\nport = 70000", ["server.port"]),
        ("[server]\nport = -1", ["server.port"]),
        ("[server]\nport = 1979-05-27", ["server.port"]),
        ("[server]\nport = [1]", ["server.port"]),
        ('[server]\nhost = "a b"', ["server.host"]),
        ('[server]\nhost = ""', ["server.host"]),
        ("[feeds.huggingface]\npoll_minutes = 0", ["feeds.huggingface.poll_minutes", '"auto" or a number of minutes']),
        ("[feeds.huggingface]\npoll_minutes = -5", ["feeds.huggingface.poll_minutes"]),
        ("[feeds.huggingface]\npoll_minutes = nan", ["feeds.huggingface.poll_minutes"]),
        ("[feeds.huggingface]\npoll_minutes = inf", ["feeds.huggingface.poll_minutes"]),
        ("[feeds.huggingface]\npoll_minutes = true", ["feeds.huggingface.poll_minutes"]),
        ('[feeds.huggingface]\npoll_minutes = "often"', ["feeds.huggingface.poll_minutes"]),
        ('[feeds.arxiv]\npoll_minutes = "5 minutes"', ["feeds.arxiv.poll_minutes"]),
        ("[feeds.huggingface]\nbackfill_days = -1", ["feeds.huggingface.backfill_days", "from 0 to 10000"]),
        ("[feeds.huggingface]\nbackfill_days = 1.5", ["feeds.huggingface.backfill_days"]),
        ("[storage]\nkeep_days = 30", ["storage.keep_days must be a whole number of days from 31 to 36500"]),
        ("[storage]\nkeep_days = 36501", ["storage.keep_days"]),
        ("[storage]\nkeep_days = 0", ["storage.keep_days"]),
        ("[storage]\nkeep_days = -400", ["storage.keep_days"]),
        ("[storage]\nkeep_days = 400.5", ["storage.keep_days"]),
        ("[storage]\nkeep_days = true", ["storage.keep_days"]),
        ("[storage]\nkeep_days = inf", ["storage.keep_days"]),
        ('[storage]\nkeep_days = "400"', ["storage.keep_days"]),
        ("[storage]\nkeep_days = []", ["storage.keep_days"]),
        ("[storage.keep_days]\nposts = 31", ["storage.keep_days", "not a section"]),
        ("[feeds.huggingface]\nenabled = 1", ["feeds.huggingface.enabled must be true or false"]),
        ('[feeds.huggingface]\nenabled = "yes"', ["feeds.huggingface.enabled"]),
        ('[feeds.huggingface]\nurl = "http://huggingface.co"', ["feeds.huggingface.url", "https://", "this machine"]),
        ('[feeds.huggingface]\nurl = "http://127.0.0.1.evil.example"', ["feeds.huggingface.url"]),
        ('[feeds.huggingface]\nurl = "huggingface.co"', ["feeds.huggingface.url"]),
        ('[feeds.huggingface]\nurl = "https://"', ["feeds.huggingface.url"]),
        ('[feeds.huggingface]\nurl = "https://a:99999"', ["feeds.huggingface.url"]),
        ('[feeds.huggingface]\nurl = "https://[::1"', ["feeds.huggingface.url"]),
        ('[feeds.huggingface]\nurl = "https://u:p@a.example"', ["feeds.huggingface.url"]),
        ('[feeds.huggingface]\nurl = "https://a.example/?q=1"', ["feeds.huggingface.url"]),
        ('[feeds.huggingface]\nurl = "https://a.example/\\n"', ["feeds.huggingface.url"]),
        ('[feeds.huggingface]\nurl = "file:///etc/passwd"', ["feeds.huggingface.url"]),
        ("[feeds]\nsurge = 0", ["feeds.surge must be a whole number from 1"]),
        ("[feeds.arxiv]\ncategories = []", ["feeds.arxiv.categories must be a list of arXiv categories"]),
        ('[feeds.arxiv]\ncategories = "cs.AI"', ["feeds.arxiv.categories"]),
        ('[feeds.arxiv]\ncategories = ["cs AI"]', ["feeds.arxiv.categories"]),
        ("[feeds.arxiv]\ncategories = [1]", ["feeds.arxiv.categories"]),
        ('[telegram]\nmode = "push"', ["telegram.mode", '"polling" or "webhook"']),
        ('[telegram]\nmode = "webhook"', ["telegram.webhook_url must be set"]),
        ('[telegram]\nunknown = "resend"', ["telegram.unknown", "resend_marked", "skip"]),
        ('[slack]\nmode = ""', ["slack.mode"]),
        ('[slack]\napi_url = ""', ["slack.api_url"]),
        ('[bot]\ntimezone = "Europe/Pari"', ["bot.timezone", "nearest: Europe/Paris"]),
        ('[bot]\ntimezone = ""', ["bot.timezone"]),
        ('[bot]\ntimezone = "../../etc/passwd"', ["bot.timezone"]),
        ('[bot]\ntimezone = "Europe"', ["bot.timezone"]),
        ('[bot]\nlanguage = "xx"', ["bot.language"]),
        ('[log]\nlevel = "loud"', ["log.level", '"debug", "info", "warning" or "error"']),
        ('[log]\nformat = "xml"', ["log.format"]),
        ("[limits]\nsubscriptions = 0", ["limits.subscriptions"]),
        ("[limits]\npending_posts = 99999999999999999999", ["limits.pending_posts"]),
        ('[storage]\nurl = "mysql://a/b"', ["storage.url must be sqlite:///FILE"]),
        ('[storage]\nurl = "paperwire.db"', ["storage.url"]),
        ('[storage]\nurl = "sqlite://paperwire.db"', ["storage.url"]),
        ('[storage]\nurl = "sqlite:///"', ["storage.url"]),
        ('[storage]\nurl = "sqlite:///~nobodyx/p.db"', ["storage.url must be", "~nobodyx is nobody's home"]),
        ('[storage]\nindex = "~nobodyx/p.db"', ["storage.index must be", "~nobodyx is nobody's home"]),
        ('[storage]\nurl = "sqlite:///:memory:"', ["storage.url"]),
        ("[server\nport = 1", ["not TOML", "line 1"]),
        ("[server]\nport = 1\nport = 2\n", ["not TOML", "line 3"]),
        ("[server]\nport = 01", ["not TOML", "line 2"]),
        ("a = " + "[" * 5000, ["not TOML"]),
        ("a = " + "9" * 5000, ["not TOML"]),
        (b"\xff\xfe[\x00", ["not UTF-8", "byte 1"]),
        ('"a\\nb\\u001b[31m" = 1', ["unknown key a?b?[31m"]),
    ],
)
def test_what_cannot_be_is_refused_with_the_key_and_what_is_allowed(
    loaded: Loading, text: str | bytes, words: list[str]
) -> None:
    line = refusal(loaded, text)
    assert [word for word in words if word not in line] == []
    assert "config.toml" in line or "must be set" in line


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PAPERWIRE_FOO__BAR", "x", ["PAPERWIRE_FOO__BAR is no setting"]),
        ("PAPERWIRE_SERVER__PROT", "1", ["nearest: PAPERWIRE_SERVER__PORT"]),
        ("PAPERWIRE_LOG_LEVEL", "debug", ["PAPERWIRE_LOG_LEVEL", "nearest: PAPERWIRE_LOG__LEVEL"]),
        ("PAPERWIRE_SERVER__PORT", "http", ["PAPERWIRE_SERVER__PORT: server.port must be a port"]),
        ("PAPERWIRE_SERVER__PORT", "", ["PAPERWIRE_SERVER__PORT"]),
        ("PAPERWIRE_FEEDS__HUGGINGFACE__POLL_MINUTES", "nan", ["feeds.huggingface.poll_minutes"]),
        ("PAPERWIRE_FEEDS__HUGGINGFACE__POLL_MINUTES", "0", ["feeds.huggingface.poll_minutes"]),
        ("PAPERWIRE_FEEDS__HUGGINGFACE__POLL_MINUTES", "", ["feeds.huggingface.poll_minutes"]),
        ("PAPERWIRE_FEEDS__HUGGINGFACE__ENABLED", "perhaps", ["feeds.huggingface.enabled"]),
        ("PAPERWIRE_FEEDS__ARXIV__CATEGORIES", "", ["feeds.arxiv.categories"]),
        ("DATABASE_URL", "mysql://ann:swordfish99@db/x", ["DATABASE_URL: storage.url must be"]),
    ],
)
def test_a_variable_that_cannot_be_is_named(loaded: Loading, name: str, value: str, words: list[str]) -> None:
    line = refusal(loaded, **{name: value})
    assert [word for word in words if word not in line] == []
    assert "swordfish99" not in line


@pytest.mark.parametrize(
    "token", [TOKEN, "123456:AAx", "xoxb-1-2-abc", "xoxe.xoxb-1-x", "xapp-1-A-2", "hf_abcdefghijklmnopqrst"]
)
@pytest.mark.parametrize(
    "text",
    [
        '[telegram]\ntoken = "{}"',
        '[slack]\nmode = "{}"',
        '[telegram]\napi_url = "https://api.example/{}/"',
        '[feeds.arxiv]\ncategories = ["{}"]',
        '[new]\n"{}" = 1',
        '[server]\nport = 1\nport = "{}"',
    ],
)
def test_a_token_in_the_file_is_refused_and_never_repeated(loaded: Loading, text: str, token: str) -> None:
    line = refusal(loaded, text.format(token))
    assert token not in line
    assert token[-4:] not in line or token[-4:] in "port"


def test_a_token_in_the_wrong_variable_is_refused_and_never_repeated(loaded: Loading) -> None:
    line = refusal(loaded, PAPERWIRE_TELEGRAM__API_URL=f"https://api.telegram.org/bot{TOKEN}")
    assert line.startswith("PAPERWIRE_TELEGRAM__API_URL")
    assert "TELEGRAM_BOT_TOKEN" in line
    assert TOKEN not in line


def test_a_webhook_wants_its_secret(loaded: Loading) -> None:
    text = '[telegram]\nmode = "webhook"\nwebhook_url = "https://bot.example.org/telegram"'
    assert "TELEGRAM_WEBHOOK_SECRET must be set" in refusal(loaded, text, TELEGRAM_BOT_TOKEN=TOKEN)
    assert loaded(text, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_WEBHOOK_SECRET="my-word_1").telegram.mode == "webhook"
    assert loaded(text).telegram.mode == "webhook"  # without Telegram's token nothing is served there
    line = refusal(loaded, text, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_WEBHOOK_SECRET="not allowed!")
    assert "TELEGRAM_WEBHOOK_SECRET must be 1 to 256" in line
    assert "not allowed!" not in line


def test_a_file_that_is_named_must_be_there_and_readable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.toml: cannot be read: No such file"):
        load(tmp_path / "absent.toml", {})
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(tmp_path, {})
    with pytest.raises(ConfigError, match="cannot be read: File name too long"):
        load(tmp_path / ("x" * 5000), {})


def test_an_env_file_that_is_no_text_is_refused(loaded: Loading, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"HF_TOKEN=\xff")
    assert ".env: not UTF-8 text" in refusal(loaded)


def test_importing_the_settings_brings_neither_network_nor_database() -> None:
    """Start-up is short because of what is not imported: a one-shot question has a second in all."""
    brought = subprocess.run(
        [sys.executable, "-c", "import bot.settings.config, sys; print(*sys.modules)"],
        capture_output=True, check=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
    ).stdout.split()  # fmt: skip
    heavy = {
        "asyncio",
        "pydantic_settings",
        "httpx",
        "sqlalchemy",
        "aiohttp",
        "dotenv",
        "rich",
        "prompt_toolkit",
        "yaml",
    }
    assert heavy & set(brought) == set()


def _keys(table: dict[str, object], above: str = "") -> list[str]:
    return [
        key
        for name, value in table.items()
        for key in (_keys(value, f"{above}{name}.") if isinstance(value, dict) else [above + name])
    ]
