"""When the digests of each subscription are next looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the column, empty: all are looked at once. The trigger that its changes would set off is made anew."""
    for table in ("subscription", "stopped_subscription"):
        op.add_column(table, sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
    digests = sa.text("kind <> 'now'")
    op.create_index("ix_subscription_look", "subscription", ["look_at"], sqlite_where=digests, postgresql_where=digests)
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER IF EXISTS subscription_update")
