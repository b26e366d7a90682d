"""Slack with the whole core behind it: lines, windows, the tab, and the program itself in many workspaces."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from adapters.slack.ui import modal
from bot.errors import QueryError
from bot.lines.line import read
from bot.lines.verbs import VERBS
from tests.adapters.feeds.days import TUESDAY, record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.adapters.slack.hostile import NASTY
from tests.adapters.slack.http import KEY, SECRET, Office
from tests.adapters.slack.schema import faults, view_faults
from tests.adapters.slack.stage import SlackStage
from tests.adapters.slack.standin import StandIn, serving
from tests.adapters.slack.test_windows import filled, interact, labels, open_home, press, window, words
from tests.adapters.slack.world import workspace
from tests.support.house import open_house
from tests.support.program import program, until


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(modal, "STILL", 0.02)


@pytest.fixture
async def house():
    async with open_house("slack") as house:
        yield house


async def rows(house, where="channel", who="ann"):
    return [str(one) for one in await house.store.subscriptions(house.stage.chat(where, who))]


# Windows, buttons and the tab


async def test_edit_opens_the_window_with_the_query_and_saving_it_changes_the_subscription(house):
    long = "rl OR " + " OR ".join(f'"a rather long phrase number {n}"' for n in range(9))
    await house.stage.type(f"subscribe {long}", "channel")
    await house.stage.type("subs", "channel")
    await house.stage.button("Edit #1", "channel")
    view = window(house.stage)
    assert view["blocks"][0]["element"]["initial_value"] == long
    ack = await interact(house.stage, "view_submission", view=filled(view, "rl upvotes>=10", schedule="daily"))
    assert ack["response_action"] == "update"
    assert await rows(house) == ["#1 rl upvotes>=10"]


async def test_edit_under_ones_alerts_in_a_channel_changes_the_alert(house):
    await house.stage.type("subscribe agent", "channel")
    await house.stage.type("alert rl", "channel")
    await house.stage.type("alerts", "channel")
    await house.stage.button("Edit #1", "channel")
    await interact(house.stage, "view_submission", view=filled(window(house.stage), "diffusion", schedule="keep"))
    assert await rows(house, "private") == ["#1 diffusion"]
    assert await rows(house) == ["#1 agent"]


async def test_the_shortcut_makes_a_subscription_with_a_look_at_what_it_brings(house):
    await interact(house.stage, "shortcut", callback_id="paperwire_subscribe")
    view = filled(window(house.stage), "rl", channel=house.stage.place("channel").id)
    await interact(
        house.stage, "block_actions", view=view, container={"type": "view"},
        actions=[{"action_id": "paperwire.query", "block_id": "query", "type": "plain_text_input", "value": "rl"}],
    )  # fmt: skip
    assert "papers · rl · the last 14 days" in words(window(house.stage))
    await interact(house.stage, "view_submission", view=view)
    assert await rows(house) == ["#1 rl"]


async def test_the_tab_shows_alerts_saved_papers_and_a_channels_subscriptions_and_its_buttons_work(house):
    stage = house.stage
    for line in ("alert rl", "save 2611.11005", "subscribe agent"):
        await stage.type(line, "channel")
    view = await open_home(stage)
    assert all(part in words(view) for part in ("#1 rl · as they appear", "Saved · 1 paper", "Diffusion on a Phone"))
    choice = {"type": "conversations_select", "action_id": "paperwire.home.channel", "selected_conversation": "CT1"}
    await interact(stage, "block_actions", view=view, container={"type": "view"}, actions=[{**choice, "block_id": "c"}])
    view = stage.team.homes["UANNT1"]
    assert "#1 agent · as they appear" in words(view)
    assert labels(view).count("Edit #1") == 2
    await press(stage, view, "Stop #1")
    assert "You have no alerts yet" in words(stage.team.homes["UANNT1"])
    assert "“" not in words(stage.team.homes["UANNT1"])
    assert await rows(house, "private") == []
    assert await rows(house) == ["#1 agent"]


async def test_save_unsave_and_saved_belong_to_the_person(house):
    await house.stage.type("paper 2611.11005", "channel")
    await house.stage.press("Save", "channel")
    assert "Diffusion on a Phone" in (await house.stage.type("saved", "channel"))[0].text
    assert "nothing yet" in (await house.stage.type("saved", "channel", "bob"))[0].text
    assert all(one.get("only") for one in house.stage.place("channel").messages)


async def test_the_message_shortcut_saves_the_papers_of_a_message(house):
    message = {"ts": "1.1", "text": "see <https://arxiv.org/abs/2611.11005> and huggingface.co/papers/2611.11001"}
    way = house.stage.slack.way(house.stage.team, "CT1", "UANNT1")
    more = {"message": message, "channel": {"id": "CT1"}, "response_url": way}
    await interact(house.stage, "message_action", callback_id="paperwire_save", **more)
    private = house.stage.chat("private")
    assert {paper.id for paper in await house.store.saved_papers(private)} == {"2611.11005", "2611.11001"}


async def test_a_link_gets_its_card_once_and_then_a_word(house):
    for ts in ("5.1", "5.2"):
        link = {"domain": "arxiv.org", "url": "https://arxiv.org/pdf/2611.11005v2"}
        where = {"channel": "CT1", "message_ts": ts, "user": "UANNT1"}
        await house.stage.event("link_shared", links=[link], **where)
    first, second = (next(iter(one["unfurls"].values()))["blocks"] for one in house.stage.team.unfurls)
    assert "Diffusion on a Phone" in str(first)
    assert "was shared here before" in str(second)


async def test_an_answer_is_private_until_it_is_shared_or_set_public(house):
    stage = house.stage
    await stage.type("rl", "channel")
    assert not stage.shown("channel", "bob")
    await stage.press("Share", "channel")
    assert "rl · " in stage.shown("channel", "bob")[-1].text
    await stage.type("settings answers public", "channel")
    await stage.type("rl this week", "channel")
    assert "rl · " in stage.shown("channel", "bob")[-1].text


async def test_a_shared_answer_cannot_be_shared_again_however_far_it_is_paged(house):
    stage = house.stage
    await stage.type("last 10 days top 1", "channel")
    await stage.press("Share", "channel")
    for _ in range(2):
        public = stage.messages("channel", "bob")
        assert (len(public), "Share" in str(public[0]["blocks"]), "More" in str(public[0]["blocks"])) == (
            1,
            False,
            True,
        )
        await stage.press("More", "channel", "bob")


async def test_a_card_shows_its_picture_where_the_channel_wants_it(house):
    await house.stage.type("settings pictures on", "channel")
    await house.stage.type("subscribe knitting", "channel")
    await house.publish("2611.12003", "Knitting by Robots")
    pictures = [b["accessory"]["image_url"] for b in house.stage.messages("channel")[-1]["blocks"] if "accessory" in b]
    assert [re.sub(".*/", "", one) for one in pictures] == ["2611.12003.png"]


async def test_the_twenty_first_line_of_a_minute_is_answered_with_a_wait(house):
    for _ in range(20):
        await house.stage.type("help acronyms", "channel", "bob")
    assert "I answer again in" in (await house.stage.type("subs", "channel", "bob"))[0].text
    house.time += timedelta(seconds=61)
    assert "follows nothing" in (await house.stage.type("subs", "channel", "bob"))[0].text


# Channels that are lost and found


async def test_a_channel_that_is_archived_waits_and_goes_on_when_it_is_opened_again(house):
    stage = house.stage
    await stage.type("subscribe rl", "channel")
    told = len(stage.messages("private"))
    stage.place("channel").archived = True
    await stage.event("channel_archive", channel="CT1", user="UBOBT1")
    await house.publish("2611.12003", "RL in Storage")
    [notice] = stage.shown("private")[told:]
    assert "the channel is archived" in notice.text
    assert "#1 rl" in notice.text
    stage.place("channel").archived = False
    await stage.event("channel_unarchive", channel="CT1", user="UBOBT1")
    await house.deliver()
    assert "RL in Storage" in stage.shown("channel")[-1].text


@pytest.mark.parametrize(
    ("lose", "why"),
    [
        (lambda place, bot: setattr(place, "archived", True), "the channel is archived"),
        (lambda place, bot: place.members.discard(bot), "/invite @"),
    ],
)
async def test_whoever_subscribed_is_told_why_a_post_found_the_door_closed(house, lose, why):
    await house.stage.type("subscribe rl", "channel")
    told = len(house.stage.messages("private"))
    lose(house.stage.place("channel"), house.stage.team.bot_user)
    await house.publish("2611.12003", "RL for Nobody")
    [notice] = house.stage.shown("private")[told:]
    assert why in notice.text
    assert why in await house.store.paused_reason(house.stage.chat("channel"))


async def test_a_channel_without_the_bot_is_told_to_invite_it(house):
    house.stage.place("channel").members.discard(house.stage.team.bot_user)
    [refused] = await house.stage.type("subscribe rl", "channel")
    assert "/invite @" in refused.text
    assert await rows(house) == []


async def test_only_admins_change_subscriptions_where_the_operator_says_so():
    async with open_house("slack", admins_only=True) as house:
        assert "Only administrators" in (await house.stage.type("subscribe rl", "channel", "bob"))[0].text
        await house.stage.type("alert rl", "channel", "bob")
        await house.stage.type("subscribe agent", "channel", "ann")
        assert (await rows(house), await rows(house, "private", "bob")) == (["#1 agent"], ["#1 rl"])


# Whatever a paper says


async def test_slack_takes_every_message_that_hostile_papers_make():
    """Each verb over each hostile title; every message and view is held against the schema of Block Kit's limits."""
    hostile = [
        record(f"2611.{30000 + n}", f"{piece} RL {piece}", TUESDAY, summary=piece * 9, ai_keywords=[piece])
        for n, piece in enumerate(piece for piece in NASTY if piece.isprintable() or piece == "\n")
    ]
    tried = set()
    async with open_house("slack", {TUESDAY: hostile}) as house:
        house.answers._rate.most = 100_000
        for line in every_line(f"2611.{30000 + n}" for n in range(0, len(hostile), 4)):
            assert await house.stage.type(line, "channel"), line
            tried |= verbs_of(line)
        await open_home(house.stage)
        for line in ("settings pictures on", "subscribe rl upvotes>=0"):
            await house.stage.type(line, "channel")
        for n, piece in enumerate(piece for piece in NASTY if piece.isprintable()):
            house.server.days[TUESDAY].append(record(f"2611.{40000 + n}", f"{piece} RL {piece}", TUESDAY))
        await house.poll()
        said = [body for method, body in house.stage.slack.calls if method in SAYING]
        assert all(body.get("blocks") for body in said)  # none was refused and said again in plain words
        sent = [body for _, body in house.stage.slack.calls if isinstance(body, dict) and body.get("blocks")]
        found = [fault for body in sent for fault in faults(body["blocks"])]
        found += [fault for home in house.stage.team.homes.values() for fault in view_faults(home)]
        pings = [ping for place in ("channel", "private") for one in house.stage.shown(place) for ping in one.pings]
    assert sent
    assert tried >= set(VERBS)
    assert (found, pings) == ([], [])
    assert all(body.get("text", "").strip() for body in sent)


