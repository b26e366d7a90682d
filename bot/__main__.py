"""The shell commands, from ``chat`` to ``admin``; each imports what it needs when it runs."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Coroutine
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from bot.errors import ConfigError, PaperwireError, QueryError

FAILED, WRONG_USE, STOPPED = 1, 2, 130  # a job failed; the command or a setting is wrong; Ctrl-C


def _examples(*lines: str) -> str:
    return "\n".join(("\b", "Examples:", *(f"  paperwire {line}" for line in lines)))


app = typer.Typer(
    name="paperwire",
    help="New papers from Hugging Face Daily Papers, carried into Telegram, Slack and this terminal.",
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Address = Annotated[str, typer.Argument(help="sqlite:///FILE or postgresql://USER@HOST/NAME")]
Copy = Annotated[Path, typer.Argument(metavar="FILE")]
Lost = Annotated[bool, typer.Option("--after-loss", help="What came since the copy counts as posted.")]
File = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Settings (default: config.toml here).")]


@app.callback()
def common(
    context: typer.Context,
    config: File = None,
    *,
    show_version: Annotated[bool, typer.Option("--version", is_eager=True, help="Print the version.")] = False,
) -> None:
    """Carry new papers from Hugging Face Daily Papers into Telegram, Slack and this terminal."""
    if show_version:
        print(f"paperwire {version('paperwire')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(WRONG_USE)
    _given["config"] = config


@app.command(  # "-survey rl today" is a line
    context_settings={"ignore_unknown_options": True},
    epilog=_examples("chat", 'chat "rl today"', 'chat "subscribe rl upvotes>=10"', "chat help"),
)
def chat(
    line: Annotated[list[str] | None, typer.Argument(help="One line to answer.")] = None, config: File = None
) -> None:
    """Talk to the whole bot here: no account, no key. With a LINE: answer it and leave."""
    from bot.app import terminal

    if line and line[0].startswith("--"):
        raise TyperException(f"No such option: {line[0]}")
    _run(terminal.chat(_config(config, quiet=True), " ".join(line) if line else None))


@app.command(epilog=_examples("init", "--config /etc/paperwire/config.toml init"))
def init(config: File = None) -> None:
    """Ask for tokens and time zone, let each platform say what it sees, and write .env."""
    from bot.app.operator import setup

    raise typer.Exit(setup.init(config or _given["config"], os.environ))


@app.command(epilog=_examples("run", "run --config /etc/paperwire/config.toml"))
def run(config: File = None) -> None:
    """Serve every platform whose token is set, until Ctrl-C or SIGTERM."""
    from bot.app import service

    _run(service.run(_config(config)))


@app.command(epilog=_examples("check"))
def check(config: File = None) -> None:
    """Look at settings, tokens, database, feeds, clock and papers: a line each."""
    from bot.app.operator import jobs

    _run(jobs.check(_config(config)))


@app.command(epilog=_examples("backfill 2024-03..2024-05", "backfill 2024-03..today", "backfill 2w"))
def backfill(
    days: Annotated[str, typer.Argument(metavar="RANGE", help="2024-03..2024-05, 2024-03-06, 2024-03..today")],
    config: File = None,
) -> None:
    """Bring past list days into the archive; safe to stop and to repeat."""
    from bot.app.operator import jobs

    _run(jobs.backfill(_config(config), days))


@app.command(name="import", epilog=_examples("import papers.jsonl", "import papers.jsonl.gz"))
def import_(file: Annotated[Path, typer.Argument(metavar="FILE", help="JSONL, also .gz")], config: File = None) -> None:
    """Bring papers from a file into the archive; posts nothing. docs/import.md has its fields."""
    from bot.app.operator import jobs

    _run(jobs.import_file(_config(config), file))


@app.command(epilog=_examples("backup copy.db"))
def backup(file: Copy, config: File = None) -> None:
    """Write a copy of the database, also while a bot runs; an older FILE gives way to a whole new one."""
    from bot.app.operator import jobs

    _run(jobs.backup(_config(config), file))


@app.command(epilog=_examples("restore copy.db", "restore --after-loss paperwire.db.backup"))
def restore(file: Copy, config: File = None, *, after_loss: Lost = False) -> None:
    """Put a backup in the place of the database of a stopped bot; the one before is kept beside it."""
    from bot.app.operator import jobs

    _run(jobs.restore(_config(config), file, after_loss=after_loss))


@app.command(epilog=_examples("migrate-storage sqlite:///paperwire.db postgresql://paperwire@db/paperwire"))
def migrate_storage(source: Address, target: Address, config: File = None) -> None:
    """Copy everything from one database into an empty other one, either way; safe to stop and to repeat."""
    from bot.app.operator import migration

    _run(migration.migrate_storage(source, target, _config(config)))


admin = typer.Typer(
    name="admin", help="Tables for operators, and what acts on one chat.", no_args_is_help=True, rich_markup_mode=None,
    epilog=_examples("admin chats", "admin queue", "admin pause telegram/700100/-601"),
)  # fmt: skip
app.add_typer(admin)
Named = Annotated[str, typer.Argument(metavar="CHAT", help="As `admin chats` names it: telegram/700100/-601")]
Id = Annotated[int, typer.Argument(metavar="ID", help="As `admin dead` shows it", min=1, max=2**63 - 1)]
TABLES = {
    "chats": "Show what each chat follows, what waits, and why it is on hold.",
    "queue": "Show the chats for which posts wait, the most first.",
    "dead": "Show messages given up: copies of them may stand in their chats.",
    "held": "Show list days with too many new papers: they wait for your word.",
    "workers": "Show who polls and posts, since when, and which worker does what.",
}
ON_A_CHAT = {
    "pause": "Hold back all that is owed to a chat.",
    "resume": "Let a chat go on.",
    "forget": "Delete a chat and all that is kept for it, for good.",
}


def _table(name: str, words: str) -> None:
    @admin.command(name, help=words, epilog=_examples(f"admin {name}"))
    def show(config: File = None) -> None:
        from bot.app.operator import admin as tables

        _run(tables.TABLES[name](_existing(config)))


def _on_a_chat(name: str, words: str) -> None:
    @admin.command(name, help=words, epilog=_examples(f"admin {name} telegram/700100/-601"))
    def act(chat: Named, config: File = None) -> None:
        from bot.app.operator import admin as tables

        settings = _existing(config)
        if name == "forget" and sys.stdin.isatty():
            typer.confirm(f"Delete {chat} and all that is kept for it?", abort=True)
        _run(tables.ON_A_CHAT[name](settings, chat))


for _name, _words in TABLES.items():
    _table(_name, _words)
for _name, _words in ON_A_CHAT.items():
    _on_a_chat(_name, _words)


@admin.command(epilog=_examples("admin retry 4711"))
def retry(id: Id, config: File = None) -> None:
    """Have a message that was given up sent once more."""
    from bot.app.operator import admin as tables

    _run(tables.retry(_existing(config), id))


@admin.command(epilog=_examples("admin release 2026-11-24"))
def release(day: Annotated[str, typer.Argument(metavar="DAY", help="2026-11-24")], config: File = None) -> None:
    """Let a held list day be kept and posted, by the next poll."""
    from bot.app.operator import held_days

    _run(held_days.release(_existing(config), day))


_given: dict[str, Path | None] = {"config": None}
"""The option that may stand before the command, or after it."""


def _config(after: Path | None, *, quiet: bool = False) -> Any:
    """Return the settings, with the logs set up by them; raises ConfigError."""
    from bot.settings import config, logs

    settings = config.load(after or _given["config"], os.environ)
    logs.setup(settings, quiet=quiet)
    return settings


def _existing(config: Path | None) -> Any:
    """Return the settings; raises StoreError where they name no database that is there."""
    from bot.app.operator import admin as tables

    return tables.of_existing(_config(config))


def _run(job: Coroutine[Any, Any, int]) -> None:
    gc.freeze()  # what was read stays to the end
    gc.enable()
    raise typer.Exit(asyncio.run(job))


def main() -> None:
    """Run the command; every error for people is one line on stderr, and no traceback is."""
    gc.disable()  # to read modules leaves next to no garbage, and to look for it takes a fifth of a start
    code = FAILED
    try:
        returned = app(standalone_mode=False)
        code = returned if isinstance(returned, int) else 0
    except (typer.Abort, KeyboardInterrupt):
        code = _say("stopped", STOPPED)
    except PaperwireError as error:
        code = _say(error, WRONG_USE if isinstance(error, ConfigError | QueryError) else FAILED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else Python complains again while it ends
    except TyperException as error:
        code = _say(getattr(error, "format_message", error.__str__)(), WRONG_USE)
    sys.exit(code)


def _say(error: object, code: int) -> int:
    print(f"paperwire: {' '.join(str(error).split())}", file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
