"""A paper as a row and back."""

from dataclasses import fields

from sqlalchemy import RowMapping

from bot.model import Paper
from storage.database.tables import papers

NAMES = tuple(field.name for field in fields(Paper))
COLUMNS = [papers.c[name] for name in NAMES]


def paper(row: RowMapping) -> Paper:
    """Return the paper that a row with COLUMNS holds."""
    return Paper(**{name: row[name] for name in NAMES})
