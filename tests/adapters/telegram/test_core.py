"""Telegram with the whole core behind it: what people type, press and see, and what becomes of their chats."""

import asyncio
import re
import socket
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from adapters.telegram.inbound import SHORTCUTS
from adapters.telegram.ui import menu
from adapters.telegram.wire import links
from bot.errors import QueryError
from bot.lines.line import read
from bot.lines.verbs import VERBS
from bot.model import Paper
from tests.adapters.feeds.days import TUESDAY, record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.adapters.telegram.hostile import _SNIPPETS as NASTY
from tests.adapters.telegram.stage import ANN, GROUP, as_shown, populate
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.adapters.telegram.world import Refused
from tests.support.house import open_house
from tests.support.program import program, until

README = Path(__file__).parents[3] / "README.md"


def posts(place, since=0):
    """Return what the bot said there: the first line of each message, and the topic where it stands in one."""
    firsts = [(one.topic, as_shown(one).text.split("\n")[0]) for one in place.posted[since:]]
    return [f"[{topic}] {first}" if topic else first for topic, first in firsts]


@asynccontextmanager
async def group_at_work():
    """Open a house whose group follows rl, set up by Ann."""
    async with open_house("telegram") as house:
        await house.stage.type("subscribe rl", "group", "ann")
        yield house, house.stage, house.stage.server, house.stage.place("group"), house.stage.people["ann"]


async def test_the_whole_life_of_a_group():
    async with open_house("telegram") as house:
        stage, server = house.stage, house.stage.server
        ann, group, ann_alone = stage.people["ann"], stage.place("group"), stage.place("private", "ann")

        # Ann adds the bot. Bob, a member, may ask but not subscribe; Ann may.
        group.bot = "left"
        server.standing(group, ann, "left", "member")
        [greeting, refused] = await stage.type("subscribe rl", "group", "bob")
        assert "“/papers subscribe rl”" in greeting.text
        assert refused.text.startswith("Only administrators of this group")
        [made] = await stage.type("subscribe rl", "group", "ann")
        assert made.text.startswith("#1 rl, posted here as they appear.")
        before = len(group.posted)
        await house.publish("2611.12003", "Deep RL for Gardens")
        assert posts(group, before) == ["Deep RL for Gardens"]
        assert "#1 rl" in group.posted[-1].text

        # It grows into a supergroup under another id; the subscription moves along.
        big = server.migrate(group, -1000000000602)
        await server.updates.until_confirmed()
        await house.publish("2611.12004", "RL for Supergroups")
        assert posts(big) == ["RL for Supergroups"]

        # It gets topics; one of them follows something of its own, and posts stay where they belong.
        big.forum, big.topics = True, {7: "open"}
        server.say(big, ann, "/papers subscribe agent", topic=7)
        await server.updates.until_confirmed()
        assert posts(big)[-1].startswith("[7] #1 agent, posted here")
        before = len(big.posted)
        await house.publish("2611.12005", "Agents that Knit")
        await house.publish("2611.12006", "RL that Sews")
        assert posts(big, before) == ["[7] Agents that Knit", "RL that Sews"]

        # The topic is closed: its posts wait, and Ann, who set it, is told in private. The group's go on.
        big.topics[7] = "closed"
        before, told = len(big.posted), len(ann_alone.posted)
        await house.publish("2611.12007", "Agents Behind Doors")
        await house.publish("2611.12008", "RL Outdoors")
        assert posts(big, before) == ["RL Outdoors"]
        [notice] = ann_alone.posted[told:]
        assert "the topic is closed" in notice.text
        assert "#1 agent" in notice.text

        # The bot is thrown out: Ann is told once, and what appears meanwhile waits.
        told = len(ann_alone.posted)
        server.standing(big, ann, "member", "kicked")
        await server.updates.until_confirmed()
        await house.publish("2611.12009", "RL in Exile")
        [notice] = ann_alone.posted[told:]
        assert "the bot was removed from the chat" in notice.text
        assert "#1 rl" in notice.text

        # It is let in again, and the topic opened: both go on by themselves, nothing lost, nothing twice.
        big.topics[7] = "open"
        before = len(big.posted)
        server.standing(big, ann, "kicked", "member")
        await server.updates.until_confirmed()
        await house.deliver()
        assert sorted(posts(big, before)) == ["RL in Exile", "[7] Agents Behind Doors"]


