"""``subs`` and ``alerts``: what a chat follows, each with what can be done to it."""

from __future__ import annotations

from collections.abc import Sequence

from bot import views
from bot.commands import guide
from bot.commands.following import overlaps, wording
from bot.commands.services import Request
from bot.lines.rhythm import DAILY
from bot.message import Action, Message, Text, hint
from bot.model import Chat, Subscription

ROWS, MANAGED = 9, 50
"""Subscriptions up to which each has a row of four buttons under ``subs``, and up to which it has two buttons:
Telegram keeps a hundred under one message."""

WAYS = {
    "edit {} <query>": "changes the words of #{},",
    "edit {} weekly on mon at 09:00": "when it comes,",
    "pause {} 2w": "holds it back for two weeks.",
}
"""Lines that no button sends as they are wanted, and what each does."""
MENUS = 25
"""Subscriptions up to which each has a menu of its own; more have buttons."""
NOUNS = {"subscribe": "subscription", "alert": "alert"}
"""What each of those verbs makes, as their owner calls it."""
MENU_BYTES = 100
"""Bytes of a menu's line, with room for the channel that it is aimed at: an option's value takes 150 characters by
docs.slack.dev/reference/block-kit/composition-objects/option-object."""


async def listing(request: Request, chat: Chat, verb: str, nothing: str) -> Message:
    """Return what the chat follows, with what can be done to each; ``nothing`` is said where ``verb`` would begin."""
    held = await request.subscriptions(chat)
    reason = await request.store.paused_reason(chat)
    notes = [Text(f"Everything here is on hold: {reason}.", "note")] if reason else []
    if not held:
        follow = ((guide.follow(verb),),) if chat == request.home else ()
        return Message((Text(f"{nothing} {hint(f'{verb} rl')} begins."), *notes), follow)
    head, has_menus = Text(views.count(len(held), NOUNS[verb]), "head"), _has_menus(request, held)
    menus = [_menu(request, one) if has_menus else () for one in held]
    each = [
        Text(wording.listed(one, request.today), menu=tuple(filter(_fits_a_menu, menu)))
        for one, menu in zip(held, menus, strict=True)
    ]
    lines = each if has_menus else [Text("\n".join(one.text for one in each))]
    notes += [Text(told, "note") for one in held if (told := overlaps.told(one, held))]
    change = Text(_ways(held[0].number), "note")
    long = tuple((action,) for menu in menus for action in menu if not _fits_a_menu(action))
    return Message((head, *lines, *notes, change), long if has_menus else _managing(request, held))


def _ways(number: int) -> str:
    """Return what can be typed besides, with the number of one that there is."""
    return " ".join(f"{hint(line.format(number))} {does.format(number)}" for line, does in WAYS.items())


def _has_menus(request: Request, held: Sequence[Subscription]) -> bool:
    return request.services.traits.has_menus and len(held) <= MENUS


def _menu(request: Request, one: Subscription) -> tuple[Action, ...]:
    """Return what can be done with one subscription, in the order in which it is wanted; a long line gets a button."""
    return (_switch(one), *_edit_button(request, one), *_turned(one, " instead"), _preview(one), _stop(one))


def _fits_a_menu(action: Action) -> bool:
    return len(action.line.encode()) <= MENU_BYTES


def _managing(request: Request, held: Sequence[Subscription]) -> tuple[tuple[Action, ...], ...]:
    """Return a row of buttons for every subscription; where they are many, fewer, and in the end [Stop] alone."""
    if len(held) <= ROWS:
        return tuple((_switch(one), *_turned(one), _preview(one), _stop(one)) for one in held)
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


def _turned(one: Subscription, instead: str = "") -> tuple[Action, ...]:
    """Return the button that makes a digest of posts, and the other way round."""
    label, schedule = ("Daily", str(DAILY)) if one.schedule.at is None else ("At once", "now")
    return () if one.trending else (Action(f"{label}{instead} #{one.number}", f"edit {one.number} {schedule}"),)


def _preview(one: Subscription) -> Action:
    return Action(f"Preview #{one.number}", f"preview {one.text}")


def _stop(one: Subscription) -> Action:
    return Action(f"Stop #{one.number}", f"unsubscribe {one.number}")


def _switch(one: Subscription) -> Action:
    verb = "resume" if one.paused else "pause"
    return Action(f"{verb.capitalize()} #{one.number}", f"{verb} {one.number}")
