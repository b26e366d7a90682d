"""Writes docs/settings.md and docs/metrics.md from the code: ``make references``."""

import json
from collections.abc import Iterator
from pathlib import Path

from bot.app.metrics import METRICS, Metric
from bot.settings.config import KEYS, PREFIX, Secrets

DOCS = Path(__file__).parents[1] / "docs"

METRICS_HEAD = """\
# Metrics

`/metrics` of the web endpoint tells these, and those of the process (`process_resident_memory_bytes` and others). No
label names a chat, a person or a text. [operations.md](operations.md) has alert rules and a dashboard.

| metric | type | labels | |
|---|---|---|---|
"""

SETTINGS_HEAD = """\
# Settings

Every key of `config.toml`, with the variable of the environment that wins over it; the file says more of each.
Secrets come from the environment or `.env` alone.

| key | variable | default | allowed |
|---|---|---|---|
"""


def metrics() -> str:
    """Return the page of metrics."""
    rows = (
        f"| `{name}` | {_type(name, one)} | {', '.join(one.labels)} | {one.help} |\n" for name, one in METRICS.items()
    )
    return METRICS_HEAD + "".join(rows)


def _type(name: str, one: Metric) -> str:
    if one.buckets:
        return "histogram"
    return "counter" if name.endswith("_total") else "gauge"


def settings() -> str:
    """Return the page of settings."""
    secrets = ", ".join(f"`{name.upper()}`" for name in Secrets.model_fields)
    return SETTINGS_HEAD + "".join(_keys()) + f"\nSecrets: {secrets}.\n"


def _keys() -> Iterator[str]:
    for key, one in KEYS.items():
        default = json.dumps(list(one.default) if isinstance(one.default, tuple) else one.default)
        yield f"| `{key}` | `{PREFIX}{key.upper().replace('.', '__')}` | `{default}` | {one.description} |\n"


PAGES = {"metrics.md": metrics, "settings.md": settings}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")
