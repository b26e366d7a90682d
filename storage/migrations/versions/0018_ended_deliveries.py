"""Which papers were brought to which chats by rows that are deleted since."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the table; nothing is deleted yet."""
    op.create_table(
        "ended_delivery",
        sa.Column("paper", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("chat", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["paper"], ["paper.id"]),
        sa.ForeignKeyConstraint(["chat"], ["chat.id"]),
        sa.PrimaryKeyConstraint("paper", "chat"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ended_delivery_chat", "ended_delivery", ["chat"])
