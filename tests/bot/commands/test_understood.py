"""Lines as people type them, on every platform: what is told, what is asked, and how a question is answered."""

from datetime import timedelta

import pytest

from bot.language.words import respelling
from tests.adapters.feeds.days import FRIDAY
from tests.bot.commands.world import ids, said
from tests.support.store_makers import NOON, a_paper


async def test_a_line_that_was_read_otherwise_says_so_and_leads_back_to_the_words(world):
    (shown,) = await world.stage.type("any papers about rl today please")
    assert "read as: rl today" in shown.text
    assert ids([shown]) == ["2611.12001"]
    assert "As typed" in shown.buttons
    assert "read as" not in await said(world.stage, "! any papers about rl today please")


async def test_a_line_of_the_grammar_is_answered_as_it_stands(world):
    assert "read as" not in await said(world.stage, "rl today")


async def test_a_question_changes_nothing_and_is_answered_by_its_number(world):
    await world.stage.type("subscribe rl")
    await world.stage.type("subscribe diffusion")
    assert "is called “quantum”. Which one?" in await said(world.stage, "unfollow quantum")
    await world.stage.type("rl 11/12/2025")
    assert "11 Dec 2025" in await said(world.stage, "1")
    assert [one.text for one in await world.store.subscriptions()] == ["rl", "diffusion"]


async def test_a_question_is_answered_by_its_words_and_only_once(world):
    await world.stage.type("rl 11/12/2025")
    assert "Thu 11 Dec 2025" in await said(world.stage, "11 Dec 2025")
    assert "Of which list?" in await said(world.stage, "2")


async def test_a_question_is_over_after_another_line_and_after_a_while(world):
    await world.stage.type("subscribe rl")
    await world.stage.type("stop")
    await world.stage.type("rl today")
    await world.stage.type("1")
    await world.stage.type("stop")
    world.time += timedelta(minutes=11)
    await world.stage.type("1")
    assert len(await world.store.subscriptions()) == 1


async def test_the_words_of_a_subscription_stop_it(world):
    await world.stage.type("subscribe rl")
    assert "#1 rl is stopped" in await said(world.stage, "stop rl")
    assert await world.store.subscriptions() == ()


async def test_a_search_for_a_verbs_words_changes_nothing(world):
    await world.stage.type("subscribe rl")
    for line in ("stop gradient", "remove objects", "pause tokens"):
        await world.stage.type(line)
    assert [one.paused for one in await world.store.subscriptions()] == [False]


async def test_an_id_that_lacks_a_digit_is_asked_about(world):
    asked = await said(world.stage, "2611.1101")
    assert "five digits" in asked
    assert "2611.11001" in asked


async def test_a_name_that_is_nearly_known_is_asked_about(world):
    asked = await said(world.stage, "papers by Ada Exampel")
    assert "Ada Example" in asked
    assert "0 papers" not in asked


async def test_words_that_look_misspelt_are_offered_as_they_are_spelt(world):
    (shown,) = await world.stage.type("modells")
    assert "Did you mean: model" in shown.text
    assert "Subscribe" not in shown.buttons


async def test_all_that_is_misspelt_in_a_line_is_offered_mended_at_once(world):
    (shown,) = await world.stage.type("papres on modells this weak")
    assert any(one.startswith("model") and one.endswith("this week") for one in shown.buttons)


async def test_a_sign_between_spaces_is_no_word(world):
    shown = await said(world.stage, "rl @ today")
    assert "rl · Tue 24 Nov" in shown
    assert "@" not in shown


async def test_a_verb_before_a_little_word_alone_is_about_no_subscription(world):
    await world.stage.type("subscribe rl")
    await world.stage.type("pause to")
    assert "stops" not in await said(world.stage, "stop for")
    assert [one.paused for one in await world.store.subscriptions()] == [False]


async def test_quiet_weekends_are_a_setting(world):
    assert "Quiet times are now weekends" in await said(world.stage, "settings quiet weekends")
    assert "Quiet times are now 22:00-07:00 weekends" in await said(world.stage, "settings quiet weekends 22-7")
    assert "Quiet times are now off" in await said(world.stage, "settings quiet off")


