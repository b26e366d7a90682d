"""Secrets and people's words at DEBUG: in no log, answer, metric, file or report of the wired program."""

import asyncio
import base64
import os
import re
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import aiohttp
import pytest

from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.adapters.slack.http import KEY, SECRET, Office
from tests.adapters.slack.standin import StandIn, serving
from tests.adapters.slack.world import workspace
from tests.adapters.telegram.stage import ANN, GROUP, populate
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.adapters.telegram.world import Refused
from tests.support import prepared
from tests.support.program import OURS

TODAY = datetime.now(UTC).date()
WORDS = "canarywish"
FAULTS = (
    500,
    "garbage",
    "reset before",
    Refused(400, "Bad Request: odd"),
    Refused(429, "x", parameters={"retry_after": 1}),
)
OWN = {
    "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": "canary-of-the-webhook",
    "SLACK_SIGNING_SECRET": SECRET, "SLACK_CLIENT_ID": "client-id", "SLACK_CLIENT_SECRET": "client-secret",
    "PAPERWIRE_SECRET_KEY": KEY, "HF_TOKEN": "hf_canarycanarycanary",
}  # fmt: skip
SECRETS = {name: value for name, value in OWN.items() if name != "SLACK_CLIENT_ID"}  # that one stands in addresses
INSTALLED = "xoxb-canary-of-a-workspace"


async def until(condition):
    """Return when it holds; a minute is never."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 what is waited for happens in another process
            await asyncio.sleep(0.05)


def shapes(secret):
    """A secret as it may stand somewhere: as it is, quoted for an address, and in base64."""
    coded = base64.b64encode(secret.encode()).decode().rstrip("=")
    return {secret, quote(secret, safe=""), coded}


def leaked(texts):
    return [
        (name, place)
        for name, secret in {**SECRETS, "a workspace's token": INSTALLED}.items()
        for place, text in texts.items()
        if any(shape in text for shape in shapes(secret))
    ]


def environment(**more):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return clean | OWN | {"PAPERWIRE_LOG__LEVEL": "debug"} | more


@asynccontextmanager
async def world():
    days = {TODAY - timedelta(days=back): [] for back in range(8)}
    days[TODAY] = [record("2401.00001", "Robots that Wait", TODAY)]
    team, slack = workspace("T1", INSTALLED), StandIn()
    slack.team(team)
    async with bot_api() as server, feed_server(days, todays_list_is_open) as feed, serving(slack):
        populate(server)
        more = {
            "PAPERWIRE_TELEGRAM__API_URL": server.url, "PAPERWIRE_SLACK__API_URL": slack.url,
            "PAPERWIRE_SLACK__MODE": "http", "PAPERWIRE_FEEDS__HUGGINGFACE__URL": feed.url,
            "PAPERWIRE_FEEDS__ARXIV__URL": "http://127.0.0.1:9", "PAPERWIRE_FEEDS__HUGGINGFACE__POLL_MINUTES": "0.01",
            "PAPERWIRE_SERVER__PORT": "0",
        }  # fmt: skip
        yield server, feed, slack, team, more


@asynccontextmanager
async def running(folder, log, env):
    """Run the program with all that it says in a file; yield its address."""
    with log.open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=env, cwd=folder, stdout=said, stderr=said
        )
        try:
            await until(lambda: re.search(rb"ready.*http", log.read_bytes()))
            yield re.search(r"ready.*?(http://\S+)", log.read_text())[1].rstrip("/")
        finally:
            process.terminate()
            await process.wait()
    assert process.returncode == 0, log.read_text()


LINES = [
    f"/papers {line}"
    for line in (f"{WORDS} today", f"why {WORDS}", f"({WORDS}", "subs", "status", f"preview {WORDS}", "export opml")
]


@pytest.mark.parametrize("form", ["console", "json"])
async def test_no_path_of_the_program_shows_a_secret_or_what_somebody_wished(tmp_path, form):
    home, log, texts = tmp_path / "home", tmp_path / "log", {}
    home.mkdir()
    async with world() as (server, feed, slack, team, more):
        group, ann = server.places[GROUP], server.people[ANN]
        jar = aiohttp.CookieJar(unsafe=True)
        env = environment(PAPERWIRE_LOG__FORMAT=form, **more)
        async with running(home, log, env) as address, aiohttp.ClientSession(cookie_jar=jar) as client:
            office = Office(slack, None, address, client)
            assert (await office.install(team))[0] == 200
            server.say(group, ann, f"/papers subscribe rl OR {WORDS}")
            await until(lambda: group.posted)
            assert (await office.command(team, f"subscribe {WORDS}", wait=False))[0] == 200
            for path in ("/healthz", "/readyz", "/metrics", "/slack/install", "/none"):
                async with client.get(address + path, allow_redirects=False) as answer:
                    texts[path] = await answer.text() + str(answer.headers)
            async with client.post(f"{address}/slack/events", data="forged") as answer:
                texts["forged"] = await answer.text()
            feed.faults.extend(("500", "500"))
            server.fail("sendMessage", *FAULTS)
            for line in LINES:
                server.say(group, ann, line)
            await until(lambda: not server.faults["sendMessage"])
            await server.updates.until_confirmed()
    texts |= {"log": log.read_text()}
    files = {one.name: one.read_bytes().decode("latin-1") for one in home.iterdir() if one.is_file()}
    assert leaked(texts | files) == []
    assert [place for place, text in texts.items() if WORDS in text] == []
    assert len(texts["log"].splitlines()) > 3  # it did log
    assert leaked({"here": TOKEN}) == [("TELEGRAM_BOT_TOKEN", "here")]  # and it would be seen


@pytest.mark.parametrize(
    "words", [("check",), ("admin", "chats"), ("admin", "dead"), ("backup", "copy.db"), ("chat", "status")]
)
async def test_no_command_shows_a_secret(tmp_path, words):
    async with world() as (_, _, _, _, more):
        for line in (("chat", "subscribe rl"), words):
            ended = await prepared.run(line, "", environment(**more), tmp_path)
    files = {one.name: one.read_bytes().decode("latin-1") for one in tmp_path.iterdir() if one.is_file()}
    assert ended.out + ended.err
    assert leaked({"stdout": ended.out, "stderr": ended.err, **files}) == []


async def test_a_secret_where_none_belongs_is_refused_without_being_repeated(tmp_path):
    (tmp_path / "config.toml").write_text(f'[bot]\ntimezone = "{TOKEN}"\n')
    ended = await prepared.run(("check",), "", environment(), tmp_path)
    assert ended.code == 2
    assert "bot.timezone" in ended.err
    assert leaked({"stdout": ended.out, "stderr": ended.err}) == []
