"""Every line means the same on every platform: one suite over the real adapters, each against its stand-in."""

import asyncio
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.console.platform import CHAT, Me
from bot.commands.guide import GROUPS, GUIDE
from bot.commands.help_pages import DAYS, LISTED, QUERIES
from bot.language.queries.parse import parse
from bot.lines.line import read
from bot.lines.verbs import VERBS
from bot.message import say
from tests.adapters.feeds.days import FRIDAY, SATURDAY, own_days, record
from tests.bot.commands.world import STAGES, ids, open_world, said
from tests.support import laws
from tests.support.lines import golden, outcome
from tests.support.stages import Stage
from tests.support.store_makers import a_subscription

SPOKEN = (
    ("rl today", "rl · Tue 24 Nov 2026 · 1 paper of 2"),
    ("rl this week", "2 papers of 7"),
    ("reinforcement learning", "3 papers"),
    ("top 2 monday", "5 papers"),
    ("search diffusion", "Diffusion on a Phone"),
    ("", "Papers · Tue 24 Nov 2026 · 2 papers"),
    ("trending", "Trending · 10 papers"),
    ("trending rl", "2611.10001|Policy Gradients"),
    ("paper 2611.11001", "Reward Models that Admit Doubt"),
    ("paper https://arxiv.org/abs/2611.11001v2", "Reward Models that Admit Doubt"),
    ("paper 2611.99999", "No paper 2611.99999"),
    ("subs", "subscribe rl"),
    ("alerts", "alert rl"),
    ("subscribe diffusion", "^#1 diffusion, .*2 posts a week"),
    ("subscribe diffusion", "Already there: #1 diffusion"),
    ("subscribe rl daily at 09:00 max 3", "^#2 rl, .*daily at 09:00 .UTC.*3"),
    ("sub trending weekly on mon at 09:00", "^#3 trending, .*weekly on mon at 09:00"),
    ("edit 3 trending rl monthly", "^#3 trending rl, a digest here monthly at 09:00"),
    ("edit 3 now", "comes as a digest.*edit 3 trending rl daily at 09:00"),
    ("subs", "3 subscriptions.*#1 diffusion.*#2 rl.*#3 trending"),
    ("why 2611.11005", "#1 diffusion: matches: .*#2 rl: does not match: "),
    ("edit 1 diffusion OR world", "^#1 diffusion OR world"),
    ("pause 1 2w", "is paused until Tue 8 Dec"),
    ("subs", "#1 diffusion OR world · .*paused until Tue 8 Dec"),
    ("resume 1", "goes on"),
    ("unsubscribe 1", "is stopped"),
    ("unsub #2", "is stopped"),
    ("unsubscribe 7", "no subscription #7. It has #3"),
    ("preview rl", "^3 papers · rl · the last 14 days"),
    ("settings", "timezone +UTC.*quiet +off"),
    ("settings timezone Berlin", "time zone is now Europe/Berlin"),
    ("settings quiet 22:00-07:00", "Quiet times are now 22:00-07:00 .Europe/Berlin."),
    ("settings colour red", "The settings are timezone"),
    ("status", "10 papers in the archive.*Hugging Face: fine, last read.*1 subscription, 0 posts waiting"),
    ("help", "subscribe rl +new papers, in this chat"),
    ("help all", "subscribe +New papers that match"),
    ("help subscribe", "daily at 09:00"),
    ("help acronyms", "(?m)^rl = reinforcement learning$"),
)
"""Lines in the order in which they are typed, and what their answers say."""

UNREADABLE = (
    ("rl (", "not closed", "rl"),
    ("subscribe rl today", "has no days", "subscribe rl"),
    ("pause 0", "takes a number", "pause 1"),
    ("rl upvotes>=many", "", "upvotes>="),
    ('"open quote', "", '"open quote"'),
    ("settings quiet 25:00-26:00", "22:00-07:00", ""),
)
ODD = (
    "word " * 2000, "x" * 10_000, "(" * 10_000, "\x00\x07\x1b[31m rl",
    "\u202eאבג דהו", "مرحبا rl", "🤖🧠👩‍🔬", "-", '"',
    "\\", "%s {0} $x",
)  # fmt: skip


async def test_every_verb_works(world):
    for line, expected in SPOKEN:
        assert re.search(expected, await said(world.stage, line), re.DOTALL), line


def test_help_lists_every_verb_that_works_and_no_other():
    assert set(LISTED) == set(VERBS) - {"start", "abstract"}


def test_all_commands_are_in_the_groups_of_help():
    assert sorted(verb.name for verbs in GROUPS.values() for verb in verbs) == sorted(LISTED)


