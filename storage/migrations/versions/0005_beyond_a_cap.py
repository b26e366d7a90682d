"""What a day's cap left out stands beside the posts, and how papers rise is known."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

NAMES = {"uq": "uq_%(table_name)s_%(column_0_name)s"}
"""Under which the old key, which has no name, is found."""


def upgrade() -> None:
    """Add the columns; the key of a delivery takes in the subscription whose cap left the paper out."""
    counting = {"sqlite_autoincrement": True}
    with op.batch_alter_table(
        "delivery", recreate="always", naming_convention=NAMES, table_kwargs=counting
    ) as delivery:
        delivery.add_column(sa.Column("beyond", sa.Integer(), server_default="0", nullable=False))
        delivery.add_column(sa.Column("rose", sa.Text(), server_default="", nullable=False))
        delivery.drop_constraint("uq_delivery_paper", type_="unique")
        delivery.create_unique_constraint("uq_delivery_key", ["paper", "chat", "beyond"])
    for count in ("upvotes", "stars", "comments"):
        op.add_column("paper", sa.Column(f"polled_{count}", sa.Integer(), server_default="0", nullable=False))
        op.execute(f"UPDATE paper SET polled_{count} = {count} WHERE first_seen_at IS NOT NULL")  # noqa: S608 our words
    where = sa.text("beyond > 0")
    op.create_index("ix_delivery_beyond", "delivery", ["beyond", "batch"], sqlite_where=where, postgresql_where=where)