@pytest.mark.parametrize(
    ("lose", "why"),
    [
        (lambda group: setattr(group, "writable", False), "the bot may not write there"),
        (lambda group: setattr(group, "deactivated", True), "the group was deleted"),
        (lambda group: setattr(group, "bot", "left"), "the bot is not in the chat"),
    ],
)
async def test_whoever_subscribed_is_told_why_a_post_found_the_door_closed(lose, why):
    async with group_at_work() as (house, stage, _, group, _):
        lose(group)
        told = len(stage.place("private", "ann").posted)
        await house.publish("2611.12003", "RL for Nobody")
        await house.publish("2611.12004", "More RL for Nobody")
        [notice] = stage.place("private", "ann").posted[told:]
        assert why in notice.text
        assert "#1 rl" in notice.text
        assert await house.store.paused_reason(stage.chat("group")) == why
        assert await house.store.waiting(chat=stage.chat("group")) == 2


async def test_a_topic_that_is_opened_again_goes_on():
    async with group_at_work() as (house, _, server, group, ann):
        group.forum, group.topics = True, {7: "open"}
        server.say(group, ann, "/papers subscribe agent", topic=7)
        await server.updates.until_confirmed()
        group.topics[7] = "closed"
        await house.publish("2611.12003", "Agents Behind Doors")
        before = len(group.posted)
        server.reopen(group, ann, 7)
        await server.updates.until_confirmed()
        await house.deliver()
        assert posts(group, before) == ["[7] Agents Behind Doors"]


async def test_resume_tries_a_chat_on_hold_again_and_says_why_it_was():
    async with group_at_work() as (house, stage, _, group, _):
        await house.gone(stage.chat("group"), "the bot may not write there")
        [answer] = await stage.type("resume 1", "group", "ann")
        assert "on hold (the bot may not write there)" in answer.text
        before = len(group.posted)
        await house.publish("2611.12003", "Deep RL for Gardens")
        assert posts(group, before) == ["Deep RL for Gardens"]


async def test_nobody_is_told_where_the_private_chat_is_closed_too():
    async with group_at_work() as (house, stage, server, group, ann):
        stage.place("private", "ann").bot = "kicked"
        server.standing(group, ann, "member", "kicked")
        await server.updates.until_confirmed()
        assert await house.store.paused_reason(stage.chat("group")) == "the bot was removed from the chat"


async def test_a_channel_is_managed_from_its_administrators_private_chat():
    async with open_house("telegram") as house:
        stage = house.stage
        [refused] = await stage.type("in @rl_papers subscribe rl", "private", "bob")
        assert refused.text == "Only administrators of @rl_papers manage it from here."
        [made] = await stage.type("in @rl_papers subscribe rl", "private", "ann")
        assert made.text.startswith("#1 rl")
        assert [str(one) for one in await house.store.subscriptions(stage.chat("channel"))] == ["#1 rl"]
        await house.publish("2611.12003", "RL for Channels")
        assert posts(stage.place("channel")) == ["RL for Channels"]
        [stopped] = await stage.type("in @rl_papers unsubscribe 1", "private", "ann")
        assert stopped.text == "#1 rl is stopped."


async def test_what_is_said_of_a_channel_names_it():
    async with open_house("telegram") as house:
        for line in ("subscribe rl", "edit 1 agents", "undo"):
            [made] = await house.stage.type(f"in @rl_papers {line}")
            assert "in @rl_papers" in made.text, line
            assert "private chat" not in made.text, line
        [changed] = await house.stage.press("Daily instead")
        assert "a digest in @rl_papers daily at 09:00" in changed.text
        [alert] = await house.stage.type("in @rl_papers alert video")
        assert "posted here, to you alone, as they appear" in alert.text


@pytest.mark.parametrize("line", ["subs", "log", "status", "settings", "unsubscribe 9", "why 2611.10001"])
async def test_an_answer_about_a_channel_speaks_of_no_other_chat(line):
    async with open_house("telegram") as house:
        for _ in range(2):  # with nothing followed there, then with a subscription
            said = (await house.stage.type(f"in @rl_papers {line}"))[-1].text
            assert "this chat" not in said.lower()
            assert not re.search(r"“(?!in @rl_papers )", said)
            await house.stage.type("in @rl_papers subscribe rl")