@pytest.mark.parametrize("line", [line for lines in GUIDE.values() for line in lines])
def test_every_line_of_help_can_be_sent(line):
    assert read(line, date(2026, 11, 24)).verb in VERBS


@pytest.mark.parametrize("count", [1, 14, 51, 100])
async def test_every_subscription_has_a_button_of_its_own(count):
    async with open_world("telegram", own_days()) as world:
        for number in range(count):
            await world.store.subscribe(a_subscription(world.stage.chat(), f"word{number}"))
        shown = await world.stage.type("subs")
        stops = [label for one in shown for label in one.buttons if label.startswith("Stop #")]
        assert stops == [f"Stop #{number}" for number in range(1, count + 1)]


async def test_a_setting_is_changed_by_pressing_its_next_value(world):
    [shown] = await world.stage.type("settings")
    assert {"Quiet → 22:00-07:00", "Length → 20", "Silent → on", "Pictures → on"} <= set(shown.buttons)
    await world.stage.press("Silent → on")
    assert "Silent → off" in (await world.stage.type("settings"))[-1].buttons


async def test_every_paper_of_an_answer_is_linked_with_its_id(world):
    for line, expected in (
        ("monday", [f"2611.1100{place}" for place in (1, 5, 2, 3, 4)]),
        ("rl", ["2611.10001", "2611.11002", "2611.12001"]),
        ("top 2 page 2 monday", ["2611.11002", "2611.11003"]),
        ("preview rl", ["2611.12001", "2611.11002", "2611.10001"]),
        ("subscribe rl", ["2611.12001"]),
    ):
        found = ids(await world.stage.type(line))
        assert (sorted(found), len(found)) == (sorted(expected), len(expected)), line


async def test_the_button_of_a_question_subscribes_and_undo_takes_it_back(world):
    await world.stage.type("rl today")
    assert "#1 rl" in (await world.stage.press("Subscribe"))[0].text
    assert [one.text for one in await world.store.subscriptions()] == ["rl"]
    await world.stage.press("Undo")
    assert await world.store.subscriptions() == ()


async def test_more_leads_through_all_papers_each_once(world):
    pages = [await world.stage.type("2w top 4")]
    while "More" in pages[-1][-1].buttons:
        pages.append(await world.stage.press("More"))
    found = [id for page in pages for id in ids(page)]
    assert [len(ids(page)) for page in pages] == [4, 4, 2]
    assert sorted(found) == sorted(entry["paper"]["id"] for day in own_days().values() for entry in day)


@pytest.mark.parametrize("hour", [1, 12])
async def test_on_a_weekend_today_is_the_last_list_with_its_date(platform, hour):
    days = {day: records for day, records in own_days().items() if day <= SATURDAY}
    async with open_world(platform, days, datetime(2026, 11, 22, hour, tzinfo=UTC)) as world:
        shown = await world.stage.type("rl today")
        expected = r"rl · Fri 20 Nov 2026 · 1 paper of 3.*No list on Sunday. The last one is Fri 20 Nov"
        assert re.search(expected, shown[0].text, re.DOTALL)
        assert ids(shown) == ["2611.10001"]


async def test_a_feed_that_is_down_leaves_the_archive_with_its_time(world):
    world.server.broken = "500"
    world.time += timedelta(hours=3)
    shown = await world.stage.type("rl today")
    assert "as of 12:05" in shown[0].text
    assert ids(shown) == ["2611.12001"]


@pytest.mark.parametrize("broken", ["garbage", "html", "half", "reset"])
async def test_whatever_the_feed_answers_a_question_is_answered(platform, broken):
    async with open_world(platform, own_days()) as world:
        world.server.broken = broken
        assert re.search("not answering|not in the archive", await said(world.stage, "rl today"))


async def test_an_unreadable_line_names_the_place_and_the_nearest_form_and_changes_nothing(world):
    for line, reason, nearest in UNREADABLE:
        answer = await said(world.stage, line)
        assert reason in answer, line
        assert nearest in answer, line
        assert ("^" in answer) == (line != UNREADABLE[-1][0]), line
    assert await world.store.subscriptions() == ()
    assert await world.store.settings(world.stage.chat()) is None


async def test_the_nearest_form_is_one_press_away(world):
    await world.stage.type("subscribe rl today")
    await world.stage.press("Yes")
    assert [one.text for one in await world.store.subscriptions()] == ["rl"]


