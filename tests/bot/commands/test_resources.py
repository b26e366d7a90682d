"""Models, data sets and Spaces of a paper: a line of its card, with a link to each, on every platform."""

from datetime import timedelta

import pytest

from tests.adapters.feeds.days import own_days
from tests.bot.commands.world import STAGES, open_world

ID = "2611.11001"
SITE = "https://huggingface.co"


@pytest.mark.parametrize("name", STAGES)
async def test_a_card_has_a_line_of_what_belongs_to_the_paper_and_a_link_to_each(name):
    async with open_world(name, own_days(), polled=True) as world:
        world.server.linked = {"Models": ["org/small", "org/large"], "Datasets": ["org/data"], "Spaces": ["org/demo"]}
        [shown] = await world.stage.type(f"paper {ID}")
        assert "2 models: org/small, org/large · 1 dataset: org/data · 1 Space: org/demo" in shown.text
        pages = {f"{SITE}/models?other=arxiv:{ID}", f"{SITE}/datasets/org/data", f"{SITE}/spaces/org/demo"}
        assert pages <= set(shown.links)


@pytest.mark.parametrize("name", STAGES)
async def test_they_are_kept_a_day_and_asked_for_anew_then(name):
    async with open_world(name, own_days(), polled=True) as world:
        world.server.linked = {"Models": ["org/small"]}
        for hours, model in ((0, "small"), (23, "small"), (2, "large")):
            world.time += timedelta(hours=hours)
            [shown] = await world.stage.type(f"paper {ID}")
            assert f"1 model: org/{model}" in shown.text
            world.server.linked = {"Models": ["org/large"]}
        assert [one.path for one in world.server.requests].count(f"/api/papers/{ID}") == 2


@pytest.mark.parametrize("name", STAGES)
@pytest.mark.parametrize("fault", ["500", "garbage", "object"])
async def test_a_card_without_them_is_a_card(name, fault):
    async with open_world(name, own_days(), polled=True) as world:
        world.server.broken = fault
        [shown] = await world.stage.type(f"paper {ID}")
        assert "Reward Models that Admit Doubt" in shown.text
        assert f"{SITE}/papers/{ID}" in shown.links