async def test_the_buttons_of_an_answer_about_a_channel_act_on_the_channel():
    async with open_house("telegram") as house:
        stage = house.stage
        await stage.type("in @rl_papers subscribe rl", "private", "ann")
        await stage.press("Undo", "private", "ann")
        assert await house.store.subscriptions() == ()


async def test_an_alert_asked_in_the_name_of_a_channel_is_still_ones_own():
    async with open_house("telegram") as house:
        stage = house.stage
        await stage.type("in @rl_papers subscribe agent", "private", "ann")
        await stage.type("in @rl_papers alert rl", "private", "ann")
        await stage.press("Undo", "private", "ann")
        assert [one.chat for one in await house.store.subscriptions()] == [stage.chat("channel")]


async def test_an_alert_asked_in_a_group_is_confirmed_and_undone_in_private():
    async with open_house("telegram") as house:
        stage = house.stage
        shown = await stage.type("alert rl", "group", "bob")
        assert [one.text.split("\n")[0] for one in shown if one.text.startswith("#1 rl")]
        assert stage.place("group").posted[-1].text == "Sent to your private chat with me."
        assert [one.chat for one in await house.store.subscriptions()] == [stage.chat("private", "bob")]
        await stage.press("Undo", "private", "bob")
        assert await house.store.subscriptions() == ()


async def test_an_alert_of_somebody_who_never_opened_the_private_chat_leads_there():
    async with open_house("telegram") as house:
        stage = house.stage
        stage.place("private", "bob").bot = "unopened"
        [door] = await stage.type("alert rl", "group", "bob")
        [link] = [link for link in door.links if "?start=" in link][:1]
        stage.server.open(stage.people["bob"], link.partition("?start=")[2])
        await stage.server.updates.until_confirmed()
        assert "#1 rl" in stage.place("private", "bob").posted[-1].text


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (links.paper_code("2611.11005"), "Diffusion on a Phone"),
        (links.alert_code("reward model"), "#1 reward model, posted here, to you alone, as they appear."),
        ("alerts", "You have no alerts yet."),
        ("nonsense", "I bring new papers"),
        ("", "I bring new papers"),
    ],
)
async def test_a_deep_link_opens_what_it_names(code, shown):
    async with open_house("telegram") as house:
        house.stage.server.open(house.stage.people["ann"], code)
        await house.stage.server.updates.until_confirmed()
        assert house.stage.place().posted[-1].text.startswith(shown)


async def test_a_button_pressed_twice_acts_once_and_every_press_is_acknowledged():
    async with open_house("telegram") as house:
        stage, server = house.stage, house.stage.server
        await stage.type("rl", "private")
        place, message = stage.place(), stage.place().posted[-1]
        before = len(place.posted)
        presses = [server.press(place, stage.people["ann"], message, "Subscribe") for _ in range(3)]
        await server.updates.until_confirmed()
        assert len(place.posted) == before + 1
        assert set(presses) <= set(server.acknowledged)


async def test_a_button_pressed_by_somebody_without_the_right_is_answered_politely():
    async with group_at_work() as (house, stage, *_):
        await stage.type("subs", "group", "ann")
        assert not await stage.press("Stop #1", "group", "bob")
        [refused] = stage.server.toasts.values()
        assert refused.text.startswith("Only administrators of this group")
        assert refused.alert
        assert len(await house.store.subscriptions(stage.chat("group"))) == 1


async def test_somebody_without_a_name_manages_the_group_and_channel_in_whose_name_they_write():
    async with open_house("telegram") as house:
        stage = house.stage
        for where in ("group", "channel"):
            [made] = await stage.send_text("/papers subscribe rl", where, "ann", as_chat=True)
            assert made.text.startswith("#1 rl")
        [refused] = await stage.send_text("/alert rl", "group", "ann", as_chat=True)
        assert refused.text.endswith("Ask me in private.")
        for line, code in (("saved", "saved"), ("alerts", "alerts"), ("export bibtex", "start")):
            [refused] = await stage.send_text(f"/papers {line}", "channel", "ann", as_chat=True)
            assert refused.links == (f"https://t.me/paperwire_bot?start={code}",)
        stage.server.standing(stage.place("group"), stage.people["ann"], "member", "kicked")
        await stage.server.updates.until_confirmed()
        assert await house.store.paused_reason(stage.chat("group"))


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("/papers@otherbot rl", {}),
        ("/papers rl", {"forward_origin": {"type": "hidden_user", "sender_user_name": "x", "date": 1}}),
    ],
)
async def test_what_is_not_for_the_bot_is_not_answered(text, more):
    async with open_house("telegram") as house:
        assert not await house.stage.send_text(text, "group", "ann", **more)


