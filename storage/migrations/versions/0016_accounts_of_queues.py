"""Each delivery says whose account it goes out by, so that an account's queues are found without looking at others'."""

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Clean

revision = "0016"
down_revision = "0015"

ACCOUNT = "SELECT platform || '/' || account FROM chat WHERE chat.id = {0}.chat"


def upgrade() -> None:
    """Add the column, fill it, and index what waits."""
    for table in ("delivery", "stopped_delivery"):
        op.add_column(table, sa.Column("account", Clean(), server_default="", nullable=False))
        op.execute(f"UPDATE {table} SET account = coalesce(({ACCOUNT.format(table)}), '')")  # noqa: S608 our own words
    with op.batch_alter_table("stopped_delivery") as stopped:
        stopped.alter_column("account", server_default=None)
    pending = sa.text("state = 'pending'")
    columns = ["account", "chat", "id"]
    op.create_index("ix_delivery_account", "delivery", columns, sqlite_where=pending, postgresql_where=pending)
