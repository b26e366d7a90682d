"""When a subscription's wish and schedule were changed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns; what is trending comes as a digest only."""
    op.add_column("subscription", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("subscription", sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE subscription SET kind = 'daily', at = '09:00:00.000000' WHERE trending AND kind = 'now'")
