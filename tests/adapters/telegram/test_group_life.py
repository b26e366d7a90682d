"""A group's whole life, from the day the bot comes in."""

import pytest

from bot.errors import ChatGone, ChatMoved
from bot.message import say
from bot.model import Chat
from tests.adapters.telegram.stage import open_stage
from tests.support.events import events


class Core:
    """As little of a core as a group's life needs: subscriptions by chat, paused chats, and moves."""

    def __init__(self):
        self.subscriptions = {}
        self.paused = {}
        self.moves = []

    async def answer(self, chat, asker, line):
        if line.startswith("subscribe "):
            if not await asker.administers(chat):
                return say("Only administrators of this group change its subscriptions.")
            self.subscriptions[chat] = line.removeprefix("subscribe ")
            return say(f"#1 {self.subscriptions[chat]}")
        return say("Hello.")

    async def gone(self, chat, reason):
        self.paused[chat.id] = reason

    async def back(self, chat):
        self.paused.pop(chat.id, None)

    async def moved(self, old, new):
        self.moves.append((old.id, new.id))
        for chat in [chat for chat in self.subscriptions if chat.id == old.id]:
            self.subscriptions[Chat(new.platform, new.account, new.id, chat.topic)] = self.subscriptions.pop(chat)

    async def post(self, platform, chat, words):
        try:
            await platform.send(chat, say(words))
        except ChatGone as gone:
            await self.gone(chat, str(gone))
        except ChatMoved as moved:
            await self.moved(chat, moved.chat)
            await platform.send(moved.chat, say(words))


async def test_the_life_of_a_group():
    core = Core()
    told = events(core.answer, gone=core.gone, back=core.back, moved=core.moved)
    async with open_stage(told) as stage:
        server, ann, bob, group = stage.server, stage.people["ann"], stage.people["bob"], stage.place("group")

        async def settled():
            await server.updates.until_confirmed()

        def said(place):
            return [posted.text for posted in place.posted]

        # Ann adds the bot; Bob, a member, may ask but not subscribe; Ann may.
        group.bot = "left"
        server.standing(group, ann, "left", "member")
        await stage.type("subscribe rl", "group", "bob")
        await stage.type("subscribe rl", "group", "ann")
        assert said(group) == ["Only administrators of this group change its subscriptions.", "#1 rl"]
        assert core.subscriptions == {stage.chat("group"): "rl"}

        # The group grows into a supergroup under another id: the subscription moves along.
        big = server.migrate(group, -1000000000602)
        await settled()
        here = Chat("telegram", "700100", "-1000000000602")
        assert core.subscriptions == {here: "rl"}
        assert ("-601", "-1000000000602") in core.moves

        # It gets topics; one of them has a subscription of its own, and posts stay where they belong.
        big.forum, big.topics = True, {7: "open"}
        server.say(big, ann, "/papers subscribe agents", topic=7)
        await settled()
        there = Chat("telegram", "700100", "-1000000000602", "7")
        assert core.subscriptions == {here: "rl", there: "agents"}
        await core.post(stage.platform, there, "A paper on agents")
        await core.post(stage.platform, here, "A paper on RL")
        assert [(posted.topic, posted.text) for posted in big.posted[-2:]] == [
            (7, "A paper on agents"),
            (0, "A paper on RL"),
        ]

        # The topic is closed, later deleted: its posts stop with the reason, the group's go on.
        for state, reason in (("closed", "the topic is closed"), ("deleted", "the topic was deleted")):
            big.topics[7] = state
            await core.post(stage.platform, there, "unheard")
            assert core.paused == {"-1000000000602": reason}
            core.paused.clear()
        await core.post(stage.platform, here, "Another paper on RL")
        assert said(big)[-1] == "Another paper on RL"

        # Ann mutes the bot, and lets it speak again.
        server.standing(big, ann, "member", "restricted", may=False)
        await settled()
        assert core.paused == {"-1000000000602": "the bot may not write there"}
        server.standing(big, ann, "restricted", "member", could=False)
        await settled()
        assert core.paused == {}

        # The bot is thrown out: it hears of it, and a post finds the door closed.
        server.standing(big, ann, "member", "kicked")
        await settled()
        assert core.paused == {"-1000000000602": "the bot was removed from the chat"}
        with pytest.raises(ChatGone, match="removed"):
            await stage.platform.send(here, say("unheard"))

        # And it comes back: the chat goes on by itself.
        server.standing(big, ann, "kicked", "member")
        await settled()
        assert core.paused == {}
        await core.post(stage.platform, here, "Back with a paper")
        assert said(big)[-1] == "Back with a paper"
        assert bob.id in big.members


