"""New papers against very many standing queries: our index and every peer that installs, in one run.

    python -m benchmarks.matching [--full]

Each engine gets the same distinct queries and answers with the same pairs of query and paper; where an engine cannot
say what a query says (it splits words otherwise), the share of pairs that differ is printed. Times are of this machine
and this run: the ratios count. ``--full`` goes to a million subscriptions.
"""

import argparse
import gc
import resource
import sqlite3
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Sequence

from benchmarks.subscriptions import Maker, distinct, papers
from bot import text
from bot.batch import Batch
from bot.gates import Gates
from bot.model import Paper
from bot.query import parse
from bot.ranking import Frequencies
from bot.reading import Reading
from bot.syntax import And, Node, Not, Or, Phrase, Prefix, Term
from tests import oracle
from tests.shared import SHARED

Engine = Callable[[Sequence[Paper]], list[set[int]]]
SEED = 20261123
SHARE = 5
"""Subscriptions for each distinct query, as Zipf's law has it at a million."""


def table(peers: dict[str, Engine], some: Sequence[Paper], ours: str) -> None:
    """Print microseconds a paper, the ratio to ours, and the pairs that differ from ours."""
    seconds, found = {}, {}
    for name, engine in peers.items():
        start = time.process_time()
        found[name] = engine(some)
        seconds[name] = time.process_time() - start
    pairs = sum(map(len, found[ours])) or 1
    for name, spent in seconds.items():
        wrong = sum(len(one ^ other) for one, other in zip(found[name], found[ours], strict=True))
        print(
            f"  {name:24}{spent / len(some) * 1e6:>12,.0f} us a paper{spent / seconds[ours]:>10.1f} x"
            f"{wrong / pairs:>12.4%} of pairs differ"
        )


def ours(meanings: list[tuple[int, Node]], rarity: Frequencies) -> Engine:
    batch = Batch(meanings, lambda stem: rarity.holding.get(stem, 0))
    return lambda some: [set(found) for found in batch.match([Reading(paper) for paper in some])]


def plain(meanings: list[tuple[int, Node]]) -> Engine:
    gates = Gates(meanings)
    return lambda some: [set(found) for found in gates.match([Reading(paper) for paper in some])]


def fts5(meanings: list[tuple[int, Node]]) -> Engine:
    """Give SQLite the normalised papers, and ask it every query once for the whole batch."""
    lines = [(number, _fts(meaning)) for number, meaning in meanings]

    def match(some: Sequence[Paper]) -> list[set[int]]:
        database = sqlite3.connect(":memory:")
        database.execute("CREATE VIRTUAL TABLE paper USING fts5(title, abstract, keyword, tokenize='ascii')")
        rows = [(i, *_columns(paper)) for i, paper in enumerate(some)]
        database.executemany("INSERT INTO paper (rowid, title, abstract, keyword) VALUES (?, ?, ?, ?)", rows)
        found: list[set[int]] = [set() for _ in some]
        for number, line in lines:
            for (place,) in database.execute("SELECT rowid FROM paper WHERE paper MATCH ?", (line,)):
                found[place].add(number)
        return found

    return match


def _columns(paper: Paper) -> tuple[str, str, str]:
    """Return what FTS5 and tantivy are given: our words, and the joined forms behind a gap."""
    keywords = " | ".join(f"{text.index_text(one)} | {text.index_joined(one)}" for one in paper.keywords)
    title, abstract = (f"{text.index_text(one)} | {text.index_joined(one)}" for one in (paper.title, paper.abstract))
    return tuple(one.replace("|", "\u00b6") for one in (title, abstract, keywords))


def _fts(node: Node) -> str:
    match node:
        case And(parts):
            wanted = " AND ".join(f"({_fts(part)})" for part in parts if not isinstance(part, Not))
            return wanted + "".join(f" NOT ({_fts(part.part)})" for part in parts if isinstance(part, Not))
        case Or(parts):
            return " OR ".join(f"({_fts(part)})" for part in parts)
        case Term(field, stem):
            return f'{{{field or "title abstract keyword"}}} : "{stem}"'
        case Phrase(field, stems):
            return f'{{{field or "title abstract keyword"}}} : "{" ".join(stems)}"'
        case Prefix(field, letters):
            return f'{{{field or "title abstract keyword"}}} : "{letters}" *'
    raise TypeError(node)


def tantivy(meanings: list[tuple[int, Node]]) -> Engine:
    import tantivy as library

    fields = ("title", "abstract", "keyword")
    builder = library.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True, fast=True)
    for field in fields:
        builder.add_text_field(field, tokenizer_name="whitespace")
    schema = builder.build()
    occur, query = library.Occur, library.Query

    def build(node: Node) -> object:
        match node:
            case And(parts):
                return query.boolean_query(
                    [(occur.MustNot, build(p.part)) if isinstance(p, Not) else (occur.Must, build(p)) for p in parts]
                )
            case Or(parts):
                return query.boolean_query([(occur.Should, build(part)) for part in parts])
        ways = [atom(node, field) for field in ([node.field] if node.field else fields)]
        return ways[0] if len(ways) == 1 else query.boolean_query([(occur.Should, way) for way in ways])

    def atom(node: Node, field: str) -> object:
        match node:
            case Term(_, stem):
                return query.term_query(schema, field, stem)
            case Phrase(_, stems):
                return query.phrase_query(schema, field, list(stems))
            case Prefix(_, letters):
                return query.regex_query(schema, field, f"{letters}.*")
        raise TypeError(node)

    queries = [(number, build(meaning)) for number, meaning in meanings]

    def match(some: Sequence[Paper]) -> list[set[int]]:
        index = library.Index(schema)
        writer = index.writer(50_000_000, 1)
        for i, paper in enumerate(some):
            writer.add_document(library.Document(number=i, **dict(zip(fields, _columns(paper), strict=True))))
        writer.commit()
        index.reload()
        searcher = index.searcher()
        place = {}
        found: list[set[int]] = [set() for _ in some]
        for number, one in queries:
            for _, address in searcher.search(one, limit=len(some), count=False).hits:
                key = (address.segment_ord, address.doc)
                if key not in place:
                    place[key] = searcher.doc(address)["number"][0]
                found[place[key]].add(number)
        return found

    return match


