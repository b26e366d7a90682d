"""A line changes the subscriptions that it names, by number, by their words or all, and never another."""

import re

import pytest

from bot.model import Subscription
from tests.adapters.feeds.days import TUESDAY, record
from tests.bot.commands.test_history import standing
from tests.bot.commands.world import ids, open_world, said
from tests.support.store_makers import a_subscription

FOLLOWED = ("diffusion", "rl", '"world model" daily at 09:00', "vla upvotes>=20 -survey")
CHANGES = re.compile("Yes|Pause|Resume|Stop|Change|Bring")


@pytest.fixture
async def following(world):
    """A private chat that follows four queries."""
    for query in FOLLOWED:
        await said(world.stage, f"subscribe {query}")
    return world


async def held(world):
    """Return the subscriptions by number, with a mark where they are paused."""
    found = await world.store.subscriptions(world.stage.chat())
    return {one.number: f"{one.text}{' paused' if one.paused else ''}" for one in found}


@pytest.mark.parametrize("verb", ["similar", "why", "save", "paper"])
async def test_the_paper_of_an_example_is_never_taken_for_the_one_that_is_meant(world, verb):
    (answer,) = await world.stage.type(verb)
    assert f"For example: {verb} 2403.03950" in answer.text
    assert "Yes" not in answer.buttons


async def buttons(world, line):
    return [label for one in await world.stage.type(line) for label in one.buttons]


NAMED = (
    ("unsubscribe rl", {2: None}),
    ("unsub RL", {2: None}),
    ('unsubscribe "world model"', {3: None}),
    ("unsubscribe world model", {3: None}),
    ("unsubscribe vla", {4: None}),
    ("unsubscribe 1 2", {1: None, 2: None}),
    ("unsubscribe #1, #2 and 4", {1: None, 2: None, 4: None}),
    ("unsubscribe 2 9", {2: None}),
    ('pause "world model"', {3: '"world model" paused'}),
    ("pause rl 2w", {2: "rl paused"}),
    ("pause world model for 2 weeks", {3: '"world model" paused'}),
    ("pause 1 2 3d", {1: "diffusion paused", 2: "rl paused"}),
    ("edit rl agents upvotes>=5", {2: "agents upvotes>=5"}),
    ("edit rl to rl agents", {2: "rl agents"}),
    ('edit "world model" jepa', {3: "jepa"}),
    ("edit vla upvotes>=20 -survey vla upvotes>=30", {4: "vla upvotes>=30"}),
)


async def test_names_work_change_nothing_else_and_are_taken_back(following):
    before, whole = await held(following), await standing(following)
    for line, changed in NAMED:
        await said(following.stage, line)
        after = {number: text for number, text in (before | changed).items() if text}
        assert await held(following) == after, line
        await said(following.stage, "undo")
        assert await standing(following) == whole, line


async def test_a_paused_one_goes_on_by_its_name_and_undo_pauses_it_until_the_same_day(following):
    await said(following.stage, "pause 1 2w")
    await said(following.stage, "pause 2")
    before = await following.store.subscriptions()
    await said(following.stage, "resume diffusion")
    await said(following.stage, "resume rl")
    assert "paused" not in str(await held(following))
    for _ in range(2):
        await said(following.stage, "undo")
    await said(following.stage, "resume 1 2")
    await following.stage.press("Undo")
    after = await following.store.subscriptions()
    assert [one.paused_until and one.paused_until.date() for one in after] == [
        one.paused_until and one.paused_until.date() for one in before
    ]
    assert [one.paused for one in after] == [True, True, False, False]


async def test_what_was_stopped_comes_back_by_its_name(following):
    before = await held(following)
    await said(following.stage, "unsubscribe 2 3")
    await said(following.stage, "resubscribe rl")
    await said(following.stage, "resubscribe world model")
    assert await held(following) == before


NOT_NAMED = (
    *(
        "unsubscribe bias",
        "unsubscribe survey",
        "unsubscribe",
        "pause",
        "resume",
        "edit",
        "edit 2",
        "edit rl",
        "pause 0",
    ),
    *(
        "unsubscribe all",
        "pause all",
        "resume all",
        "resume everything",
        "resubscribe all",
        "resubscribe bias",
        "edit 2x rl",
    ),
    *("pause tokens", "edit distance", "resume training", "edit 3d scenes", 'pause "tokens"', "pause 2 rl", "pause x"),
    *("settings transfer", "export models", "save", "unsave all of them", "subscribe", "alert", "subscribe now"),
    *("unsubscribe 9", "unsubscribe 8 9", "pause 2 0d", "save https://arxiv.org/", "edit images with text"),
)


async def test_what_names_nothing_changes_nothing_nor_does_its_first_button(following):
    before = await standing(following)
    for line in NOT_NAMED:
        first = (await buttons(following, line))[:1]
        for label in first if first not in (["Subscribe"], ["Share"]) else ():
            await following.stage.press(label)
        assert await standing(following) == before, line
        assert await following.store.saved_papers(following.stage.chat()) == (), line
        assert "Yes" not in first, line


