"""Rows for every table at any step: as the program of then wrote them, and as today's has to read them.

They are told in today's words; ``_as_then`` has what a step said otherwise.
"""

from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from bot.model import Chat
from storage import migrating
from storage.database import dialect, schema
from storage.database.columns import Clean
from storage.database.states import Kind, State

AT, DAY = datetime(2026, 11, 20, 9, 30, 15, 250_000, UTC), date(2026, 11, 20)
AFTER = AT + timedelta(days=100)
TABLES = schema.TABLES.tables
QUEUES = ("delivery", "stopped_delivery")
FILLED = {
    *((table, column) for table in QUEUES for column in ("kind", "for_subscription", "due_at", "cap_day", "account")),
    *(("paper", column) for column in ("page", "withdrawn", "polled_upvotes", "polled_stars", "polled_comments")),
    *(("chat", column) for column in ("tries", "next_try_at")),
    ("list_day", "polled_at"),
}
"""Columns that their step filled from what was there; all others began empty."""
ROOM = 25
"""Ids of a step's rows are those from its number times this on."""


def write(connection, step):
    """Write them into tables that are at that step; return what today's program has to read, by table and key."""
    inspected = sa.inspect(connection)
    columns = {name: {it["name"] for it in inspected.get_columns(name)} for name in inspected.get_table_names()}
    expected = {}
    for table, row in _rows(step):
        if table in columns:
            expected[table, key(table, row)] = _as_today(table, row, columns[table])
            for name, values in _as_then(step, table, row):
                _insert(connection, name, {known: values[known] for known in values if known in columns[name]})
    if dialect.is_postgresql(connection):
        for name in migrating.COUNTED:
            connection.exec_driver_sql(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")
    return expected


def key(table, row):
    """Return the values of the row's key."""
    return tuple(row[column.name] for column in TABLES[table].primary_key)


def chat_of(step):
    return Chat("telegram", "bot1", f"-{ROOM * int(step)}")


def paper_id(step, place):
    return f"2611.{int(step):03}{place:02}"


def _rows(step):
    """Return rows as (table, values), those of other steps beside them, each behind those that it refers to."""
    n, papers = ROOM * int(step), range(1, 9)
    chat = {"platform": "telegram", "account": "bot1", "address": f"-{n}", "topic": ""}
    chosen = {"last_number": 9, "timezone": "Europe/Berlin", "quiet": "weekends", "answers": "group", "length": 5}
    lost = {
        "platform": "slack",
        "account": "T1",
        "address": f"C{n}",
        "topic": "7.5",
        "paused": "kicked",
        "silent": True,
    }
    tried = {"tries": 3, "next_try_at": AT} if step >= "0002" else {}
    day = {"papers": 5, "fetched_at": AT, "etag": '"1"', "polled_at": AT, "withheld": 7, "released": True}
    yield "account", {"platform": "slack", "account": f"T{n}", "wait_until": AT}
    yield "chat", {"id": n, "pictures": True, "links": True} | chat | chosen
    yield "chat", {"id": n + 1, "wait_until": AT} | lost | tried
    whose = {"who": "ann"} | chat if step >= "0009" else dict.fromkeys(("who", *chat), "")
    yield "kept_line", {"name": f"~{n}", "line": "find cats 世界", "until": AFTER} | whose
    yield "list_day", {"feed": f"feed{n}", "day": DAY} | day
    yield from (("paper", _paper(step, place)) for place in papers)
    yield from (("listing", _listing(step, place)) for place in papers)
    yield "subscription", _subscription(n, 1)
    yield "subscription", _subscription(n, 2) | {"kind": "weekly", "at": time(8, 15), "weekday": 3}
    yield "subscription", _subscription(n, 4) | {"kind": "daily", "at": time(9), "trending": True}
    yield "stopped_subscription", _subscription(n, 3) | {"stopped_at": AT}
    for place, told in enumerate(STATES, 1):
        yield "delivery", _delivery(step, place) | told | ({"message": n + place} if "tried_at" in told else {})
    yield "delivery", _delivery(step, 6) | {"kind": Kind.DIGEST, "for_subscription": n + 2, "due_at": AT}
    if step >= "0005":
        yield "delivery", _delivery(step, 7) | {"kind": Kind.LEFT_OUT, "for_subscription": n + 1, "cap_day": DAY}
    yield "stopped_delivery", _delivery(step, 1) | {"stopped": n + 3}
    yield "saved", {"id": n, "chat": n, "paper": paper_id(step, 1), "saved_at": AT}
    yield "change", {"id": n, "chat": n, "at": AT, "who": "ann", "line": "a", "undo": "b", "undone": True}
    yield "vault", {"kind": "token", "key": f"slack T{n}", "value": b"\0\xff"}
    yield "ended_delivery", {"paper": paper_id(step, 8), "chat": n}
    yield "lease", {"name": f"a/{n}", "owner": "4711 on host", "epoch": 5, "since": AT, "until": AT}
    yield "once", {"key": f"slack/{n}", "owner": "4711 on host", "done": True, "expires": AFTER}


STATES = (
    {"state": State.SENT, "settled_at": AT, "ref": "5", "attempts": 2, "tried_at": AT, "rose": "stars"},
    {"state": State.SKIPPED, "settled_at": AT, "rollup": True},
    {"state": State.HELD, "next_at": AT},
    {"state": State.DOUBTFUL, "doubted": True, "tried_at": AT, "attempts": 1},
    {"state": State.PENDING},
)


def _paper(step, place):
    id, is_gone = paper_id(step, place), place == 7
    texts = {
        "title": "Robots & reefs",
        "summary": "They walk",
        "organization": "Lab",
        "code": "a/b",
        "project": "a.org",
    }
    abstract = "This paper has been withdrawn by the authors." if is_gone else f"Of step {step}"
    lists = {"authors": ("Ann O'Hara", "José"), "keywords": ("robots",), "categories": ("cs.RO",)}
    counts = {"upvotes": 3, "stars": 2, "comments": 1, "polled_upvotes": 3, "polled_stars": 2, "polled_comments": 1}
    times = {"day": DAY, "published": AT, "first_seen_at": AT, "version": 2, "replaced": DAY}
    links = {"models": 4, "thumbnail": "t.org", "feed": "huggingface", "page": f"https://huggingface.co/papers/{id}"}
    return {"id": id, "abstract": abstract, "withdrawn": is_gone} | texts | lists | counts | times | links


def _listing(step, place):
    number = DAY.toordinal() * 1_000_000 + ROOM * int(step) + place
    kept = {"day": DAY, "place": place, "feed": "huggingface", "again": place == 7}
    return {"number": number, "paper": paper_id(step, place)} | kept


def _subscription(n, number):
    words = {"text": "robot", "canonical": "robot", "owner": "ann", "name": "walkers"}
    plan = {"kind": "now", "weekday": 0, "most": 2, "paused": False, "trending": False, "look_at": AT}
    moments = {"created_at": AT, "paused_until": AT, "digested_at": AT, "changed_at": AT, "planned_at": AT}
    return {"id": n + number, "chat": n, "number": number} | words | plan | moments


def _delivery(step, place):
    n = ROOM * int(step)
    owed = {"kind": Kind.POST, "state": State.PENDING, "owed_at": AT, "subscriptions": (n + 1,)}
    counts = {"rose": "", "rollup": False, "attempts": 0, "doubted": False}
    return {"id": n + place, "chat": n, "account": "telegram/bot1", "paper": paper_id(step, place)} | owed | counts


def _as_then(step, table, row):
    """Return the rows that said the same then."""
    if table in QUEUES and step < "0011":
        named, cap_day = row.get("for_subscription"), row.get("cap_day")
        batch = f"{named} {cap_day or row['due_at'].isoformat()}" if named else None
        row = row | {"batch": batch, "beyond": named if cap_day else 0}
    if table == "subscription" and row["trending"] and step < "0007":
        row = row | {"kind": "now", "at": None}
    yield table, row
    if row.get("tries") and step < "0011":
        lost = f"{row['platform']} {row['account']} {row['address']} {row['topic']}"
        value = f"{row['tries']} {row['next_try_at'].isoformat()}".encode()
        yield "vault", {"kind": "loss", "key": lost, "value": value, "expires": AFTER}


def _as_today(table, row, columns):
    """Return the row with all columns of today, those empty that had no value then and that no step filled."""
    kept = {name: row[name] for name in row if name in columns or (table, name) in FILLED}
    return {it.name: kept[it.name] if it.name in kept else _empty(it) for it in TABLES[table].columns}


def _empty(column):
    if column.nullable:
        return None
    return "" if isinstance(column.type, Clean) else column.type.python_type()


def _insert(connection, table, row):
    columns = TABLES[table].c
    known = [sa.column(name, columns[name].type if name in columns else None) for name in row]
    connection.execute(sa.table(table, *known).insert().values(row))