async def test_the_nearest_form_of_a_query_is_the_whole_line(world):
    for line, nearest in {
        "subscribe rl OR max 5": "subscribe rl max 5",
        "preview p<0.05 3d": 'preview "p<0.05" 3d',
        "p<0.05 today": '"p<0.05" today',
    }.items():
        assert f"Did you mean: {nearest}" in await said(world.stage, line)


async def test_help_knows_queries_and_days_too_and_its_examples_can_be_read(world):
    for subject, words in {"query": "must all be there", "queries": "has:code", "dates": "list days"}.items():
        assert words in await said(world.stage, f"help {subject}")
    for example in (*QUERIES.examples, *DAYS.examples):
        parse(read(example, FRIDAY).query)


async def test_no_match_since_a_day_says_so(world):
    assert "No paper since 23 Nov matches" in await said(world.stage, "zebrafish since 2026-11-23")
    assert "No paper of Tue 24 Nov matches" in await said(world.stage, "zebrafish today")


async def test_odd_lines_are_answered(world):
    for line in ODD:
        shown = await world.stage.type(line)
        assert any(one.text.strip() for one in shown), line[:20]
        assert "went wrong" not in shown[0].text, line[:20]


HOSTILE = (
    "<b>bold</b> &amp; <!channel> <@U1> @everyone @durov",
    "*stars* _low_ `code` ~gone~ [x](https://evil.example)",
    "see https://evil.example or www.evil.example now",
    "</a><a href='https://evil.example'>click</a>",
    "<https://evil.example|click> #tag /start",
)


async def test_a_hostile_title_never_becomes_markup_a_ping_or_a_foreign_link(platform):
    more = {"githubRepo": "javascript:alert(1)"}
    hostile = [record(f"2611.1000{n}", title, FRIDAY, ai_summary=title, **more) for n, title in enumerate(HOSTILE)]
    async with open_world(platform, {FRIDAY: []}, polled=True) as world:
        await world.stage.type("subscribe now OR code OR click OR bold")
        world.server.days[FRIDAY] = hostile
        await world.poll()
        for line in ("today", "trending", *(f"paper 2611.1000{n}" for n in range(5)), "why 2611.10000", "preview bold"):
            await world.stage.type(line)
        everything = world.stage.shown()
        assert len(ids(everything)) > 20
        assert [shown.pings for shown in everything if shown.pings] == []
        for words in ("<b>bold</b>", "<!channel>", "*stars*", "`code`", "</a><a href=", "@everyone"):
            assert any(words in shown.text for shown in everything), words
        if platform == "terminal":
            assert "\x1b" not in "".join(shown.text for shown in everything)
        else:
            ours = r"https://(huggingface\.co/(papers/|(models|datasets|spaces)\?other=arxiv:)|arxiv\.org/(pdf|abs)/)2611\.1000\d"
            links = [link for shown in everything for link in shown.links]
            assert [link for link in links if not re.fullmatch(ours, link)] == []


async def test_the_golden_lines_mean_the_same_from_every_platform(platform):
    heard: list[str] = []

    async def answer(chat, asker, line):
        heard.append(line)
        return say("heard")

    sample = [(line, today, expected) for line, today, expected in golden() if _can_be_typed(line)][::6]
    async with STAGES[platform].open_stage(answer) as stage:
        for line, today, expected in sample:
            heard.clear()
            await stage.type(line)
            assert [outcome(text, today) for text in heard] == [expected], line


def _can_be_typed(line):
    if "<!" in line:  # a mention of everybody on Slack
        return False
    return len(line) < 3000 and line == line.strip() and line.isprintable()


# Who may


async def test_in_a_telegram_group_members_ask_and_administrators_subscribe():
    async with open_world("telegram", own_days(), polled=True) as world:
        stage = world.stage
        assert "1 paper" in await said(stage, "rl today", "group", "bob")
        assert "Only administrators" in await said(stage, "subscribe rl", "group", "bob")
        assert await world.store.subscriptions() == ()
        await stage.press("Alert me", "group", "bob")
        assert [one.chat for one in await world.store.subscriptions()] == [stage.chat("private", "bob")]
        assert "#1 rl" in await said(stage, "subscribe rl", "group", "ann")
        for line in ("edit 1 llm", "pause 1", "resume 1", "unsubscribe 1"):
            assert "Only administrators" in await said(stage, line, "group", "bob")
        assert "#1 rl" in await said(stage, "subs", "group", "bob")


