"""The engines that the matcher is measured against: each is made of the same queries and says which hold for papers."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.language.queries.atom import Phrase, Prefix, Term
from bot.language.queries.nodes import And, Node, Not, Or
from bot.language.words import text
from bot.model import Paper

Engine = Callable[[Sequence[Paper]], list[set[int]]]
"""Returns for each paper the numbers of the queries that match it."""
GAP = "\u00b6"
FIELDS = ("title", "abstract", "keyword")


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
    """Return what the peers are given: the words, and behind a gap what else can be found; read once, as by us."""
    return _column([paper.title]), _column([paper.abstract]), _column(paper.keywords)


def _column(texts: Iterable[str]) -> str:
    line: list[str] = []
    for one in texts:
        read = text.words(one)
        joined = [join for _, _, join in read.joins]
        there = set(read.stems)
        forms = dict.fromkeys([*map(text.stem, joined), *joined, *read.written])
        line += (*read.stems, GAP, *(form for form in forms if form not in there), GAP)
    return " ".join(line)


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

    builder = library.SchemaBuilder()
    builder.add_integer_field("number", stored=True)
    for field in FIELDS:
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
        ways = [atom(node, field) for field in ([node.field] if node.field else FIELDS)]
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
            writer.add_document(library.Document(number=i, **dict(zip(FIELDS, _columns(paper), strict=True))))
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
        return [(name, f" {one} ") for name, one in zip(FIELDS, _columns(paper), strict=True)]

    def decide(self, found: Iterable[tuple[str, int]]) -> set[int]:
        holds = {atom for field, which in found for atom in self.spelled[which][1] if atom.field in {"", field}}
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
    database.compile(
        expressions=strings, ids=list(range(len(strings))), elements=len(strings), flags=flags, literal=True
    )

    def of(paper: Paper) -> set[int]:
        found: list[tuple[str, int]] = []
        for field, one in logic.texts(paper):
            database.scan(one.encode(), match_event_handler=lambda which, *_, f=field: found.append((f, which)))
        return logic.decide(found)

    return lambda some: [of(paper) for paper in some]


def mokaccino(meanings: list[tuple[int, Node]]) -> Engine:
    import mokaccino as library

    percolator = library.Percolator()
    for number, meaning in meanings:
        percolator.add_query_id(_percolated(library.Query, meaning), number)
    percolator = percolator.optimized()

    def of(paper: Paper) -> set[int]:
        document = library.Document()
        for field, one in zip(FIELDS, _columns(paper), strict=True):
            words = one.split()
            runs = {" ".join(run) for n in (1, 2, 3, 4) for run in zip(*(words[i:] for i in range(n)), strict=False)}
            for run in runs:
                document.add_value(field, run)
                document.add_value("any", run)
        return set(percolator.percolate_list(document))

    return lambda some: [of(paper) for paper in some]


def _percolated(query: Any, node: Node) -> Any:
    match node:
        case And(parts):
            return query.from_and([_percolated(query, part) for part in parts])
        case Or(parts):
            return query.from_or([_percolated(query, part) for part in parts])
        case Not(part):
            return query.from_not(_percolated(query, part))
        case Term(field, stem):
            return query.from_kv(field or "any", stem)
        case Phrase(field, stems):
            return query.from_kv(field or "any", " ".join(stems))
        case Prefix(field, letters):
            return query.from_kprefix(field or "any", letters)
    raise TypeError(node)


PEERS = {"FTS5, a query each": fts5, "tantivy, a query each": tantivy, "hyperscan + Python": hyperscan,
         "pyahocorasick + Python": aho_corasick, "mokaccino": mokaccino}  # fmt: skip
