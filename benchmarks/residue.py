"""Counts titles and abstracts in which a reader still sees LaTeX or an HTML entity.

python -m benchmarks.residue papers.jsonl.gz [--show 40]
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from adapters.feeds.jsonl import read_papers
from bot.language.latex.commands import readable
from bot.model import Paper

LEFT = {
    "LaTeX": re.compile(r"\\|\$[^$\s]*[\\^_{}][^$]*\$|[_^]\{|[A-Za-z]ł[a-z]"),
    "entities": re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]+\d?);", re.IGNORECASE),
}
"""What a reader would not expect: a backslash, a formula as it was typed, a letter that was a command's beginning."""


def main() -> None:
    """Print the counts, and the first texts of each kind."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("file", type=Path)
    asked.add_argument("--show", type=int, default=0)
    options = asked.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    total = 0
    for paper in read_papers(options.file):
        if isinstance(paper, Paper):
            total += 1
            for place, kind, found in residue(paper):
                counts[place, kind] += 1
                if counts[place, kind] <= options.show:
                    print(f"{paper.id} {place} {kind}: {found}")
    print(f"{total} papers")
    for place in ("title", "abstract"):
        print(place, *(f"{kind} {counts[place, kind]}" for kind in LEFT))


def residue(paper: Paper) -> list[tuple[str, str, str]]:
    """Return where LaTeX or an entity is left, of which kind it is, and the words around it."""
    shown = {"title": readable(paper.title), "abstract": readable(paper.abstract)}
    found = ((place, kind, text, form.search(text)) for place, text in shown.items() for kind, form in LEFT.items())
    return [(place, kind, text[max(at.start() - 30, 0) : at.end() + 30]) for place, kind, text, at in found if at]


if __name__ == "__main__":
    main()
