"""Which subscriptions a line means: by number, several numbers, their own words, or all.

A line that fits none changes nothing. It is a question where its verb is an ordinary word (``pause tokens``), else it
is asked back, with a button for each subscription that says what it would do.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot import views
from bot.commands import guide
from bot.commands.chats.history import said_in_chat
from bot.commands.services import Request, Services, no_such_number, numbered
from bot.errors import QueryError
from bot.language.queries.query import parse
from bot.language.queries.syntax import Leaf, Node, Not
from bot.language.queries.syntax import text_of as words_of
from bot.lines import line as lines
from bot.lines.keywords import KEYS
from bot.lines.line import Line
from bot.lines.names import Named
from bot.message import Action, Message, Text, say
from bot.model import Chat, Subscription

Manage = Callable[[Request, Subscription], Awaitable[Message]]

ALL = ("all", "everything", "all of them", "them all")
ASKING = ("edit", "pause", "resume")
"""Verbs that are words of questions too."""
LABELS = {"edit": "Change", "pause": "Pause", "resume": "Resume", "unsubscribe": "Stop", "resubscribe": "Bring back"}
DOES = {"pause": "pauses", "resume": "resumes", "unsubscribe": "stops", "resubscribe": "brings back"}
_SUBS = Action("Subscriptions", "subs")
_TAKES = {"settings": (f"The settings are {', '.join(KEYS)}", Action("Settings", "settings"))}
"""What a verb takes that was read as the beginning of a question, and the button that leads there."""
SETTING = 2
"""Words of a setting: its key and its value."""
NAMED_BUTTONS = 8
"""Up to so many subscriptions have a row each, with their words; more stand side by side, by their numbers."""
LONGEST_LABEL = 40


async def meant(services: Services, chat: Chat, named: Named, today: date) -> Line:
    """Return the line that ``named`` means here: of a number, of a question, or one that ``manage`` asks back.

    Raises QueryError where what follows the name cannot be read.
    """
    if named.verb == "settings":
        return lines.read(f"find {named.line}", today)
    pool = await (services.store.stopped(chat) if named.verb == "resubscribe" else services.store.subscriptions(chat))
    fits, tail = _fitting(pool, named)
    is_asking = named.verb in ASKING and bool(named.words) and not named.channel
    if is_asking and (fits or named.text.lower() not in ALL):
        is_quoted = named.text.startswith('"')
        if (not fits and not is_quoted) or await _is_written(services, named.line):
            return lines.read(f"find {named.line}", today)
    if len(fits) == 1 and (tail or named.verb != "edit"):
        return lines.read(named.numbered(fits[0].number, tail), today)
    return Line(named.verb, rest=named.text, query=tail, channel=named.channel)


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


def as_question(named: Named, found: Message) -> Message:
    """Return the answer to a line that was read as a question; it says so where it may have been meant otherwise."""
    takes, way = _TAKES.get(named.verb, (f"“{named.verb}” takes a subscription's number or its own words", _SUBS))
    if len(named.words) > (SETTING if named.verb == "settings" else 1):
        return found
    note = Text(f"{takes}, so this is read as a question.", "note")
    return replace(found, blocks=(note, *found.blocks), actions=(*found.actions, (way,)))


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
    fits, _ = _fitting(pool, Named(verb, tuple(line.rest.split())))
    if not fits and line.rest.lower() in ALL and verb in DOES:
        return _all(request, pool)
    offered = fits or _likely(pool, verb) or pool
    words = f"No subscription here is called “{line.rest}”. Which one?" if line.rest else "Which one?"
    if verb == "edit" and not line.query:
        words = f"What should it be instead? Type it behind: edit {offered[0].number} <new words>."
    elif fits:
        words = f"“{line.rest}” fits several. Which one?"
    listed = "\n".join(views.listed(subscription, request.today) for subscription in offered)
    away = Action("Search for it", f"find {verb} {line.rest}") if line.rest and not fits else Action("Show all", "subs")
    everything = (Action("All of them", f"{verb} all"),) if verb in DOES and len(pool) > 1 and not line.rest else ()
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
    listed = "\n".join(views.listed(subscription, request.today) for subscription in pool)
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


# Names


def _fitting(pool: Sequence[Subscription], named: Named) -> tuple[list[Subscription], str]:
    """Return the subscriptions that the words name, and the words that follow the name, which only ``edit`` has."""
    if named.verb != "edit":
        return _called(pool, named.text) or _holding(pool, named.text), named.tail
    for count in range(len(named.words), 0, -1):
        if fits := _written_so(pool, " ".join(named.words[:count])):
            tail = named.words[count:]
            return fits, " ".join(tail[1:] if tail[:1] == ("to",) else tail)
    return [], ""


def _called(pool: Sequence[Subscription], name: str) -> list[Subscription]:
    """Return those with just these words, or with the same meaning."""
    wish = _meaning(name)
    return _written_so(pool, name) or [
        subscription for subscription in pool if not subscription.trending and subscription.canonical == wish
    ]


def _written_so(pool: Sequence[Subscription], name: str) -> list[Subscription]:
    return [subscription for subscription in pool if _folded(subscription.text) == _folded(name)]


def _holding(pool: Sequence[Subscription], name: str) -> list[Subscription]:
    """Return those that ask for all of these words."""
    wanted = set(_folded(name).split())
    return [subscription for subscription in pool if wanted and wanted <= _asked(subscription)]


def _folded(text: str) -> str:
    return " ".join(re.findall(r"[^\s\"()“”]+", text.lower()))


def _meaning(name: str) -> str | None:
    try:
        return parse(name).canonical if name else None
    except QueryError:
        return None


def _asked(one: Subscription) -> set[str]:
    """Return the words that the subscription asks for, without those that it leaves out."""
    try:
        tree = parse(one.text, most=0).tree
    except QueryError:  # an older version took it
        return set(_folded(one.text).split())
    return {word for leaf in _wanted(tree) for word in _folded(leaf).split()}


def _wanted(node: Node) -> Iterator[str]:
    match node:
        case Not():
            return
        case Leaf():
            yield words_of(node, shown=True)
        case _:
            for part in getattr(node, "parts", ()):
                yield from _wanted(part)


async def _is_written(services: Services, words: str) -> bool:
    """Return whether a paper of the archive holds these very words side by side."""
    if '"' in words:
        return False
    try:
        phrase = parse(f'"{words}"')
    except QueryError:
        return False
    return bool((await services.store.search(phrase, None, "new", 0, 0, services.now())).total)
