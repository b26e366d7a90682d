"""The settings: one frozen Config out of config.toml, the environment and a ``.env`` file."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any, get_origin

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo

from bot.errors import ConfigError
from bot.settings.keys import Keys, Section
from bot.settings.redact import TOKEN, redact

PREFIX = "PAPERWIRE_"


class Secrets(Section):
    """Values from the environment or ``.env`` alone, there in capitals; empty where not set."""

    telegram_bot_token: SecretStr = SecretStr("")
    telegram_webhook_secret: SecretStr = SecretStr("")
    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_client_id: SecretStr = SecretStr("")
    slack_client_secret: SecretStr = SecretStr("")
    paperwire_secret_key: SecretStr = SecretStr("")
    hf_token: SecretStr = SecretStr("")
    database_url: SecretStr = SecretStr("")


class Config(Keys):
    """All settings: the keys of config.toml, and the secrets. ``storage.url`` and ``storage.index`` are absolute."""

    secrets: Secrets = Secrets()


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Return the settings of the file, of ``.env`` beside it, and of ``environ``; the later wins.

    None is ``config.toml`` in the current folder, which may be absent. Raises ConfigError with one line that names
    the key and what is allowed, and never repeats a value.
    """
    file = Path("config.toml") if path is None else path
    folder = file.absolute().parent
    around = {**_dotenv(folder / ".env"), **environ}
    written = _written(file, required=path is not None)
    spoken = _spoken(around)
    keys = _validated({**written, **spoken}, lambda _key: str(file))
    secrets = Secrets(**{name: SecretStr(around.get(name.upper(), "").strip()) for name in Secrets.model_fields})
    return _whole(Config(**dict(keys), secrets=secrets), folder)


# The sources. Each gives a flat table: dotted key -> value


def _written(file: Path, *, required: bool) -> dict[str, Any]:
    """Return what the file says, each of its keys known and no value a token."""
    if not required and not file.exists():
        return {}
    try:
        written = dict(_leaves(tomllib.loads(_text(file))))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{file}: not TOML: {_one_line(str(error))}") from error
    for key, value in written.items():
        _refuse_token(key, value, str(file))
        _refuse_unknown(key, value, str(file))
    return {key: value for key, value in written.items() if key in KEYS}


def _dotenv(file: Path) -> dict[str, str]:
    """Return what ``.env`` sets; a folder of that name is somebody's virtual environment and says nothing."""
    if not file.is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value or "" for name, value in dotenv_values(stream=StringIO(_text(file)), interpolate=False).items()}


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: not UTF-8 text (at byte {error.start + 1})") from error
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error


def _spoken(around: Mapping[str, str]) -> dict[str, Any]:
    """Return the keys that the environment overrides, read from text into their types."""
    names = {key: name for name in sorted(around) if (key := _key_named(name))}
    for key, name in names.items():
        _refuse_token(key, around[name], name)
    if around.get("DATABASE_URL", "").strip():
        names["storage.url"] = "DATABASE_URL"
    texts = {key: around[name].strip() for key, name in names.items()}
    values = {key: _listed(text) if get_origin(KEYS[key].annotation) is tuple else text for key, text in texts.items()}
    keys = _validated(values, names.__getitem__, strict=False)
    return dict(_leaves(keys.model_dump(exclude_unset=True)))


def _key_named(name: str) -> str:
    """Return the key that an environment variable overrides, "" where it is none of ours."""
    upper = name.upper()
    if not upper.startswith(PREFIX):
        return ""
    key = upper.removeprefix(PREFIX).lower().replace("__", ".")
    alike = next((known for known in KEYS if _env_name(known).replace("__", "_") == upper.replace("__", "_")), "")
    if key not in KEYS and ("__" in upper or alike):
        near = alike or _nearest(key).removeprefix("; nearest: ")
        raise ConfigError(f"{_one_line(name)} is no setting" + (f"; nearest: {_env_name(near)}" if near else ""))
    return key if key in KEYS else ""  # PAPERWIRE_SECRET_KEY is a secret, others are other people's


def _env_name(key: str) -> str:
    return PREFIX + key.upper().replace(".", "__")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\s,;\"'\[\]]+", text))


# Checks


