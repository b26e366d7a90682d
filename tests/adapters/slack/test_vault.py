"""The laws of a Vault, for every Vault there is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.slack.install.vault import Lock, Memory, Vault
from bot.errors import ConfigError
from storage.store import open_store

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)


@pytest.fixture(params=["memory", "database"])
async def vault(request: pytest.FixtureRequest) -> AsyncIterator[Vault]:
    if request.param == "memory":
        yield Memory()
        return
    async with await open_store("sqlite://") as store:
        yield store.vault


async def test_what_is_put_is_there_until_something_takes_its_place(vault: Vault) -> None:
    await vault.put("a", "k", b"1")
    await vault.put("a", "k", b"\x00\xff")
    assert await vault.get("a", "k", NOW) == b"\x00\xff"
    assert (await vault.get("a", "other", NOW), await vault.get("b", "k", NOW)) == (None, None)


async def test_what_is_past_its_time_is_not_there(vault: Vault) -> None:
    await vault.put("a", "k", b"1", LATER)
    assert (await vault.get("a", "k", NOW), await vault.all_of("a", NOW)) == (b"1", {"k": b"1"})
    assert (await vault.get("a", "k", LATER), await vault.all_of("a", LATER)) == (None, {})
    assert await vault.take("a", "k", LATER) is None
    await vault.put("a", "k", b"2")
    assert await vault.get("a", "k", LATER) == b"2"


async def test_of_many_takers_one_gets_it(vault: Vault) -> None:
    await vault.put("a", "k", b"1")
    taken = await asyncio.gather(*(vault.take("a", "k", NOW) for _ in range(5)))
    assert (taken.count(b"1"), taken.count(None)) == (1, 4)
    assert await vault.get("a", "k", NOW) is None


async def test_all_come_in_order_and_what_is_deleted_is_gone(vault: Vault) -> None:
    for key in ("b", "a", "c"):
        await vault.put("a", key, key.encode())
    await vault.delete("a", "c")
    await vault.delete("a", "never there")
    assert list((await vault.all_of("a", NOW)).items()) == [("a", b"a"), ("b", b"b")]


def test_a_lock_opens_what_it_closed_and_nothing_else() -> None:
    old, new = "an old key of enough characters", "a new key of enough characters"
    closed = Lock(old).close(b"xoxb-secret")
    assert b"xoxb" not in closed
    assert Lock(f"{new},{old}").open(closed) == b"xoxb-secret"
    assert (Lock(new).open(closed), Lock(old).open(closed[:-1])) == (None, None)
    assert Lock(old).close(b"x") != Lock(old).close(b"x")


@pytest.mark.parametrize("key", ["", "short", f"{'long' * 9},short"])
def test_a_short_secret_key_is_refused(key: str) -> None:
    with pytest.raises(ConfigError, match="PAPERWIRE_SECRET_KEY"):
        Lock(key)
