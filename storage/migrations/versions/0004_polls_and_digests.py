"""When a poll read a day, and up to when digests were made."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns, and the index by which a digest finds its papers."""
    op.add_column("list_day", sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("subscription", sa.Column("digested_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_paper_first_seen", "paper", ["first_seen_at"])
    # Until now every day that stands there was read by a poll, as far as anybody knows.
    op.execute("UPDATE list_day SET polled_at = fetched_at")
