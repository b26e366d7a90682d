"""Puts the core together from the settings: store, feeds, matcher, commands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.charts import Charts
from adapters.feeds.arxiv import MANNERS, Arxiv
from adapters.feeds.arxiv_days import ARXIV
from adapters.feeds.arxiv_papers import Types
from adapters.feeds.huggingface import HuggingFace
from adapters.feeds.huggingface_search import HuggingFaceSearch
from adapters.http import open_client
from bot.app import unreachable
from bot.app.core import Core, Wakers, clock, clock_of
from bot.app.feeds.library import FeedLibrary
from bot.app.feeds.source import Source
from bot.commands.answers import Answers
from bot.commands.services import Limits, Services
from bot.commands.verbs import RUNS
from bot.delivery.collecting.collect import Collector
from bot.delivery.collecting.polling import Habits
from bot.errors import StoreError
from bot.matching.live_subscriptions import LiveSubscriptions
from bot.model import Settings
from bot.ports.clock import Clock
from bot.settings.config import Config
from bot.understanding.reading import understand
from storage.store import SqlStore, open_store

if TYPE_CHECKING:
    import httpx

    from bot.ports.feed import Feed, SiteSearch


@asynccontextmanager
async def core(
    config: Config,
    *,
    read_only: bool = False,
    beside: bool = False,
    together: bool = False,
    why: StoreError | None = None,
    patience: float = 4,
) -> AsyncIterator[Core]:
    """Open the store and the feeds while the context lasts; raises StoreError, ConfigError.

    ``beside``: another process may poll and post on the store; ``together``: this one does, as one of several workers
    where the database can be shared. ``why``: what a line that writes is answered where the
    store is opened for reading only. ``patience``: seconds that a question waits for a feed that does not answer.
    """
    async with AsyncExitStack() as stack:
        how = {"read_only": read_only, "beside": beside, "together": together, "why": why}
        store = await stack.enter_async_context(await opened_store(config, **how))
        now = clock_of(store)
        client = await stack.enter_async_context(open_client())
        wake, pairs = Wakers(), feeds(config, client, patience)
        live = LiveSubscriptions(store, config.bot.timezone)
        sources = [Source(feed, await _collector(feed, now, habits, live, wake)) for feed, habits in pairs]
        others = [Source(feed, Collector(feed, store, now)) for feed in lookups(config, client, patience)]
        lacks = {} if config.feeds.arxiv.enabled else {"cat": NO_CATEGORIES}
        search, versions = site_search(config, client), tells_versions((*sources, *others))
        library = FeedLibrary(
            sources, store, now, read_only=read_only, others=others, lacks=lacks, site=search, versions=versions
        )
        stack.push_async_callback(library.close)
        chart = Charts()
        stack.push_async_callback(chart.close)
        services = Services(
            store=store,
            library=library,
            now=now,
            defaults=Settings(timezone=config.bot.timezone, language=config.bot.language),
            limits=Limits(config.limits.subscriptions, config.limits.query_length, config.limits.lines_a_minute),
            version=version("paperwire"),
            privacy_url=config.bot.privacy_url,
            chart=chart,
            tell=lambda chat, message: unreachable.tell(opened, chat, message, now()),
        )
        opened = Core(config, store, library, answers(services), wake, now=now)
        yield opened


async def opened_store(config: Config, **how: Any) -> SqlStore:
    """Open the store that the settings name; see storage.store.open_store."""
    return await open_store(config.storage.url, index=Path(config.storage.index), **how)


def answers(services: Services) -> Answers:
    """Return answers by every verb and every rule that reads lines."""
    return Answers(services, RUNS, understand)


@asynccontextmanager
async def readable(config: Config) -> AsyncIterator[Core]:
    """Open the core beside the process that polls and posts, if any; for reading where the store cannot be written."""
    async with AsyncExitStack() as stack:
        try:
            opened = await stack.enter_async_context(core(config, beside=True))
        except StoreError as error:
            opened = await stack.enter_async_context(core(config, read_only=True, why=error))
        yield opened


async def _collector(feed: Feed, now: Clock, habits: Habits, live: LiveSubscriptions, wake: Wakers) -> Collector:
    collector = Collector(feed, live.store, now, habits, wake, live=live)
    await collector.remember()
    return collector


def feeds(config: Config, client: httpx.AsyncClient, patience: float) -> list[tuple[Feed, Habits]]:
    """Return the feeds that are switched on, each with how it is collected."""
    found: list[tuple[Feed, Habits]] = []
    face, arxiv = config.feeds.huggingface, config.feeds.arxiv
    if face.enabled:
        token = config.secrets.hf_token.get_secret_value()
        feed = HuggingFace(face.url, client, clock, token, patience=patience)
        habits = Habits(face.backfill_days, face.poll_minutes, config.feeds.surge, config.bot.timezone, deep=face.deep)
        found.append((feed, habits))
    if arxiv.enabled:
        second = _arxiv(config, client, patience)
        habits = Habits(
            ARXIV_DAYS, arxiv.poll_minutes, ARXIV_SURGE * config.feeds.surge, config.bot.timezone, lists=ARXIV
        )
        found.append((second, habits))
    return found


def site_search(config: Config, client: httpx.AsyncClient) -> SiteSearch | None:
    """Return the search that helps where the archive has little; None where it is switched off."""
    face = config.feeds.huggingface
    if not (face.enabled and face.search):
        return None
    return HuggingFaceSearch(face.url, client, clock, config.secrets.hf_token.get_secret_value())


NO_CATEGORIES = (
    "Categories (cat:) are known of few papers here: they come from arXiv, whose lists are switched off "
    "(feeds.arxiv.enabled)."
)


def lookups(config: Config, client: httpx.AsyncClient, patience: float) -> list[Feed]:
    """Return the feeds that are asked for single papers alone, since their lists are switched off."""
    return [] if config.feeds.arxiv.enabled else [_arxiv(config, client, patience)]


def tells_versions(sources: Iterable[Source]) -> Source | None:
    """Return the feed that knows the versions of papers."""
    return next((one for one in sources if isinstance(one.feed, Arxiv)), None)


def _arxiv(config: Config, client: httpx.AsyncClient, patience: float) -> Arxiv:
    own, manners = config.feeds.arxiv, replace(MANNERS, patience=max(patience, MANNERS.patience))
    types = Types(cross=own.cross, replaced=own.replaced)
    return Arxiv(own.url, own.rss_url, own.categories, client, clock, manners, types=types)


ARXIV_DAYS = 4
"""arXiv's list days that the first poll reads: over a weekend, so that there is one to compare the next with."""

ARXIV_SURGE = 10
"""arXiv announces about ten times as many papers a day as Hugging Face lists."""
