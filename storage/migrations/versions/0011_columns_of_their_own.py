"""What a delivery is, for which subscription and when stands in columns; so does when a lost chat is tried again."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

MOMENT = sa.DateTime(timezone=True)
TELLS, BRINGS = sa.text("kind = 'left_out'"), sa.text("kind <> 'left_out'")

DIGEST = "batch IS NOT NULL AND beyond = 0"
# A batch was "7 2026-11-24T09:00:00+00:00", a digest of subscription 7, or "7 2026-11-24", what its cap left out.
DIGESTS = """
    UPDATE {} SET kind = 'digest', for_subscription = CAST(substr(batch, 1, instr(batch, ' ') - 1) AS INTEGER),
    due_at = strftime('%Y-%m-%d %H:%M:%f', substr(batch, instr(batch, ' ') + 1)) || '000'
    WHERE batch IS NOT NULL AND beyond = 0
"""
LEFT_OUT = """
    UPDATE {} SET kind = 'left_out', for_subscription = beyond, cap_day = substr(batch, instr(batch, ' ') + 1, 10)
    WHERE beyond > 0
"""
LOSSES = """
    SELECT chat.id, vault.value FROM vault JOIN chat
    ON vault.key = chat.platform || ' ' || chat.account || ' ' || chat.address || ' ' || chat.topic
    WHERE vault.kind = 'loss'
"""


def upgrade() -> None:
    """Add the columns, fill them from the texts that said all at once, and let those go."""
    for table in ("delivery", "stopped_delivery"):
        for column in _columns():
            op.add_column(table, column)
        for fill in (DIGESTS, LEFT_OUT):
            op.execute(fill.format(table))
    op.drop_index("ix_delivery_beyond", "delivery")
    op.drop_index("ix_delivery_lane", "delivery")
    counting = {"sqlite_autoincrement": True}
    with op.batch_alter_table("delivery", recreate="always", table_kwargs=counting) as delivery:
        delivery.drop_constraint("uq_delivery_key", type_="unique")
        delivery.drop_column("batch")
        delivery.drop_column("beyond")
    with op.batch_alter_table("stopped_delivery", recreate="always") as stopped:
        stopped.alter_column("kind", server_default=None)
        stopped.drop_column("batch")
        stopped.drop_column("beyond")
    _make_indexes()
    _take_over_losses()


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("kind", sa.Text(), server_default="post", nullable=False),
        sa.Column("for_subscription", sa.Integer(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("cap_day", sa.Date(), nullable=True),
    )


def _make_indexes() -> None:
    tells: dict[str, Any] = {"sqlite_where": TELLS, "postgresql_where": TELLS}
    brings: dict[str, Any] = {"sqlite_where": BRINGS, "postgresql_where": BRINGS}
    told = ["paper", "chat", "for_subscription"]
    op.create_index("uq_delivery_brought", "delivery", ["paper", "chat"], unique=True, **brings)
    op.create_index("uq_delivery_left_out", "delivery", told, unique=True, **tells)
    op.create_index("ix_delivery_left_out", "delivery", ["for_subscription", "cap_day"], **tells)
    op.create_index("ix_delivery_queue", "delivery", ["state", "chat", "id"])


def _take_over_losses() -> None:
    """Let each chat say how often it was tried since it was lost, and when it is tried again."""
    op.add_column("chat", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("chat", sa.Column("next_try_at", MOMENT, nullable=True))
    connection = op.get_bind()
    kept = "UPDATE chat SET tries = :tries, next_try_at = strftime('%Y-%m-%d %H:%M:%f', :due) || '000' WHERE id = :id"
    for id, value in connection.execute(sa.text(LOSSES)).all():
        tries, due = bytes(value).decode().split()
        connection.execute(sa.text(kept), {"id": id, "tries": int(tries), "due": due})
    op.execute("DELETE FROM vault WHERE kind = 'loss'")
