"""The metrics: docs/metrics.md is written from the table. No label names a chat, a person or a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics import disable_created_metrics
from prometheus_client.registry import Collector

from bot.app.core import Core
from bot.app.unreachable import BY_OPERATOR
from bot.app.work import Working
from bot.leases import WORKER
from bot.ports.observe import Measured, Observe
from bot.ports.platform import Platform
from storage.store import SqlStore

SHORT = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
LONG = (1, 5, 15, 60, 300, 900, 1800, 3600, 4 * 3600, 86400)

OUTCOMES = (
    *("posts", "failed", "limited", "defects"),
    *("doubts_there", "doubts_skipped", "doubts_resent", "doubts_resent_marked"),
)
"""All that a delivery may come to: bot.delivery.outcome."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: what it says, its labels, and the buckets of one that counts seconds. A name in _total only grows."""

    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


METRICS: Mapping[str, Metric] = {
    "paperwire_info": Metric("1; the label says which version runs.", ("version",)),
    "paperwire_healthy": Metric("1 while all that is to be kept can be kept, as /healthz says; else 0."),
    "paperwire_ready": Metric("1 once a first poll is saved and sending works, as /readyz says; else 0."),
    "paperwire_workers": Metric("Workers that poll and post on the database now: `paperwire admin workers`."),
    "paperwire_papers": Metric("Papers in the archive."),
    "paperwire_database_bytes": Metric("Size of the database."),
    "paperwire_subscriptions": Metric("Subscriptions of all chats."),
    "paperwire_posts_waiting": Metric(
        "Posts that are owed and not sent, those too that rest for a paused subscription."
    ),
    "paperwire_queue_oldest_seconds": Metric(
        "Age of the oldest post that waits for nothing but its turn; 0 where none does. Chats on hold and quiet hours "
        "count for nothing."
    ),
    "paperwire_doubts_waiting": Metric("Messages that may have arrived or not, and are not settled yet."),
    "paperwire_chats_on_hold": Metric(
        "Chats that get no posts now: because the platform says that the bot may not write there, or the operator "
        "paused them. `paperwire admin chats` names them and why.",
        ("reason",),
    ),
    "paperwire_days_held": Metric("List days that wait for the operator: `paperwire admin held`.", ("feed",)),
    "paperwire_feed_failing": Metric("1 while the last poll of the feed failed; else 0.", ("feed",)),
    "paperwire_feed_age_seconds": Metric(
        "Seconds since the feed was last read; since the start where it never was.", ("feed",)
    ),
    "paperwire_backup_age_seconds": Metric(
        "Seconds since the newest of the bot's own copies of the database; since the start where there is none. "
        "0 where it makes none: a server's are pg_dump's."
    ),
    "paperwire_deliveries_total": Metric(
        "Tries to post, by what came of them; doubts that were settled stand beside posts.", ("platform", "outcome")
    ),
    "paperwire_limited_total": Metric(
        "Posts for which the platform named a time to wait, as it does with 429.", ("platform",)
    ),
    "paperwire_answer_seconds": Metric("From a line to its answer, without sending it.", ("platform",), SHORT),
    "paperwire_send_seconds": Metric("One request that posts, whatever came of it.", ("platform",), SHORT),
    "paperwire_queue_seconds": Metric("From the moment when a post was owed until it arrived.", ("platform",), LONG),
    "paperwire_feed_lag_seconds": Metric(
        "Between two reads of a feed: what appeared there meanwhile was seen so late at most.", ("feed",), LONG
    ),
}

_TIMED: Mapping[Measured, str] = {
    "answer": "paperwire_answer_seconds",
    "send": "paperwire_send_seconds",
    "queue": "paperwire_queue_seconds",
    "lag": "paperwire_feed_lag_seconds",
}

Family = CounterMetricFamily | GaugeMetricFamily
Values = Mapping[str, Mapping[tuple[str, ...], float]]
"""Numbers by metric and labels."""


class _Now(Collector):
    """The numbers as they were when they were last asked for."""

    def __init__(self) -> None:
        self.families: list[Family] = []

    def collect(self) -> Iterator[Family]:
        yield from self.families


