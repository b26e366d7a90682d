"""The module that knows httpx: our client, and the sites that the feeds ask through it.

No token stands in an error or a log: errors name the host and the status, nothing that was sent.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

import httpx
import stamina
from stamina.instrumentation import set_on_retry_hooks

from adapters.certificates import trust
from adapters.pace import LONGEST_REST, RequestPace, rate_limit, retry_after
from bot.errors import LONGEST_WAIT, ConfigError, FeedError
from bot.ports.clock import Clock

log = logging.getLogger(__name__)

MOST_BYTES = 16 * 2**20
"""The longest body that is read, unpacked, where a site's manners say nothing else. A hundred papers are about half a
million bytes."""

MOST_REDIRECTS = 3
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_TOKEN = re.compile(r"[\x21-\x7e]*")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: 200 or one of the statuses that the asker allowed. Names of ``headers`` have no case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Manners:
    """How a site is treated.

    ``patience``: seconds to wait for one answer, all attempts included. ``attempts`` counts the first one too.
    ``rest``: seconds to leave the site alone after a 429 or 503 that names no time. ``most_bytes``: the longest body
    that is read, unpacked.
    """

    patience: float = 4.5
    attempts: int = 3
    rest: float = 0
    most_bytes: int = MOST_BYTES


class _TransientError(FeedError):
    """Nothing came back, or a server error: the same request may well succeed in a moment."""


def open_client(seconds: float = 10) -> httpx.AsyncClient:
    """Return our client, to be closed by the caller; ``seconds`` bound each wait for the network."""
    set_on_retry_hooks([])  # stamina's own hook would print to stdout, where the answers stand
    return httpx.AsyncClient(
        verify=trust(),
        headers={"User-Agent": _name(), "Accept-Encoding": "gzip"},
        timeout=httpx.Timeout(seconds),
        follow_redirects=False,
        mounts={f"all://{host}": None for host in _LOOPBACK},  # a proxy is for the world outside
    )


@cache
def _name() -> str:
    return f"paperwire/{version('paperwire')} (paper feed reader)"


def checked(url: str, key: str) -> str:
    """Return the address without a slash at its end. Raises ConfigError, naming ``key``, where it must not be used."""
    try:
        read = httpx.URL(url.strip())
    except httpx.InvalidURL:
        read = httpx.URL("")
    if not read.host or read.userinfo or not (read.scheme == "https" or (read.scheme == "http" and _is_loopback(read))):
        raise ConfigError(f"{key} must be an https:// address (http:// only on this machine)")
    return str(read).rstrip("/")


class Site:
    """One site: its address, our pace and manners there. ``token`` is sent to this site and to no other host, ever."""

    def __init__(
        self, url: str, client: httpx.AsyncClient, clock: Clock, pace: RequestPace, manners: Manners, token: str = ""
    ) -> None:
        self._url = httpx.URL(url)
        self._client = client
        self._clock = clock
        self._pace = pace
        self._manners = manners
        if not _TOKEN.fullmatch(token := token.strip()):
            raise ConfigError(f"the token for {self._url.host} holds characters that no token has")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def get(
        self, path: str, params: Mapping[str, str | int], *, allowed: frozenset[int] = frozenset(), etag: str = ""
    ) -> Answer:
        """Return the answer: 200, or a status of ``allowed``. Raises FeedError for everything else.

        ``etag`` goes along where a header can hold it.
        """
        conditional = {"If-None-Match": etag} if etag.isascii() and etag else {}
        url = f"{self._url!s}".rstrip("/") + path
        await self._pace.turn()
        try:
            async with asyncio.timeout(self._manners.patience):
                request = self._client.build_request("GET", url, params=params, headers=self._headers | conditional)
                return await self._insist(request, allowed)
        except TimeoutError:
            raise FeedError(f"{self._url.host} gave no answer within {self._manners.patience:g} s") from None

    async def _insist(self, request: httpx.Request, allowed: frozenset[int]) -> Answer:
        """Ask again, a little later each time, while that may help."""
        async for attempt in stamina.retry_context(
            on=self._wait_after,
            attempts=self._manners.attempts,
            timeout=self._manners.patience,
            wait_initial=self._manners.patience / 20,
            wait_jitter=self._manners.patience / 20,
        ):
            with attempt:
                if attempt.num > 1:
                    await self._pace.turn()
                return self._judged(await self._ask(request), allowed)
        raise AssertionError("stamina ends a loop by returning or raising")

    @staticmethod
    def _wait_after(error: Exception) -> bool | float:
        """Return whether to ask again, or the seconds after which."""
        if not isinstance(error, FeedError):
            return False
        if error.retry_after:
            return error.retry_after if error.retry_after <= LONGEST_REST else False
        return isinstance(error, _TransientError)

    async def _ask(self, request: httpx.Request) -> Answer:
        try:
            for _ in range(MOST_REDIRECTS + 1):
                response = await self._client.send(request, stream=True)
                try:
                    if response.next_request is None:
                        return Answer(response.status_code, response.headers, await self._body(response))
                    request = self._followed(response.next_request)
                finally:
                    await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _TransientError(f"{self._url.host} {_why(error)}") from error
        raise FeedError(f"{self._url.host} sends us in circles")

    def _followed(self, request: httpx.Request) -> httpx.Request:
        """Return the redirected request. Raises FeedError where it leads away from the site."""
        here, there = self._url, request.url
        if (here.scheme, here.host, here.port) != (there.scheme, there.host, there.port):
            raise FeedError(f"{self._url.host} sends us to another host")
        return request

    async def _body(self, response: httpx.Response) -> bytes:
        """Return the body, unpacked. Raises FeedError where it is too long, or packed as was not asked for.

        What is packed twice may be a million times longer than what came.
        """
        if response.headers.get("Content-Encoding", "gzip").strip().lower() not in ("gzip", "x-gzip", "identity", ""):
            raise FeedError(f"{self._url.host} answers in a form that was not asked for")
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > self._manners.most_bytes:
                raise FeedError(f"{self._url.host} answers more than {self._manners.most_bytes >> 20} MiB")
        return bytes(body)

    def _judged(self, answer: Answer, allowed: frozenset[int]) -> Answer:
        limit = rate_limit(answer.headers.get("RateLimit", ""))
        if limit:
            self._pace.note(*limit)
        if answer.status == httpx.codes.OK or answer.status in allowed:
            return answer
        problem = f"{self._url.host} answers {answer.status}"
        wait = self._wait_asked(answer)
        if wait:
            self._pace.rest(wait)
        if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise _TransientError(problem, retry_after=wait)
        raise FeedError(problem, retry_after=wait)

    def _wait_asked(self, answer: Answer) -> float:
        """Return the seconds that a refusal asks us to wait; where it names none, what our manners say."""
        limit = rate_limit(answer.headers.get("RateLimit", ""))
        if answer.status == httpx.codes.TOO_MANY_REQUESTS and limit:
            return min(limit[1] + 1, LONGEST_WAIT)
        written = min(retry_after(answer.headers.get("Retry-After", ""), self._clock()), LONGEST_WAIT)
        is_busy = answer.status in {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE}
        return written or (self._manners.rest if is_busy else 0)


def _is_loopback(url: httpx.URL) -> bool:
    try:
        return ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return url.host == "localhost"


def _why(error: Exception) -> str:
    """Return what kept a server from answering, in words that say where to look."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "cannot be reached (network, name server, proxy?)"
    if isinstance(error, httpx.TimeoutException):
        return "answers too slowly"
    return f"broke off its answer ({type(error).__name__})"
