"""What Prometheus would see of a running program, and whether an alert's condition holds of it."""

import asyncio
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "ops" / "prometheus" / "alerts.yml"
SIMPLE = re.compile(
    r"(?P<rise>increase\()?(?P<name>\w+)(?:\{(?P<label>\w+)=\"(?P<value>\w+)\"\})?(?:\[1h\]\))? (?P<op>==|>) (?P<number>\d+)"
)
"""All that an alert may be: so few ways of saying it that a test can read them. Prometheus itself is not at hand."""
SIGNS = {"==": operator.eq, ">": operator.gt}

Sample = tuple[str, frozenset[tuple[str, str]]]
Scrape = Mapping[Sample, float]


async def scraped(address: str) -> Scrape:
    """Return every sample, and ``up`` as Prometheus adds it: prometheus.io/docs/concepts/jobs_instances."""
    up = ("up", frozenset({("job", "paperwire")}))
    try:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            answer = await client.get(f"{address}/metrics")
    except httpx.TransportError:
        return {up: 0.0}
    families = text_string_to_metric_families(answer.text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples} | {up: 1.0}


@dataclass(frozen=True)
class Alert:
    name: str
    expression: str

    def fires(self, now: Scrape, before: Scrape) -> bool:
        """Whether its condition holds; ``before`` is what an hour of watching began with."""
        said = SIMPLE.fullmatch(self.expression)
        assert said, self.expression
        wanted = {(said["label"], said["value"])} if said["label"] else set()
        found = {at: value for at, value in now.items() if at[0] == said["name"] and wanted <= at[1]}
        rises = {at: value - before.get(at, 0.0) for at, value in found.items()}
        numbers = (rises if said["rise"] else found).values()
        return any(SIGNS[said["op"]](number, float(said["number"])) for number in numbers)


async def scraped_until(address: str, condition: Callable[[Scrape], object]) -> Scrape:
    """Return the first scrape of which it holds; a minute is never."""
    async with asyncio.timeout(60):
        while not condition(now := await scraped(address)):  # noqa: ASYNC110 it happens in another process
            await asyncio.sleep(0.2)
    return now


def rules() -> Iterator[dict[str, Any]]:
    for group in yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]:
        yield from group["rules"]


def alerts() -> list[Alert]:
    return [Alert(rule["alert"], rule["expr"]) for rule in rules()]


def firing(now: Scrape, before: Scrape | None = None) -> set[str]:
    return {one.name for one in alerts() if one.fires(now, before or now)}
