"""The shell commands, as whole processes against a stand-in feed."""

import asyncio
import json
import os
import sqlite3
import sys
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.app.operator import jobs
from bot.model import Chat, Window
from bot.settings.config import load
from storage.store import open_store
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.adapters.slack.standin import StandIn, serving
from tests.adapters.slack.world import workspace
from tests.adapters.telegram.stage import ANN, populate
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.support import prepared
from tests.support.prepared import Ended
from tests.support.program import program, until
from tests.support.store_makers import a_subscription, owe, some_papers

TODAY = datetime.now(UTC).date()
ROOT = Path(__file__).parents[3]
OUR_OWN = ("PAPERWIRE_", "TELEGRAM_", "SLACK_", "HF_", "DATABASE_")


@asynccontextmanager
async def telegram_env():
    """Serve a Telegram stand-in with people; yield it, and the environment that leads to it."""
    async with bot_api() as server:
        populate(server)
        yield server, {"TELEGRAM_BOT_TOKEN": TOKEN, "PAPERWIRE_TELEGRAM__API_URL": server.url}


@pytest.fixture
async def feed():
    days = {TODAY - timedelta(days=back): [] for back in range(7)}
    days[TODAY] = [record("2401.00001", "Value functions in RL", TODAY), record("2401.00002", "Diffusion", TODAY)]
    async with feed_server(days, todays_list_is_open) as server:
        yield server


@pytest.fixture
def shell(tmp_path, feed):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OUR_OWN)}
    env = clean | {"PAPERWIRE_FEEDS__HUGGINGFACE__URL": feed.url, "PAPERWIRE_SERVER__PORT": "0"}
    env |= {"PAPERWIRE_FEEDS__ARXIV__URL": "http://127.0.0.1:9"}  # nothing listens there

    async def run(*words, typed=None, **more):
        return await prepared.run(words, typed or "", env | more, tmp_path)

    async def start(*words, **more):
        return await prepared.begin(words, env | more, tmp_path)

    async def start_anew(*words, **more):
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, env=env | more, cwd=tmp_path, stdin=pipe, stdout=pipe, stderr=pipe
        )

    run.start, run.start_anew = start, start_anew
    return run


@pytest.fixture
def checked(tmp_path, feed, capsys):
    """``check`` without a process of its own, for tables of settings."""

    async def run(**env):
        (tmp_path / "config.toml").touch()
        env |= {"PAPERWIRE_FEEDS__HUGGINGFACE__URL": feed.url, "PAPERWIRE_FEEDS__ARXIV__URL": "http://127.0.0.1:9"}
        return Ended(await jobs.check(load(tmp_path / "config.toml", env)), *capsys.readouterr())

    return run


async def test_a_question_fetches_what_it_needs_and_answers(shell):
    ended = await shell("chat", "/papers rl today")
    assert ended.code == 0
    assert "1 paper of 2" in ended.out
    assert "https://huggingface.co/papers/2401.00001\n" in ended.out
    assert "\x1b" not in ended.out
    assert "Traceback" not in ended.err


async def test_a_question_that_cannot_be_read_exits_2_and_shows_the_place(shell):
    ended = await shell("chat", 'rl OR "world')
    assert (ended.code, "^" in ended.out, "Did you mean" in ended.out) == (2, True, True)


async def test_every_line_of_stdin_is_answered(shell):
    ended = await shell("chat", typed="rl today\nsubscribe rl\nsubs\n")
    assert ended.code == 0
    assert ended.out.index("1 paper of 2") < ended.out.index("#1 rl, posted") < ended.out.index("1 subscription")


async def test_without_a_feed_an_empty_archive_shows_the_sample_and_says_so(shell):
    ended = await shell("chat", "today", PAPERWIRE_FEEDS__HUGGINGFACE__URL="http://127.0.0.1:1")
    assert ended.code == 0
    assert "These papers are the bundled sample of Wed 3 Jun" in ended.out