def _spellings(meanings: list[tuple[int, Node]]) -> dict[str, list[tuple[str, Node]]]:
    """Return every string of the queries, as it stands between two spaces, with the atoms that it spells."""
    found: dict[str, list[tuple[str, Node]]] = {}
    for _, meaning in meanings:
        for atom in _atoms(meaning):
            words = " ".join(atom.stems) if isinstance(atom, Phrase) else getattr(atom, "stem", None) or atom.letters
            spelled = f" {words}" + ("" if isinstance(atom, Prefix) else " ")
            if atom not in (known := found.setdefault(spelled, [])):
                known.append(atom)
    return found


def _atoms(node: Node) -> Iterable[Node]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _atoms(part)
        case Not(part):
            yield from _atoms(part)
        case _:
            yield node


class _Logic:
    """What hyperscan and an Aho-Corasick automaton leave to do: from the strings found to the queries that hold."""

    def __init__(self, meanings: list[tuple[int, Node]]) -> None:
        self.meanings = dict(meanings)
        self.spelled = list(_spellings(meanings).items())
        self.behind: dict[Node, list[int]] = {}
        for number, meaning in meanings:
            for atom in _atoms(meaning):
                self.behind.setdefault(atom, []).append(number)

    def texts(self, paper: Paper) -> list[tuple[str, str]]:
        return [(name, f" {one} ") for name, one in zip(("title", "abstract", "keyword"), _columns(paper), strict=True)]

    def decide(self, found: Iterable[tuple[str, int]]) -> set[int]:
        holds = {
            atom for field, which in found for atom in self.spelled[which][1] if atom.field in {"", field}
        }
        numbers = {number for atom in holds for number in self.behind[atom]}
        return {number for number in numbers if _holds(self.meanings[number], holds)}


def _holds(node: Node, holds: set[Node]) -> bool:
    match node:
        case And(parts):
            return all(_holds(part, holds) for part in parts)
        case Or(parts):
            return any(_holds(part, holds) for part in parts)
        case Not(part):
            return not _holds(part, holds)
    return node in holds


def aho_corasick(meanings: list[tuple[int, Node]]) -> Engine:
    import ahocorasick

    logic = _Logic(meanings)
    automaton = ahocorasick.Automaton()
    for which, (spelled, _) in enumerate(logic.spelled):
        automaton.add_word(spelled, which)
    automaton.make_automaton()

    def of(paper: Paper) -> set[int]:
        return logic.decide((field, which) for field, one in logic.texts(paper) for _, which in automaton.iter(one))

    return lambda some: [of(paper) for paper in some]


def hyperscan(meanings: list[tuple[int, Node]]) -> Engine:
    import hyperscan as library

    logic = _Logic(meanings)
    database = library.Database(mode=library.HS_MODE_BLOCK)
    strings = [spelled.encode() for spelled, _ in logic.spelled]
    flags = [library.HS_FLAG_SINGLEMATCH] * len(strings)
    database.compile(expressions=strings, ids=list(range(len(strings))), elements=len(strings), flags=flags, literal=True)

    def of(paper: Paper) -> set[int]:
        found: list[tuple[str, int]] = []
        for field, one in logic.texts(paper):
            database.scan(one.encode(), match_event_handler=lambda which, *_, f=field: found.append((f, which)))
        return logic.decide(found)

    return lambda some: [of(paper) for paper in some]


def mokaccino(meanings: list[tuple[int, Node]]) -> Engine:
    import mokaccino as library

    percolator = library.Percolator()
    numbers = {}
    for number, meaning in meanings:
        numbers[percolator.add_query(_percolated(library, meaning))] = number

    def of(paper: Paper) -> set[int]:
        document = library.Document()
        for field, one in zip(("title", "abstract", "keyword"), _columns(paper), strict=True):
            for place in (field, "any"):
                for word in set(one.split()):
                    document = document.with_value(place, word)
                words = one.split()
                for count in (2, 3, 4):
                    for run in set(zip(*(words[i:] for i in range(count)), strict=False)):
                        document = document.with_value(place, " ".join(run))
        return {numbers[found] for found in percolator.percolate_list(document)}

    return lambda some: [of(paper) for paper in some]


def _percolated(library, node: Node):  # noqa: ANN202 the library has no types
    query = library.Query
    match node:
        case And(parts):
            return _reduced("&", [_percolated(library, part) for part in parts])
        case Or(parts):
            return _reduced("|", [_percolated(library, part) for part in parts])
        case Not(part):
            return ~_percolated(library, part)
        case Term(field, stem):
            return query.from_kv(field or "any", stem)
        case Phrase(field, stems):
            return query.from_kv(field or "any", " ".join(stems))
        case Prefix(field, letters):
            return query.from_kprefix(field or "any", letters)
    raise TypeError(node)
