"""What an answer says at one glance: of which subscription, how it stands now, and what to do next."""

import re
from itertools import count

import pytest

from bot.message import Message, Text, as_typed
from bot.model import Chat
from tests.adapters.feeds.days import MONDAY, TUESDAY, own_days, record
from tests.bot.commands.world import World, open_world
from tests.understanding import Me

CHATS = count()


def words(message: Message) -> str:
    return "\n".join(block.text for block in as_typed(message, "").blocks if isinstance(block, Text))


def labels(message: Message) -> list[str]:
    return [action.label for row in message.actions for action in row]


async def answered(world: World, *lines: str) -> Message:
    """Return the answer to the last of the lines, typed in a chat of their own."""
    chat = Chat("terminal", "local", f"glance{next(CHATS)}")
    for line in lines:
        message = await world.answers(chat, Me(chat), line)
    return message


ROWS: tuple[tuple[str, str, str], ...] = (
    # preview
    ("subscribe rl > preview 1", r"3 papers · rl · the last 14 days\n(?s:.*)#1 rl brings these here already", ""),
    ("subscribe rl > preview #1 this week", "2 papers · rl · 23-24 Nov", ""),
    ("subscribe rl > preview 7", "This chat has no subscription #7. It has #1.", "The word 7, Subscriptions"),
    ('preview "7"', '0 papers · "7" · the last 14 days', "Subscribe"),
    ("preview trending", r"10 papers · trending · .*\nA digest \(daily at 09:00\) brings the 10 most", "Subscribe"),
    ("subscribe trending rl weekly max 3 > preview 1", r"trending rl · .*\nA digest \(weekly on mon at 09:00\) brings the 3", ""),
    # edit and subscribe
    ("subscribe rl > name 1 mine > edit 1 diffusion", r"^#1 mine \(diffusion\), posted here as they appear\.", ""),
    ("subscribe rl > pause 1 > edit 1 world", r"^#1 world, posted here as they appear, paused\.", "Resume, Preview, Daily instead, Undo"),
    ("subscribe rl > pause 1 2w > edit 1 daily", r"^#1 rl, a digest here daily at 09:00 \(UTC\), paused until Tue 8 Dec\.", ""),
    ("subscribe rl monthly", r"^#1 rl, a digest here monthly at 09:00 \(UTC\), on the 1st\.\nAbout 1 paper a day", ""),
    # trends
    ("trends rl vs diffusion vs world vs robots", r"^left out: robots; a chart shows 3 queries\nrl, diffusion, world · ", ""),
    ("trends rl vs RL", r"^rl · \d+ papers · ", ""),
    # what is an example is not one press away
    ("subscribe rl > name 1", "^What should #1 rl be called[?] Type it behind the number.\nFor example: name 1 morning papers", "-"),
    ("trends", "For example: trends rl", "-"),
    ("export", "For example: export bibtex", "-"),
    ("upvotes>=ten", "For example: upvotes>=20", "-"),
    ("subscribe rl daily at 25:00", "For example: subscribe rl daily at 23:00", "-"),
    ("subscribe rl weekly on mondey", "Did you mean: subscribe rl weekly on mon at 09:00", "Yes"),
    ("! subscribe rl every 3 minutes", "For example: subscribe rl every 1 hour", "-"),
    ("subscribe rl every 3 minutes", "^The shortest rhythm is an hour.", "every 1 hour, now"),
    # settings
    ("settings answers public", "^Answers are now public.$", "-"),
    ("settings length 5", "^The length of an answer is now 5.$", "-"),
    ("settings timezone Mars", "^I know no time zone “Mars”. Name a large town, such as Paris, or an offset, such as UTC", "-"),
    ("subscribe rl > subscribe world > stop", "^read as: unsubscribe\nWhich one[?]", "Subscriptions, Stop all, Stop #1 rl, Stop #2 world, As typed"),
    ("subscribe rl > edit", "^Which one, and to what[?] “edit 1 rl agents” changes #1 rl[.]", "Subscriptions"),
    ("alert rl > alerts", "^1 alert\n#1 rl", ""),
    ("forget me", "^This deletes your settings and the record", "Forget me, My data first"),
    ("subscribe rl > forget me", "^This deletes your 1 subscription, your settings and", ""),
    # a verb with a wrong word
    ("export pdf", "^It is typed “export bibtex.csv.json.opml.mydata”[,] so this is read as a question.\nexport pdf · 0 papers", "Subscribe, Help"),
    ("similar zebra", "^It is typed “similar <id> .when.”[,] so this is read as a question.", "Subscribe, Help"),
    ("help weekly", "^It is typed “help .verb.”[,] so this is read as a question.", ""),
    ("settings foo bar", "^The settings are timezone, .*[,] so this is read as a question.", ""),
    ("/foo", "^There is no command /foo[,] so this is read as a question.", "All commands"),
    # nothing there
    ("edit", "Nothing is followed here.", "Follow a topic"),
    ("edit 2", "Nothing is followed here.", "Follow a topic"),
    ("why 2611.10001", "follows nothing yet, so nothing says why. “subscribe rl” begins.", "Follow a topic"),
    ("zebra", "^zebra · 0 papers\nNo paper matches.\n“subscribe zebra” waits for one.", "Subscribe"),
    ("papers by hinton", "^I know nobody called hinton.\n1  The word hinton", "The word hinton, As typed"),
    ("saturday", "^Papers · Sat 21 Nov 2026 · 0 papers\nNo list on Saturday.\nThe last list: 2 papers on Tue 24 Nov.", "Show it"),
    ("trending saturday", "No list on Saturday.", "Today"),
    ("rl page 9", "^rl · 3 papers\nNo more papers: there is one page.", "Page 1"),
    ("subs", "This chat follows nothing yet. “subscribe rl” begins.", "Follow a topic"),
)  # fmt: skip
"""Lines typed one after another; what the last answer says; the labels of its buttons, "" for any, "-" for none."""


