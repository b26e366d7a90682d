"""What was changed in a chat is told, and the last of it can be taken back."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import wiring
from bot.commands.services import Limits
from tests.adapters.feeds.days import TUESDAY, record
from tests.bot.commands.world import ids, said

CHANGES = (
    ("subscribe rl", "#1 rl"),
    ("subscribe rl daily at 09:00 max 3", "#1 rl"),
    ("edit 1 rl upvotes>=10", "#1 rl"),
    ("edit 1 diffusion weekly on mon at 08:00 max 5", "#1 rl"),
    ("subscribe trending rl monthly", "#1 rl"),
    ("edit 1 trending robots monthly at 08:00", "#1 rl"),
    ("pause 1", "#1 rl"),
    ("unsubscribe 1", "#1 rl"),
    ("settings quiet 22:00-07:00", ""),
    ("settings timezone Berlin", ""),
    ("settings length 5", ""),
)


async def standing(world):
    """Return all that the private chat chose, without what any change renews."""
    chat = world.stage.chat()
    held = await world.store.subscriptions(chat)
    settings = await world.store.settings(chat)
    told = [
        (one.number, one.text, one.canonical, one.trending, str(one.schedule), one.most, one.paused) for one in held
    ]
    return told, settings and (settings.quiet, settings.timezone, settings.length)


async def test_every_change_can_be_taken_back(world):
    for line in ("settings pictures off", "subscribe rl max 2"):
        await said(world.stage, line)
    lines = [line for line, _ in CHANGES]
    for line in sorted(lines, key=lambda line: line.startswith("subscribe")):
        if line.startswith("subscribe"):
            await said(world.stage, "unsubscribe rl")
        before = await standing(world)
        await said(world.stage, line)
        assert await standing(world) != before, line
        answer = await said(world.stage, "undo")
        assert f"Taken back: {line.split()[0]}" in answer
        assert await standing(world) == before, line


async def test_undo_goes_back_step_by_step_and_then_says_that_there_is_nothing(world):
    for line in ("subscribe rl", "subscribe diffusion", "save 2611.10001"):
        await said(world.stage, line)
    answers = [await said(world.stage, "undo") for _ in range(4)]
    assert [re.search(r"Taken back: (\S+ \S+)|Nothing was changed", a)[0] for a in answers] == [
        "Taken back: save 2611.10001", "Taken back: subscribe diffusion", "Taken back: subscribe rl",
        "Nothing was changed",
    ]  # fmt: skip
    assert await standing(world) == ([], None)


async def test_what_changed_nothing_is_not_taken_back(world):
    for line in ("subscribe rl", "subscribe rl", "resume 1", "unsave 2611.10001", "subscribe rl ("):
        await said(world.stage, line)
    assert "Taken back: subscribe rl" in await said(world.stage, "undo")
    assert await standing(world) == ([], None)


async def test_the_log_tells_when_who_and_what_the_latest_first(world):
    assert "Nothing was changed here yet" in await said(world.stage, "log")
    for line in ("subscribe rl", "edit 1 diffusion max 4", "undo"):
        await said(world.stage, line)
    answer = await said(world.stage, "log")
    me = "you" if world.stage.platform.name == "terminal" else "Ann"
    assert re.search(
        rf"2 changes.*{me} · edit 1 diffusion max 4 · taken back\n.*{me} · subscribe rl", answer, re.DOTALL
    )
    for _ in range(12):
        await said(world.stage, "settings silent on")
        await said(world.stage, "settings silent off")
    assert "26 changes" in await said(world.stage, "log")
    assert len(re.findall("settings silent", await said(world.stage, "log page 2"))) == 10


@pytest.mark.parametrize("line", ["subscribe rl max 3", "edit 1 diffusion daily at 09:00 max 5", "save 2611.10001"])
async def test_the_button_takes_back_as_well(world, line):
    await said(world.stage, "subscribe robots")
    before = await standing(world)
    await said(world.stage, line)
    await world.stage.press("Undo")
    assert await standing(world) == before
    assert "taken back" in await said(world.stage, "log")
    assert "Taken back: subscribe robots" in await said(world.stage, "undo")


async def test_in_a_group_administrators_alone_take_back(team):
    await said(team.stage, "subscribe rl", "group")
    answer = await said(team.stage, "undo", "group", "bob")
    if team.stage.platform.name == "telegram":
        assert "Only administrators" in answer
        assert "Ann · subscribe rl" in await said(team.stage, "log", "group", "bob")
        answer = await said(team.stage, "undo", "group")
    assert "Taken back: subscribe rl" in answer
    assert await team.store.subscriptions() == ()


async def test_an_alert_asked_for_in_a_group_is_taken_back_in_private(team):
    await said(team.stage, "alert rl", "group")
    assert "Nothing was changed" in await said(team.stage, "undo", "group")
    assert "Taken back: alert rl" in await said(team.stage, "undo", "private")
    assert await team.store.subscriptions() == ()


async def test_what_was_there_already_is_not_taken_back(world):
    await said(world.stage, "subscribe rl")
    answers = await world.stage.type("subscribe rl")
    assert "Already there: #1 rl" in answers[0].text
    assert "Undo" not in [button for one in answers for button in one.buttons]


async def test_a_cap_named_again_is_new_and_can_be_taken_back(world):
    await said(world.stage, "subscribe rl")
    answer = await said(world.stage, "subscribe rl max 5")
    assert re.search("Already there: #1 rl.*at most 5 a day.*The cap is new", answer, re.DOTALL)
    await said(world.stage, "undo")
    assert [one.most for one in await world.store.subscriptions()] == [0]


async def test_a_paused_one_asked_for_again_goes_on(world):
    for line in ("subscribe rl", "pause 1 2w"):
        await said(world.stage, line)
    before = await standing(world)
    assert "It was paused and goes on" in await said(world.stage, "subscribe rl")
    assert [one.paused for one in await world.store.subscriptions()] == [False]
    await said(world.stage, "undo")
    assert await standing(world) == before


@pytest.mark.parametrize("pause", ["pause 1", "pause 1 2w"])
async def test_a_resumption_taken_back_lasts_as_long_as_the_pause_did(world, pause):
    for line in ("subscribe rl", pause):
        await said(world.stage, line)
    (before,) = await world.store.subscriptions()
    for line in ("resume 1", "undo"):
        await said(world.stage, line)
    (after,) = await world.store.subscriptions()
    assert after.paused
    ends = [one.paused_until and one.paused_until.date() for one in (before, after)]
    assert ends[0] == ends[1]


async def test_a_stopped_subscription_comes_back_with_its_number_and_all_that_waited(world):
    await said(world.stage, "subscribe rl max 1")
    chat = world.stage.chat()
    before = await world.store.subscriptions(chat)
    await world.store.pause_chat(chat, "a pause")
    papers = [record(f"2611.1300{n}", f"RL number {n}", TUESDAY, upvotes=n) for n in (3, 2, 1)]
    world.server.days[TUESDAY].extend(papers)
    await world.collector.poll()
    assert await world.store.waiting(chat=chat) == 3
    await said(world.stage, "unsubscribe 1")
    assert (await world.store.subscriptions(chat), await world.store.waiting(chat=chat)) == ((), 0)
    await said(world.stage, "undo")
    assert await world.store.subscriptions(chat) == before
    await world.store.resume_chat(chat)
    shown = len(world.stage.shown())
    await world.deliver()
    post, line = world.stage.shown()[shown:]
    assert ids([post]) == ["2611.13003"]
    assert "2 more for #1 rl" in line.text


async def test_what_is_stopped_and_brought_back_can_be_so_again(world):
    await said(world.stage, "subscribe rl max 2")
    before = await standing(world)
    for _ in range(2):
        await said(world.stage, "unsubscribe 1")
        assert "Taken back: unsubscribe 1" in await said(world.stage, "undo")
        assert await standing(world) == before
    assert "Taken back: subscribe rl" in await said(world.stage, "undo")
    assert "#1 rl is back" in await said(world.stage, "resubscribe 1")
    assert await standing(world) == before
    assert "Taken back: resubscribe 1" in await said(world.stage, "undo")
    assert await standing(world) == ([], None)


async def test_the_button_under_a_stop_brings_back_the_very_subscription(world):
    for line in ("subscribe rl", "pause 1 2w"):
        await said(world.stage, line)
    before = await world.store.subscriptions()
    await said(world.stage, "unsubscribe 1")
    await world.stage.press("Undo")
    assert await world.store.subscriptions() == before


async def test_one_that_was_subscribed_to_anew_is_not_brought_back_beside_it(world):
    for line in ("subscribe rl", "unsubscribe 1", "subscribe rl"):
        await said(world.stage, line)
    assert "That would be the same as #2 rl" in await said(world.stage, "resubscribe 1")
    assert [one.number for one in await world.store.subscriptions()] == [2]
    answers = [await said(world.stage, "undo") for _ in range(2)]
    assert ["Taken back: subscribe rl" in answers[0], "Taken back: unsubscribe 1" in answers[1]] == [True, True]
    assert [one.number for one in await world.store.subscriptions()] == [1]


async def test_a_full_chat_brings_nothing_back_until_there_is_room(world):
    for line in ("subscribe rl", "unsubscribe 1", "subscribe diffusion"):
        await said(world.stage, line)
    everything = world.answers
    services = replace(everything._services, limits=Limits(subscriptions=1))
    world.answers = wiring.answers(services)
    assert "as many as it may have" in await said(world.stage, "resubscribe 1")
    for _ in range(2):
        await said(world.stage, "undo")
    assert [str(one) for one in await world.store.subscriptions()] == ["#1 rl"]


async def test_what_cannot_be_taken_back_any_more_says_so_and_stands_in_the_way_of_nothing(world):
    for line in ("subscribe diffusion", "subscribe rl", "unsubscribe 2"):
        await said(world.stage, line)
    world.time += timedelta(days=31)
    await world.store.forget_expired(world.time)
    answer = await said(world.stage, "undo")
    assert "No subscription #2 was stopped here" in answer
    assert "Taken back" not in answer
    for _ in range(2):
        answer = await said(world.stage, "undo")
    assert "Taken back: subscribe diffusion" in answer


async def test_a_subscription_that_runs_is_not_brought_back(world):
    await said(world.stage, "subscribe rl")
    assert "#1 rl was not stopped" in await said(world.stage, "resubscribe 1")
    assert "No subscription #7 was stopped here" in await said(world.stage, "resubscribe 7")
