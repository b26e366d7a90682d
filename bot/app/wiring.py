"""Puts the core together from the settings: store, feeds, matcher, commands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from adapters import charts
from adapters.feeds.huggingface import HuggingFace
from adapters.http import open_client
from bot.app import unreachable
from bot.app.library import Library, Source
from bot.commands.answers import Answers
from bot.commands.services import Limits, Services
from bot.delivery.collect import Collector
from bot.delivery.polling import Habits
from bot.errors import ConfigError, StoreError
from bot.model import Settings
from bot.ports.platform import Platform
from bot.settings.config import Config
from storage.store import SqlStore, open_store

if TYPE_CHECKING:
    import httpx

    from bot.ports.feed import Feed


def clock() -> datetime:
    """Return now, aware and UTC."""
    return datetime.now(UTC)


class Wakers(list[Callable[[], None]]):
    """Whom to call when something new is owed."""

    def __call__(self) -> None:
        """Call them all."""
        for wake in self:
            wake()


@dataclass(frozen=True, slots=True)
class Core:
    """Everything but platforms."""

    config: Config
    store: SqlStore
    library: Library
    answers: Answers
    wake: Wakers
    platforms: dict[str, Platform] = field(default_factory=dict)
    """Those that are served, by their names."""


@asynccontextmanager
async def core(
    config: Config,
    *,
    read_only: bool = False,
    beside: bool = False,
    why: StoreError | None = None,
    patience: float = 4,
) -> AsyncIterator[Core]:
    """Open the store and the feeds while the context lasts; raises StoreError, ConfigError.

    ``beside``: another process may poll and post on the store. ``why``: what a line that writes is answered where the
    store is opened for reading only. ``patience``: seconds that a question waits for a feed that does not answer.
    """
    if not config.storage.url.startswith("sqlite"):
        raise ConfigError("storage.url: PostgreSQL is not there yet; sqlite:///FILE is")
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            await open_store(config.storage.url, read_only=read_only, beside=beside, why=why)
        )
        client = await stack.enter_async_context(open_client())
        wake = Wakers()
        sources = [
            Source(feed, Collector(feed, store, clock, habits, wake))
            for feed, habits in feeds(config, client, patience)
        ]
        for source in sources:
            await source.collector.remember()
        library = Library(sources, store, clock, read_only=read_only)
        services = Services(
            store=store,
            library=library,
            now=clock,
            defaults=Settings(timezone=config.bot.timezone, language=config.bot.language),
            limits=Limits(config.limits.subscriptions, config.limits.query_length, config.limits.lines_a_minute),
            version=version("paperwire"),
            privacy_url=config.bot.privacy_url,
            chart=charts.chart,
            tell=lambda chat, message: unreachable.tell(opened, chat, message, clock()),
        )
        opened = Core(config, store, library, Answers(services), wake)
        yield opened


@asynccontextmanager
async def readable(config: Config) -> AsyncIterator[Core]:
    """Open the core beside the process that polls and posts, if any; for reading where the store cannot be written."""
    async with AsyncExitStack() as stack:
        try:
            opened = await stack.enter_async_context(core(config, beside=True))
        except StoreError as error:
            opened = await stack.enter_async_context(core(config, read_only=True, why=error))
        yield opened


def feeds(config: Config, client: httpx.AsyncClient, patience: float) -> list[tuple[Feed, Habits]]:
    """Return the feeds that are switched on, each with how it is collected."""
    found: list[tuple[Feed, Habits]] = []
    face, arxiv = config.feeds.huggingface, config.feeds.arxiv
    if face.enabled:
        token = config.secrets.hf_token.get_secret_value()
        feed = HuggingFace(face.url, client, clock, token, patience=patience)
        found.append((feed, Habits(face.backfill_days, face.poll_minutes, config.feeds.surge, config.bot.timezone)))
    if arxiv.enabled:
        from adapters.feeds.arxiv import MANNERS, Arxiv

        manners = replace(MANNERS, patience=max(patience, MANNERS.patience))
        second = Arxiv(arxiv.url, arxiv.rss_url, arxiv.categories, client, clock, manners)
        habits = Habits(1, arxiv.poll_minutes, ARXIV_SURGE * config.feeds.surge, config.bot.timezone)
        found.append((second, habits))
    return found


ARXIV_SURGE = 10
"""arXiv announces about ten times as many papers a day as Hugging Face lists."""
