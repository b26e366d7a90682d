"""Learn acronyms from abstracts: writes bot/language/acronyms/learned.txt anew, for people to look through.

    python -m benchmarks.acronyms [FILE]

A short form is taken in where enough papers define it, nine in ten of them say the same (plurals, hyphens and case
folded), the curated table knows neither side, and nine in ten papers that have the word write it in capitals. What
figures cannot tell from an acronym stands in ``LEFT_OUT``.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.subscriptions import papers
from bot.language.acronyms import tables as acronyms
from bot.language.acronyms.definitions import capitals, definitions
from bot.language.words import text
from bot.model import Paper
from tests.support.shared import SHARED

DEFINED, TWO_LETTERS = 5, 20
"""Papers that define a short form at least, and one of two letters, which stands for more things elsewhere."""
SAME, CAPITAL = 0.9, 0.9
"""The share of the definitions that say the same, and of the word's papers that write it as an acronym."""
NAMES = (
    "abaw adni aioir bbeh bbh bfcl capsnet cbam cwe cwru dann docvqa dyt hle mteb miti osm pielm repa sdxl tcga ukb"
    " vggt who womd wvs"
)
"""Single systems, data sets, benchmarks and institutions: who asks for them means the name."""
CUT_SHORT = "rrg ssss"
"""Their long forms lack the first word, since what is left has all the letters."""
COMPOUND = "longcot"
"""Made of a word and a curated acronym: the curated table finds them by itself."""
AMBIGUOUS = "dun meg hom ghz esc kb kt jit"
"""First names, an everyday word, units (64 KB), a size (O(KT)), a data set and models of the same letters."""
LEFT_OUT = frozenset(f"{NAMES} {CUT_SHORT} {COMPOUND} {AMBIGUOUS}".split())
HEAD = """\
# acronym = what it stands for  # papers that define it so
#
# Learned from the abstracts of {papers:,} papers by `make acronyms`, looked through by people. Where the curated table
# beside it knows either side, that table counts alone.
"""


@dataclass
class Said:
    """What papers say of one short form: how they write it, and by the long form folded in which spellings."""

    written: Counter[str] = field(default_factory=Counter)
    longs: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def count(self) -> int:
        return sum(map(Counter.total, self.longs.values()))


def folded(words: str) -> str:
    """Return the words' stems, written together: a hyphen may be there, be a space, or be left out."""
    return "".join(text.words(words).stems)


def gathered(listed: Iterable[Paper]) -> dict[str, Said]:
    """Return what the papers define, by the short form's stem; a paper counts once for each pair."""
    found: dict[str, Said] = defaultdict(Said)
    for paper in listed:
        pairs = {(text.stem(text.fold(one.short)), folded(one.long)): one for one in definitions(paper.abstract)}
        for (short, long), one in pairs.items():
            found[short].written[text.fold(one.short)] += 1
            found[short].longs[long][one.long] += 1
    return found


def sure(found: dict[str, Said], listed: Iterable[Paper]) -> dict[str, Counter[str]]:
    """Return the short forms that stand for one thing alone, and the spellings of that."""
    known = {text.stem(text.fold(short)) for short, _ in acronyms.table()} | LEFT_OUT
    known_longs = {folded(long) for _, long in acronyms.table()}
    chosen = {}
    for short, said in found.items():
        long, spelled = max(said.longs.items(), key=lambda one: one[1].total())
        enough = TWO_LETTERS if len(short) == 2 else DEFINED
        if spelled.total() >= max(enough, SAME * said.count) and short not in known and long not in known_longs:
            chosen[short] = spelled
    large = in_capitals(chosen.keys(), listed)
    return {short: spelled for short, spelled in chosen.items() if large[short] >= CAPITAL}


def in_capitals(shorts: Iterable[str], listed: Iterable[Paper]) -> dict[str, float]:
    """Return the share of each word's papers that write it as an acronym."""
    wanted, large, there = set(shorts), Counter[str](), Counter[str]()
    for paper in listed:
        written = set(re.findall("[A-Za-z0-9]+", f"{paper.title} {paper.abstract}"))
        there.update(wanted.intersection(text.stem(word.lower()) for word in written))
        large.update(wanted.intersection(text.stem(word.lower()) for word in written if capitals(word) > 1))
    return {short: large[short] / max(1, there[short]) for short in wanted}


def spellings(spelled: Counter[str]) -> Iterator[tuple[str, int]]:
    """Yield each spelling that queries read in its own way and enough papers use, in small letters where they do."""
    ways: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for long, count in spelled.items():
        ways[text.words(long).stems][long] += count
    most, total = max(ways, key=lambda way: ways[way].total()), spelled.total()
    for way, longs in ways.items():
        usual = [long for long, count in longs.items() if count > 1] or list(longs)
        if way == most or longs.total() >= DEFINED:
            yield min(usual, key=lambda long: (capitals(long), -longs[long], long)), total


def lines(found: dict[str, Said], chosen: dict[str, Counter[str]]) -> list[str]:
    """Return the lines of the file, by the short form."""
    rows = []
    for short, spelled in chosen.items():
        written = found[short].written.most_common(1)[0][0]
        rows += [f"{written} = {long}  # {count}" for long, count in spellings(spelled)]
    return sorted(rows)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("file", nargs="?", type=Path, help="papers as JSONL, .gz; the recorded ones by default")
    file = arguments.parse_args().file or (SHARED and SHARED / "papers.jsonl.gz")
    if file is None:
        sys.exit("the recorded papers are not beside the project: name a file")
    listed = papers(file)
    found = gathered(listed)
    rows = lines(found, sure(found, listed))
    acronyms.LEARNED.write_text("\n".join([HEAD.format(papers=len(listed)), *rows, ""]), encoding="utf-8")
    print(f"{len(rows)} lines from {len(listed):,} papers in {acronyms.LEARNED}")


if __name__ == "__main__":
    main()
