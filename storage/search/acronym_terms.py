"""Clauses that are indexed whole: those of the acronym table.

``llm`` means the word or "large language model", which among a million papers takes long to look up and to count. So
every paper is asked these clauses when it is indexed, and each that holds is one word of its entry.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from bot.language.acronyms import tables as acronyms
from bot.language.queries import reading
from bot.language.queries.atom import Phrase, Term
from bot.language.queries.nodes import And, Node, Or
from bot.language.queries.parse import parse
from bot.language.words.text import Words
from bot.model import Paper

SIGN = "‡"
"""What such a word begins with: no word of a text does."""

OTHER = "≠"
"""What an acronym begins with by which the paper means something else than the tables do."""

JOINED = "§"
"""What a joined form begins with in the index, and what stands between two neighbours of which one is joined."""

ONE_WORD = {code: chr(0x2400 + code) for code in range(128) if not chr(code).isalnum()}
"""Makes one word of the index of what has spaces and signs in it."""


def word(canonical: str) -> str:
    """Return the word that a query has, or would have, in the index."""
    return SIGN + canonical.translate(ONE_WORD)


def words(paper: Paper, reads: Sequence[Words], found: set[str], pairs: AbstractSet[str]) -> list[str]:
    """Return the words of all clauses that hold, given the paper's title, abstract and keywords as they were read.

    ``found``: all stems there, ``pairs``: neighbours of which one is joined, with its sign between them.
    """
    by_clue = _by_clue()
    overruled = reading.read(paper).overruled
    meant = found - overruled.keys()
    asked = {word: choices for clue in by_clue.keys() & found for word, choices in by_clue[clue].items()}
    line = f" {' | '.join(' '.join(read.stems) for read in reads)} "

    def is_met(choice: _Choice) -> bool:
        for stems, words, joins, phrase in choice.phrases:
            # Single words side by side are most of it; only the reading knows of joined forms between them.
            if stems <= found and (
                words in line or (not pairs.isdisjoint(joins) and phrase.holds(reading.read(paper)))
            ):
                return True
        return not found.isdisjoint(choice.stems) or not meant.isdisjoint(choice.shorts)

    held = [word for word, choices in asked.items() if all(map(is_met, choices))]
    return [*held, *(OTHER + short for short in overruled)]


class _Phrase(NamedTuple):
    """A phrase, its stems as a set, as they stand side by side in a line, and as pairs with the sign between them."""

    stems: frozenset[str]
    words: str
    joins: frozenset[str]
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class _Choice:
    """Words and phrases of which one must be there."""

    stems: frozenset[str]
    shorts: frozenset[str]
    """Acronyms: words that count where the paper does not mean something else by them."""
    phrases: tuple[_Phrase, ...]

    @property
    def all_stems(self) -> frozenset[str]:
        """All that are named."""
        return self.stems.union(self.shorts, *(one.stems for one in self.phrases))

    def clues(self, commonness: Callable[[str], tuple[int, str]]) -> frozenset[str]:
        """Return stems of which one must be there: of each phrase the least common one."""
        return self.stems | self.shorts | {min(one.stems, key=commonness) for one in self.phrases}


@cache
def _by_clue() -> Mapping[str, Mapping[str, tuple[_Choice, ...]]]:
    """Return the clauses, as choices of which each must be met, under each stem of which a paper must hold one."""
    typed = dict.fromkeys(one for pair in acronyms.table() for one in pair)
    clauses = {word(clause.canonical): _choices(clause.meaning) for clause in (parse(one, most=0) for one in typed)}
    met = Counter(stem for choices in clauses.values() for one in choices for stem in one.all_stems)

    def commonness(stem: str) -> tuple[int, str]:
        """Return the lesser the fewer papers are likely to hold it: a long word that the table has met seldom."""
        return met[stem] - len(stem), stem

    found: dict[str, dict[str, tuple[_Choice, ...]]] = {}
    for name, choices in clauses.items():
        clues = [choice.clues(commonness) for choice in choices]
        for clue in min(clues, key=lambda stems: sorted(map(commonness, stems), reverse=True), default=()):
            found.setdefault(clue, {})[name] = choices
    return found


def _choices(meaning: Node) -> tuple[_Choice, ...]:
    """Return the meaning of a clause; nothing where it is a single word, or has another form than all of them have."""
    if isinstance(meaning, Term):
        return ()
    found = []
    for part in meaning.parts if isinstance(meaning, And) else (meaning,):
        atoms = part.parts if isinstance(part, Or) else (part,)
        if not all(isinstance(atom, Term | Phrase) for atom in atoms):
            return ()
        phrases = tuple(
            _Phrase(
                frozenset(atom.stems),
                f" {' '.join(atom.stems)} ",
                frozenset(map(JOINED.join, pairwise(atom.stems))),
                atom,
            )
            for atom in atoms
            if isinstance(atom, Phrase)
        )
        terms = [atom for atom in atoms if isinstance(atom, Term)]
        shorts = frozenset(atom.stem for atom in terms if atom.is_acronym)
        found.append(_Choice(frozenset(atom.stem for atom in terms) - shorts, shorts, phrases))
    return tuple(found)