async def test_a_question_about_today_reads_the_list_anew_and_says_as_of_where_it_cannot(shell, feed):
    await shell("chat", "today")
    feed.days[TODAY] = [*feed.days[TODAY], record("2401.00003", "More RL", TODAY)]
    grown = await shell("chat", "rl today")
    feed.broken = "500"
    down = await shell("chat", "rl today")
    piped = await shell("chat", typed="rl today\n")
    assert "2 papers of 3" in grown.out
    assert "as of" not in grown.out
    for answer in (down, piped):
        assert (answer.code, "2 papers of 3" in answer.out) == (0, True)
        assert "From the archive as of " in answer.out


async def test_a_feed_that_is_well_and_empty_brings_no_sample(shell, feed):
    feed.days = {day: [] for day in feed.days}
    ended = await shell("chat", "rl today")
    assert (ended.code, "sample" in ended.out, "huggingface.co/papers" in ended.out) == (0, False, False)


async def test_a_feed_that_refuses_every_list_brings_the_sample_and_says_so(shell, feed):
    feed.broken = "400"
    ended = await shell("chat", "rl today")
    assert (ended.code, "These papers are the bundled sample" in ended.out) == (0, True)


async def test_an_empty_line_in_quotes_is_answered_with_today(shell):
    ended = await shell("chat", "")
    assert (ended.code, "2 papers" in ended.out) == (0, True)


async def test_a_new_paper_is_posted_while_the_chat_is_open(shell, feed):
    process = await shell.start("chat", PAPERWIRE_FEEDS__HUGGINGFACE__POLL_MINUTES="0.01")
    process.stdin.write(b"subscribe rl\n")
    await _until(process.stdout, "posted here as they appear")
    feed.days[TODAY] = [*feed.days[TODAY], record("2401.00003", "More RL", TODAY)]
    await _until(process.stdout, "https://huggingface.co/papers/2401.00003")
    await _until(process.stdout, "#1 rl")
    process.stdin.close()
    assert await process.wait() == 0


async def test_run_serves_until_sigterm_and_refuses_a_second_one(shell):
    async with bot_api() as server:
        populate(server)
        env = {"TELEGRAM_BOT_TOKEN": TOKEN, "PAPERWIRE_TELEGRAM__API_URL": server.url}
        process = await shell.start_anew("run", **env)
        ready = await _until(process.stderr, "ready")
        second = await shell("run", **env)
        beside = await shell("chat", "today")
        process.terminate()
        out, err = await process.communicate()
    assert "http://127.0.0.1:" in ready
    assert (second.code, second.err.count("\n")) == (1, 1)
    assert beside.code == 0
    assert (process.returncode, out) == (0, b"")
    assert TOKEN not in ready + err.decode()


async def test_lines_imports_and_backfills_beside_a_run_change_what_it_posts(shell, feed, tmp_path):
    past = TODAY - timedelta(days=100)
    feed.days[past] = [record("2301.00009", "Older RL", past)]
    imported = (f'{{"id": "2302.{n:05}", "title": "Imported RL {n}"}}\n' for n in range(3000))
    (tmp_path / "papers.jsonl").write_text("".join(imported), "utf-8")
    async with telegram_env() as (server, env), program(tmp_path, feed.url, **env):
        await until(lambda: feed.requests)
        ann = server.people[ANN]
        subscribed = await shell("chat", "subscribe rl")
        server.say(server.places[ANN], ann, "subscribe diffusion")
        both = await asyncio.gather(
            shell("import", "papers.jsonl"), shell("backfill", str(past)), shell("chat", "subs")
        )
        assert [subscribed.code, *(one.code for one in both)] == [0] * 4, both
        assert "1 subscription" in both[2].out
        feed.days[TODAY] = [
            *feed.days[TODAY],
            record("2401.00003", "Fresh RL", TODAY),
            record("2401.00004", "Fresh diffusion", TODAY),
        ]
        await until(lambda: any("2401.00004" in str(post.entities) for post in server.places[ANN].posted))
        assert "3001 papers" in (await shell("chat", "imported OR older top 1")).out
        assert (await shell("check")).code == 0
    process = await shell.start("chat")
    await _until(process.stdout, "https://huggingface.co/papers/2401.00003")
    process.stdin.close()
    assert await process.wait() == 0


