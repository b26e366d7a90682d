"""Which subscriptions changed when, so that they are read once and then by what changed."""

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Number

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the table; storage.database.tables.triggers fills it."""
    op.create_table(
        "subscription_change",
        sa.Column("subscription", Number(), autoincrement=False, nullable=False),
        sa.Column("version", Number(), nullable=False),
        sa.PrimaryKeyConstraint("subscription"),
    )
    op.create_index("ix_subscription_change", "subscription_change", ["version"])
