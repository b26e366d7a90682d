"""``forget me``: afterwards no byte of the database and of what stands beside it is the person's."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from adapters.console.platform import Console
from bot.app import wiring
from bot.commands.services import Services
from bot.message import Message
from bot.model import Chat
from storage.chats import kept_lines as lines
from storage.store import open_store
from tests.bot.commands.test_keeping import ONE, Ann, said
from tests.bot.commands.world import STAGES
from tests.support import laws
from tests.support.old_database import brought_to
from tests.support.store_makers import NOON, ROBOTS

RARE = "zymurgy quixotry floccinaucinihilipilification borborygmus xylotomous"
LONG = f"{RARE} OR syzygy OR crwth OR psithurism OR tmesis OR logorrhea"
WORDS = [word for word in LONG.split() if word != "OR"]


def traces(folder):
    """Return which of the person's words stand in which file."""
    files = [one for one in folder.rglob("*") if one.is_file()]
    return [(one.name, word) for one in files for word in WORDS if word.encode() in one.read_bytes().lower()]


@pytest.fixture(params=STAGES if laws.ALL else ("terminal", "telegram"))
def platform(request):
    """The platform: the terminal, and every day one whose buttons are too short for long lines."""
    return request.param


@pytest.fixture
async def life(world, tmp_path, monkeypatch):
    """A world whose database is a file, in which somebody has done all that leaves words behind."""
    monkeypatch.chdir(tmp_path.parent)
    url = f"sqlite:///{tmp_path / 'paperwire.db'}"
    async with await open_store(url) as store:
        await lived(world, store)
    async with await open_store(url) as store:  # after a restart
        await lived(world, store)
        world.store = store
        yield world


async def lived(world, store):
    await store.import_papers([await world.store.paper(ONE)], world.time)
    world.answers = wiring.answers(Services(store, world.library, world.clock, traits=world.traits))
    chat, ann = world.stage.chat(), Ann(world.stage.chat())
    for line in (
        f"alert {LONG}", f"alert {RARE} weekly", f"subscribe {LONG}", f"edit 1 {RARE}", f"edit 1 {LONG} daily", "undo",
        f"preview {LONG}", LONG, f"trends {LONG}", f"save {ONE}", f"why {ONE}", "unsubscribe 2", "undo",
        f"subscribe {LONG} OR", "pause 1", "unsubscribe 1", "export mydata", "log", "subs",
    ):  # fmt: skip
        await world.answers(chat, ann, line)


async def test_no_byte_is_left_of_somebody_who_is_forgotten(life, tmp_path):
    assert traces(tmp_path)
    chat = life.stage.chat()
    answer = await life.answers(chat, Ann(chat), "forget me yes")
    assert (answer.forgets, "keep nothing of you" in answer.blocks[0].text) == (True, True)
    assert traces(tmp_path) == []


async def test_backups_that_still_hold_somebody_are_named(life, tmp_path):
    copy = await life.store.backup()
    chat = life.stage.chat()
    answer = await life.answers(chat, Ann(chat), "forget me yes")
    assert f"still hold it: {copy.name}" in answer.blocks[0].text
    assert str(tmp_path) not in answer.blocks[0].text
    assert {name for name, _ in traces(tmp_path)} == {copy.name}


async def test_what_others_keep_stays(life):
    name = await life.store.keep_line("x" * 99, ROBOTS, "bob", life.time)
    chat = life.stage.chat()
    await life.answers(chat, Ann(chat), "forget me yes")
    assert await life.store.kept_line(name) == "x" * 99


async def test_lines_asked_in_a_group_go_with_who_asked(tmp_path):
    async with await open_store("sqlite://") as store:
        name = await store.keep_line("x" * 99, ROBOTS, "ann", NOON)
        other = await store.keep_line("y" * 99, ROBOTS, "bob", NOON)
        await store.forget(Chat(ROBOTS.platform, ROBOTS.account, "7"), "ann")
        assert (await store.kept_line(name), await store.kept_line(other)) == (None, "y" * 99)


async def test_a_line_ends_90_days_after_its_button_was_last_shown():
    async with await open_store("sqlite://") as store:
        name = await store.keep_line("x" * 99, ROBOTS, "ann", NOON)
        await store.keep_line("x" * 99, ROBOTS, "ann", NOON + timedelta(days=10))
        await store.forget_expired(NOON + lines.KEPT)
        assert await store.kept_line(name) == "x" * 99
        await store.forget_expired(NOON + timedelta(days=10) + lines.KEPT)
        assert await store.kept_line(name) is None


async def test_what_adapters_kept_for_a_while_is_deleted_at_its_end():
    async with await open_store("sqlite://") as store:
        await store.vault.put("state", "a", b"issued", NOON)
        await store.vault.put("state", "b", b"issued", NOON + timedelta(hours=1))
        await store.vault.put("installed", "c", b"token")
        await store.forget_expired(NOON)
        rows = await store.database.read(lambda db: db.exec_driver_sql("SELECT key FROM vault ORDER BY key").all())
        assert [key for (key,) in rows] == ["b", "c"]


async def test_a_button_whose_line_is_gone_says_so(world):
    assert "too old" in await said(world.stage, "~abcdefghij")


async def test_what_earlier_versions_deleted_goes_at_the_first_start(tmp_path):
    path = tmp_path / "p.db"
    brought_to(path, "0008")
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("PRAGMA secure_delete = OFF")
        old.execute("INSERT INTO kept_line VALUES ('~long', ?)", (LONG,))
        old.execute("DELETE FROM kept_line")
        old.execute("INSERT INTO kept_line VALUES ('~abcdefghij', 'find cats')")
    assert traces(tmp_path)
    async with await open_store(f"sqlite:///{path}") as store:
        assert await store.kept_line("~abcdefghij") == "find cats"
        await store.forget_expired(NOON.replace(year=2025))
        assert traces(tmp_path) == []


async def test_what_was_typed_at_the_terminal_goes_too(tmp_path):
    history = tmp_path / "history"
    history.write_text(f"+alert {LONG}\n")

    async def forget(*_):
        return Message(forgets=True)

    await Console(history=history).ask(forget, "forget me yes")
    assert history.read_bytes() == b""
