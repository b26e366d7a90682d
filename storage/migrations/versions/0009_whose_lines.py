"""Kept lines have an owner and an end; one of before has no owner, and an end in 90 days."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table anew, and take the lines of before over."""
    op.rename_table("kept_line", "kept_line_before")
    op.create_table(
        "kept_line",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", "platform", "account", "address", "who"),
    )
    op.execute(
        "INSERT INTO kept_line SELECT name, '', '', '', '', line, datetime('now', '+90 days') || '.000000'"
        " FROM kept_line_before"
    )
    op.drop_table("kept_line_before")
