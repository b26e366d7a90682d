"""``paperwire chat``: the whole bot in this terminal, or one answer."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from dataclasses import replace

from adapters.console.files import history_file
from adapters.console.platform import Console
from bot.app import wiring
from bot.app.core import Core
from bot.app.events import events_for
from bot.lines.verbs import VERBS
from bot.message import Action, Message, say
from bot.model import Chat
from bot.ports.asker import Answer, Asker
from bot.settings.config import Config

SAMPLE = "sample"
"""The feed's name of the bundled papers."""
PATIENCE = 1
"""Seconds after which a person is told what is waited for."""
LONGEST = 20
"""Seconds that one answer waits for list days as long as they come; what is lacking then comes with no later one."""
UNREADABLE = 2
"""Exit code of a one-shot line that was not carried out."""


async def chat(config: Config, line: str | None) -> int:
    """Answer ``line``, or without one every line that is typed; return the exit code."""
    return await (_session(config) if line is None else _once(config, line))


async def _once(config: Config, line: str) -> int:
    async with wiring.readable(config) as core:
        core.library.is_alone, core.library.most = True, LONGEST
        await _fill(core)
        console = Console(history=history_file(os.environ))
        message = await console.ask(_telling(core, core.answers.on(console.traits)), line, pressable=False)
        return UNREADABLE if message.refused else 0


async def _fill(core: Core) -> None:
    """Bring the first days into an empty archive, or lay out the sample where no feed can be reached."""
    held = await core.store.held_days()
    laid_out = sum(day.papers for day in held if day.feed == SAMPLE)
    if any(day.feed != SAMPLE for day in held) or await core.store.count_papers() > laid_out:
        return
    titles = " and ".join(source.feed.title for source in core.library.sources)
    if titles:
        _tell(f"The archive is empty: asking {titles} for the last days ...")
    reached = await core.library.reach()
    for source in core.library.sources if reached else ():
        await source.collector.poll()
    if any(day.papers and day.feed != SAMPLE for day in await core.store.held_days()):
        return
    if reached and not any(health.error for health in core.library.health):
        return  # the feed is well and has nothing: the sample would be taken for its papers
    if core.store.is_served():
        return  # those whom the other process serves would take it for the feed's
    if not held:
        await core.library.lay_out_sample()
    core.library.tell_of_sample("No feed can be reached." if core.library.sources else "No feed is switched on.")


def _telling(core: Core, answers: Answer) -> Answer:
    """Return the answers; where one takes long, stderr says which feed it waits for."""

    async def answer(chat: Chat, asker: Asker, line: str) -> Message:
        slow = asyncio.get_running_loop().call_later(PATIENCE, lambda: _tell(_waiting(core)))
        try:
            return await answers(chat, asker, line)
        finally:
            slow.cancel()

    return answer


def _waiting(core: Core) -> str:
    return f"Waiting for {core.library.asks} ..." if core.library.asks else "Working on it ..."


def _tell(words: str) -> None:
    with contextlib.suppress(OSError, ValueError):  # nobody reads it, which matters to nobody
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()


async def _session(config: Config) -> int:
    from bot.app.work import working

    async with wiring.core(config) as core:
        core.library.is_alone = True  # the polls are few, and a first line does not wait for one
        await _fill(core)
        console = _console(config)
        async with working(core, (console,)) as work:
            events = events_for(core, console, work.deliverers[0].pace)
            if sys.stdin.isatty():
                await console.show(await _greeting(core))
            await console.serve(replace(events, answer=_telling(core, events.answer)))
        await console.close()
    return 0


def _console(config: Config) -> Console:
    from pathlib import Path

    url = config.storage.url
    beside = url.removeprefix("sqlite:///") if url.startswith("sqlite") else config.storage.index
    sent_log = Path(beside + ".marks")
    return Console(sent_log=sent_log, verbs=tuple(VERBS), history=history_file(os.environ))


async def _greeting(core: Core) -> Message:
    papers = await core.store.count_papers()
    words = (
        f"Paperwire: {papers} papers in the archive. Type “rl today”, “trending”, “subscribe rl” or “help”, "
        "or the name of a [button]. “exit” or Ctrl-D leaves."
    )
    if core.library.notice:
        words = f"{core.library.notice}\n{words}"
    return say(words, Action("Today", "today"), Action("Trending", "trending"), Action("Help", "help"))
