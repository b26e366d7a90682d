"""Lines from a person at a terminal. Only here is prompt_toolkit imported: it costs a tenth of a second."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import in_terminal
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.shortcuts import CompleteStyle

STOPPED = "stopped by Ctrl-C"
PROMPT = FormattedText([("ansicyan bold", "› ")])


async def lines(verbs: Sequence[str], history: Path | None) -> AsyncIterator[str]:
    """Yield what is typed, until Ctrl-D; Ctrl-C takes the line back. Whatever else is printed stands above."""
    session: PromptSession[str] = PromptSession(
        history=_history(history),
        auto_suggest=AutoSuggestFromHistory(),
        completer=WordCompleter([*verbs, "exit"], sentence=True),
        complete_while_typing=False,
        complete_style=CompleteStyle.READLINE_LIKE,
        reserve_space_for_menu=0,  # else the prompt jumps up eight lines at the bottom of the window
    )
    while True:
        try:
            with patch_stdout(raw=True):
                line = await session.prompt_async(PROMPT)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        yield line


async def above(write: Callable[[], None]) -> None:
    """Let ``write`` print above the prompt, where there is one just now."""
    async with in_terminal():
        write()


async def interruptible(work: Coroutine[object, object, object]) -> None:
    """Do the work, unless Ctrl-C calls it off: that ends an answer that takes too long, not the program."""
    task = asyncio.ensure_future(work)
    before = signal.getsignal(signal.SIGINT)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, task.cancel, STOPPED)
    try:
        await task
    except asyncio.CancelledError as error:
        if error.args != (STOPPED,):
            raise
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, before)


def _history(file: Path | None) -> History:
    """Return the history kept in ``file``, or one that ends with the session where it cannot be written."""
    if file is None:
        return InMemoryHistory()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.open("ab").close()
        file.chmod(0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(file)