async def test_each_line_of_a_message_is_a_line(team):
    shown = await team.stage.type("rl today\nrl yesterday")
    assert ids(shown) == ["2611.12001", "2611.11001"] or len(ids(shown)) >= 2
    words = "\n".join(one.text for one in shown)
    assert words.index("Tue 24 Nov") < words.index("Mon 23 Nov")


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("subscribe rl in @lists_of_ann daily 15:00", "in @lists_of_ann subscribe rl daily at 15:00"),
        ("follow agents @lists_of_ann", "in @lists_of_ann subscribe agents"),
        ("post rl to @lists_of_ann every day", "in @lists_of_ann subscribe rl daily at 09:00"),
        ("subs @lists_of_ann", "in @lists_of_ann subs"),
    ],
)
async def test_a_channel_named_inside_a_line_is_the_one_that_is_meant(world, line, read):
    (answer,) = await world.stage.type(line)
    assert f"read as: {read}" in answer.text.replace("\u2060", "")


async def test_a_channel_without_its_name_is_asked_for(world):
    (answer,) = await world.stage.type("follow rl in my channel")
    assert "Which channel?" in answer.text
    assert await world.store.subscriptions() == ()


ASKED_BACK = {
    "stop": ["#2", "unsubscribe"],
    "unfollow quantum": ["2", "unsubscribe"],
    "unsubscribe all": ["Stop all 2", "unsubscribe"],
    "delete all my subscriptions": ["yes", "unsubscribe"],
    "pause all": ["yes please", "pause"],
    "rl 11/12/2025": ["2", "12 Nov 2025"],
    "video or image generation": ["(video OR image) generation", "(video OR image) generation"],
    "subscribe rl twice a week": ["1", "weekly"],
    "daily ocr": ["yes", "#3 ocr"],
    "2611.1101": ["1", "Reward Models"],
}
"""Lines that are asked about: what is typed then, and what that does or shows."""


async def test_what_is_asked_back_is_answered_by_the_number_or_the_words_of_a_button(world):
    for line, (typed, done) in ASKED_BACK.items():
        for words in ("rl", "diffusion"):
            await world.stage.type(f"subscribe {words}")
        await world.stage.type(line)
        shown = await said(world.stage, typed)
        held = await world.store.subscriptions()
        match done:
            case "unsubscribe":
                assert "rl" not in [one.text for one in held] or "diffusion" not in [one.text for one in held], line
            case "pause":
                assert [one.paused for one in held] == [True, True], line
            case _:
                assert done in shown, line
        await world.stage.type("forget me yes")  # the next line finds a chat that is new


async def test_yes_answers_no_question_that_has_several_answers(world):
    for words in ("rl", "diffusion"):
        await world.stage.type(f"subscribe {words}")
    for line in ("stop", "unfollow quantum", "rl 11/12/2025"):
        await world.stage.type(line)
        assert "no question open" in await said(world.stage, "yes")
    assert len(await world.store.subscriptions()) == 2


async def test_a_slip_that_few_papers_share_is_shown_with_what_is_meant(world, monkeypatch):
    monkeypatch.setattr(respelling, "TIMES", 10)
    titles = ["A transfomer", *(f"Transformer {n} at work" for n in range(12))]
    papers = [a_paper(f"2611.{n:05}", title, day=FRIDAY) for n, title in enumerate(titles, 50_000)]
    await world.store.import_papers(papers, NOON)
    (shown,) = await world.stage.type("transfomer")
    assert "transfomer · 1 paper" in shown.text
    (lost,) = await world.stage.type("transfomer today")
    assert "Last match: 1 paper" in lost.text
    for one in (shown, lost):
        assert "Did you mean: transformer" in one.text
        assert "Subscribe" in one.buttons


async def test_the_numbers_of_choices_stand_apart_from_them(world):
    assert "1  11 Dec 2025\n2  12 Nov 2025" in await said(world.stage, "rl 11/12/2025")


async def test_a_misspelt_verb_is_named_and_the_one_that_is_meant_offered(world):
    shown = await said(world.stage, "susbcribe ocr")
    assert "I do not know “susbcribe”. Did you mean: subscribe ocr" in shown
    assert "1" not in shown


async def test_talk_is_led_to_help_as_it_is_typed_there(world, platform):
    shown = await said(world.stage, "why do i keep hearing about this zebra thing from everybody")
    line = "/papers help" if platform == "slack" else "help"
    assert f"Type words to look for, or “{line}”." in shown


@pytest.mark.parametrize(
    ("typed", "answered"),
    [
        ("hello", "I bring new papers"),
        ("hey bot 👋", "I bring new papers"),
        ("👍", "Good."),
        ("🎉 👏", "Good."),
        ("👋", "Hello."),
    ],
)
async def test_a_greeting_is_answered_as_people_are(world, typed, answered):
    (shown,) = await world.stage.type(typed)
    assert (shown.text.startswith(answered), "As typed" in shown.buttons) == (True, False)