SAYING = {"chat.postMessage", "chat.postEphemeral", "response_url"}


def every_line(some):
    """Return lines with each verb there is, those on papers for each of ``some``."""
    of_paper = [verb.name for verb in VERBS.values() if verb.shape == "of_paper"]
    examples = [example for verb in VERBS.values() for example in verb.examples[:1]]
    plain = (
        "", "today", "rl", "rl this week top 100", "<b>", "(", "trending", "subscribe <!channel> & y", "alert rl",
        "subs", "alerts", "edit 1 rl upvotes>=3 daily at 09:00", "pause 1 2w", "resume 1", "preview rl", "saved",
        "settings", "settings timezone Berlin", "settings quiet 22:00-07:00", "status", "help", "help subscribe",
        "help acronyms", "start", "unsubscribe 1", "resubscribe 1", "share rl", "in @me rl", "in @nobody rl", "export json",
        "trends rl", "undo", "log", "forget me", "more 1", "<!channel>", "<@U1> *x*", "x" * 600,
    )  # fmt: skip
    return (*plain, *examples, *(f"{verb} {id}" for id in some for verb in of_paper))


def verbs_of(line):
    try:
        return {read(line, TUESDAY).verb}
    except QueryError:
        return set()


# The program itself, in many workspaces


def http_mode(slack):
    """Return the settings of an app that workspaces install."""
    return {
        "PAPERWIRE_SLACK__MODE": "http", "PAPERWIRE_SLACK__API_URL": slack.url, "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_CLIENT_ID": "client-id", "SLACK_CLIENT_SECRET": "client-secret", "PAPERWIRE_SECRET_KEY": KEY,
    }  # fmt: skip