async def test_a_button_of_an_old_message_works_after_a_restart():
    async with open_house("telegram") as house:
        long = "rl OR " + " OR ".join(f'"a rather long phrase number {n}"' for n in range(5))
        await house.stage.type(long, "private")
        house.start()
        [made] = await house.stage.press("Subscribe", "private")
        assert made.text.startswith("#1 rl OR")


async def test_pages_take_the_place_of_the_list():
    async with open_house("telegram", {TUESDAY: many(25)}) as house:
        await house.stage.type("robots", "group", "bob")
        group = house.stage.place("group")
        before = len(group.posted)
        [shown] = await house.stage.press("More", "group", "bob")
        assert len(group.posted) == before
        assert " 11 to 20" in shown.text


def many(count, day=TUESDAY):
    return [record(f"2611.{20000 + n}", f"Robots of Kind {n}", day) for n in range(count)]


async def test_the_twenty_first_line_of_a_minute_is_answered_with_a_wait():
    async with open_house("telegram") as house:
        for _ in range(20):
            await house.stage.type("help", "private", "bob")
        [wait] = await house.stage.type("help", "private", "bob")
        assert re.fullmatch(r"That was a lot at once. I answer again in \d+ s\.", wait.text)
        assert [await house.stage.type("help", "private", "bob") for _ in range(3)] == [
            ()
        ] * 3  # told once, then unheard
        [other] = await house.stage.type("subs", "private", "ann")
        assert "follows nothing" in other.text
        house.time += timedelta(seconds=61)
        [again] = await house.stage.type("subs", "private", "bob")
        assert "follows nothing" in again.text


async def test_a_lost_right_is_noticed_within_a_minute():
    async with open_house("telegram") as house:
        stage = house.stage
        await stage.type("subscribe rl", "group", "ann")
        stage.place("group").members[ANN] = "member"
        house.time += timedelta(seconds=59)
        [refused] = await stage.type("unsubscribe 1", "group", "ann")
        assert refused.text.startswith("Only administrators")


async def test_a_card_shows_its_thumbnail_where_the_chat_wants_pictures_and_a_list_never_does():
    async with open_house("telegram") as house:
        stage, place = house.stage, house.stage.place()
        await stage.type("paper 2611.11005")
        assert not place.posted[-1].picture
        await stage.type("settings pictures on")
        await stage.type("paper 2611.11005")
        assert place.posted[-1].picture.endswith("2611.11005.png")
        assert len(place.posted[-1].text) <= 1024
        await stage.type("this week")
        assert not place.posted[-1].picture
        await stage.type("subscribe knitting")
        await house.publish("2611.12003", "Knitting by Robots")
        assert place.posted[-1].picture.endswith("2611.12003.png")
        for n in range(3):
            house.server.days[TUESDAY].append(record(f"2611.1300{n}", f"Knitting {n}", TUESDAY))
        await stage.type("settings pictures off")
        await house.poll()
        assert not any(one.picture for one in place.posted[-3:])


async def test_posts_make_no_sound_where_the_chat_wants_silence():
    async with group_at_work() as (house, stage, _, group, _):
        await house.publish("2611.12003", "RL Aloud")
        await stage.type("settings silent on", "group", "ann")
        await house.publish("2611.12004", "RL in a Whisper")
        silent = {as_shown(one).text.split("\n")[0]: one.silent for one in group.posted}
        assert (silent["RL Aloud"], silent["RL in a Whisper"]) == (False, True)


async def test_a_thumbnail_that_telegram_cannot_fetch_is_left_out():
    async with open_house("telegram") as house:
        await house.stage.type("settings pictures on")
        house.stage.server.fail("sendPhoto", Refused(400, "Bad Request: wrong file identifier/HTTP URL specified"))
        [card] = await house.stage.type("paper 2611.11005")
        assert card.text.startswith("Diffusion on a Phone")


