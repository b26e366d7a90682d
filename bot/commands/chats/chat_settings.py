"""A chat's own choices, and how things stand: ``settings``, ``status``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from bot import views
from bot.commands.chats import zones
from bot.commands.services import HELD, Request, begun
from bot.errors import QueryError
from bot.lines.dates import day_label
from bot.message import Action, Message, Text, hint, say
from bot.model import Settings

_TIME = r"(\d{1,2})(?:[:.]([0-5]\d))?\s*(am|pm)?"
HOURS = re.compile(rf"{_TIME}\s*(?:[-–—]|to|until)\s*{_TIME}", re.IGNORECASE)

NOON = 12

Change = Callable[[Settings, str], Settings]


async def settings(request: Request) -> Message:
    """Show the chat's settings, or change one."""
    key, _, value = request.line.rest.strip().partition(" ")
    if not key:
        return _shown(request)
    change = CHANGES.get(key.lower())
    if change is None:
        raise QueryError(f"There is no setting “{key}”. There are {', '.join(CHANGES)}.")
    if not value.strip():
        return _shown(request)
    if not await request.asker.administers(request.chat):
        words = f"Only administrators of this {request.services.traits.group} change its settings."
        return replace(say(words), refused=True)
    after = _changed(request, change, key.lower(), value.strip())
    await request.store.keep_settings(request.chat, after)
    name = key.lower()
    before, now = _values(request.settings)[name], _values(after)[name]
    zone = f" ({zones.shown(after.timezone)})" if name == "quiet" and ":" in now else ""
    return replace(say(f"{SAYS[name]} now {now}{zone}."), undo=f"settings {name} {before}" if before != now else "")


def _changed(request: Request, change: Change, key: str, value: str) -> Settings:
    """Return the settings after the change; raises QueryError, its nearest a line to send in this chat."""
    try:
        return change(request.settings, value)
    except QueryError as error:
        error.nearest = f"settings {key} {error.nearest}" if error.nearest and request.chat == request.home else ""
        raise


def _values(now: Settings) -> dict[str, str]:
    return {
        "timezone": zones.shown(now.timezone),
        "quiet": now.quiet or "off",
        "language": now.language,
        "answers": now.answers,
        "length": str(now.length),
        "silent": "on" if now.silent else "off",
        "pictures": "on" if now.pictures else "off",
        "links": "on" if now.links else "off",
    }


SAYS = {
    "timezone": "The time zone is",
    "quiet": "Quiet times are",
    "language": "The language is",
    "answers": "Answers are",
    "length": "The length of an answer is",
    "silent": "Silent posts are",
    "pictures": "Pictures are",
    "links": "Cards for links are",
}
"""How the new value of each is told."""

PRESSED: dict[str, tuple[str, ...]] = {
    "quiet": ("22:00-07:00", "off"),
    "answers": ("public", "private"),
    "length": ("5", "10", "20"),
    "silent": ("on", "off"),
    "pictures": ("on", "off"),
    "links": ("on", "off"),
}
"""Values that are pressed rather than typed: the one after the present one is offered."""


def _shown(request: Request) -> Message:
    values = _values(request.settings)
    lines = "\n".join(f"{key}  {value}" for key, value in values.items())
    examples = ("timezone Berlin", "quiet 22:00-07:00", "length 20")
    words = f"{', '.join(hint(f'settings {one}') for one in examples)} change them."
    buttons = [_next(key, values[key]) for key in PRESSED]
    rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    return Message((Text(f"Settings of {request.place}", "head"), Text(lines, "terms"), Text(words, "note")), rows)


def _next(key: str, value: str) -> Action:
    """Return the button that sets the value after the present one, the first where that is none of them."""
    choices = PRESSED[key]
    after = choices[(choices.index(value) + 1) % len(choices)] if value in choices else choices[-1]
    return Action(f"{key.capitalize()} → {after}", f"settings {key} {after}")


def _timezone(before: Settings, value: str) -> Settings:
    return replace(before, timezone=zones.zone_named(value))


def _quiet(before: Settings, value: str) -> Settings:
    """Take ``22:00-07:00``, ``weekends`` or both."""
    if value.lower() in ("off", "none", "no"):
        return replace(before, quiet="")
    words = re.sub(r",? *(?:and )?\bweekends?\b *(?:and |,)? *", "", value, flags=re.IGNORECASE).strip()
    weekends = "weekends" if words != value.strip() else ""
    return replace(before, quiet=" ".join(filter(None, (_hours(words) if words or not weekends else "", weekends))))


def _hours(value: str) -> str:
    match = HOURS.fullmatch(value)
    begin, end = (_hour(*match.groups()[:3]), _hour(*match.groups()[3:])) if match else ("", "")
    if not begin or not end:
        raise QueryError("Quiet hours are written 22:00-07:00, weekends, both, or off.")
    if begin == end:
        raise QueryError(
            f"Quiet hours that begin as they end would never be over. {hint('settings quiet off')} ends them."
        )
    return f"{begin}-{end}"


