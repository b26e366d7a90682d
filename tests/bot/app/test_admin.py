"""Tables for operators, over a real database beside whatever runs on it."""

import os
from datetime import timedelta

import pytest

from bot.app import unreachable, wiring
from bot.app.operator import admin
from bot.errors import ConfigError, StoreError
from bot.model import Change, Chat
from bot.settings.config import Config, load
from storage.store import open_store
from tests.support import engines, postgres
from tests.support.store_makers import NOON, a_subscription, owe, some_papers

GROUP, TOPIC = Chat("telegram", "700100", "-601"), Chat("telegram", "700100", "-601", "7")


@pytest.fixture
def config(tmp_path):
    settings = {
        "PAPERWIRE_STORAGE__URL": f"sqlite:///{tmp_path}/p.db",
        "PAPERWIRE_FEEDS__HUGGINGFACE__ENABLED": "false",
    }
    file = tmp_path / "config.toml"
    file.write_text("")
    return load(file, settings)


async def kept(config, *chats):
    async with await open_store(config.storage.url) as store:
        for chat in chats:
            await store.subscribe(a_subscription(chat=chat))


async def test_chats_are_listed_paused_and_let_go_on(config, capsys):
    await kept(config, GROUP, TOPIC)
    assert await admin.pause(config, "telegram/700100/-601/7") == 0
    capsys.readouterr()
    await admin.chats(config)
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        ["chat", "subscriptions", "waiting", "on hold"],
        ["telegram/700100/-601", "1", "0", ""],
        ["telegram/700100/-601/7", "1", "0", unreachable.BY_OPERATOR],
    ]
    await admin.resume(config, "telegram/700100/-601/7")
    assert capsys.readouterr().out == "telegram/700100/-601/7 goes on\n"


async def test_what_the_operator_paused_is_not_tried_again_by_itself(config):
    await kept(config, GROUP)
    await admin.pause(config, admin.named(GROUP))
    async with wiring.core(config) as core:
        await unreachable.try_again(core, wiring.clock() + timedelta(days=2), starting=True)
        assert await core.store.paused_reason(GROUP) == unreachable.BY_OPERATOR


async def test_a_forgotten_chat_is_gone(config, capsys):
    await kept(config, GROUP)
    await admin.forget(config, admin.named(GROUP))
    async with wiring.core(config) as core:
        assert await core.store.subscriptions(GROUP) == ()


@pytest.mark.parametrize("act", [admin.pause, admin.resume])
async def test_a_chat_of_which_nothing_is_kept_is_refused(config, act):
    await kept(config, GROUP)
    with pytest.raises(ConfigError, match="nothing is kept of telegram/700100/-602"):
        await act(config, "telegram/700100/-602")


async def test_what_a_person_left_in_a_group_alone_is_forgotten_too(config, capsys):
    person = Chat("telegram", "700100", "501")
    async with await open_store(config.storage.url) as store:
        await store.subscribe(a_subscription(chat=GROUP, owner="501"))
        await store.note(Change(GROUP, NOON, "501", "subscribe robot", "unsubscribe 1"))
        assert await store.elsewhere(person, "501") != ((), ())
    assert await admin.forget(config, admin.named(person)) == 0
    assert "had nothing of its own here" in capsys.readouterr().out
    async with await open_store(config.storage.url) as store:
        assert await store.elsewhere(person, "501") == ((), ())


async def test_where_no_database_is_none_is_made(config, tmp_path):
    with pytest.raises(StoreError, match="no database at"):
        admin.of_existing(config)
    assert not (tmp_path / "p.db").exists()


@pytest.mark.parametrize("name", ["", "x", "telegram/1", "telegram//3", "a/b/c/d/e"])
async def test_what_is_no_chat_is_refused(config, name):
    with pytest.raises(ConfigError, match="is no chat"):
        await admin.pause(config, name)


async def test_the_queue_of_nobody_is_empty(config, capsys):
    await kept(config, GROUP)
    await admin.queue(config)
    assert capsys.readouterr().out == "chat\twaiting\tlast wait until\n"


async def test_a_message_that_was_given_up_is_listed_and_tried_again(config, capsys):
    async with await open_store(config.storage.url) as store:
        one = await store.subscribe(a_subscription(chat=GROUP))
        await owe(store, some_papers(1), one)
        (delivery,) = await store.claim(("telegram", "700100"), NOON, 9)
        await store.skip(delivery, NOON)
        assert await store.claim(("telegram", "700100"), NOON, 9) == ()
    await admin.dead(config)
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    id = str(delivery.ids[0])
    assert rows[1:] == [[id, admin.named(GROUP), "1", "0", f"{NOON:%Y-%m-%d %H:%M} UTC"]]
    assert await admin.retry(config, int(id)) == 0
    assert await admin.retry(config, int(id)) == 1
    assert capsys.readouterr().out == (
        f"message {id} is tried again\nno message {id} was given up; `paperwire admin dead` names them\n"
    )
    async with await open_store(config.storage.url) as store:
        (again,) = await store.claim(("telegram", "700100"), NOON, 9)
        assert (again.ids, again.doubtful, again.attempts) == (delivery.ids, True, 0)


async def test_the_worker_is_named_while_it_runs(config, capsys):
    await kept(config, GROUP)
    await admin.workers(config)
    assert capsys.readouterr().out == "worker\tsince\tdoes\n"
    async with await open_store(config.storage.url):
        await admin.workers(config)
    (worker, since, does) = capsys.readouterr().out.splitlines()[1].split("\t")
    assert worker.startswith(f"{os.getpid()} on ")
    assert since.endswith("UTC")
    assert does == "everything"


async def test_each_of_several_workers_is_named_with_what_it_does(capsys, tmp_path):
    postgres.skip_where_missing()
    with engines.borrowed():
        storage = {"url": (url := engines.postgres_url()), "index": str(tmp_path / "index.db")}
        config = Config.model_validate({"storage": storage})
        first, second = [await open_store(url, together=True) for _ in range(2)]
        await first.leases.hold(["worker/" + first.leases.owner, "chores", "send/slack/03", "send/slack/07"])
        await second.leases.hold(["worker/" + second.leases.owner, "feed/huggingface"])
        await admin.workers(config)
        told = [line.split("\t") for line in capsys.readouterr().out.splitlines()[1:]]
        named = {worker: does for worker, _, does in told}
        assert named == {first.leases.owner: "chores, send/slack", second.leases.owner: "feed/huggingface"}
        await first.leases.give_back(["worker/" + first.leases.owner])
        await admin.workers(config)
        assert len(capsys.readouterr().out.splitlines()) == 2
        for store in (first, second):
            await store.close()