async def test_the_menus_name_only_what_works():
    words = {*menu._EVERYONE, *menu._ALERTS, *menu._SAVED, *menu._MANAGE}
    for word in words - {"papers"} | set(SHORTCUTS):
        assert read(word if word not in {"subscribe", "alert"} else f"{word} rl", date(2026, 11, 24)).verb in VERBS
    contract = {"papers", "today", "trending", "subscribe", "alert", "subs", "saved", "settings", "help"}
    assert words == contract


def test_the_readme_gives_botfather_the_menu_that_the_bot_sets():
    listed = re.findall(r"^    (\w+) - (.+)$", README.read_text(), re.MULTILINE)
    private = menu.commands(menu._SCOPES[0][1], "")
    assert listed == [(one.command, one.description) for one in private]


HOSTILE = [f"{snippet} RL {snippet}<b>{'x' * 3}&amp;" for snippet in NASTY]


async def test_telegram_takes_every_message_that_hostile_papers_make():
    """Each verb over hostile titles; the stand-in reads markup as the real server does and refuses what it would."""
    hostile = [
        record(f"2611.{30000 + n}", title, TUESDAY, summary=title * 3, ai_keywords=[title], ai_summary=title)
        for n, title in enumerate(HOSTILE)
    ]
    async with open_house("telegram", {TUESDAY: hostile}) as house:
        stage, server = house.stage, house.stage.server
        house.answers._rate.most = 100_000
        tried = set()
        for line in every_line(f"2611.{30000 + n}" for n in range(0, len(hostile), 4)):
            shown = await stage.type(line)
            assert shown, line
            tried |= verbs_of(line)
            assert all(one.raw.strip() for one in stage.place().posted)
        for line in ("settings pictures on", "subscribe rl upvotes>=0"):
            await stage.type(line)
        for n, title in enumerate(HOSTILE):
            house.server.days[TUESDAY].append(record(f"2611.{40000 + n}", title, TUESDAY, summary=title * 40))
        await house.poll()
        for query in ("rl", "<b>", "x" * 200):
            await server.inline(stage.people["ann"], query)
        assert tried >= set(VERBS)
        sent = [asked for method, asked in server.requests if method in ("sendMessage", "editMessageText")]
        assert sent
        assert all(asked.get("parse_mode") == "HTML" for asked in sent)
        assert not [ping for one in stage.shown() for ping in one.pings]


def verbs_of(line):
    try:
        return {read(line, TUESDAY).verb}
    except QueryError:
        return set()


def every_line(some):
    """Return lines with each verb there is, those on papers for each of ``some``."""
    of_paper = [verb.name for verb in VERBS.values() if verb.shape == "of_paper"]
    examples = [example for verb in VERBS.values() for example in verb.examples[:1]]
    plain = (
        "", "today", "rl", "rl this week top 100", "<b>", "(", "trending", "subscribe <b>x</b> & y", "alert rl", "subs",
        "alerts", "edit 1 rl upvotes>=3 daily at 09:00", "pause 1 2w", "resume 1", "preview rl", "saved", "settings",
        "settings timezone Berlin", "settings quiet 22:00-07:00", "status", "help", "help subscribe", "help acronyms",
        "start", "unsubscribe 1", "resubscribe 1", "share rl", "in @me rl", "in @nobody rl", "export json", "trends rl", "undo", "log",
        "forget me", "more 1", "@durov /start", "\u202erl", "x" * 600,
    )  # fmt: skip
    return (*plain, *examples, *(f"{verb} {id}" for id in some for verb in of_paper))


async def test_inline_search_brings_pages_of_fifty_from_the_archive():
    async with open_house("telegram") as house:
        papers = tuple(Paper(f"2601.{n:05}", title=f"Knitted Study {n}", day=TUESDAY) for n in range(120))
        await house.store.import_papers(papers, house.time)
        pages = [
            await house.stage.server.inline(house.stage.people["bob"], "knitted this week", at) for at in ("", "2", "3")
        ]
        assert [len(page["results"]) for page in pages] == [50, 50, 20]
        assert [page.get("next_offset", "") for page in pages] == ["2", "3", ""]
        assert len({one["id"] for page in pages for one in page["results"]}) == 120


