"""Stopped subscriptions, and what rested for them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables: columns of their own, and those of the tables whose rows they set aside."""
    op.create_table(
        "stopped_subscription",
        sa.Column("stopped_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.Time(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("paused_until", MOMENT, nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("trending", sa.Boolean(), nullable=False),
        sa.Column("digested_at", MOMENT, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.Column("planned_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "stopped_delivery",
        sa.Column("stopped", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat", sa.Integer(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("subscriptions", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owed_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("batch", sa.Text(), nullable=True),
        sa.Column("beyond", sa.Integer(), nullable=False),
        sa.Column("rose", sa.Text(), nullable=False),
        sa.Column("rollup", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("doubted", sa.Boolean(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("stopped", "id"),
    )
