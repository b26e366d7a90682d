"""``paperwire init``: asks for what is needed, lets each platform say what it sees, and writes ``.env``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

import dotenv
import typer
from pydantic import SecretStr

from bot.app.platforms import SETUPS, Setup
from bot.commands.chats.zones import zone_named
from bot.errors import ConfigError, QueryError, SendError
from bot.settings import config as settings
from bot.settings.config import Config

ZONE = "PAPERWIRE_BOT__TIMEZONE"
NO_TERMINAL = (
    "init asks questions, and this is no terminal: set TELEGRAM_BOT_TOKEN, or SLACK_BOT_TOKEN and SLACK_APP_TOKEN, "
    f"in the environment or in .env beside config.toml, and {ZONE} for the time zone"
)


def init(file: Path | None, environ: Mapping[str, str]) -> int:
    """Ask, and write what was answered beside the configuration file; nothing is written before the last answer.

    Raises ConfigError where nobody can be asked, or the file cannot be written.
    """
    if not sys.stdin.isatty():
        raise ConfigError(NO_TERMINAL)
    config = settings.load(file, environ)
    env = (file or Path("config.toml")).absolute().parent / ".env"
    if env.is_dir():
        raise ConfigError(f"{env} is a folder; the tokens go into a file of that name")
    typer.echo(f"Each answer goes into {env}; Enter skips a question, Ctrl-C leaves everything as it is.")
    answers: dict[str, str] = {}
    for setup in SETUPS:
        answers |= _platform(setup, config, environ)
    answers |= _zone(config, environ)
    if not answers:
        typer.echo("Nothing new, so nothing was written.")
        return 0
    _write(env.resolve(), answers)
    typer.echo(
        f"Wrote {', '.join(answers)} to {env}, which you alone can read. Next: paperwire check, then paperwire run"
    )
    return 0


def _platform(setup: Setup, config: Config, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the tokens to keep, as the platform itself has accepted them or the person insists."""
    typer.echo(f"\n{setup.name.title()}; what you type stays unseen")
    rejected: dict[str, str] = {}
    while True:
        answers = {
            name: answer for name, where in setup.secrets.items() if (answer := _secret(name, where, config, environ))
        }
        if rejected and not answers:
            return rejected if typer.confirm("  Keep what was rejected all the same?", default=False) else {}
        with_them = _with(config, answers)
        if not setup.given(with_them):
            return {}
        typer.echo(f"  Asking {setup.name.title()} ...")
        try:
            typer.echo(f"  ok: {asyncio.run(_seen(setup, with_them))}")
        except (ConfigError, SendError) as error:
            typer.echo(f"  {error}")
        else:
            return answers
        if not answers:
            return {}
        rejected = answers
        typer.echo("  Type it once more, or press Enter.")


async def _seen(setup: Setup, config: Config) -> str:
    return await setup.look(config)


def _secret(name: str, where: str, config: Config, environ: Mapping[str, str]) -> str:
    """Return what is typed for a secret, unseen; "" where it stays as it is."""
    if environ.get(name):
        typer.echo(f"  {name} comes from the environment, which wins over .env")
        return ""
    is_set = bool(getattr(config.secrets, name.lower()).get_secret_value())
    if is_set and not typer.confirm(f"  {name} is set already. Replace it?", default=False):
        return ""
    answer = typer.prompt(f"  {name} ({where})", default="", show_default=False, hide_input=True)
    return "".join(str(answer).split())


def _with(config: Config, answers: Mapping[str, str]) -> Config:
    secrets = {name.lower(): SecretStr(answer) for name, answer in answers.items()}
    return config.model_copy(update={"secrets": config.secrets.model_copy(update=secrets)})


def _zone(config: Config, environ: Mapping[str, str]) -> dict[str, str]:
    typer.echo()
    if environ.get(ZONE):
        typer.echo(f"{ZONE} comes from the environment, which wins over .env")
        return {}
    while True:
        answer = typer.prompt("Time zone of new chats, or a town", default=config.bot.timezone)
        try:
            zone = zone_named(answer)
        except QueryError as error:
            typer.echo(f"  {error}" + (f" Nearest: {error.nearest}" if error.nearest else ""))
            continue
        return {} if zone == config.bot.timezone else {ZONE: zone}


def _write(env: Path, answers: Mapping[str, str]) -> None:
    """Put the answers into the file, in one step, with all else that it holds; its owner alone can read it."""
    fresh = env.with_name(env.name + ".new")
    try:
        held = env.read_bytes() if env.exists() else b""
        fresh.unlink(missing_ok=True)
        fresh.touch(0o600, exist_ok=False)
        fresh.write_bytes(held)
        for name, answer in answers.items():
            dotenv.set_key(fresh, name, answer, quote_mode="auto")
        fresh.chmod(0o600)
        fresh.replace(env)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise ConfigError(f"{env} cannot be written: {error.strerror}") from error
