"""The workspaces that are served are those that are stored; what did not change since the last look costs nothing."""

import asyncio
from datetime import UTC, datetime

import pytest
from slack_sdk.oauth.installation_store import Installation

from adapters.slack.install.accounts import Accounts, open_session
from adapters.slack.install.installs import INSTALLED, Installations
from adapters.slack.install.vault import Lock
from adapters.slack.install.workspaces import Workspaces
from tests.support.engines import open_store


class CountingLock(Lock):
    """Counts what it opens."""

    count = 0

    def open(self, closed):
        self.count += 1
        return super().open(closed)


class World:
    def __init__(self, store, session):
        self.vault, self.lock = store.vault, CountingLock("a key of enough characters")
        self.installations = Installations(self.vault, self.lock, lambda: datetime.now(UTC))
        self.accounts = Accounts("http://127.0.0.1/", session, many=True)
        self.workspaces = Workspaces(self.accounts, self.installations, asyncio.get_running_loop().create_future())

    async def install(self, team, token="xoxb-1"):
        await self.installations.async_save(
            Installation(team_id=team, bot_token=token, bot_id="B1", bot_user_id="U1", user_id="U2")
        )

    async def load(self):
        """Load; return how many records were opened for it."""
        before = self.lock.count
        await self.workspaces.load()
        return self.lock.count - before


@pytest.fixture
async def world():
    async with await open_store("sqlite://") as store, open_session() as session:
        world = World(store, session)
        for n in range(50):
            await world.install(f"T{n:02}")
        assert await world.load() == 50
        yield world


async def test_what_did_not_change_is_not_opened_again(world):
    assert (await world.load(), len(world.accounts.teams)) == (0, 50)


async def test_one_that_is_new_or_has_a_new_token_is_served_by_it(world):
    await world.install("T50", "xoxb-2")
    await world.install("T07", "xoxb-3")
    assert await world.load() == 2
    assert [world.accounts.of(team).client.token for team in ("T07", "T08", "T50")] == ["xoxb-3", "xoxb-1", "xoxb-2"]


async def test_one_that_was_removed_elsewhere_is_served_no_more_and_comes_back(world):
    await world.vault.delete(INSTALLED, "T07")
    assert (await world.load(), world.accounts.of("T07")) == (0, None)
    await world.install("T07")
    assert await world.load() == 1
    assert world.accounts.of("T07").client.token == "xoxb-1"


async def test_a_token_that_was_refused_is_not_taken_up_again_though_it_is_kept_anew(world):
    world.accounts.drop("T07")
    await world.install("T07")
    assert (await world.load(), world.accounts.of("T07")) == (1, None)
    await world.install("T07", "xoxb-2")
    await world.load()
    assert world.accounts.of("T07").client.token == "xoxb-2"


async def test_one_that_cannot_be_read_is_told_of_once_and_keeps_none_from_being_served(world, caplog):
    await world.vault.put(INSTALLED, "T07", Lock("another key of enough characters").close(b"{}"))
    await world.install("T50")
    assert await world.load() == 2
    assert await world.load() == 0
    assert [record.getMessage().split(":")[1] for record in caplog.records if record.levelname == "ERROR"] == [
        " the token of workspace T07 cannot be read"
    ]
    assert world.accounts.of("T50")