@pytest.mark.parametrize(("lines", "said", "pressed"), ROWS)
async def test_an_answer_says_at_a_glance_what_it_is_about(lines: str, said: str, pressed: str) -> None:
    async with open_world("terminal", own_days(), polled=True) as world:
        message = await answered(world, *lines.split(" > "))
    assert re.search(said, words(message)), words(message)
    assert pressed in ("", ", ".join(labels(message)) or "-")


SPELT = (
    ("settings length 5 > diffusoin today", "Did you mean: diffusion today\n", ["diffusion"]),
    ("subscribe diffusoin", "^No paper read so far has these words.", ["diffusion", "Follow all the same"]),
    ("subscribe gardening", "^#1 gardening, posted here as they appear", ["Preview", "Daily instead", "Undo"]),
)


@pytest.mark.parametrize(("lines", "said", "pressed"), SPELT)
async def test_a_young_archive_asks_about_words_that_look_mistyped(lines: str, said: str, pressed: list[str]) -> None:
    listed = {TUESDAY: [record(f"2611.1{n:04}", f"Diffusion of {n} kinds", TUESDAY) for n in range(40)]}
    async with open_world("terminal", listed, polled=True) as world:
        message = await answered(world, *lines.split(" > "))
    assert re.search(said, words(message)), words(message)
    assert labels(message) == pressed


async def test_a_paper_of_two_lists_is_counted_once() -> None:
    twice = record("2611.13001", "RL in two lists", TUESDAY)
    other = record("2611.13002", "Robots", TUESDAY)
    async with open_world("terminal", {MONDAY: [twice], TUESDAY: [twice, other]}, polled=True) as world:
        assert words(await answered(world, "rl this week")).startswith("rl · 23-24 Nov · 1 paper of 2")


async def test_to_follow_all_the_same_is_the_line_as_it_was_typed() -> None:
    listed = {TUESDAY: [record(f"2611.1{n:04}", f"Diffusion of {n} kinds", TUESDAY) for n in range(40)]}
    async with open_world("terminal", listed, polled=True) as world:
        message = await answered(world, "settings length 5", "subscribe diffusoin max 3")
    sent = [action.line for row in message.actions for action in row]
    assert sent == ["subscribe diffusion max 3", "! subscribe diffusoin max 3"]