async def test_the_program_serves_many_workspaces_apart_and_one_that_leaves_and_returns(tmp_path):
    today = datetime.now(UTC).date()
    days = {today - timedelta(days=back): [] for back in range(8)}
    days[today] = [record("2401.00001", "Robots that Wait", today)]
    one, two, slack = workspace("T1", "xoxb-one"), workspace("T2", "xoxb-two"), StandIn()
    slack.team(one)
    slack.team(two)
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        feed_server(days, todays_list_is_open) as feed,
        serving(slack),
        aiohttp.ClientSession(cookie_jar=jar) as client,
    ):
        async with program(tmp_path, feed.url, **http_mode(slack)) as address:
            office = Office(slack, None, address, client)

            def said(team):
                return "\n".join(str(message) for message in team.conversations[f"C{team.id}"].messages)

            async def tell(team, line, words):
                status, _ = await office.command(team, line, wait=False)
                assert status == 200
                await until(lambda: words in said(team))

            # Nothing is installed yet; then two workspaces install the app, each with its own token.
            await tell(one, "subs", "reinstall")
            for team in (one, two):
                assert (await office.install(team))[0] == 200
            await tell(one, "subscribe rl", "#1 rl")
            await tell(two, "subscribe diffusion", "#1 diffusion")
            await tell(two, "subs", "#1 diffusion · as they appear")
            assert "rl" not in re.sub(r"\burl\b", "", said(two)).split()

            # One removes it: its posts wait, the other's go on.
            body = {"type": "event_callback", "team_id": "T1", "event_id": "E9", "event": {"type": "app_uninstalled"}}
            one.alive = False
            assert (await office.post(json.dumps(body), wait=False))[0] == 200
            feed.days[today] += [
                record("2401.00002", "RL for One", today),
                record("2401.00003", "Diffusion for Two", today),
            ]
            await until(lambda: "Diffusion for Two" in said(two))
            assert "RL for One" not in said(one) + said(two)

            # And installs it again: what it was owed arrives.
            one.alive = True
            assert (await office.install(one))[0] == 200
            await until(lambda: "RL for One" in said(one))
        kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
        assert b"xoxb-" not in kept


