"""The full-text index: a row for each listing, under its number, holding what bot.language.text makes of the paper.

It is FTS5 without content (sqlite.org/fts5.html#contentless_tables): the papers stand in their own table, and taking an
entry out means telling the index what it had been given. That is sound because an entry is a pure function of the paper
and of bot.language.text; where bot.language.text has changed since, the whole index is made anew at start.

A column holds a field's words in their order, then, behind a gap, what else can be found there. Four signs, which
bot.language.text never lets into a word, keep the kinds apart: a look-up gives just what ``Query.matches`` says:

    agent ¶ agents     the stem of a word, and behind the gap how it is written where that differs
    ¤agent             the word stands there in the plural only
    §pretraining       the joined form of a hyphenated word, and its stem
    ¶                  a gap, which no phrase bridges: between keywords, between authors
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, func, insert, select, text

from bot.errors import StoreError
from bot.language import text as language
from bot.matching.ranking import Frequencies
from bot.model import Paper
from storage.papers import COLUMNS, paper
from storage.rows import listings, papers, search_index

VERSION = "3"
"""To be raised when the columns or ``entry`` change."""

NAMES = ("title", "abstract", "keyword", "author", "org", "category")
GAP, JOINED, PLURAL_ONLY = "¶", "§", "¤"

PROBE = (
    "Pre-training $\\pi_0$ policies: LLM-based agents' buses, classes, studies_of Fr\\'echet τ-bench Łukasz "
    "naïve ﬁne-tuning 世界模型 ไทย हिन्दी GPT-4o state-of-the-art x^2 ＡＢＣ ß İstanbul \u200bzero"
)
"""A text that any change of bot.language.text is likely to read differently."""

_ONE_WORD = {code: chr(0x2400 + code) for code in range(128) if not chr(code).isalnum()}


def source(paper: Paper) -> tuple[object, ...]:
    """Return all that ``entry`` depends on: equal sources have equal entries."""
    return paper.title, paper.abstract, paper.keywords, paper.authors, paper.organization, paper.categories


def entry(paper: Paper) -> tuple[str, ...]:
    """Return what the index is given of a paper, one text for each of NAMES."""
    return (
        field((paper.title,)),
        field((paper.abstract,)),
        field(paper.keywords),
        field(paper.authors, plurals=False),
        field((paper.organization,)),
        " ".join(map(category, paper.categories)),
    )


def field(texts: Iterable[str], *, plurals: bool = True) -> str:
    """Return a column's text. Names (``plurals`` False) are taken as they are written."""
    line: list[str] = []
    written: set[str] = set()
    forms: dict[str, str] = {}
    joins: dict[str, None] = {}
    for read in map(language.words, texts):
        stems = read.stems if plurals else read.written
        line += (*stems, GAP)
        written.update(read.written)
        forms.update((form, stem) for form, stem in zip(read.written, stems, strict=True) if form != stem)
        for _, _, joined in read.joins:
            joins[JOINED + (language.stem(joined) if plurals else joined)] = None
            joins[JOINED + joined] = None
    plural_only = dict.fromkeys(PLURAL_ONLY + stem for stem in forms.values() if stem not in written)
    return " ".join((*line, *forms, *joins, *plural_only))


def category(name: str) -> str:
    """Return a category as one word of the index, its dots and dashes no boundaries."""
    return name.casefold().translate(_ONE_WORD)


def add(connection: Connection, entries: Mapping[int, Paper]) -> None:
    """Put papers into the index, each under its number."""
    if entries:
        connection.exec_driver_sql(_ADD, [(number, *entry(paper)) for number, paper in entries.items()])


def remove(connection: Connection, entries: Mapping[int, Paper]) -> None:
    """Take papers out of the index; they are those that were put in, field for field."""
    if entries:
        connection.exec_driver_sql(_REMOVE, [(number, *entry(paper)) for number, paper in entries.items()])


class Counts:
    """How many papers hold each stem: counted once, and again when the archive has grown by a twentieth.

    Counting a common word takes longer than searching for it, and the ranking needs no more than its order of size.
    """

    def __init__(self) -> None:
        self._papers = 0
        self._holding: dict[str, int] = {}

    def of(self, connection: Connection, stems: Sequence[str]) -> Frequencies:
        """Return how many papers there are and how many hold each of these stems."""
        papers = connection.execute(select(func.count()).select_from(listings)).scalar_one()
        if not self._papers <= papers <= self._papers * 1.05 or len(self._holding) > MOST_COUNTED:
            self._papers, self._holding = papers, {}
        for stem in stems:
            if stem not in self._holding:
                row = connection.execute(text("SELECT doc FROM paper_word WHERE term = :stem"), {"stem": stem}).first()
                self._holding[stem] = row[0] if row else 0
        return Frequencies(self._papers, {stem: self._holding[stem] for stem in stems})


MOST_COUNTED = 50_000
"""Stems that are kept at most; a stem and its count take about 150 bytes."""


def prepare(connection: Connection, *, read_only: bool) -> None:
    """Make the index where there is none, and make it anew where bot.language.text reads otherwise than it did."""
    version = _version()
    if connection.execute(select(search_index.c.version)).scalar() == version:
        return
    if read_only:
        raise StoreError("the search index is of another Paperwire; start `paperwire run` or `chat` once")
    connection.exec_driver_sql("DROP TABLE IF EXISTS paper_text")
    # `ascii` splits at the spaces set here and at nothing beyond ASCII; bot.language.text has folded the rest.
    columns = ", ".join(NAMES)
    connection.exec_driver_sql(f"CREATE VIRTUAL TABLE paper_text USING fts5({columns}, content='', tokenize='ascii')")
    connection.exec_driver_sql("DROP TABLE IF EXISTS paper_word")
    connection.exec_driver_sql("CREATE VIRTUAL TABLE paper_word USING fts5vocab('paper_text', 'row')")
    _fill(connection)
    connection.execute(delete(search_index))
    connection.execute(insert(search_index).values(version=version))


def _fill(connection: Connection) -> None:
    query = select(listings.c.number, *COLUMNS).join(papers).order_by(listings.c.number)
    for rows in connection.execute(query).mappings().partitions(1000):
        add(connection, {row["number"]: paper(row) for row in rows})


def _version() -> str:
    return hashlib.sha256(f"{VERSION} {field((PROBE,))}".encode()).hexdigest()[:16]


_MARKS = ", ".join("?" * (len(NAMES) + 1))
_ADD = f"INSERT INTO paper_text (rowid, {', '.join(NAMES)}) VALUES ({_MARKS})"  # noqa: S608 our own names
_REMOVE = f"INSERT INTO paper_text (paper_text, rowid, {', '.join(NAMES)}) VALUES ('delete', {_MARKS})"  # noqa: S608
