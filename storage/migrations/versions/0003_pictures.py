"""Whether a chat wants pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the choice; nobody has made it yet."""
    op.add_column("chat", sa.Column("pictures", sa.Boolean(), server_default="0", nullable=False))
