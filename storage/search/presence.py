"""Whether anything matches, and who is called alike: what the reading of a line asks of the archive.

Each function runs inside its caller's transaction.
"""

import json
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from bot.errors import QueryError
from bot.language.queries.query import parse
from bot.language.words import text as language
from storage.database import statements
from storage.database.tables import listings, papers
from storage.search.to_sql import condition

MOST_NAMED = 200
"""Papers whose authors are looked through for a name."""


def find_any(connection: Connection, queries: Sequence[str]) -> dict[str, bool]:
    """Return of each query whether the index alone finds a paper that matches it."""
    return {query: _finds(connection, query) for query in queries}


def _finds(connection: Connection, query: str) -> bool:
    try:
        narrow = condition(parse(query).meaning, wide=False)
    except QueryError:
        return False
    if not narrow.match or narrow.sql:
        return False
    return bool(
        statements.rows(connection, "SELECT 1 FROM paper_text WHERE paper_text MATCH ? LIMIT 1", (narrow.match,))
    )


def names_like(connection: Connection, name: str) -> tuple[str, ...]:
    """Return names of authors and organisations with a word of ``name``, or one that begins as it does."""
    found: Counter[str] = Counter()
    for word in language.words(name).written[:4]:
        if len(word) < 3:  # noqa: PLR2004 an initial
            continue
        match = f'{{author org}} : ("{word}" OR "{word[:4]}" *)'
        numbers = statements.rows(connection, _NAMED, (match, MOST_NAMED))
        for authors, organization in connection.execute(
            select(papers.c.authors, papers.c.organization)
            .join(listings)
            .where(
                listings.c.number.in_(
                    select(func.json_each(json.dumps([row[0] for row in numbers])).table_valued("value").c.value)
                )
            )
        ):
            found.update({*authors, *filter(None, (organization,))})
    return tuple(one for one, _ in found.most_common())


_NAMED = "SELECT rowid FROM paper_text WHERE paper_text MATCH ? ORDER BY rowid DESC LIMIT ?"
