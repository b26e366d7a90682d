"""What the full-text index is given of a paper.

Beginnings of words stand in an index of their own, for a bare ``robo*``: FTS5 would gather all papers of all words that
begin so before it says the first. There ``⁎robo`` is the beginning of a word that is said often, ``⁑robo`` very often.

In the other a column holds a field's words in their order, then, behind a gap, what else can be found there. Signs that
bot.language.words.text never lets into a word keep the kinds apart: a look-up gives just what ``Query.matches`` says:

    agent ¶ agents     the stem of a word, and behind the gap how it is written where that differs
    ¤agent             the word stands there in the plural, or in another spelling, only
    §pretraining       the joined form of a hyphenated word, and its stem
    pretraining§data   neighbours, one of which at least is a joined form
    ¶                  a gap, which no phrase bridges: between keywords, between authors
    ‡llm               a clause that holds, in a column of its own (storage.search.acronym_terms)
    pretraining        in the column ``main``: said often; with ⁑ before it, very often
    ≠tts               an acronym by which the paper means something else than the tables, there too
    †ada ⌂meta         a word of an author's name, and of an organisation's: whatever papers say of a model or of the
                       world, nobody of that name is looked for among them
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from bot.language.queries import occurrences, reading
from bot.language.queries.occurrences import PaperStems
from bot.language.queries.spelling import key_of
from bot.language.words import text as language
from bot.language.words.stems import SMALL
from bot.language.words.text import Words
from bot.model import Paper
from storage.search import acronym_terms
from storage.search.acronym_terms import JOINED

NAMES = ("title", "abstract", "keyword", "author", "org", "category", "whole", "main")
"""A bare word looks into the first three."""

GAP, PLURAL_ONLY, OFTENER, VERY = "¶", "¤", "⁎", "⁑"
OF_NAMES = {"author": "†", "org": "⌂"}
"""What every word of these columns begins with."""
OFTEN, VERY_OFTEN, IN_TITLE = 3, 8, 4
"""From how many occurrences on a paper says a word often, and very often, and for how many one in the title counts."""
SHORTEST, LONGEST = 2, 8
"""Letters of the beginnings that are indexed, or the one of a word of one. Few words have a longer one in common."""
PROBE = (
    "Pre-training $\\pi_0$ policies: LLM-based agents' buses, classes, studies_of Fr\\'echet τ-bench Łukasz "
    "naïve ﬁne-tuning 世界模型 ไทย हिन्दी GPT-4o state-of-the-art x^2 ＡＢＣ ß İstanbul \u200bzero "
    "C++ A* i.i.d. Ph.D. wav2vec2.0 10,000 0.5B analyses matrices biases news physics colour optimisation modelling"
)
"""A text that any change of bot.language.words.text is likely to read differently."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index is given of a paper: one text for each of NAMES, the beginnings of its words, the page, and the
    words that are counted.
    """

    columns: tuple[str, ...]
    begins: str
    page: PaperStems
    words: frozenset[str]


def source(paper: Paper) -> tuple[object, ...]:
    """Return all that ``entry`` depends on: equal sources have equal entries."""
    return paper.title, paper.abstract, paper.keywords, paper.authors, paper.organization, paper.categories


def entry(paper: Paper) -> Entry:
    """Return what the index is given of a paper."""
    title, abstract = language.words(paper.title), language.words(paper.abstract)
    keywords = [language.words(one) for one in paper.keywords]
    bare = column((title,)), column((abstract,)), column(keywords)
    joins = frozenset[str]().union(*(one.joins for one in bare))
    joined = (word[1:] for word in joins if word.startswith(JOINED))
    found = {*joined, *chain.from_iterable(one.words for one in bare)} - {GAP}
    held = acronym_terms.words(paper, (title, abstract, *keywords), found, joins)
    main = list(_main(title, abstract, keywords))
    columns = (
        *(one.text for one in bare),
        *(signed(_varied(paper, field).text, sign) for field, sign in OF_NAMES.items()),
        " ".join(map(category, paper.categories)),
        " ".join(held),
        " ".join(main),
    )
    begins = " ".join(_begins(bare, main))
    return Entry(columns, begins, occurrences.page_of(title, abstract, keywords), frozenset(("", *found, *held)))


class Column(NamedTuple):
    """A column of the index: its words in their order with the gaps, its joined forms and neighbours, and the rest."""

    words: Sequence[str]
    joins: Iterable[str]
    plural_only: Iterable[str]

    @property
    def text(self) -> str:
        """What the index is given."""
        return " ".join((*self.words, *self.joins, *self.plural_only))


def signed(text: str, sign: str) -> str:
    """Return the text with the sign before each of its words."""
    return " ".join(sign + word for word in text.split())


def _begins(bare: Iterable[Column], main: Iterable[str]) -> set[str]:
    """Return the beginnings of all words, joined forms among them, and those of the words of ``main`` with a sign."""
    there = {word.removeprefix(JOINED) for one in bare for word in (*one.words, *one.joins)}
    signs = {(VERY if word.startswith(VERY) else OFTENER, word.lstrip(VERY + JOINED)) for word in main}
    said = {("", word) for word in there if JOINED not in word}  # the words of two neighbours stand there by themselves
    ends = range(LONGEST + 1)
    return {sign + word[:n] for sign, word in said | signs for n in ends[min(SHORTEST, len(word)) : len(word) + 1]}


def _main(title: Words, abstract: Words, keywords: Sequence[Words]) -> Iterator[str]:
    """Yield the words that the paper says often, and those that it says very often."""
    counts = Counter(chain.from_iterable(map(_said, (abstract, *keywords))))
    for word in _said(title):
        counts[word] += IN_TITLE
    for word, count in counts.items():
        if count >= OFTEN and word not in SMALL:
            yield word
        if count >= VERY_OFTEN and word not in SMALL:
            yield VERY + word


def _said(read: Words) -> tuple[str, ...]:
    """Return the stems, and those of what is joined, with its sign."""
    return (*read.stems, *(JOINED + language.stem(form) for _, _, form in read.joins)) if read.joins else read.stems


def _varied(paper: Paper, field: str) -> Column:
    """Return a column of names, each in the ways in which it is written."""
    reads = map(language.words, reading.texts_of(paper, field))
    return column(reads, key_of(field), reading.own_of(paper, field))


def column(reads: Iterable[Words], key: Callable[[str], str] = language.stem, own: int = reading.MOST) -> Column:
    """Return a column of what was read, with the keys of words; the first ``own`` texts are as they are written."""
    line: list[str] = []
    written: set[str] = set()
    forms: dict[str, str] = {}
    joins: dict[str, None] = {}
    for number, read in enumerate(reads):
        stems = read.stems if key is language.stem else tuple(map(key, read.written))
        line.extend(stems)
        line.append(GAP)
        if number < own:
            written.update(read.written)
        if stems != read.written:
            forms.update((form, stem) for form, stem in zip(read.written, stems, strict=True) if form != stem)
        if read.joins:
            joins.update(dict.fromkeys(_joins(read, stems, key)))
    there = dict.fromkeys(line if own < reading.MOST else forms.values())
    plural_only = dict.fromkeys(PLURAL_ONLY + stem for stem in there if stem not in written and stem != GAP)
    if own < reading.MOST:
        plural_only |= dict.fromkeys(PLURAL_ONLY + form for form in forms if form not in written)
    return Column((*line, *forms), joins, plural_only)


def _joins(read: Words, stems: Sequence[str], key: Callable[[str], str]) -> Iterator[str]:
    """Yield the joined forms and their neighbours; what comes last in a pair stands there in every way it is written.

    (A phrase names stems; only its last word may be the mere beginning of a word as written.)
    """
    spans = [(first, after, key(form), form) for first, after, form in read.joins]
    ending: dict[int, list[str]] = {}
    for _, after, stem, _ in spans:
        ending.setdefault(after, []).append(stem)
    for first, after, stem, form in spans:
        for way in dict.fromkeys((stem, form)):
            yield JOINED + way
            yield from (before + JOINED + way for before in (*stems[max(first - 1, 0) : first], *ending.get(first, ())))
        if after < len(stems):
            yield from (stem + JOINED + way for way in (stems[after], read.written[after]))


def category(name: str) -> str:
    """Return a category as one word of the index, its dots and dashes no boundaries."""
    return name.casefold().translate(acronym_terms.ONE_WORD)
