"""Standing queries: subscribe, alert, subs, alerts, edit, pause, resume, unsubscribe, resubscribe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.commands import meant
from bot.commands.following.confirmation import confirmation
from bot.commands.following.listed import listing
from bot.commands.following.manage import manage
from bot.commands.services import Request, begun, numbered
from bot.errors import QueryError
from bot.language.queries.nodes import Query
from bot.lines.dates import day_label
from bot.lines.fields import Line
from bot.lines.rhythm import DAILY
from bot.matching.digest_contents import DigestContents
from bot.matching.pauses import resumed
from bot.message import Action, Message, hint, say
from bot.model import Chat, Schedule, Subscription

LONGEST_NAME = 60
"""Characters of a subscription's own name."""
LONGEST_IN_DAYS = 999
"""Days of a pause that a line can name as such."""


async def subscribe(request: Request) -> Message:
    """Make a subscription of the chat."""
    return await _subscribe(request, request.chat)


async def alert(request: Request) -> Message:
    """Make a subscription in the asker's private chat; asked elsewhere, it is confirmed there."""
    private = await request.asker.private()
    return replace(await _subscribe(request, private), private=private != request.home)


async def subs(request: Request) -> Message:
    """List the chat's subscriptions."""
    return await listing(request, request.chat, "subscribe", f"{begun(request.place)} follows nothing yet.")


async def alerts(request: Request) -> Message:
    """List the asker's own subscriptions, in their private chat."""
    private = await request.asker.private()
    listed = await listing(request, private, "alert", "You have no alerts yet.")
    return replace(listed, private=private != request.home)


async def edit(request: Request) -> Message:
    """Change a subscription's query, schedule or cap; its number and what was posted stay."""
    return await manage(request, await request.subscriptions(), _edit)


async def name(request: Request) -> Message:
    """Give a subscription a name that is shown instead of its query; ``off`` takes the name away."""
    return await manage(request, await request.subscriptions(), _name)


async def pause(request: Request) -> Message:
    """Hold a subscription back, for a while or until resumed."""
    return await manage(request, await request.subscriptions(), _pause)


async def resume(request: Request) -> Message:
    """Let a subscription go on; papers of the meantime are not caught up. A chat on hold is tried again, too."""
    return await manage(request, await request.subscriptions(), _resume)


async def unsubscribe(request: Request) -> Message:
    """Stop a subscription; what it is still owed is not posted, unless it is brought back."""
    return await manage(request, await request.subscriptions(), _unsubscribe)


async def resubscribe(request: Request) -> Message:
    """Bring a stopped subscription back under its number, with all that waited for it."""
    if there := numbered(await request.subscriptions(), request.line.number):
        return say(f"{there} was not stopped; it goes on.")
    return await manage(request, await request.store.stopped(request.chat), _bring_back)


async def _bring_back(request: Request, wanted: Subscription) -> Message:
    held = await request.subscriptions()
    _refuse_twin(wanted, held)
    if len(held) >= request.services.limits.subscriptions:
        raise QueryError(_full(request, held))
    await request.store.resubscribe(wanted)
    return replace(say(f"{wanted} is back, with all that waited for it."), undo=f"unsubscribe {wanted.number}")


async def _subscribe(request: Request, chat: Chat) -> Message:
    why_not = await request.asker.can_post(chat)
    if why_not:
        return replace(say(why_not), refused=True)
    wish = request.query
    existing = await request.subscriptions(chat)
    wanted = Subscription(
        chat=chat,
        text=_text(request.line),
        canonical=wish.canonical,
        created_at=request.now,
        schedule=request.line.schedule or (DAILY if request.line.trending else Schedule()),
        most=max(request.line.most, 0),
        owner=request.asker.id,
        trending=request.line.trending,
    )
    if len(existing) >= request.services.limits.subscriptions and not any(_equal(wanted, other) for other in existing):
        return replace(say(_full(request, existing)), refused=True)
    if not any(_equal(wanted, one) for one in existing) and (question := await meant.first_asked(request, wish)):
        return question
    kept = await request.store.subscribe(wanted)
    await request.store.resume_chat(chat)
    if any(one.id == kept.id for one in existing):
        return await _again(request, kept, wish)
    return await confirmation(request, kept, wish)


async def _again(request: Request, before: Subscription, wish: Query) -> Message:
    """Say that it was there; a cap that the line names is new, and a pause is over."""
    after = replace(before, most=max(request.line.most or before.most, 0))
    notes, undo = [], ""
    if after.most != before.most:
        notes, undo = ["The cap is new."], f"edit {before.number} max {before.most or 'off'}"
    if before.paused:
        after = resumed(after, request.now)
        notes, undo = [*notes, "It was paused and goes on."], _pause_again(request, before)
    if notes:
        await request.store.change(after)
    message = await confirmation(request, after, wish, notes)
    undoing = (Action("Undo", undo),) if undo else ()
    return replace(message, actions=((*message.actions[0][:-1], *undoing),), undo=undo)


