"""The answer to ``subscribe`` and ``edit``: what was made, and how much to expect of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot import views
from bot.commands.chats import zones
from bot.commands.following import overlaps, wording
from bot.commands.services import ME, Request, lacking
from bot.language.queries.nodes import Query
from bot.lines.dates import day_label
from bot.message import Action, Block, Message, Text
from bot.model import Chat, Subscription, Window
from bot.ports.found import Found

EXPECTING = 14
"""List days from which a confirmation counts how many posts to expect."""


async def confirmation(
    request: Request, kept: Subscription, wish: Query, notes: Sequence[str] | None = None
) -> Message:
    """Say what was made, how much to expect of it, and show the newest match.

    ``notes`` say what is new of a subscription that was there already; None where it was not.
    """
    where = _where(request, kept.chat)
    zone = zones.shown(request.settings.timezone)
    at_once = kept.schedule.at is None
    on = ", on the 1st" if kept.schedule.kind == "monthly" else ""
    when = f"posted {where} as they appear" if at_once else f"a digest {where} {kept.schedule} ({zone}){on}"
    cap = f", {wording.cap(kept)}" if kept.most else ""
    words = f"{wording.in_full(kept)}, {when}{cap}{', ' * kept.paused}{wording.paused(kept, request.today)}."
    blocks: list[Block] = [Text(words if notes is None else f"Already there: {words}")]
    blocks += [Text(note, "note") for note in notes or ()]
    twin, told = _overlap(kept, await request.subscriptions(kept.chat))
    blocks += [Text(told)] if twin else []
    if request.library.notice:
        blocks.append(Text(f"{request.library.notice} Nothing new is posted until a feed answers.", "note"))
    elif not kept.trending:
        blocks += await _expectation(request, wish, "post" if at_once else "paper")
    stop = (Action(f"Stop #{twin.number}", f"unsubscribe {twin.number}"),) if twin else ()
    return Message(tuple(blocks), ((*stop, *_next_steps(kept)),), summary=words, undo=f"unsubscribe {kept.number}")


def _overlap(kept: Subscription, held: Sequence[Subscription]) -> tuple[Subscription | None, str]:
    """Return the other subscription of which this one takes all papers, or the other way round, and what to say."""
    if first := overlaps.sooner(kept, held):
        return first, overlaps.told(kept, [first])
    second = next((other for other in held if overlaps.sooner(other, [kept])), None)
    return second, overlaps.told(second, [kept]) if second else ""


def _where(request: Request, chat: Chat) -> str:
    """Return how the asker would call the chat: here, the channel by its name, or their private chat."""
    if chat == request.home:
        return "here, to you alone," if request.line.verb == "alert" else "here"
    return (
        f"in {request.line.channel}"
        if chat == request.chat and request.line.channel != ME
        else "in your private chat with me"
    )


def _next_steps(kept: Subscription) -> tuple[Action, ...]:
    resume = (Action("Resume", f"resume {kept.number}"),) if kept.paused else ()
    preview = Action("Preview", f"preview {kept.text}")
    other = "daily at 09:00" if kept.schedule.at is None else "now"
    label = "Daily instead" if kept.schedule.at is None else "At once instead"
    change = () if kept.trending else (Action(label, f"edit {kept.number} {kept.text} {other}"),)
    return (*resume, preview, *change, Action("Undo", f"unsubscribe {kept.number}"))


async def _expectation(request: Request, wish: Query, noun: str) -> list[Block]:
    """Return how many a day to expect from the archive's last list days, each a ``noun``, and the newest match."""
    held = [day for day in await request.store.held_days() if day.papers][-EXPECTING:]
    blocks: list[Block] = [Text("No list was read yet, so there is no telling how many a day.", "note")]
    if held:
        days, window = len({day.day for day in held}), Window(held[0].day, held[-1].day)
        recent = await request.store.search(wish, window, "new", 0, 0, request.now)
        blocks = [Text(f"{expected(recent, days, noun)} (from the last {views.count(days, 'list day')}).", "note")]
    if lacks := lacking(wish, request.library):
        blocks.append(Text(lacks, "note"))
    newest = await request.store.search(wish, None, "new", 0, 1, request.now)
    if newest.papers:
        day = newest.papers[0].day
        label = f", {day_label(day, request.today)}" if day else ""
        blocks += [Text(f"The newest match{label}:", "note"), views.item(newest.papers[0], 0)]
    return blocks


def expected(found: Found, days: int, noun: str) -> str:
    """Return "About 2 posts a day", "About 3 papers a week", "No paper matched lately"."""
    a_day = found.total / days
    if a_day >= 0.95:  # noqa: PLR2004 from there on it rounds to one
        return f"About {views.count(round(a_day), noun)} a day"
    if found.total:
        return f"About {views.count(max(1, round(a_day * 5)), noun)} a week"
    return "No paper matched lately, so posts will be rare"