QUESTIONS = {
    "edit distance": ["2611.12000"],
    "pause tokens": ["2611.12001", "2611.12005"],
    "resume training": ["2611.12002"],
    "settings transfer": ["2611.12003"],
    "export models": ["2611.12004"],
    "pause token cost": ["2611.12005", "2611.12001"],
}
"""The papers, called after each line in turn, that the line finds."""


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_likely_question_is_answered_as_one_and_no_button_changes_a_subscription(platform, is_known):
    papers = [record(f"2611.1200{n}", f"On {line} again", TUESDAY) for n, line in enumerate(QUESTIONS)]
    async with open_world(platform, {TUESDAY: papers if is_known else []}, polled=True) as world:
        await said(world.stage, "subscribe rl")
        for line, found in QUESTIONS.items():
            shown = await world.stage.type(line)
            asked = await world.stage.type(f"find {line}")
            assert (ids(shown), ids(asked)) == ((found, found) if is_known else ([], [])), line
            labels = [label for one in shown for label in one.buttons]
            assert "Subscribe" in labels, line
            assert not [label for label in labels if CHANGES.match(label)], line


async def test_words_that_papers_hold_are_a_question_though_a_subscription_is_called_so(platform):
    async with open_world(platform, {TUESDAY: [record("2611.12001", "Pause Tokens", TUESDAY)]}, polled=True) as world:
        await said(world.stage, "subscribe tokens")
        assert ids(await world.stage.type("pause tokens")) == ["2611.12001"]
        assert await held(world) == {1: "tokens"}


async def test_what_fits_none_is_asked_back_with_a_button_for_each(following):
    labels = await buttons(following, "unsubscribe bias")
    assert labels == ["Search for it", *(f"Stop #{n} {text}" for n, text in (await held(following)).items())]
    await following.stage.press("Stop #2 rl")
    assert list(await held(following)) == [1, 3, 4]


async def test_what_fits_several_is_asked_back_with_a_button_for_these(following):
    await said(following.stage, "subscribe rl weekly")
    labels = await buttons(following, "pause rl")
    assert [label for label in labels if CHANGES.match(label)] == ["Pause #2 rl", "Pause #5 rl"]


async def test_all_are_asked_about_first_and_the_button_changes_those_that_were_named(following):
    labels = await buttons(following, "unsubscribe all")
    assert labels == ["Leave them", "Stop all 4"]
    await following.store.subscribe(Subscription(following.stage.chat(), "ocr", "ocr", following.time))
    await following.stage.press("Stop all 4")
    assert await held(following) == {5: "ocr"}
    await said(following.stage, "undo")
    assert list(await held(following)) == [1, 2, 3, 4, 5]


async def test_a_suggestion_names_the_subscription_that_it_changes(following):
    assert "Did you mean: unsubscribe 2 (#2 rl)" in await said(following.stage, "unsubscribe 2 rl")


async def test_a_hundred_subscriptions_have_a_button_each(world):
    for n in range(100):
        await world.store.subscribe(a_subscription(world.stage.chat(), f"topic{n}x"))
    message = await world.answers(world.stage.chat(), Anybody(), "unsubscribe bias")
    lines = [action.line for row in message.actions for action in row][1:]
    assert lines == [f"unsubscribe {n + 1}" for n in range(100)]
    shown = await world.stage.type("unsubscribe bias")
    # A Telegram message takes a hundred buttons, and the first one changes nothing.
    assert sum(label.startswith("Stop #") for one in shown for label in one.buttons) >= 99


class Anybody:
    """Somebody who may do everything, and is not on the stage."""

    id = "ann"

    async def administers(self, _):
        return True

    async def can_post(self, _):
        return ""


async def test_in_a_group_those_who_may_not_change_are_asked_nothing(team):
    await said(team.stage, "subscribe rl", "group")
    answer = await said(team.stage, "unsubscribe rl", "group", "bob")
    if team.stage.platform.name == "telegram":
        assert "Only administrators" in answer
        assert len(await team.store.subscriptions()) == 1
    assert "read as a question" in await said(team.stage, "edit distance", "group", "bob")


# A name of its own


async def test_a_subscriptions_own_name_is_shown_instead_of_its_words(world):
    await world.stage.type("subscribe rl")
    assert "#1 rl is now called “morning papers”." in await said(world.stage, "name 1 morning papers")
    assert "#1 morning papers" in await said(world.stage, "subs")
    assert [(one.name, one.text) for one in await world.store.subscriptions()] == [("morning papers", "rl")]


async def test_a_name_is_good_for_managing_and_goes_by_off_and_undo(world):
    await world.stage.type("subscribe rl")
    await world.stage.type('name 1 "morning papers"')
    assert "#1 morning papers is paused" in await said(world.stage, "pause morning papers")
    assert "#1 rl has no name now" in await said(world.stage, "name 1 off")
    assert "#1 rl is now called “morning papers”" in await said(world.stage, "undo")


async def test_a_stopped_subscription_keeps_its_name(world):
    for line in ("subscribe rl", "name 1 morning papers", "unsubscribe 1", "resubscribe 1"):
        await world.stage.type(line)
    assert [one.name for one in await world.store.subscriptions()] == ["morning papers"]


async def test_a_name_that_is_none_or_too_long_is_refused_and_other_words_are_searched_for(world):
    await world.stage.type("subscribe rl")
    assert "What should #1 rl be called?" in await said(world.stage, "name 1")
    assert "at most 60 characters" in await said(world.stage, f"name 1 {'x' * 61}")
    assert "no subscription #9" in await said(world.stage, "name 9 x")
    assert "0 papers" in await said(world.stage, "name disambiguation")
    assert [one.name for one in await world.store.subscriptions()] == [""]