def _hour(hour: str, minute: str | None, half: str | None) -> str:
    """Return "22:00" for 22, 22:00 and 10pm; "" where no clock shows that."""
    number = int(hour)
    if half:
        number = number % NOON + (NOON if half.lower() == "pm" else 0) if 1 <= number <= NOON else -1
    return f"{number:02}:{minute or '00'}" if 0 <= number < 2 * NOON else ""


def _language(before: Settings, value: str) -> Settings:
    if value.lower() not in ("en", "english"):
        raise QueryError("I speak English (en) only.")
    return replace(before, language="en")


def _answers(before: Settings, value: str) -> Settings:
    match value.lower():
        case "public":
            return replace(before, answers="public")
        case "private":
            return replace(before, answers="private")
        case _:
            raise QueryError("Answers are public or private.")


def _length(before: Settings, value: str) -> Settings:
    if not value.isdecimal() or not 1 <= int(value) <= 100:  # noqa: PLR2004 as `top N`
        raise QueryError("The length is how many papers an answer shows: 1 to 100.")
    return replace(before, length=int(value))


def _silent(before: Settings, value: str) -> Settings:
    if value.lower() not in ("on", "off"):
        raise QueryError("Silent posts are on or off.")
    return replace(before, silent=value.lower() == "on")


def _pictures(before: Settings, value: str) -> Settings:
    if value.lower() not in ("on", "off"):
        raise QueryError("Pictures are on or off.")
    return replace(before, pictures=value.lower() == "on")


def _links(before: Settings, value: str) -> Settings:
    if value.lower() not in ("on", "off"):
        raise QueryError("Cards for links are on or off.")
    return replace(before, links=value.lower() == "on")


CHANGES: dict[str, Change] = {
    "timezone": _timezone,
    "quiet": _quiet,
    "language": _language,
    "answers": _answers,
    "length": _length,
    "silent": _silent,
    "pictures": _pictures,
    "links": _links,
}


async def status(request: Request) -> Message:
    """Say how the feeds, the archive and this chat are."""
    store = request.store
    held = [day for day in await store.held_days() if day.papers]
    lines = [f"{await store.count_papers()} papers in the archive" + _span(request, [day.day for day in held])]
    if left := request.library.days_left:
        lines.append(f"{views.count(left, 'older list day')} still to come, in the background")
    if request.library.notice:
        lines.append(request.library.notice)
    times = []
    for feed in request.library.health:
        times += [(request.clock(moment), moment) for moment in (feed.as_of, feed.next_poll) if moment]
        state = f"not answering: {feed.error}" if feed.error else "fine"
        read = f", last read {request.clock(feed.as_of)}" if feed.as_of else ", not read yet"
        again = f", next at {request.clock(feed.next_poll)}" if feed.next_poll else ""
        lines.append(f"{feed.title}: {state}{read}{again}")
        lines += [f"The list of {day_label(day, request.today)} {HELD}" for day in feed.held]
    mine = await request.subscriptions()
    waiting = await store.waiting(chat=request.chat)
    counts = f"{views.count(len(mine), 'subscription')}, {views.count(waiting, 'post')} waiting"
    lines.append(f"{begun(request.place)}: {counts}")
    if why := await _hindrance(request, waiting):
        lines.append(why)
    if request.services.traits.is_operators:
        lines.append(f"The database takes {await store.size() / 1e6:,.1f} MB")
    doubts = await store.doubts_settled()
    if doubts:
        lines.append(f"{views.count(doubts, 'post')} had an unsure outcome and were settled")
    lines.append(f"Paperwire {request.services.version}, times in {zones.shown(request.settings.timezone)}")
    return Message((Text("Status", "head"), Text("\n".join(lines), times=tuple(times))))


async def _hindrance(request: Request, waiting: int) -> str:
    """Return what holds the chat's posts back, "" where nothing does."""
    if reason := await request.store.paused_reason(request.chat):
        return f"On hold: {reason}"
    quiet, until = (
        await request.store.quiet_until(request.chat),
        await request.store.waits_until(request.chat),
    )
    if waiting and quiet and quiet > request.now:
        return f"Posts wait until {request.clock(quiet)}: quiet hours"
    if waiting and until and until > request.now:
        name = request.chat.platform.capitalize()
        return f"Posts wait until {request.clock(until)}: {name} asked for it, or did not take the last one"
    return ""


def _span(request: Request, days: Sequence[date]) -> str:
    if not days:
        return ""
    first, last = (day_label(day, request.today) for day in (days[0], days[-1]))
    return f", {first}" if first == last else f", {first} to {last}"
