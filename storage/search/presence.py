"""Whether anything matches, and what is called or spelt alike: what the reading of a line asks of the archive.

Each function runs inside its caller's transaction.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from bot.errors import QueryError
from bot.language.queries.atom import Phrase
from bot.language.queries.nodes import Node
from bot.language.queries.parse import parse
from bot.language.words import respelling
from bot.language.words import text as language
from bot.ports.papers import TITLE
from storage.database import statements
from storage.search import fulltext
from storage.search.index_entry import OF_NAMES
from storage.search.to_sql import condition

MOST_NAMED = 200
"""Papers whose authors are looked through for a name."""


def find_any(connection: Connection, queries: Sequence[str]) -> dict[str, bool]:
    """Return of each query whether the index alone finds a paper that matches it."""
    return {query: _finds(connection, query) for query in queries}


def _finds(connection: Connection, query: str) -> bool:
    if query.startswith(TITLE):
        return _is_title(connection, query.removeprefix(TITLE))
    try:
        meaning = parse(query).meaning
    except QueryError:
        return False
    narrow = condition(meaning, wide=False)
    if not narrow.match or narrow.sql or _lacks_a_word(connection, meaning):
        return False
    return bool(
        statements.rows(connection, "SELECT 1 FROM paper_text WHERE paper_text MATCH ? LIMIT 1", (narrow.match,))
    )


def _is_title(connection: Connection, text: str) -> bool:
    """Return whether a paper is called so, no word more or less; signs between the words do not count."""
    stems = language.words(text).stems
    known = fulltext.counts(connection, stems)
    if not stems or not all(known.get(stem) for stem in stems):
        return False
    said = " ".join(stems)
    return bool(statements.rows(connection, _CALLED, {"match": f'title : ^ "{said}"', "title": f" {said} | "}))


_CALLED = """
    SELECT 1 FROM paper_text JOIN paper_page AS page ON page.number = paper_text.rowid
    WHERE paper_text MATCH :match AND substr(page.title, 1, length(:title)) = :title LIMIT 1
"""


def _lacks_a_word(connection: Connection, meaning: Node) -> bool:
    """Return whether a phrase holds a word that no paper has: a count tells that sooner than the index."""
    if not isinstance(meaning, Phrase) or meaning.field or meaning.prefix or len(meaning.stems) < LONG:
        return False
    known = fulltext.counts(connection, meaning.stems)
    return any(not known.get(stem) for stem in meaning.stems)


LONG = 3
"""Words of a phrase in which no two can be one joined word, and the whole is looked up word by word."""


def names_like(connection: Connection, name: str) -> tuple[str, ...]:
    """Return names of authors and organisations with a word of ``name``, or one that begins as it does."""
    found: Counter[str] = Counter()
    for word in language.words(name).written[:4]:
        if len(word) < 3:  # noqa: PLR2004 an initial
            continue
        begin = word[:4]
        match = " OR ".join(f'"{sign}{word}" OR "{sign}{begin}" *' for sign in OF_NAMES.values())
        named: Counter[str] = Counter()
        for authors, organization in statements.rows(connection, _NAMED, {"match": match, "most": MOST_NAMED}):
            named.update({*json.loads(authors), organization or ""})
        found.update({one: named[one] for one in named if f" {begin}" in f" {language.fold(one)}".replace("-", " ")})
    return tuple(one for one, _ in found.most_common())


_NAMED = """
    SELECT paper.authors, paper.organization
    FROM (SELECT rowid AS number FROM paper_text WHERE paper_text MATCH :match ORDER BY rowid DESC LIMIT :most)
    JOIN listing USING (number) JOIN paper ON paper.id = listing.paper
"""


def respelt(connection: Connection, words: Iterable[str]) -> dict[str, str]:
    """Return of these words those that look misspelt, each as papers spell it."""
    found = {}
    for word in respelling.looked_at(words):
        papers = fulltext.counts(connection, {word, language.stem(word), *respelling.one_away(word)})
        own = max(papers.get(word, 0), papers.get(language.stem(word), 0)) or int(_finds(connection, word))
        near = respelling.meant(word, own, papers)
        if not near and not own:
            near = respelling.alike(word, _like(connection, word))
        found[word] = near
    return {word: near for word, near in found.items() if near}


def _like(connection: Connection, word: str) -> tuple[str, ...]:
    """Return stems of two papers at least, with the first letter and about the length of ``word``."""
    first, length = word[:1], len(word)
    values = {"low": first, "high": first + "\uffff", "least": length - 2, "most": length + 2, "count": MOST_WORDS}
    return tuple(row[0] for row in statements.rows(connection, _LIKE, values))


MOST_WORDS = 5000
"""Words that are compared with a misspelt one: a tenth of a second."""

_LIKE = """
    SELECT term FROM paper_word WHERE term >= :low AND term < :high AND papers > 1
    AND length(term) BETWEEN :least AND :most ORDER BY papers DESC LIMIT :count
"""
