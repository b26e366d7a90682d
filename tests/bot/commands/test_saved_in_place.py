"""A press of [Save] is shown by the button itself, and taken back by it; only where the message is that person's own."""

import pytest

from tests.support.house import open_house

PAPER = "2611.11001"


@pytest.mark.parametrize(("platform", "where"), [("telegram", "private"), ("slack", "private"), ("slack", "channel")])
async def test_save_becomes_saved_in_its_place_and_back(platform, where):
    async with open_house(platform) as house:
        (card,) = await house.stage.type(f"paper {PAPER}", where)
        for label, kept in (("Save", 1), ("Saved ✓", 0), ("Save", 1)):
            (shown,) = await house.stage.press(label, where)
            other = {"Save": "Saved ✓", "Saved ✓": "Save"}[label]
            assert shown.text == card.text
            assert [one for one in shown.buttons if one.startswith("Save")] == [other]
            house.time = house.time.replace(minute=house.time.minute + 1)  # no double press
            assert len(await house.store.saved_papers(house.stage.chat())) == kept
        mine = [one for one in house.stage.shown(where) if one.text == card.text]
        assert len(mine) == 1


async def test_in_a_group_the_askers_own_card_changes_and_nobody_elses():
    async with open_house("telegram") as house:
        stage, group = house.stage, house.stage.place("group")
        await stage.type(f"paper {PAPER}", "group", "bob")
        await stage.press("Save", "group", "ann")
        assert "Saved ✓" not in group.posted[-1].buttons
        await stage.press("Save", "group", "bob")
        assert "Saved ✓" in group.posted[-1].buttons
        assert [toast.text for toast in stage.server.toasts.values()] == ["Saved: Reward Models that Admit Doubt"] * 2


async def test_under_a_post_in_a_slack_channel_it_is_said_to_that_person_alone():
    async with open_house("slack") as house:
        await house.stage.type("subscribe gardens", "channel")
        await house.publish("2611.12003", "Deep RL for Gardens")
        post = house.stage.messages("channel", "bob")[-1]
        (said,) = await house.stage.press("Save", "channel", "bob")
        assert said.text == "Saved: Deep RL for Gardens"
        assert house.stage.messages("channel", "ann")[-1]["blocks"] == post["blocks"]
