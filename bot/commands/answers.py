"""Walk 2: a line comes in, a Message goes out."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.commands import suggestions
from bot.commands.asked import Questions
from bot.commands.buttons import shared, shortened
from bot.commands.following import naming
from bot.commands.questions import leftovers, linked
from bot.commands.rate import Rate
from bot.commands.services import ME, PaperSource, Request, Run, Services
from bot.commands.understood import Understand, followable, manages, question, told, understood
from bot.errors import ChatGone, ChatMoved, OutcomeUnknown, PaperwireError, QueryError, SendError, StoreError
from bot.lines.fields import Line
from bot.lines.line import by_words, query_of, read
from bot.lines.verbs import VERBS
from bot.lines.writing import CHANNEL, write
from bot.message import TYPED, Action, Message, as_typed, hint, joined, say, with_lines
from bot.model import Change, Chat, Settings, Subscription
from bot.ports.asker import Asker
from bot.ports.platform import Traits
from bot.steady import Steady
from bot.understanding import marks

log = logging.getLogger(__name__)

OF_A_BUTTON = re.compile("~[a-z2-7]{10}")
"""A short name, as the store gives it."""


class Answers:
    """Answers lines, never raising.

    Somebody who types too fast is told to wait, once a minute, and gets empty messages besides, where the platform's
    traits say that lines are limited. ``runs`` are the verbs (bot.commands.verbs), and ``understand`` are the rules by
    which a line is read (bot.understanding.reading): bot.app.wiring joins the three.
    """

    def __init__(self, services: Services, runs: Mapping[str, Run], understand: Understand) -> None:
        self._services = services
        self._runs = runs
        self._understand = understand
        self._steady = Steady(services.now)
        self._rate = Rate(services.limits.lines_a_minute)
        self._questions = Questions(services.now)
        self._shared = linked.Shared(services.now)

    def over(self, library: PaperSource) -> Answers:
        """Return answers over the same store and another library, with a count of lines of their own."""
        return Answers(replace(self._services, library=library), self._runs, self._understand)

    def on(self, traits: Traits) -> Answers:
        """Return answers for lines typed on a platform of these traits, with a count of their own."""
        return Answers(replace(self._services, traits=traits), self._runs, self._understand)

    async def __call__(self, chat: Chat, asker: Asker, text: str) -> Message:
        """Carry out one line; see bot.ports.Answer."""
        person = (chat.platform, chat.account, asker.id)
        refusal = self._rate.refusal(person, self._steady()) if self._services.traits.limits_lines else None
        line = self._questions.answered(chat, asker, text)
        return refusal or self._questions.kept(chat, asker, await self.search(chat, asker, line))

    async def linked(self, chat: Chat, asker: Asker, text: str) -> Message:
        """Return the cards of the papers whose ids ``text`` has, where the chat wants cards for links; else nothing."""
        try:
            wanted = (await self._settings(chat)).links
        except StoreError as error:
            log.warning("links were not looked at: %s", error)
            return Message(())
        person = (chat.platform, chat.account, asker.id)
        if not wanted or self._rate.refusal(person, self._steady()):
            return Message(())
        answers = [await self.search(chat, asker, f"paper {id}") for id in text.split()[: linked.MOST]]
        cards = [self._shared.card(chat, one) for one in answers]
        return joined([one for one in cards if not one.is_empty] or cards[:1])

    async def search(self, chat: Chat, asker: Asker, text: str) -> Message:
        """Carry out one line that counts for no limit: inline search asks at every letter."""
        try:
            most = self._services.traits.button_bytes
            message = _bound(await self._answer(chat, asker, text))
            return await shortened(message, self._services.store, chat, self._services.now(), who=asker.id, most=most)
        except QueryError as error:
            return await suggestions.unreadable(error, text, chat, self._services)
        except StoreError as error:
            log.warning("a line was not carried out: %s", error)
            return replace(say(error.shown), refused=True)
        except (SendError, ChatGone, ChatMoved, OutcomeUnknown) as error:
            return withheld(error)
        except Exception:  # round one command: a defect must not take the platform down, nor leave silence
            log.exception("a command failed")
            return replace(say("Something went wrong here; it is in the log. Nothing else is affected."), refused=True)

    async def _answer(self, chat: Chat, asker: Asker, text: str) -> Message:
        """Answer each line of what was typed, as the rules of bot.understanding read it."""
        typed = await self._whole(text)
        if rest := await leftovers.these(self._services, typed):
            return rest
        several = marks.lines(typed)[: marks.MOST_LINES] or (typed,)
        return joined([await self._read(chat, asker, line) for line in several])

    async def _read(self, chat: Chat, asker: Asker, text: str) -> Message:
        settings = await self._settings(chat)
        now = self._services.now().astimezone(ZoneInfo(settings.timezone))
        followed = await self._followed(chat, asker, text) if manages(text) else ()
        reading = await understood(self._services.store, text, now, followed, self._understand)
        if reading.words:
            self._questions.ask(chat, asker, reading)
            return question(reading)
        messages: list[Message] = []
        for line in reading.lines:  # a line may change the settings by which the next one is read
            settings = await self._settings(chat) if messages else settings
            messages.append(told(await self._carried(chat, asker, line, settings), reading, line))
        return joined(messages)

    async def _settings(self, chat: Chat) -> Settings:
        return await self._services.store.settings(chat) or self._services.defaults

    async def _followed(self, chat: Chat, asker: Asker, text: str) -> tuple[Subscription, ...]:
        """Return what is followed where the line means it: here, or in the channel that it names."""
        channel = re.match(rf"\s*/?in\s+({CHANNEL.pattern})\s", text, re.IGNORECASE)
        target = await _target(chat, asker, Line(channel=channel[1])) if channel else chat
        return () if isinstance(target, Message) else await self._services.store.subscriptions(target)

    async def _carried(self, chat: Chat, asker: Asker, whole: str, settings: Settings) -> Message:
        """Carry out a line of the grammar."""
        today = self._services.now().astimezone(ZoneInfo(settings.timezone)).date()
        named = by_words(whole)
        line = Line(named.verb, channel=named.channel) if named else read(whole, today)
        if line.verb == "share":
            return shared(await self._carried(chat, asker, line.rest, replace(settings, answers="public")))
        target = await _target(chat, asker, line)
        if isinstance(target, Message):
            return target
        if target != chat:
            settings = await self._settings(target)
        if named:
            line = await naming.line_meant(self._services, target, named, today)
        verb = VERBS[line.verb]
        if verb.administrators and not await asker.administers(target):
            return _forbidden(line, self._services.traits.group)
        length = _lengthened(line, settings.length)
        request = Request(self._services, target, chat, asker, length, settings, query_of)
        message = followable(naming.misused(line, await self._runs[line.verb](request)), line, today)
        if named and line.verb == "find":
            message = naming.as_question(named, message)
        if message.undo:
            message = await _noted(request, await asker.private() if verb.is_own else target, line, message)
        return _addressed(request, message)

    async def _whole(self, text: str) -> str:
        """Return the line itself, where ``text`` is the short name that a button carries."""
        name = text.strip()
        if not name.startswith("~") or " " in name:
            return text
        line = await self._services.store.kept_line(name)
        if line is None and OF_A_BUTTON.fullmatch(name):
            raise QueryError("This button is too old for me to know its line. Type the line again.")
        return line or text


async def _noted(request: Request, chat: Chat, line: Line, message: Message) -> Message:
    """Keep what the line changed; the button that takes it back takes back just that, whatever follows."""
    done = write(replace(line, channel=""))
    number = await request.store.note(Change(chat, request.now, request.asker.id, done, message.undo))
    rows = (
        tuple(replace(action, line=f"undo {number}") if action.line == message.undo else action for action in row)
        for row in message.actions
    )
    return replace(message, actions=tuple(rows))


async def _target(chat: Chat, asker: Asker, line: Line) -> Chat | Message:
    """Return the chat that ``in @channel`` names, else the one where the line was typed; or why not."""
    if not line.channel:
        return chat
    if line.channel == ME:
        return await asker.private()
    found = await asker.find(line.channel)
    if found is None:
        return replace(say(f"I know no chat {line.channel}. Add me there as an administrator first."), refused=True)
    if not await asker.administers(found):
        return replace(say(f"Only administrators of {line.channel} manage it from here."), refused=True)
    return found


def _addressed(request: Request, message: Message) -> Message:
    """Return an answer whose buttons mean the chat that the line named, and that those see who may."""
    is_elsewhere, line = request.chat != request.home, request.line
    if message.private or (line.channel == ME and is_elsewhere):
        return replace(_aimed(message, ME), private=True)
    if is_elsewhere and not VERBS[line.verb].is_own:
        message = _aimed(message, line.channel)
    return replace(message, shared=True) if request.settings.answers == "public" else message


def _aimed(message: Message, channel: str) -> Message:
    """Return an answer whose buttons and lines to type mean the chat that ``channel`` names, wherever they are used."""
    aim = f"in {channel}"
    message = as_typed(message, f"{TYPED}{aim} ") if channel != ME else message
    return with_lines(message, lambda line: f"{aim} {line}")


def _bound(message: Message) -> Message:
    """Return the answer with the buttons marked whose lines are about the chat where they are pressed."""
    bound = {name for name, verb in VERBS.items() if verb.about == "chat"}
    rows = (
        tuple(replace(action, bound=action.line.split(" ")[0] in bound) for action in row) for row in message.actions
    )
    return replace(message, actions=tuple(rows))


def _lengthened(line: Line, length: int) -> Line:
    """Return the line with the chat's own length of answers, where it named none."""
    return replace(line, top=length) if line.top == Line().top else line


def _forbidden(line: Line, group: str) -> Message:
    """Refuse a change, and say what everybody may do instead."""
    words = f"Only administrators of this {group} change its subscriptions."
    if line.verb != "subscribe" or not line.query:
        return replace(say(words), refused=True)
    words += f" {hint(f'alert {line.query}')} sends them to you alone."
    return replace(say(words, Action("Alert me", f"alert {line.query}")), refused=True)


def withheld(error: PaperwireError) -> Message:
    """Return the answer where the platform did not give what the line needs: a reason that stands, or a hiccup."""
    reason = str(error)
    words = f"{reason[:1].upper()}{reason[1:]}."
    if not isinstance(error, ChatGone):
        words += " I could not find out what this line needs; try again soon."
    return replace(say(words), refused=True)
