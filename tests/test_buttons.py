"""Every button of every answer, pressed: it holds a whole line, names what it changes, and destroys nothing unnamed."""

import re

import pytest

from bot.lines.fields import PLAIN
from bot.lines.line import by_words, read
from bot.lines.verbs import VERBS
from bot.message import ASKS, Action, Message, Text
from bot.model import Chat
from bot.ports.platform import BUTTON_BYTES
from tests.test_understanding import opened
from tests.understanding import NOON, Me

LINES = """
start|help|help all|help subscribe|help in|today|rl today|rl|agents -video|by example|trending|trending rl|quantum|modells
rl tody|rl 11/12/2025|rl 30 feb|rl tomorrow|rl last few days|video or image generation|daily agents|digest ocr|go
papers by Ada Exampel|2611.00003|paper 2611.00003|abstract 2611.00003|similar 2611.00003|why 2611.00003|2611.0003
summarize 2611.00003|save 2611.00003|unsave 2608.17253|saved|export bibtex|subscribe rl agents|subscribe quantum|subscribe
subscribe everything|subscribe ocr twice a week|subscribe rl daily|alert ocr|alert|subs|alerts|stop|stop everything|unfollow quantum
stop ocr|pause all|pause 2|resume 1|resume all|unsubscribe 2|edit 2|edit 2 agents|edit 2 daily at 18:00|edit edit|name 2 mine
more 2|preview rl|trends rl|settings|settings quiet 22-7|settings timezone Nowhere|undo|log|status|forget me|thanks|hello
too many messages|save this|be quiet at night|make it weekly|same but for ocr|today's rl and subscribe ocr|rl daily at
susbcribe ocr|in @nobody subscribe rl|https://openreview.net/forum?id=x|i am in tokyo|page|more|unsubscribe bias|edit distance
"""
DESTROYS = ("unsubscribe", "pause", "edit", "forget", "unsave", "name")
"""Verbs that take something away or change what was made."""
CHANGING = [verb.name for verb in VERBS.values() if verb.changes]
MANAGES = re.compile(
    r"\b(?:subs|alerts|stop|unfollow|unsubscribe|pause|resume|edit|name|forget|unsave|saved?|mute|subscribe|alert)\b"
)
"""Lines that show or name what is followed or kept."""


def lines(message: Message) -> list[Action]:
    """Return the buttons that send a line, those of menus too."""
    rows = (*message.actions, *(one.menu for one in message.blocks if isinstance(one, Text)))
    return [action for row in rows for action in row if action.line]


class Chatting:
    """The same chat anew for each press: what is followed and saved, and the line that brought the button."""

    def __init__(self, bench):
        self.bench, self.store = bench, bench.store

    async def say(self, *typed):
        """Return the last answer, and what the chat kept before and after it."""
        chat = Chat("terminal", "local", f"{next(self.bench._chats)}")
        await self.bench.furnish(chat)
        for line in typed[:-1]:
            await self.bench.answers(chat, Me(chat), line)
        before = await self.bench.kept(chat)
        message = await self.bench.answers(chat, Me(chat), typed[-1])
        return message, before, await self.bench.kept(chat), chat


@pytest.mark.parametrize("row", LINES.strip().splitlines())
async def test_every_button_sends_a_whole_line_that_does_what_it_says(row):
    async with opened() as bench:
        chatting = Chatting(bench)
        for line in map(str.strip, row.split("|")):
            message, *_ = await chatting.say(line)
            for button in lines(message):
                await pressed(chatting, line, message, button)


def meaning(line):
    """Return the verb of a whole line, and the numbers of the subscriptions that it names."""
    if line in ASKS:  # asks for the topic
        return "find", ()
    if named := by_words(line):
        return named.verb, ()
    sent = read(line, NOON.date())
    return ("find" if sent.verb == "share" else sent.verb), [one for one in (sent.number, *sent.numbers) if one]


async def pressed(chatting, typed, message, button):
    assert len(button.line.encode()) <= BUTTON_BYTES, button
    whole = await chatting.store.kept_line(button.line) if button.line.startswith("~") else button.line
    verb, numbers = meaning(whole)
    said = " ".join([button.label, typed, *(one.text for one in message.blocks if isinstance(one, Text))])
    if verb in DESTROYS:
        assert MANAGES.search(typed) or typed == whole, (typed, button)
        assert all(re.search(rf"#?\b{number}\b", said) for number in numbers), (typed, button)
    answer, before, after, _ = await chatting.say(typed, button.line)
    words = " ".join(one.text for one in answer.blocks if isinstance(one, Text))
    assert answer.blocks or answer.file, (typed, button)
    assert "Something went wrong" not in words, (typed, button)
    assert "too old" not in words, (typed, button)
    if verb not in CHANGING and not whole.startswith(PLAIN):
        assert before == after, (typed, button)
