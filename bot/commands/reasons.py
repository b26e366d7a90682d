"""The lines that show what a query means: ``why <id>`` and ``preview <query>``."""

from __future__ import annotations

from datetime import timedelta

from bot import views
from bot.commands.desk import Ask
from bot.commands.find import find_paper, unknown_paper
from bot.language.query import parse
from bot.lines.dates import day_label
from bot.message import Action, Block, Message, Text
from bot.model import Paper, Subscription, Window

PREVIEWED = 14
"""Days that a preview looks back where none are named."""
MUCH = 10
"""Posts a day from which a preview suggests to ask for less."""
SAMPLES = 3


async def why(ask: Ask) -> Message:
    """Say of each subscription of the chat whether the paper matches, and through what."""
    paper = await find_paper(ask)
    if paper is None:
        return unknown_paper(ask)
    held = [one for one in await ask.subscriptions() if not one.trending]
    head = Text(views.item(paper, 0).title, "head")
    if not held:
        return Message((head, Text("This chat follows nothing yet, so nothing says why.")))
    return Message((head, Text("\n".join(_verdict(one, paper) for one in held))))


def _verdict(one: Subscription, paper: Paper) -> str:
    said = parse(one.text, most=0).explain(paper)
    if not said.matches:
        return f"{one}: does not match: {said.clause}"
    through = ": " + ", ".join(said.words) if said.words else ""
    return f"{one}: matches{through}"


async def preview(ask: Ask) -> Message:
    """Say what a subscription with that query would have posted."""
    query = ask.query
    window = ask.line.window or Window(ask.today - timedelta(days=PREVIEWED - 1), ask.today, "the last 14 days")
    missing = await ask.desk.library.bring(window)
    days = await ask.desk.store.matches_a_day(query, window)
    held = {day.day for day in await ask.desk.store.held_days(window) if day.papers}
    total = sum(number for _, number in days)
    blocks: list[Block] = [Text(f"{views.count(total, 'paper')} · {ask.line.query} · {window.label}", "head")]
    if total:
        busiest, most = max(days, key=lambda day: (day[1], day[0]))
        a_day = total / max(1, len(held))
        words = f"{a_day:.1f} a list day on average, {most} on the busiest ({day_label(busiest, ask.today)})."
        blocks.append(Text(words))
        if a_day > MUCH:
            less = f"That is a lot. “{ask.line.query} upvotes>=20”, or “subscribe {ask.line.query} daily at 09:00”?"
            blocks.append(Text(less, "note"))
        found = await ask.desk.store.search(query, window, "new", 0, SAMPLES, ask.now)
        blocks += [Text("The newest of them:" if total > SAMPLES else "These:", "note"), *views.items(found.papers)]
    else:
        blocks.append(Text("It would have posted nothing."))
    if missing:
        blocks.append(Text(f"{views.count(len(missing), 'day')} of that could not be read.", "note"))
    return Message(tuple(blocks), ((Action("Subscribe", f"subscribe {ask.line.query}"),),))
