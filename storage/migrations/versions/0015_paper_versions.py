"""The newest version of a paper that is known, and the day on which it came out."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add both; none is known yet."""
    op.add_column("paper", sa.Column("version", sa.Integer(), server_default="0", nullable=False))
    op.add_column("paper", sa.Column("replaced", sa.Date(), nullable=True))
