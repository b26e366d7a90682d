"""Requests that never arrive whole: others are answered all the same, by the program as it is run."""

import asyncio
import io
import logging
import time
from datetime import UTC, datetime

import aiohttp
import pytest

from adapters import web
from adapters.door import BODY, Door
from tests.adapters.feeds.server import feed_server
from tests.adapters.slack.http import Office
from tests.adapters.slack.standin import StandIn, serving
from tests.adapters.slack.test_core import http_mode
from tests.adapters.slack.world import workspace
from tests.support.half_sent import HALVES, half_sent, waits
from tests.support.program import program


async def test_others_are_answered_while_half_sent_requests_outnumber_the_files(tmp_path):
    team, slack = workspace(), StandIn()
    slack.team(team)
    no_keeping = aiohttp.TCPConnector(force_close=True)
    async with (
        feed_server({datetime.now(UTC).date(): []}) as feed,
        serving(slack),
        aiohttp.ClientSession(connector=no_keeping) as client,
        program(tmp_path, feed.url, files=96, **http_mode(slack), SLACK_BOT_TOKEN=team.token) as address,
    ):
        office = Office(slack, None, address, client)

        async def healthy():
            async with client.get(f"{address}/healthz") as answer:
                return answer.status

        async def command():
            return (await office.command(team, "status", wait=False))[0]

        async with half_sent(address, 160):
            await asyncio.sleep(1)
            took = await waits(healthy, 20, 0.05) + await waits(command, 10, 0.05)
        assert max(took) < 5  # without deadlines they wait for ever


@pytest.fixture
async def address():
    async def echo(request):
        return aiohttp.web.Response(text=str(len(await request.read())))

    async def slow(_request):
        await asyncio.sleep(1)
        return aiohttp.web.Response(text="late")

    async def figures():
        return b""

    routes = [aiohttp.web.post("/echo", echo), aiohttp.web.get("/slow", slow)]
    async with web.serve("127.0.0.1", 0, routes, health=str, ready=str, figures=figures, arriving=0.3) as address:
        yield address


@pytest.mark.parametrize("half", HALVES)
async def test_a_request_that_does_not_arrive_whole_is_closed_in_time_and_said_in_one_line(address, caplog, half):
    host, port = address.removeprefix("http://").split(":")
    began = time.monotonic()
    for _ in range(3):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(half)
        try:
            async with asyncio.timeout(30):
                answer = await reader.read()
        except ConnectionResetError:
            answer = b""
        writer.close()
        assert answer == b""
    assert time.monotonic() - began < 30
    warned = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warned) == 1
    assert "did not arrive whole" in warned[0].getMessage()


async def test_a_body_beyond_the_cap_is_refused(address):
    async with aiohttp.ClientSession() as client:
        async with client.post(f"{address}/echo", data=io.BytesIO(b"x" * (BODY - 1))) as answer:
            assert (answer.status, await answer.text()) == (200, str(BODY - 1))
        async with client.post(f"{address}/echo", data=io.BytesIO(b"x" * (BODY + 1))) as answer:
            assert answer.status == 413


async def test_an_answer_may_take_longer_than_a_request_may_arrive(address):
    async with aiohttp.ClientSession() as client, client.get(f"{address}/slow") as answer:
        assert await answer.text() == "late"


class Line(asyncio.Transport):
    """A connection from an address, open or aborted."""

    def __init__(self, address):
        super().__init__({"peername": (address, 1)})
        self.aborted = False

    def abort(self):
        self.aborted = True


async def test_beyond_the_cap_the_longest_waiting_goes_and_first_of_the_same_address():
    door = Door(4)  # three of one address
    lines = [Line(address) for address in ("b", "a", "a", "a", "a", "c", "d")]
    for line in lines:
        door.opened(line)
    assert [line.aborted for line in lines] == [True, True, True, False, False, False, False]
