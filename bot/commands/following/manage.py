"""Changes of subscriptions: of the one that the line means, of several, or the question which one is meant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot import views
from bot.commands import guide
from bot.commands.chats.who import said_in_chat
from bot.commands.following import wording
from bot.commands.following.fitting import fitting
from bot.commands.services import Request, no_such_number, numbered
from bot.errors import QueryError
from bot.lines.shapes.names import ALL, Named
from bot.message import Action, Message, Text, say
from bot.model import Subscription

Manage = Callable[[Request, Subscription], Awaitable[Message]]

LABELS = {"edit": "Change", "pause": "Pause", "resume": "Resume", "unsubscribe": "Stop", "resubscribe": "Bring back"}
DOES = {"pause": "pauses", "resume": "resumes", "unsubscribe": "stops", "resubscribe": "brings back"}
NAMED_BUTTONS = 8
"""Up to so many subscriptions have a row each, with their words; more stand side by side, by their numbers."""
LONGEST_LABEL = 40


async def manage(request: Request, pool: Sequence[Subscription], change: Manage) -> Message:
    """Run ``change`` on those of ``pool`` that the line names, or ask back which it means."""
    line = request.line
    if line.numbers:
        return await _each(request, pool, change)
    if not line.number:
        return _which(request, pool)
    wanted = numbered(pool, line.number)
    if wanted is not None:
        return await said_in_chat(request, wanted, await change(request, wanted))
    if line.verb == "resubscribe":
        return replace(say(f"No subscription #{line.number} was stopped here in the last 30 days."), refused=True)
    return no_such_number(request, pool)


async def _each(request: Request, pool: Sequence[Subscription], change: Manage) -> Message:
    """Change several, and say of each what came of it; they are taken back together."""
    wanted = [one for number in request.line.numbers if (one := numbered(pool, number))]
    missing = [f"#{number}" for number in request.line.numbers if not numbered(pool, number)]
    told = [await _tried(request, subscription, change) for subscription in wanted]
    undo = "\n".join(message.undo for message in reversed(told) if message.undo)
    blocks = [block for message in told for block in message.blocks]
    if missing:
        blocks.append(Text(f"There is no {', '.join(missing)} here.", "note"))
    return Message(
        tuple(blocks),
        ((Action("Undo", undo),),) if undo else (),
        refused=all(message.refused for message in told),
        undo=undo,
    )


async def _tried(request: Request, one: Subscription, change: Manage) -> Message:
    try:
        return await said_in_chat(request, one, await change(request, one))
    except QueryError as error:  # the others are changed all the same
        return replace(say(error.reason), refused=True)


def _which(request: Request, pool: Sequence[Subscription]) -> Message:
    """Ask back which of the subscriptions is meant; the first button changes nothing."""
    line, verb = request.line, request.line.verb
    if not pool:
        nothing = "was stopped here in the last 30 days" if verb == "resubscribe" else "is followed here"
        return replace(say(f"Nothing {nothing}.", *([] if verb == "resubscribe" else [guide.FOLLOW])), refused=True)
    fits, _ = fitting(pool, Named(verb, tuple(line.rest.split())), request.parsed)
    if not fits and line.rest.lower() in ALL and verb in DOES:
        return _all(request, pool)
    offered = fits or _likely(pool, verb) or pool
    words = f"No subscription here is called “{line.rest}”. Which one?" if line.rest else "Which one?"
    if verb == "edit" and not line.query:
        words = f"What should it be instead? Type it behind: edit {offered[0].number} <new words>."
    elif fits:
        words = f"“{line.rest}” fits several. Which one?"
    listed = "\n".join(wording.listed(subscription, request.today) for subscription in offered)
    away = (
        Action("Search for it", f"find {verb} {line.rest}")
        if line.rest and not fits
        else Action("Subscriptions", "subs")
    )
    everything = (
        (Action(f"{LABELS[verb]} all", f"{verb} all"),) if verb in DOES and len(pool) > 1 and not line.rest else ()
    )
    rows = _rows(
        [
            Action(_label(verb, subscription, len(offered)), _change(request, subscription))
            for subscription in offered
            if _change(request, subscription)
        ]
    )
    return Message((Text(words), Text(listed)), ((away, *everything), *rows), refused=True)


def _change(request: Request, one: Subscription) -> str:
    """Return the line that a button of ``one`` sends; "" where only typing can say it."""
    line = request.line
    tail = line.query
    if line.verb == "edit" and not tail:
        tail = one.text if request.services.traits.has_forms else ""
        return tail and f"edit {one.number} {tail}"
    return f"{line.verb} {one.number} {tail}".rstrip()


def _all(request: Request, pool: Sequence[Subscription]) -> Message:
    """Ask before all are changed; the button names those that there are now, and no others."""
    verb, count = request.line.verb, views.count(len(pool), "subscription")
    listed = "\n".join(wording.listed(subscription, request.today) for subscription in pool)
    numbers = " ".join(str(subscription.number) for subscription in pool)
    change = Action(f"{LABELS[verb]} all {len(pool)}", f"{verb} {numbers} {request.line.query}".rstrip())
    words = f"This {DOES[verb]} {count}{f' ({request.line.query})' if request.line.query else ''}:"
    return Message((Text(words), Text(listed)), ((Action("Leave them", "subs"), change),), refused=True)


def _likely(pool: Sequence[Subscription], verb: str) -> list[Subscription]:
    """Return those on which the verb has an effect."""
    return [
        subscription
        for subscription in pool
        if not (verb == "pause" and subscription.paused) and not (verb == "resume" and not subscription.paused)
    ]


def _label(verb: str, one: Subscription, count: int) -> str:
    whole = f"{LABELS[verb]} {one if count <= NAMED_BUTTONS else f'#{one.number}'}"
    return whole if len(whole) <= LONGEST_LABEL else f"{whole[: LONGEST_LABEL - 1].rstrip()}…"


def _rows(actions: Sequence[Action]) -> tuple[tuple[Action, ...], ...]:
    wide = 1 if len(actions) <= NAMED_BUTTONS else views.A_ROW
    return tuple(tuple(actions[at : at + wide]) for at in range(0, len(actions), wide))