def _full(request: Request, held: Sequence[Subscription]) -> str:
    return f"{begun(request.place)} has {len(held)} subscriptions, as many as it may have. {hint('subs')} lists them."


def _text(line: Line) -> str:
    """Return the wish as its owner wrote it, as ``subscribe`` would read it again."""
    return " ".join(["trending" if line.trending else "", *line.query.split()]).strip()


def _equal(one: Subscription, other: Subscription) -> bool:
    return (one.canonical, one.schedule, one.trending) == (other.canonical, other.schedule, other.trending)


async def _edit(request: Request, before: Subscription) -> Message:
    line = request.line
    after = _edited(before, line, request.query, request.now)
    if after.trending and after.schedule.at is None:
        raise QueryError("What is trending comes as a digest.", nearest=f"edit {before.number} {after.text} {DAILY}")
    _refuse_twin(after, await request.subscriptions())
    if not after.schedule.at:
        await DigestContents(request.store, request.now).finish(before)
    await request.store.change(after)
    confirmed = await confirmation(request, after, request.parsed(after.canonical))
    back = f"edit {before.number} {before.text} {before.schedule} max {before.most or 'off'}"
    return replace(confirmed, actions=((*confirmed.actions[0][:-1], Action("Undo", back)),), undo=back)


def _refuse_twin(wanted: Subscription, held: Sequence[Subscription]) -> None:
    twin = next((other for other in held if other.id != wanted.id and _equal(other, wanted)), None)
    if twin:
        raise QueryError(f"That would be the same as {twin}.")


def _edited(before: Subscription, line: Line, wish: Query, now: datetime) -> Subscription:
    """Return the subscription with what the line says of it; what it does not say stays."""
    after = replace(before, schedule=line.schedule or before.schedule, most=max(line.most or before.most, 0))
    if text := _text(line):
        after = replace(after, text=text, canonical=wish.canonical, trending=line.trending)
    is_new = (after.canonical, after.trending) != (before.canonical, before.trending)
    if is_new:  # it does not reach back to what the old one left
        after = replace(after, changed_at=now)
    if is_new or before.schedule.at is None:
        after = replace(after, digested_at=now)
    return replace(after, planned_at=now) if after.schedule != before.schedule else after


async def _name(request: Request, before: Subscription) -> Message:
    wanted = " ".join(request.line.rest.split()).strip("\"'")
    if not wanted:
        words = f"What should {before} be called? Type it behind the number."
        raise QueryError(words, nearest=f"name {before.number} morning papers")
    if len(wanted) > LONGEST_NAME:
        raise QueryError(f"A name has at most {LONGEST_NAME} characters.")
    after = replace(before, name="" if wanted.lower() == "off" else wanted)
    await request.store.change(after)
    words = (
        f"#{before.number} {before.text} is now called “{after.name}”." if after.name else f"{after} has no name now."
    )
    if after == before:
        return say(words)
    back = f"name {before.number} {before.name or 'off'}"
    return replace(say(words, Action("Undo", back)), undo=back)


async def _pause(request: Request, before: Subscription) -> Message:
    until = request.now + timedelta(days=request.line.days) if request.line.days else None
    await DigestContents(request.store, request.now).finish(before)  # it comes when the subscription goes on
    await request.store.change(replace(before, paused=True, paused_until=until))
    for_how_long = f" until {day_label(until.date(), request.today)}" if until else ""
    words = f"{before} is paused{for_how_long}. Papers that appear meanwhile are not posted."
    resume = f"resume {before.number}"
    return replace(say(words, Action("Resume", resume)), undo="" if before.paused else resume)


async def _resume(request: Request, before: Subscription) -> Message:
    reason = await request.store.paused_reason(before.chat)
    await request.store.resume_chat(before.chat)
    tried = f" Posts were on hold ({reason}); I try again." if reason else ""
    if not before.paused:
        return say(f"{before} was not paused; it goes on.{tried}")
    await request.store.change(resumed(before, request.now))
    return replace(say(f"{before} goes on.{tried}"), undo=_pause_again(request, before))


def _pause_again(request: Request, before: Subscription) -> str:
    """Return the line that pauses the subscription up to the day it was paused until."""
    if before.paused_until is None:
        return f"pause {before.number}"
    days = max(1, (before.paused_until.astimezone(request.zone).date() - request.today).days)
    return f"pause {before.number} {days}d" if days <= LONGEST_IN_DAYS else f"pause {before.number} {days // 7}w"


async def _unsubscribe(request: Request, before: Subscription) -> Message:
    await request.store.unsubscribe(before, request.now)
    back = f"resubscribe {before.number}"
    return replace(say(f"{before} is stopped.", Action("Undo", back)), undo=back)
