"""What the database itself notes: every change of a subscription under a number that only grows, whoever makes it."""

from sqlalchemy import Connection

from storage.database import dialect
from storage.database.tables.subscriptions import subscriptions

_NEXT = "(SELECT coalesce(max(version), 0) + 1 FROM subscription_change)"
_NEWER = "ON CONFLICT (subscription) DO UPDATE SET version = excluded.version"
_ITS_CHATS = f"INSERT INTO subscription_change SELECT id, {_NEXT} FROM subscription WHERE chat = new.id {_NEWER};"  # noqa: S608 our own words
_ADDRESS = "platform, account, address, topic"


def _note(row: str) -> str:
    return f"INSERT INTO subscription_change VALUES ({row}.id, {_NEXT}) {_NEWER};"  # noqa: S608 the same


# When its digests are next looked at is nothing that changes a subscription.
_UPDATE = f"UPDATE OF {', '.join(name for name, _ in subscriptions.c.items() if name != 'look_at')}"

_SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS subscription_{name} AFTER {change} ON subscription BEGIN {_note(row)} END"
    for name, change, row in (("insert", "INSERT", "new"), ("update", _UPDATE, "new"), ("delete", "DELETE", "old"))
] + [
    # SQLite reads ON CONFLICT behind a SELECT only where that has a WHERE, which it has.
    f"CREATE TRIGGER IF NOT EXISTS chat_moved AFTER UPDATE OF {_ADDRESS} ON chat BEGIN {_ITS_CHATS} END",
]

_POSTGRESQL = [
    f"""
    CREATE OR REPLACE FUNCTION note_subscription() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN {_note("old")} ELSE {_note("new")} END IF;
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION note_subscriptions_of_chat() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {_ITS_CHATS} RETURN NULL; END $$
    """,
    f"""
    CREATE OR REPLACE TRIGGER subscription_changed AFTER INSERT OR {_UPDATE} OR DELETE ON subscription
    FOR EACH ROW EXECUTE FUNCTION note_subscription()
    """,
    f"""
    CREATE OR REPLACE TRIGGER chat_moved AFTER UPDATE OF {_ADDRESS} ON chat
    FOR EACH ROW EXECUTE FUNCTION note_subscriptions_of_chat()
    """,
]


def make(connection: Connection) -> None:
    """Make them where they are not there: a step that copies a table on SQLite loses the table's own."""
    for statement in _POSTGRESQL if dialect.is_postgresql(connection) else _SQLITE:
        connection.exec_driver_sql(statement)
