"""Menus and descriptions: there for each kind of chat, and set only when they changed."""

from adapters.telegram.ui import menu
from bot.message import say
from tests.adapters.telegram.stage import listening, open_stage
from tests.adapters.telegram.standin import TOKEN

SETTERS = {"setMyCommands", "setMyDescription", "setMyShortDescription"}


async def answer(chat, asker, line):
    return say(line)


def sets(server):
    return [method for method, _ in server.requests if method in SETTERS]


async def test_each_kind_of_chat_has_its_menu_in_each_language():
    async with open_stage(answer, first=True) as stage:
        server = stage.server
        await _quiet(server)
        scopes = ("all_private_chats", "all_group_chats", "all_chat_administrators")
        assert set(server.menus) == {(scope, language) for scope in scopes for language in menu.LANGUAGES}
        words = {scope: [entry["command"] for entry in server.menus[scope, ""]] for scope in scopes}
        assert {"papers", "alert", "subscribe", "saved"} <= set(words["all_private_chats"])
        assert "subscribe" not in words["all_group_chats"]
        assert "subscribe" in words["all_chat_administrators"]
        assert set(server.descriptions.values()) == {
            *(long.format(privacy="/privacy") for long in menu.LONG.values()), *menu.SHORT.values()
        }  # fmt: skip


async def test_a_second_start_sets_nothing():
    async with open_stage(answer, first=True) as stage:
        await _quiet(stage.server)
        before = len(sets(stage.server))
        await menu.sync(stage.platform._client)
        assert len(sets(stage.server)) == before > 0


async def test_only_what_changed_is_set():
    async with open_stage(answer, first=True) as stage:
        await _quiet(stage.server)
        stage.server.menus["all_group_chats", ""] = []
        stage.server.descriptions["description", "de"] = "alt"
        before = len(sets(stage.server))
        await menu.sync(stage.platform._client)
        assert sorted(sets(stage.server)[before:]) == ["setMyCommands", "setMyDescription"]


async def test_a_menu_that_cannot_be_set_stops_nothing(caplog):
    async with open_stage(answer, first=True) as stage:
        await _quiet(stage.server)
        stage.server.fail("getMyCommands", 500)
        await menu.sync(stage.platform._client)
        assert "menu of commands" in caplog.text
        assert TOKEN not in caplog.text


async def _quiet(server):
    """Wait until the start's own menu work is over."""
    await listening(server)
    await server.updates.until_confirmed()
    from tests.adapters.telegram.stage import until

    await until(lambda: len(sets(server)) >= 10)
