"""List days that look like a mistake of the feed: how many new papers they brought, and the operator's word on them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add both; nothing was withheld so far."""
    op.add_column("list_day", sa.Column("withheld", sa.Integer(), server_default="0", nullable=False))
    op.add_column("list_day", sa.Column("released", sa.Boolean(), server_default="0", nullable=False))