async def test_a_post_to_a_group_that_moved_while_nobody_looked_follows_it():
    core = Core()
    async with open_stage(core.answer) as stage:
        big = stage.server.migrate(stage.place("group"), -1000000000602)
        await core.post(stage.platform, stage.chat("group"), "A paper")
        assert [posted.text for posted in big.posted] == ["A paper"]


async def test_an_answer_to_a_group_that_moves_meanwhile_follows_it():
    core = Core()

    async def answer(chat, asker, line):
        stage.server.migrate(stage.place("group"), -1000000000602)
        del stage.server.updates.waiting[1:]  # the news of it is still on its way
        return say("An answer")

    async with open_stage(events(answer, moved=core.moved)) as stage:
        await stage.type("rl", "group")
        assert [posted.text for posted in stage.server.places[-1000000000602].posted] == ["An answer"]
        assert ("-601", "-1000000000602") in core.moves


async def test_an_answer_to_chats_that_move_to_each_other_without_end_is_given_up(caplog):
    core = Core()

    async def answer(chat, asker, line):
        big = stage.server.migrate(stage.place("group"), -1000000000602)
        big.moved_to = stage.place("group").id
        stage.server.updates.waiting.clear()
        return say("An answer")

    async with open_stage(events(answer, moved=core.moved)) as stage:
        await stage.type("rl", "group")
    assert "its chat has moved again and again" in caplog.text


async def test_a_person_who_blocks_the_bot_pauses_their_alerts_and_starting_it_again_ends_that():
    core = Core()
    async with open_stage(events(core.answer, gone=core.gone, back=core.back)) as stage:
        stage.server.standing(stage.place(), stage.people["ann"], "member", "kicked")
        await stage.server.updates.until_confirmed()
        assert core.paused == {"501": "the bot was blocked"}
        stage.server.open(stage.people["ann"])
        await stage.server.updates.until_confirmed()
        assert core.paused == {}


async def test_opening_the_private_chat_for_the_first_time_lets_its_alerts_go_on():
    core = Core()
    async with open_stage(events(core.answer, gone=core.gone, back=core.back)) as stage:
        stage.place("private", "bob").bot = "unopened"
        await core.post(stage.platform, stage.chat("private", "bob"), "An alert")
        assert core.paused == {"502": "the private chat with the bot was never opened"}
        stage.server.open(stage.people["bob"], "alerts")
        await stage.server.updates.until_confirmed()
        assert core.paused == {}


async def test_a_channel_that_takes_away_posting_pauses_and_giving_it_back_ends_that():
    core = Core()
    async with open_stage(events(core.answer, gone=core.gone, back=core.back)) as stage:
        channel, ann = stage.place("channel"), stage.people["ann"]
        stage.server.standing(channel, ann, "administrator", "administrator", may=False)
        await stage.server.updates.until_confirmed()
        assert core.paused == {str(channel.id): "the bot may not write there"}
        stage.server.standing(channel, ann, "administrator", "administrator", could=False)
        await stage.server.updates.until_confirmed()
        assert core.paused == {}


async def test_an_answer_that_cannot_be_given_tells_the_core_why():
    core = Core()
    async with open_stage(events(core.answer, gone=core.gone)) as stage:
        stage.place("group").writable = False
        await stage.type("rl", "group")
        assert core.paused == {"-601": "the bot may not write there"}
