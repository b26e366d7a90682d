"""Writes the Grafana dashboard from a table: ``python -m ops.grafana.make``."""

import json
from pathlib import Path

FILE = Path(__file__).with_name("paperwire.json")

PANELS = (
    ("Healthy, ready", "stat", "", ("paperwire_healthy", "paperwire_ready")),
    ("Posts by outcome, a minute", "timeseries", "short", (
        "60 * sum by (platform, outcome) (rate(paperwire_deliveries_total[5m]))",)),
    ("Posts waiting", "timeseries", "short", ("paperwire_posts_waiting", "paperwire_doubts_waiting")),
    ("Oldest post that waits", "timeseries", "s", ("paperwire_queue_oldest_seconds",)),
    ("From owed to arrived, 50% and 95%", "timeseries", "s", (
        "histogram_quantile(0.5, sum by (le, platform) (rate(paperwire_queue_seconds_bucket[15m])))",
        "histogram_quantile(0.95, sum by (le, platform) (rate(paperwire_queue_seconds_bucket[15m])))")),
    ("One send, 95%", "timeseries", "s", (
        "histogram_quantile(0.95, sum by (le, platform) (rate(paperwire_send_seconds_bucket[15m])))",)),
    ("An answer, 50% and 95%", "timeseries", "s", (
        "histogram_quantile(0.5, sum by (le, platform) (rate(paperwire_answer_seconds_bucket[15m])))",
        "histogram_quantile(0.95, sum by (le, platform) (rate(paperwire_answer_seconds_bucket[15m])))")),
    ("Answers a minute", "timeseries", "short", ("60 * rate(paperwire_answer_seconds_count[5m])",)),
    ("Asked to wait (429), an hour", "timeseries", "short", ("increase(paperwire_limited_total[1h])",)),
    ("Feeds: age, failing", "timeseries", "s", ("paperwire_feed_age_seconds", "paperwire_feed_failing")),
    ("Feeds: between two reads, 95%", "timeseries", "s", (
        "histogram_quantile(0.95, sum by (le, feed) (rate(paperwire_feed_lag_seconds_bucket[1h])))",)),
    ("Chats on hold", "timeseries", "short", ("paperwire_chats_on_hold",)),
    ("Papers, subscriptions", "stat", "short", ("paperwire_papers", "paperwire_subscriptions")),
    ("Days held", "stat", "short", ("paperwire_days_held",)),
    ("Newest backup", "stat", "s", ("paperwire_backup_age_seconds",)),
    ("Database", "timeseries", "bytes", ("paperwire_database_bytes",)),
    ("Memory", "timeseries", "bytes", ("process_resident_memory_bytes",)),
    ("Open files", "timeseries", "short", ("process_open_fds", "process_max_fds")),
    ("Workers", "stat", "short", ("max(paperwire_workers)",)),
    ("Version", "stat", "", ("paperwire_info",)),
)  # fmt: skip
"""Title, kind, unit and expressions of each panel."""


def dashboard() -> dict[str, object]:
    """Return the dashboard as Grafana imports it; it asks for the data source."""
    source = {"type": "prometheus", "uid": "${datasource}"}
    panels = [
        {
            "id": number + 1,
            "title": title,
            "type": kind,
            "datasource": source,
            "gridPos": {"h": 7, "w": 8, "x": 8 * (number % 3), "y": 7 * (number // 3)},
            "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
            "targets": [
                {"refId": chr(65 + place), "expr": expression, "datasource": source}
                for place, expression in enumerate(expressions)
            ],
        }
        for number, (title, kind, unit, expressions) in enumerate(PANELS)
    ]
    chosen = {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source"}
    return {
        "title": "Paperwire",
        "uid": "paperwire",
        "schemaVersion": 39,
        "time": {"from": "now-24h", "to": "now"},
        "refresh": "1m",
        "templating": {"list": [chosen]},
        "panels": panels,
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(dashboard(), indent=1) + "\n", "utf-8")
