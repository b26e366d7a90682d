"""Several workers on one database: who does what, and what was done once already."""

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Clean, Moment, Number

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add both tables; a Paperwire of before looks at neither."""
    op.create_table(
        "lease",
        sa.Column("name", Clean(), nullable=False),
        sa.Column("owner", Clean(), nullable=False),
        sa.Column("epoch", Number(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "once",
        sa.Column("key", Clean(), nullable=False),
        sa.Column("owner", Clean(), nullable=False),
        sa.Column("done", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("expires", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_once_expires", "once", ["expires"])