async def test_a_channel_is_managed_in_it_and_from_the_private_chat():
    async with open_world("telegram", own_days(), polled=True) as world:
        assert "#1 rl" in await said(world.stage, "subscribe rl", "channel")
        assert "#1 rl" in await said(world.stage, "in @rl_papers subs")
        assert "Only administrators" in await said(world.stage, "in @rl_papers subs", who="bob")
        assert "is stopped" in await said(world.stage, "in @rl_papers unsubscribe 1")
        assert await world.store.subscriptions() == ()


async def test_a_channel_of_slack_is_managed_from_the_conversation_with_the_bot():
    async with open_world("slack", own_days()) as world:
        where = world.stage.chat("channel").id
        for named in (f"<#{where}|papers>", f"<#{where}|2026-papers>"):
            assert "rl, posted in #" in await said(world.stage, f"in {named} subscribe rl")
            assert "1 subscription" in await said(world.stage, f"in {named} subs")
            assert "is stopped" in await said(world.stage, f"in {named} unsubscribe rl")
        await world.stage.type(f"in <#{where}|papers> subscribe rl")
        (preview,) = await world.stage.press("Preview")
        assert "the last 14 days" in preview.text
        (undone,) = await world.stage.press("Undo")
        assert "is stopped" in undone.text
        assert "I know no chat #papers" in await said(world.stage, "in #papers subs")


async def test_in_slack_every_member_subscribes():
    async with open_world("slack", own_days()) as world:
        assert "#1 rl" in await said(world.stage, "subscribe rl", "channel", "bob")


async def test_an_alert_of_a_group_is_confirmed_to_its_owner_alone_and_its_buttons_mean_the_private_chat(team):
    stage: Stage = team.stage
    await stage.type("subscribe world", "group", "ann")
    before = stage.shown("group", "ann")
    await stage.type("alert rl", "group", "bob")
    assert not any("rl" in shown.text for shown in stage.shown("group", "ann")[len(before) :])
    alert, mine = stage.chat("private", "bob"), stage.chat("group")
    assert [one.text for one in await team.store.subscriptions(alert)] == ["rl"]
    where = "private" if any("Undo" in shown.buttons for shown in stage.shown("private", "bob")) else "group"
    await stage.press("Undo", where, "bob")
    assert await team.store.subscriptions(alert) == ()
    assert [one.text for one in await team.store.subscriptions(mine)] == ["world"]


# Any line at all

WORDS = st.sampled_from([
    *VERBS, "rl", "OR", "|", "NOT", "-", "(", ")", '"', "today", "last week", "2024-01..", "top", "0", "5", "page", "1",
    "9" * 30, "upvotes>=", "author:", "cat:cs.LG", "diffus*", "*", "=", "daily at", "09:00", "max", "in @me", "in @x",
    "share", "2611.11001", "~k1", "#1", "…", "\x00", "\ud800", "🤖", "\u202e",
])  # fmt: skip
LINES = st.lists(WORDS | st.text(max_size=6), max_size=8).map(" ".join) | st.text(max_size=60)


@pytest.fixture(scope="module")
def asked():
    """Return what is answered to a line in the terminal, and whether a defect was met."""
    with asyncio.Runner() as runner:
        opened = open_world("terminal", own_days())
        world = runner.run(opened.__aenter__())
        runner.run(world.poll())
        yield lambda line: runner.run(world.answers(CHAT, Me(), line))
        runner.run(opened.__aexit__(None, None, None))


@given(line=LINES)
@settings(max_examples=laws.of(300), deadline=None)
def test_any_line_is_answered_and_no_defect_is_met(asked, line):
    message = asked(line)
    assert message.blocks
    assert "went wrong" not in str(message.blocks[0])
    assert all(len(one.line.encode("utf-8", "replace")) <= 60 for row in message.actions for one in row)


async def test_a_page_that_several_words_do_not_fill_goes_on_with_the_nearest_uncounted(world):
    some = await said(world.stage, "diffusion models")
    expected = r"diffusion models · 1 paper\n.*Diffusion on a Phone.*Nearest, by any of the words:.*World Models"
    assert re.search(expected, some, re.DOTALL)
    none = await said(world.stage, "phone quantum juggling")
    assert re.search(r"0 papers.*No paper has all of: phone quantum juggling.*Nearest.*on a Phone", none, re.DOTALL)
    for line in ("diffusion models this week", "diffusion", "diffusion models sort new"):
        assert "Nearest" not in await said(world.stage, line)


@pytest.mark.parametrize("line", ["rl today", "zebrafish today", "trending today"])
async def test_a_header_names_its_day_with_the_year_whatever_was_found(world, line):
    assert "Tue 24 Nov 2026 · " in await said(world.stage, line)
