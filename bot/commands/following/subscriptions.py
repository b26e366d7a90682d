"""Standing queries: subscribe, alert, subs, alerts, edit, pause, resume, unsubscribe, resubscribe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot import views
from bot.commands import meant
from bot.commands.following import overlaps
from bot.commands.following.confirmation import confirmation
from bot.commands.following.manage import manage
from bot.commands.services import Request, begun, numbered
from bot.errors import QueryError
from bot.language.queries.nodes import Query
from bot.lines.dates import day_label
from bot.lines.fields import Line
from bot.lines.rhythm import DAILY
from bot.matching.digest_contents import DigestContents
from bot.matching.pauses import resumed
from bot.message import Action, Message, Text, hint, say
from bot.model import Chat, Schedule, Subscription

MANAGED = 50
"""Subscriptions up to which each has two buttons under ``subs``: Telegram keeps a hundred under one message."""

LONGEST_NAME = 60
"""Characters of a subscription's own name."""
MENUS = 25
"""Subscriptions up to which each has a menu of its own; more have buttons."""
MENU_BYTES = 100
"""Bytes of a menu's line, with room for the channel that it is aimed at: an option's value takes 150 characters by
docs.slack.dev/reference/block-kit/composition-objects/option-object."""

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
    nothing = f"{begun(request.place)} follows nothing yet. {hint('subscribe rl')} begins."
    return await _listing(request, request.chat, nothing)


async def alerts(request: Request) -> Message:
    """List the asker's own subscriptions, in their private chat."""
    private = await request.asker.private()
    listing = await _listing(request, private, f"You have no alerts yet. {hint('alert rl')} begins.")
    return replace(listing, private=private != request.home)


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


async def _listing(request: Request, chat: Chat, nothing: str) -> Message:
    held = await request.subscriptions(chat)
    reason = await request.store.paused_reason(chat)
    notes = [Text(f"Everything here is on hold: {reason}.", "note")] if reason else []
    if not held:
        return Message((Text(nothing), *notes))
    head, has_menus = Text(views.count(len(held), "subscription"), "head"), _has_menus(request, held)
    menus = [_menu(request, one) if has_menus else () for one in held]
    each = [
        Text(views.listed(one, request.today), menu=tuple(filter(_fits_a_menu, menu)))
        for one, menu in zip(held, menus, strict=True)
    ]
    lines = each if has_menus else [Text("\n".join(one.text for one in each))]
    notes += [Text(told, "note") for one in held if (told := overlaps.told(one, held))]
    ways = ", ".join(map(hint, ("edit N <query>", "pause N 2w", "resume N", "unsubscribe N")))
    change = Text(f"{ways} change them; N may be several, or its words.", "note")
    long = tuple((action,) for menu in menus for action in menu if not _fits_a_menu(action))
    return Message((head, *lines, *notes, change), long if has_menus else _managing(request, held))


def _has_menus(request: Request, held: Sequence[Subscription]) -> bool:
    return request.services.traits.has_menus and len(held) <= MENUS


def _menu(request: Request, one: Subscription) -> tuple[Action, ...]:
    """Return what can be done with one subscription, in the order in which it is wanted; a long line gets a button."""
    other = ("Daily instead", DAILY) if one.schedule.at is None else ("At once instead", Schedule())
    turned = (Action(f"{other[0]} #{one.number}", f"edit {one.number} {other[1] or 'now'}"),)
    preview = (Action(f"Preview #{one.number}", f"preview {one.text}"),)
    more = () if one.trending else (*_edit_button(request, one), *turned, *preview)
    return (_switch(one), *more, _stop(one))


def _fits_a_menu(action: Action) -> bool:
    return len(action.line.encode()) <= MENU_BYTES


def _managing(request: Request, held: Sequence[Subscription]) -> tuple[tuple[Action, ...], ...]:
    """Return every subscription's buttons, two subscriptions a row; where they are too many, [Stop] alone."""
    if len(held) > MANAGED:
        stops = [_stop(one) for one in held]
        return tuple(tuple(stops[at : at + views.A_ROW]) for at in range(0, len(stops), views.A_ROW))
    each = [(_switch(one), *_edit_button(request, one), _stop(one)) for one in held]
    return tuple(sum(each[at : at + 2], ()) for at in range(0, len(each), 2))


def _edit_button(request: Request, one: Subscription) -> tuple[Action, ...]:
    """Return [Edit], where the platform opens a form for it; elsewhere the line is typed."""
    if not request.services.traits.has_forms or one.trending:
        return ()
    return (Action(f"Edit #{one.number}", f"edit {one.number} {one.text}"),)


def _stop(one: Subscription) -> Action:
    return Action(f"Stop #{one.number}", f"unsubscribe {one.number}")


def _switch(one: Subscription) -> Action:
    verb = "resume" if one.paused else "pause"
    return Action(f"{verb.capitalize()} #{one.number}", f"{verb} {one.number}")


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
        raise QueryError(f"How should {before} be called?", nearest=f"name {before.number} morning papers")
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
