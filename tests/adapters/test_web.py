"""The web endpoint over loopback."""

import httpx
import pytest
from aiohttp import web

from adapters.web import serve
from bot.errors import ConfigError


class Program:
    """What the endpoint asks about."""

    def __init__(self) -> None:
        self.ill = ""
        self.not_ready = "no poll is saved yet"
        self.counted = b""

    async def figures(self) -> bytes:
        return self.counted

    def serve(self, port: int = 0, routes: tuple[web.RouteDef, ...] = (), host: str = "127.0.0.1"):
        return serve(host, port, routes, health=lambda: self.ill, ready=lambda: self.not_ready, figures=self.figures)


async def ask(address: str) -> tuple[int, str]:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(address)
        return answer.status_code, answer.text


async def test_health_is_told_with_its_reason() -> None:
    program = Program()
    async with program.serve() as address:
        assert await ask(f"{address}/healthz") == (200, "ok\n")
        program.ill = "the disk is full"
        assert await ask(f"{address}/healthz") == (503, "the disk is full\n")
        program.ill = ""
        assert await ask(f"{address}/healthz") == (200, "ok\n")


async def test_it_is_ready_when_the_program_says_so() -> None:
    program = Program()
    async with program.serve() as address:
        assert await ask(f"{address}/readyz") == (503, "no poll is saved yet\n")
        program.not_ready = ""
        assert await ask(f"{address}/readyz") == (200, "ok\n")


async def test_metrics_are_told_as_they_are_now() -> None:
    program = Program()
    async with program.serve() as address:
        for told in ("paperwire_papers 29.0\n", "paperwire_papers 30.0\n"):
            program.counted = told.encode()
            assert await ask(f"{address}/metrics") == (200, told)


async def test_platforms_bring_their_routes() -> None:
    async def hook(request: web.Request) -> web.Response:
        return web.Response(text=await request.text())

    async with Program().serve(routes=(web.post("/telegram", hook),)) as address, httpx.AsyncClient() as client:
        assert (await client.post(f"{address}/telegram", content="update")).text == "update"
        assert (await client.get(f"{address}/telegram")).status_code == 405
        assert (await client.get(f"{address}/none")).status_code == 404


async def test_a_port_in_use_is_named() -> None:
    async with Program().serve() as address:
        port = int(address.rpartition(":")[2])
        with pytest.raises(ConfigError, match=f"server.port: 127.0.0.1:{port} cannot be had: Address already in use"):
            await Program().serve(port).__aenter__()


@pytest.mark.parametrize("host", ["name.invalid", "x" * 300])
async def test_a_host_that_is_none_is_named(host: str) -> None:
    with pytest.raises(ConfigError, match=r"server\.host"):
        await Program().serve(host=host).__aenter__()


async def test_nobody_answers_any_more_once_it_is_left() -> None:
    async with Program().serve() as address:
        pass
    with pytest.raises(httpx.ConnectError):
        await ask(f"{address}/healthz")
