"""Withdrawn papers, and HTML's entities in the texts that were kept before they were read as characters."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.language.latex.entities import unescaped
from bot.language.words.withdrawal import says_withdrawn

revision = "0010"
down_revision = "0009"

TEXTS = ("title", "abstract", "summary", "organization")
LISTS = ("authors", "keywords")


def upgrade() -> None:
    """Add the mark; set it where the abstract says so, and read the texts that hold an entity as they are read now."""
    with op.batch_alter_table("paper") as table:
        table.add_column(sa.Column("withdrawn", sa.Boolean(), server_default="0", nullable=False))
    connection = op.get_bind()
    paper = sa.table("paper", sa.column("id"), sa.column("withdrawn"), *map(sa.column, (*TEXTS, *LISTS)))
    gone = sa.or_(paper.c.abstract.ilike("%withdr%"), paper.c.abstract.ilike("%retracted%"))
    for id, abstract in connection.execute(sa.select(paper.c.id, paper.c.abstract).where(gone)).all():
        if says_withdrawn(abstract):
            connection.execute(sa.update(paper).where(paper.c.id == id).values(withdrawn=True))
    escaped = sa.or_(*(paper.c[name].like("%&%") for name in (*TEXTS, *LISTS)))
    for row in connection.execute(sa.select(paper).where(escaped)).mappings().all():
        if changed := _changed(row):
            connection.execute(sa.update(paper).where(paper.c.id == row["id"]).values(**changed))


def _changed(row: Any) -> dict[str, str]:
    values = {name: _text(row[name]) for name in TEXTS} | {name: _list(row[name]) for name in LISTS}
    return {name: value for name, value in values.items() if value != row[name]}


def _text(written: str) -> str:
    return " ".join(unescaped(written).split()) if "&" in written else written


def _list(written: str) -> str:
    return json.dumps([_text(one) for one in json.loads(written)], ensure_ascii=False, separators=(",", ":"))