async def test_inline_search_asks_no_feed():
    async with open_house("telegram") as house:
        before = len(house.server.requests)
        answer = await house.stage.server.inline(house.stage.people["bob"], "diffusion last month")
        await house.stage.server.inline(house.stage.people["bob"], "rl 2024")
        assert answer["results"] == []
        assert len(house.server.requests) == before


async def test_a_search_that_is_typed_letter_by_letter_counts_for_no_limit():
    async with open_house("telegram") as house:
        for _ in range(25):
            answer = await house.stage.server.inline(house.stage.people["bob"], "rl")
            assert answer["results"]
        [shown] = await house.stage.type("rl", "private", "bob")
        assert "rl · " in shown.text


async def test_a_program_told_to_stop_begins_no_post_while_an_answer_ends(tmp_path):
    today = datetime.now(UTC).date()
    days = {today - timedelta(days=back): [] for back in range(8)}
    days[today] = [record("2401.00001", "Robots that Wait", today)]
    async with bot_api() as server, feed_server(days, todays_list_is_open) as feed:
        populate(server)
        group, ann = server.places[GROUP], server.people[ANN]
        settings = {"PAPERWIRE_TELEGRAM__API_URL": server.url, "TELEGRAM_BOT_TOKEN": TOKEN}
        async with program(tmp_path, feed.url, **settings):
            server.say(group, ann, "/papers subscribe rl")
            await until(lambda: group.posted)
            server.fail("sendMessage", *["hang"] * 9)
            server.say(group, ann, "/papers status")
            await until(lambda: [method for method, _ in server.requests].count("sendMessage") == 2)
            asyncio.get_running_loop().call_later(
                1, feed.days[today].append, record("2401.00002", "RL by Itself", today)
            )
        assert [method for method, _ in server.requests].count("sendMessage") == 2


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_the_program_answers_and_posts_by_both_ways_in(tmp_path, mode):
    today = datetime.now(UTC).date()
    days = {today - timedelta(days=back): [] for back in range(8)}
    days[today] = [record("2401.00001", "Robots that Wait", today)]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hook = f"http://127.0.0.1:{port}/telegram"
    more = {"PAPERWIRE_TELEGRAM__WEBHOOK_URL": hook, "TELEGRAM_WEBHOOK_SECRET": "a-secret"} if mode == "webhook" else {}
    more |= {"PAPERWIRE_TELEGRAM__MODE": mode, "PAPERWIRE_SERVER__PORT": str(port), "TELEGRAM_BOT_TOKEN": TOKEN}
    async with bot_api() as server, feed_server(days, todays_list_is_open) as feed:
        populate(server)
        group, ann = server.places[GROUP], server.people[ANN]
        async with program(tmp_path, feed.url, PAPERWIRE_TELEGRAM__API_URL=server.url, **more):
            server.say(group, ann, "/papers subscribe rl")
            await until(lambda: group.posted and group.posted[-1].text.startswith("#1 rl"))
            days[today].append(record("2401.00002", "RL by Itself", today))
            feed.days[today] = days[today]
            await until(lambda: group.posted[-1].text.startswith("RL by Itself"))
            if mode == "webhook":
                async with aiohttp.ClientSession() as client:
                    for secret in ("", "wrong"):
                        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
                        async with client.post(hook, json={"update_id": 1}, headers=headers) as answer:
                            assert answer.status == 401
        assert len([one for one in group.posted if one.text.startswith("RL by Itself")]) == 1


async def test_every_subscription_has_a_row_of_what_can_be_done_to_it():
    async with open_house("telegram") as house:
        await house.stage.type("subscribe rl")
        await house.stage.type("subscribe agents daily")
        (shown,) = await house.stage.type("subs")
        rows = [[key["text"] for key in row] for row in house.stage.place().posted[-1].rows]
        assert rows == [
            ["Pause #1", "Daily #1", "Preview #1", "Stop #1"],
            ["Pause #2", "At once #2", "Preview #2", "Stop #2"],
        ]
        assert "“edit 1 <query>” changes the words of #1, “edit 1 weekly on mon at 09:00” when it comes" in shown.text
        await house.stage.press("Daily #1")
        await house.stage.press("At once #2")
        assert [str(one.schedule) for one in await house.store.subscriptions()] == ["daily at 09:00", "now"]
