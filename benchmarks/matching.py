"""New papers against very many standing queries: our index and every peer that installs, in one run.

    python -m benchmarks.matching [--full]

Each engine gets the same distinct queries and answers with the same pairs of query and paper; where an engine cannot
say what a query says (it splits words otherwise), the share of pairs that differ is printed. Times are of this machine
and this run: the ratios count. ``--full`` goes to a million subscriptions.
"""

import argparse
import gc
import sqlite3
import statistics
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.subscriptions import Maker, distinct, papers
from bot.language import text
from bot.language.query import parse
from bot.language.reading import Reading
from bot.language.syntax import And, Node, Not, Or, Phrase, Prefix, Term
from bot.matching.batch import Batch
from bot.matching.gates import Gates
from bot.model import Paper
from tests import oracle
from tests.shared import SHARED

Engine = Callable[[Sequence[Paper]], list[set[int]]]
SEED = 20261123
GAP = "\u00b6"
FIELDS = ("title", "abstract", "keyword")
SINGLES = 100
SHARE = 5
"""Subscriptions for each distinct query, as Zipf's law has it at a million."""


def table(engines: dict[str, Engine], some: Sequence[Paper], warm: Sequence[Paper]) -> dict[str, float]:
    """Print microseconds a paper, the ratio to the first engine, and the pairs that differ from its; return seconds.

    Every engine has seen the papers ``warm`` before, as one that runs for days has.
    """
    seconds: dict[str, float] = {}
    expected: list[set[int]] = []
    for name, engine in engines.items():
        engine(warm)
        start = time.process_time()
        found = engine(some)
        seconds[name] = time.process_time() - start
        expected = expected or found
        wrong = sum(len(one ^ other) for one, other in zip(found, expected, strict=True))
        print(
            f"  {name:26}{seconds[name] / len(some) * 1e6:>12,.0f} us a paper"
            f"{seconds[name] / next(iter(seconds.values())):>10.1f} x"
            f"{wrong / (sum(map(len, expected)) or 1):>12.4%} of pairs differ",
            flush=True,
        )
    return seconds


def ours(meanings: list[tuple[int, Node]], how_rare: Callable[[str], float]) -> Engine:
    batch = Batch(meanings, how_rare)
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


def rarity(some: Sequence[Paper]) -> Callable[[str], float]:
    """Return how many of ``some`` papers hold a stem, as the archive would tell."""
    holding = Counter(stem for paper in some for stem in set(text.words(f"{paper.title} {paper.abstract}").stems))
    return lambda stem: holding[stem]


def at_size(count: int, known: Sequence[Paper], some: Sequence[Paper], peers: Sequence[str]) -> float:
    """Print the table for ``count`` subscriptions; return our microseconds a paper."""
    maker = Maker(known, SEED)
    lines = distinct(maker, count // SHARE)
    how_rare = rarity(known)
    start = time.process_time()
    meanings = [(number, parse(line).meaning) for number, line in enumerate(lines)]
    read = time.process_time() - start
    start = time.process_time()
    engines = {"Paperwire": ours(meanings, how_rare)}
    built = time.process_time() - start
    print(f"\n{count:,} subscriptions, {len(lines):,} of them different; {len(some):,} papers")
    print(f"  rebuilt in {read + built:.1f} s ({read:.1f} s reading the queries, {built:.1f} s building)")
    for name in peers:
        try:
            engines[name] = PEERS[name](meanings)
        except ImportError:
            print(f"  {name}: not installed")
    if count <= 100_000:
        engines["plain Python (bot.matching.gates)"] = plain(meanings)
    gc.collect()
    gc.freeze()  # the lists of all engines together are no engine's burden
    seconds = table(engines, some, known[-100:])
    gc.unfreeze()
    one_by_one(engines, some[:SINGLES])
    print(f"  memory of the index: {memory(meanings, how_rare) / count:.0f} bytes a subscription")
    return seconds["Paperwire"] / len(some) * 1e6


def one_by_one(engines: dict[str, Engine], some: Sequence[Paper]) -> None:
    """Print the median and the slowest twentieth for one paper at a time; FTS5 is asked three times only."""
    for name in ("Paperwire", "FTS5, a query each"):
        spent = []
        for paper in some[: SINGLES if name == "Paperwire" else 3]:
            start = time.process_time()
            engines[name]([paper])
            spent.append(time.process_time() - start)
        spent.sort()
        print(
            f"  one paper alone, {name:20} median {statistics.median(spent) * 1e6:>12,.0f} us,"
            f" p95 {spent[int(len(spent) * 0.95)] * 1e6:>12,.0f} us"
        )


def memory(meanings: list[tuple[int, Node]], how_rare: Callable[[str], float]) -> int:
    """Return the bytes that the index holds on to."""
    gc.collect()
    tracemalloc.start()
    index = Batch(meanings, how_rare)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del index
    return held


def mismatches(count: int, known: Sequence[Paper], some: Sequence[Paper]) -> None:
    """Print how many pairs differ between the index, the plain engine and brute force, queries of every form."""
    maker = Maker(known, SEED + 1)
    queries = [parse(maker.any_form(), most=0) for _ in range(count)]
    meanings = [(number, query.meaning) for number, query in enumerate(queries)]
    index, gates = ours(meanings, rarity(known))(some), plain(meanings)(some)
    brute = [{n for n, query in enumerate(queries) if oracle.matches(query.tree, paper)} for paper in some]
    differ = sum(len(a ^ c) + len(b ^ c) for a, b, c in zip(index, gates, brute, strict=True))
    print(
        f"\nevery form of the language: {count:,} queries x {len(some)} papers, {sum(map(len, brute)):,} matches;"
        f" pairs in which index, plain engine and brute force differ: {differ}"
    )


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--full", action="store_true", help="up to a million subscriptions; a quarter of an hour")
    full = arguments.parse_args().full
    if SHARED is None:
        sys.exit("the recorded papers are not beside the project: set PAPERWIRE_SHARED")
    everything = papers(SHARED / "papers.jsonl.gz", 12_000)
    known, some = everything[:11_000], everything[11_000:]
    sizes = (10_000, 100_000, 1_000_000) if full else (10_000, 100_000)
    spent = [at_size(size, known, some if full else some[:300], list(PEERS)) for size in sizes]
    for size, one, other in zip(sizes[1:], spent, spent[1:], strict=False):
        print(f"ten times the subscriptions, {size:,}: {other / one:.2f} times the cost of a paper")
    mismatches(5_000, known, some[:100] if full else some[:30])


if __name__ == "__main__":
    main()