async def test_two_first_lines_at_once_make_one_database(shell):
    lines = await asyncio.gather(*(shell("chat", f"subscribe rl{n}") for n in range(4)))
    assert [(one.code, one.err.count("Traceback")) for one in lines] == [(0, 0)] * 4, lines
    assert "4 subscriptions" in (await shell("chat", "subs")).out


async def test_a_line_beside_a_lock_of_another_program_says_who_is_in_the_way(shell, tmp_path):
    await shell("chat", "today")
    with closing(sqlite3.connect(tmp_path / "paperwire.db", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        asked, changed = await asyncio.gather(shell("chat", "rl"), shell("chat", "subscribe rl"))
    assert (asked.code, "1 paper" in asked.out) == (0, True)
    assert (changed.code, "is locked by another program" in changed.out) == (2, True)


async def test_run_without_a_token_names_what_to_set(shell):
    ended = await shell("run")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    for word in ("TELEGRAM_BOT_TOKEN", "SLACK_BOT_TOKEN", "paperwire chat"):
        assert word in ended.err


async def test_check_names_what_works_and_what_does_not(shell):
    good = await shell("check")
    bad = await shell("check", PAPERWIRE_FEEDS__HUGGINGFACE__URL="http://127.0.0.1:1")
    assert (good.code, bad.code) == (0, 1)
    assert "ok    feed huggingface: 2 papers" in good.out
    assert "ok    held papers: none" in good.out
    assert "fail  feed huggingface" in bad.out


async def test_the_operator_is_told_how_many_chats_are_on_hold_and_why(shell, tmp_path):
    assert "ok    chats: none on hold" in (await shell("check")).out
    async with await open_store(f"sqlite:///{tmp_path}/paperwire.db") as store:
        for id, why in (("1", "the bot was blocked"), ("2", "the topic is closed"), ("3", "the bot was blocked")):
            await store.pause_chat(Chat("telegram", "1", id), why)
    assert (
        "ok    chats: 3 chats on hold: the bot was blocked (2), the topic is closed (1)" in (await shell("check")).out
    )
    async with bot_api() as server, httpx.AsyncClient(trust_env=False) as client:
        populate(server)
        process = await shell.start("run", TELEGRAM_BOT_TOKEN=TOKEN, PAPERWIRE_TELEGRAM__API_URL=server.url)
        ready = await _until(process.stderr, "ready")
        metrics = (await client.get(f"{ready.split()[-1]}/metrics")).text
        process.terminate()
        await process.communicate()
    assert 'paperwire_chats_on_hold{reason="platform"} 3.0' in metrics


async def test_after_import_and_backfill_the_search_index_is_one_piece(shell, feed, tmp_path):
    for n, past in enumerate((TODAY - timedelta(days=100), TODAY - timedelta(days=101))):
        (tmp_path / "papers.jsonl").write_text(f'{{"id": "2301.0000{n}", "title": "Older RL {n}"}}\n')
        feed.days[past] = [record(f"2301.1000{n}", f"Oldest RL {n}", past)]
        for words in (("import", "papers.jsonl"), ("backfill", str(past))):
            assert (await shell(*words)).code == 0
            with closing(sqlite3.connect(tmp_path / "paperwire.db")) as database:
                asked = "SELECT count(DISTINCT segid) FROM paper_text_idx"
                assert database.execute(asked).fetchone() == (1,), words


async def test_check_says_how_many_chats_more_posts_wait_for_than_is_usual(shell, tmp_path):
    async with await open_store(f"sqlite:///{tmp_path}/paperwire.db") as store:
        for id, count in (("1", 3), ("2", 2), ("3", 4)):
            await owe(store, some_papers(count), await store.subscribe(a_subscription(Chat("telegram", "1", id))))
    ended = await shell("check", PAPERWIRE_LIMITS__PENDING_POSTS="2")
    assert "ok    chats: none on hold; 2 chats with more than 2 posts waiting" in ended.out
    assert "ok    chats: none on hold\n" in (await shell("check")).out


async def test_check_names_platforms_that_do_not_answer(shell):
    nowhere = {f"PAPERWIRE_{name}__API_URL": "http://127.0.0.1:1/" for name in ("TELEGRAM", "SLACK")}
    tokens = {"TELEGRAM_BOT_TOKEN": "1:token", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    ended = await shell("check", **nowhere, **tokens)
    assert (ended.code, "Traceback" in ended.err) == (1, False)
    for line in ("fail  telegram: ", "fail  slack: "):
        assert line in ended.out


async def test_check_says_what_each_platform_sees(shell):
    async with telegram_env() as (server, env):
        server.me = server.me | {"supports_inline_queries": False}
        ended = await shell("check", **env)
    assert (ended.code, TOKEN in ended.out + ended.err) == (0, False)
    assert "ok    telegram: @paperwire_bot; inline mode off (@BotFather, /setinline" in ended.out


BOT, APP = "xoxb-one", "xapp-one"


@pytest.mark.parametrize(
    ("tokens", "told"),
    [
        ({"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}, "ok    slack: workspace acme, bot @papers, all scopes"),
        ({"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": BOT}, "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped"),
        ({"SLACK_APP_TOKEN": APP}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": BOT}, "SLACK_APP_TOKEN is not set"),
        ({"SLACK_SIGNING_SECRET": "a"}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_CLIENT_SECRET": "a"}, "SLACK_BOT_TOKEN is not set"),
        ({"TELEGRAM_WEBHOOK_SECRET": "a"}, "fail  telegram: TELEGRAM_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": APP}, "SLACK_BOT_TOKEN holds the app-level token"),
        ({"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": BOT}, "SLACK_APP_TOKEN holds a bot token"),
        ({"SLACK_BOT_TOKEN": "xoxb-no", "SLACK_APP_TOKEN": APP}, "SLACK_BOT_TOKEN: Slack does not accept it"),
        ({"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": "xapp-no"}, "SLACK_APP_TOKEN: Slack does not accept it"),
    ],
)
async def test_check_says_which_slack_token_is_wrong_and_what_to_do(checked, tokens, told):
    async with serving(StandIn()) as slack:
        slack.team(workspace())
        ended = await checked(PAPERWIRE_SLACK__API_URL=slack.url, **tokens)
    assert (ended.code, told in ended.out) == (0 if told.startswith("ok") else 1, True), ended.out
    assert ended.err == ""


async def test_check_names_the_scopes_that_a_token_lacks(shell):
    async with serving(StandIn()) as slack:
        slack.team(workspace())
        slack.scopes = tuple(scope for scope in slack.scopes if scope not in ("im:write", "files:write"))
        ended = await shell("check", PAPERWIRE_SLACK__API_URL=slack.url, SLACK_BOT_TOKEN=BOT, SLACK_APP_TOKEN=APP)
    assert ended.code == 1
    assert "fail  slack: the bot token lacks files:write, im:write: add them under OAuth & Permissions" in ended.out


async def test_run_with_half_of_the_tokens_names_the_other(shell):
    ended = await shell("run", SLACK_APP_TOKEN=APP)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "SLACK_BOT_TOKEN is not set" in ended.err


async def test_the_shipped_settings_bring_no_log_line_between_answers(shell, feed, tmp_path):
    (tmp_path / "config.toml").write_text((ROOT / "config.toml").read_text("utf-8"), "utf-8")
    feed.broken = "500"
    ended = await shell("chat", typed="rl today\ntoday\nstatus\n")
    assert ended.code == 0
    assert ended.err == "The archive is empty: asking Hugging Face for the last days ...\n"


async def test_a_long_wait_says_what_is_waited_for(shell, feed):
    await shell("chat", "today")
    feed.seconds, feed.broken = 1.5, "slow"
    ended = await shell("chat", "today")
    assert (ended.code, ended.err) == (0, "Waiting for Hugging Face ...\n")


async def test_a_line_may_begin_with_a_word_left_out(shell):
    ended = await shell("chat", "-rl today")
    assert (ended.code, "1 paper of 2" in ended.out, "2401.00002" in ended.out) == (0, True, True)


async def test_backfill_brings_past_days_and_can_be_repeated(shell, feed):
    past = TODAY - timedelta(days=100)
    feed.days[past] = [record("2301.00009", "Older RL", past)]
    first = await shell("backfill", f"{past}..{past + timedelta(days=1)}")
    again = await shell("backfill", str(past))
    assert (first.code, again.code) == (0, 0)
    assert first.out == "1 papers of 2 list days\n"
    found = await shell("chat", f"rl {past}")
    assert "2301.00009" in found.out


async def test_a_backfill_that_is_killed_goes_on_where_it_was_and_brings_all(shell, feed, tmp_path):
    past = [TODAY - timedelta(days=back) for back in range(160, 100, -1)]
    past = [day for day in past if day.weekday() < 5]
    for number, day in enumerate(past):
        feed.days[day] = [record(f"2301.{2 * number + n:05}", f"Older RL {number} {n}", day) for n in range(2)]
    asked = ("backfill", f"{past[0]}..{past[-1]}")
    for _ in range(2):
        before = len(feed.requests)
        killed = await shell.start(*asked)
        await until(
            lambda before=before, killed=killed: len(feed.requests) > before + 8 or killed.returncode is not None
        )
        killed.kill()
        await killed.wait()
    ended = await shell(*asked)
    assert ended.code == 0
    async with await open_store(f"sqlite:///{tmp_path}/paperwire.db", beside=True) as store:
        held = await store.held_days(Window(past[0], past[-1]))
        assert {day.day: day.papers for day in held if day.papers} == dict.fromkeys(past, 2)
        assert await store.count_papers() == 2 * len(past)
    assert len(feed.requests) < len(past) + 2 * 5 + 20  # what was read before is not read anew


async def test_backfill_tells_why_a_day_could_not_be_read(shell, feed):
    feed.broken = "400"
    ended = await shell("backfill", str(TODAY - timedelta(days=100)))
    assert (ended.code, ended.out) == (1, "0 papers of 0 list days\n")
    assert ended.err.startswith(f"Hugging Face: {TODAY - timedelta(days=100)}: huggingface: ")
    assert "1 day could not be read" in ended.err


async def test_import_keeps_the_good_lines_and_names_the_bad_ones(shell, tmp_path):
    (tmp_path / "papers.jsonl").write_text('{"id": "2401.00007", "title": "Imported RL"}\n{"id"\n', "utf-8")
    ended = await shell("import", "papers.jsonl")
    assert (ended.code, ended.out) == (0, "1 papers\n")
    assert "line 2" in ended.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("bogus",), "No such command"),
        (("backfill", "nonsense"), "nonsense"),
        (("import", "nothing.jsonl"), "nothing.jsonl"),
        (("chat", "--config", "nothing.toml", "today"), "nothing.toml"),
        (("chat", "--nonsense"), "--nonsense"),
    ],
)
async def test_wrong_use_is_one_line_and_exit_code_2(shell, words, told):
    ended = await shell(*words)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert told in ended.err


async def _until(stream, words):
    """Return what the stream said until the words came; a test's own limit is half a minute."""
    said = ""
    async with asyncio.timeout(30):
        while words not in said:
            piece = await stream.readline()
            if not piece:
                break
            said += piece.decode()
    assert words in said
    return said


async def test_an_import_tells_how_many_records_it_could_not_read_and_where_the_first_stands(shell, tmp_path):
    (tmp_path / "papers.jsonl").write_text('{"id": "2401.00007", "title": "RL"}\n{"id"\n{"id": "x"}\n', "utf-8")
    ended = await shell("import", "papers.jsonl")
    assert "2 records could not be read and left out, the first on line 2" in ended.err


async def test_after_an_import_nothing_is_called_the_sample_any_more(shell, tmp_path):
    nowhere = {"PAPERWIRE_FEEDS__HUGGINGFACE__URL": "http://127.0.0.1:1"}
    assert "bundled sample" in (await shell("chat", "rl", **nowhere)).out
    day = [record(f"2301.000{n:02}", f"RL number {n}", TODAY) for n in range(3)]
    (tmp_path / "day.json").write_text(json.dumps(day), "utf-8")
    assert (await shell("import", "day.json")).out == "3 papers\n"
    answer = await shell("chat", "number rl", **nowhere)
    assert ("bundled sample" in answer.out, "2301.00001" in answer.out) == (False, True)