# The program with one workspace's token


class Elsewhere:
    """The platform in another process: when it is idle cannot be known from here."""

    async def idle(self):
        pass


@pytest.mark.parametrize("how", ["Slack says so", "a post is refused"])
async def test_the_program_goes_on_with_a_new_token_where_the_old_one_was_revoked(tmp_path, how):
    today = datetime.now(UTC).date()
    days = {today - timedelta(days=back): [] for back in range(8)}
    days[today] = [record("2401.00001", "Robots that Wait", today)]
    team, slack = workspace(), StandIn()
    slack.team(team)

    def said():
        return "\n".join(str(message) for message in team.conversations["CT1"].messages)

    def settings():
        own = {"SLACK_BOT_TOKEN": team.token, "SLACK_APP_TOKEN": slack.app_token}
        return own | {"PAPERWIRE_SLACK__API_URL": slack.url}

    async with feed_server(days, todays_list_is_open) as feed, serving(slack):
        stage = SlackStage(slack, team, Elsewhere())
        async with program(tmp_path, feed.url, **settings()):
            await slack.socket()
            await stage.command("subscribe rl", "channel")
            await until(lambda: "#1 rl" in said())
            team.alive = False
            if how == "Slack says so":
                await stage.event("tokens_revoked", tokens={"bot": [team.bot_user]})
            feed.days[today].append(record("2401.00002", "RL for One", today))
            await until(lambda: is_on_hold(tmp_path))
        team.alive, team.token = True, "xoxb-new"
        slack.teams.clear()
        slack.team(team)
        async with program(tmp_path, feed.url, **settings()):
            await until(lambda: "RL for One" in said())


def is_on_hold(folder):
    with closing(sqlite3.connect(folder / "paperwire.db")) as database:
        return database.execute("SELECT paused FROM chat WHERE paused IS NOT NULL").fetchone()
