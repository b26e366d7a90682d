"""Talk is answered in words: it is never searched for, changes nothing, and offers nothing to follow."""

import pytest

from bot.model import Listing, Paper
from bot.understanding import talk
from tests.test_understanding import opened
from tests.understanding import NOON

LINES = """
and last week?|what about friday?|same thing for audio|the third one|open the 2nd|save the first and second|more|number 3
who wrote number 2|only the ones with code|without the medical papers|is it better than gpt-5?|what dataset did they use
can you make it 8 instead|put it on fridays|send me our weekly digest now|cancel the other one|add ocr to the vision one
when is the next digest|what does subscription 2 match|copy our subs from here to telegram|how often do you update
you are wrong, i wanted audio|quit|please write me an introduction on ocr|how many citations does it have
which is growing faster, ocr or asr?|we were wondering if u could send our group sth nice
"""


async def test_talk_lists_no_papers_changes_nothing_and_offers_nothing_to_follow():
    async with opened() as bench:
        answers = {line: await bench.type(line) for text in LINES.strip().splitlines() for line in text.split("|")}
    taken = [line for line, one in answers.items() if one.ids or one.is_done or not one.message.refused]
    offered = [line for line, one in answers.items() for to in one.lines if to.startswith(("subscribe", "alert"))]
    assert (taken, offered) == ([], [])


async def test_a_title_that_sounds_like_talk_is_searched_for():
    async with opened() as bench:
        title = "Act as a judge who weighs the evidence of agents before they answer"
        await bench.store.save(
            Listing("huggingface", NOON.date(), (Paper("2611.09999", title, day=NOON.date()),)), (), NOON, seen=False
        )
        assert (await bench.type(title)).ids[:1] == ("2611.09999",)


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("is mamba still a thing? show me", "mamba"),
        ("we want you to send our group things", "group"),
        ("i am here", ""),
    ],
)
def test_the_subject_of_talk_is_all_but_its_little_words(words, subject):
    assert talk.is_talk(words)
    assert talk.subject(words) == subject
