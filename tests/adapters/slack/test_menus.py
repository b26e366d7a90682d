"""The overflow menu of each subscription: what it offers, in a message and in the tab."""

import pytest

from bot.model import Subscription
from tests.adapters.slack.schema import faults, view_faults
from tests.adapters.slack.test_windows import labels, open_home, press, window, words
from tests.support.house import open_house


async def test_every_subscription_has_its_menu_however_many_there_are():
    async with open_house("slack") as house:
        for n in range(24):
            await house.store.subscribe(await made(house, f"word{n}"))
        (shown,) = await house.stage.type("subs", "channel")
        menus = [block["accessory"] for block in house.stage.messages("channel")[-1]["blocks"] if "accessory" in block]
        assert [len(menu["options"]) for menu in menus] == [5] * 24
        assert {"Pause #24", "Edit #24", "Daily instead #24", "Preview #24", "Stop #24"} <= set(shown.buttons)
        assert faults(house.stage.messages("channel")[-1]["blocks"]) == []


async def test_more_than_a_message_can_hold_keep_buttons():
    async with open_house("slack") as house:
        for n in range(26):
            await house.store.subscribe(await made(house, f"word{n}"))
        (shown,) = await house.stage.type("subs", "channel")
        assert {f"Stop #{n}" for n in range(1, 27)} <= set(shown.buttons)


@pytest.mark.parametrize(
    ("label", "after"),
    [
        ("Pause #1", "#1 rl is paused"),
        ("Daily instead #1", "#1 rl, a digest"),
        ("Stop #1", "#1 rl is stopped"),
        ("Preview #1", "papers"),
    ],
)
async def test_an_option_does_what_it_says(label, after):
    async with open_house("slack") as house:
        await house.stage.type("subscribe rl", "channel")
        await house.stage.type("subs", "channel")
        shown = await house.stage.press(label, "channel")
        assert any(after in one.text for one in shown)


async def test_edit_opens_the_window_with_the_query():
    async with open_house("slack") as house:
        await house.stage.type("subscribe rl upvotes>=10", "channel")
        await house.stage.type("subs", "channel")
        await house.stage.button("Edit #1", "channel")
        assert window(house.stage)["blocks"][0]["element"]["initial_value"] == "rl upvotes>=10"


async def test_the_tabs_menus_act_on_ones_own_alerts():
    async with open_house("slack") as house:
        await house.stage.type("alert rl")
        home = await open_home(house.stage)
        assert view_faults(home) == []
        await press(house.stage, home, "Stop #1")
        assert await house.store.subscriptions() == ()


async def made(house, text):
    return Subscription(
        chat=house.stage.chat("channel"), text=text, canonical=text, created_at=house.time, owner="UANNT1"
    )


async def test_the_tab_names_no_line_to_type_and_has_a_button_instead():
    async with open_house("slack") as house:
        channel = house.stage.chat("channel").id
        home = await open_home(house.stage, view={"private_metadata": channel})
        assert ("“" in words(home), labels(home)) == (False, ("New alert", "Follow a topic"))
        await press(house.stage, home, "Follow a topic")
        assert window(house.stage)["blocks"][1]["element"]["initial_conversation"] == channel
        await house.stage.type("subscribe rl", "channel")
        await house.stage.type("alert agents")
        home = await open_home(house.stage, view={"private_metadata": channel})
        assert ("“" in words(home), words(home).count("#1")) == (False, 2)