def _validated(values: Mapping[str, Any], source: Callable[[str], str], *, strict: bool = True) -> Keys:
    """Return the values in their types; ``source`` says where a key's value stands."""
    try:
        return Keys.model_validate(_nested(values), strict=strict)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        key = next(known for known in KEYS if f"{place}.".startswith(f"{known}."))
        hint = str(first.get("ctx", {}).get("error", ""))
        hint = hint if hint.startswith("; ") else ""  # else it is a library's, and may repeat the value
        raise ConfigError(f"{source(key)}: {key} must be {KEYS[key].description}{hint}") from None


def _refuse_token(key: str, value: object, source: str) -> None:
    texts = value if isinstance(value, tuple) else (value,)
    if any(isinstance(text, str) and TOKEN.search(text) for text in texts):
        allowed = f"must be {KEYS[key].description}" if key in KEYS else "is not a key"
        raise ConfigError(
            f"{source}: {_one_line(key)} {allowed}, and this looks like a token: secrets belong in the environment"
            f" or in .env, as {', '.join(name.upper() for name in Secrets.model_fields)}"
        )


def _refuse_unknown(key: str, value: object, source: str) -> None:
    if key in KEYS:
        return
    inner = next((known for known in KEYS if key.startswith(f"{known}.")), "")
    if inner:
        raise ConfigError(f"{source}: {inner} must be {KEYS[inner].description}, not a section")
    if any(known.startswith(f"{key}.") for known in KEYS):
        if value == {}:
            return
        raise ConfigError(f"{source}: {key} must be a section with {_names_in(key)}")
    section = key.rpartition(".")[0]
    while section and not _names_in(section):
        section = section.rpartition(".")[0]
    raise ConfigError(f"{source}: unknown key {_one_line(key)}{_nearest(key)}; known here: {_names_in(section)}")


def _whole(config: Config, folder: Path) -> Config:
    """Return the settings with the database's files in its folder, once those that need each other are together."""
    secret = config.secrets.telegram_webhook_secret.get_secret_value()
    if config.telegram.mode == "webhook" and not config.telegram.webhook_url:
        raise ConfigError('telegram.webhook_url must be set where telegram.mode is "webhook"')
    if config.telegram.mode == "webhook" and len(config.secrets.telegram_bot_token) and not secret:
        raise ConfigError('TELEGRAM_WEBHOOK_SECRET must be set where telegram.mode is "webhook"')
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):  # core.telegram.org/bots/api#setwebhook
        raise ConfigError("TELEGRAM_WEBHOOK_SECRET must be 1 to 256 of the characters A-Z, a-z, 0-9, _ and -")
    url = config.storage.url
    if url.startswith("sqlite:///"):
        path, question, options = url.removeprefix("sqlite:///").partition("?")
        url = f"sqlite:///{folder / Path(path).expanduser()}{question}{options}"
    files = {"url": url, "index": str(folder / Path(config.storage.index).expanduser())}
    return config.model_copy(update={"storage": config.storage.model_copy(update=files)})


# Keys as dotted names


def _known(section: type[Section], above: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from _known(field.annotation, f"{above}{name}.")
        else:
            yield above + name, field


KEYS = dict(_known(Keys))
"""Every key by its dotted name, in the order of config.toml; ``description`` says what is allowed."""


def _leaves(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        key = above + name
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{key}.")
        else:
            yield key, tuple(value) if isinstance(value, list) else value


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for key, value in values.items():
        *sections, name = key.split(".")
        place = nested
        for section in sections:
            place = place.setdefault(section, {})
        place[name] = value
    return nested


def _nearest(key: str) -> str:
    near = difflib.get_close_matches(key, KEYS, 1, 0.6)
    return f"; nearest: {near[0]}" if near else ""


def _names_in(section: str) -> str:
    """Return the names that stand right under a section, "" for the top."""
    start = f"{section}." if section else ""
    return ", ".join(dict.fromkeys(key.removeprefix(start).split(".")[0] for key in KEYS if key.startswith(start)))


def _one_line(text: str) -> str:
    """Return foreign text fit for one line of a terminal: no controls, no tokens, not endless."""
    return redact("".join(sign if sign.isprintable() else "?" for sign in text))[:120]
