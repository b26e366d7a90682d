"""Subscriptions' own names, and whether a chat wants cards for links."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add both; nobody has chosen any yet."""
    op.add_column("chat", sa.Column("links", sa.Boolean(), server_default="0", nullable=False))
    for table in ("subscription", "stopped_subscription"):
        op.add_column(table, sa.Column("name", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("stopped_subscription") as stopped:  # rows set aside are written whole
        stopped.alter_column("name", server_default=None)
