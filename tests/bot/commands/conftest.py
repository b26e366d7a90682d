"""Worlds on each platform; a test fails where the core logged an error, whatever was answered."""

import logging

import pytest

from tests.adapters.feeds.days import own_days
from tests.bot.commands.world import STAGES, open_world


@pytest.fixture(autouse=True)
def _nothing_failed(caplog):
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []


@pytest.fixture(params=STAGES)
def platform(request):
    return request.param


@pytest.fixture
async def world(platform):
    """A platform with the small days in the archive; it is Tuesday noon."""
    async with open_world(platform, own_days(), polled=True) as world:
        yield world


@pytest.fixture(params=["telegram", "slack"])
async def team(request):
    """The same where there are groups."""
    async with open_world(request.param, own_days(), polled=True) as world:
        yield world