class Metrics:
    """Everything that /metrics tells of one running program, and of its process."""

    def __init__(self, started: datetime) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # the library has no types there
        self._started = started
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._now = _Now()
        self._registry.register(self._now)
        self._timed = {
            name: Histogram(name, METRICS[name].help, METRICS[name].labels, registry=self._registry, buckets=buckets)
            for name in _TIMED.values()
            if (buckets := METRICS[name].buckets)
        }

    def of(self, name: str) -> Observe:
        """Return what is told of the seconds of a platform or feed of that name."""
        return partial(self._observe, name)

    def _observe(self, name: str, what: Measured, seconds: float) -> None:
        self._timed[_TIMED[what]].labels(name).observe(seconds)

    async def text(self, core: Core, served: Sequence[Platform], work: Working, ready: str) -> bytes:
        """Return it all in Prometheus' text format; ``ready`` is why the program is not, "" where it is."""
        now = core.now()
        values: Values = {
            "paperwire_info": {(version("paperwire"),): 1.0},
            "paperwire_healthy": {(): float(not work.trouble)},
            "paperwire_ready": {(): float(not ready)},
            **await stored(core.store, now),
            **_fed(core, now, self._started),
            **_sent(served, work),
            "paperwire_backup_age_seconds": {(): _backup_age(core, self._started, now)},
        }
        self._now.families = [_family(name, by_labels) for name, by_labels in values.items()]
        return generate_latest(self._registry)


async def stored(store: SqlStore, now: datetime) -> Values:
    """Return what is asked of the store."""
    oldest = await store.oldest_waiting(now)
    reasons = [why for _, why in await store.paused_chats()]
    by_operator = reasons.count(BY_OPERATOR)
    workers = [one for one in await store.leases.leases() if one.name.startswith(WORKER) and not one.is_over]
    return {
        "paperwire_workers": {(): max(1, len(workers))},
        "paperwire_papers": {(): await store.count_papers()},
        "paperwire_database_bytes": {(): await store.size()},
        "paperwire_subscriptions": {(): await store.count_subscriptions()},
        "paperwire_posts_waiting": {(): await store.waiting()},
        "paperwire_queue_oldest_seconds": {(): _age(oldest, now) if oldest else 0.0},
        "paperwire_doubts_waiting": {(): await store.doubts_waiting()},
        "paperwire_chats_on_hold": {("operator",): by_operator, ("platform",): len(reasons) - by_operator},
    }


def _fed(core: Core, now: datetime, started: datetime) -> Values:
    health = {(one.feed.name,): one.collector.health for one in core.library.sources}
    return {
        "paperwire_days_held": {feed: len(one.held) for feed, one in health.items()},
        "paperwire_feed_failing": {feed: float(bool(one.error)) for feed, one in health.items()},
        "paperwire_feed_age_seconds": {feed: _age(one.as_of or started, now) for feed, one in health.items()},
    }


def _sent(served: Sequence[Platform], work: Working) -> Values:
    counts = {platform.name: one.counts for platform, one in zip(served, work.deliverers, strict=True)}
    return {
        "paperwire_deliveries_total": {(name, what): all_[what] for name, all_ in counts.items() for what in OUTCOMES},
        "paperwire_limited_total": {(name,): all_["limited"] for name, all_ in counts.items()},
    }


def _backup_age(core: Core, started: datetime, now: datetime) -> float:
    return _age(core.store.last_backup() or started, now) if core.config.storage.is_a_file else 0


def _age(then: datetime, now: datetime) -> float:
    return max(0.0, (now - then).total_seconds())


def _family(name: str, by_labels: Mapping[tuple[str, ...], float]) -> Family:
    kind = METRICS[name]
    family: Family
    if name.endswith("_total"):
        family = CounterMetricFamily(name.removesuffix("_total"), kind.help, labels=kind.labels)
    else:
        family = GaugeMetricFamily(name, kind.help, labels=kind.labels)
    for labels, value in by_labels.items():
        family.add_metric(labels, value)
    return family
