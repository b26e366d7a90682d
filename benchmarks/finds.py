"""How many recorded papers some words find, and how many of these really say them, by regular expressions as a judge.

    python -m benchmarks.finds [--against FILE] [--keep FILE]

``says it``: of the papers found, the share in which the expression finds what a person means by the word; ``found``: of
the papers in which it does, the share that the word finds. Title, abstract and the feed's keywords count.
"""

import argparse
import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path

from benchmarks.archives import FOLDER, NOW, build_recorded, opened, recorded
from bot.language.queries.parse import parse
from bot.model import Paper

SPEECH = r"(?i)text[- ]*to[- ]*speech|speech synthesis \(TTS"
OTHERWISE = (
    r"(?i)(?:test|training|inference|time|temporal|tree|table|tensor|tactile|task)[\w -]*\(TTS|test[- ]time scal"
)
"""By what TTS does not mean speech, where the paper does not say text-to-speech too."""
RECOGNITION = r"(?i)speech recogni[sz]|recogni[sz]\w+ of speech"
ATTACKS = r"(?i)attacks?[- ](?:\w+[- ]){0,2}(?:success|rate)|success\w* rates?[\w -]*\(ASR"
JUDGE: Mapping[str, tuple[str, str]] = {
    "news": (r"(?i)\bnews\b", ""),
    "semantics": (r"(?i)\bsemantics\b", ""),
    "robotics": (r"(?i)\brobotics\b", ""),
    "dynamics": (r"(?i)\bdynamics\b", ""),
    "bias": (r"(?i)\bbias(?:es)?\b", ""),
    "matrix": (r"(?i)\bmatri(?:x|xes|ces)\b", ""),
    "vertex": (r"(?i)\bvert(?:ex|exes|ices)\b", ""),
    "5b": (r"(?i)(?<![\w.,])5b\b", ""),
    "7b": (r"(?i)(?<![\w.,])7b\b", ""),
    "c++": (r"(?i)(?<!\w)c\+\+", ""),
    "tts": (rf"{SPEECH}|\bTTS\b", OTHERWISE),
    "asr": (rf"{RECOGNITION}|\bASR\b", ATTACKS),
}
"""By word: an expression for it, and one by which it means something else, where it is not spelled out as well."""
SPELLED = {"tts": SPEECH, "asr": RECOGNITION}
CLUES = {"matrix": ("matri",), "vertex": ("vert",), "tts": ("tts", "speech"), "asr": ("asr", "speech")}
"""Letters without which no expression can hold, where they are not the word itself: looked for first, for speed."""

Counts = dict[str, dict[str, int]]
"""By word: how many papers it finds, how many say it, and how many are both."""


def says(word: str, text: str) -> bool:
    """Return whether a text says what a person means by the word."""
    there, otherwise = JUDGE[word]
    if not any(clue in text.lower() for clue in CLUES.get(word, (word,))):
        return False
    if word in SPELLED and re.search(SPELLED[word], text):
        return True
    return bool(re.search(there, text)) and not (otherwise and re.search(otherwise, text))


def told(paper: Paper) -> str:
    """Return all that a bare word looks into."""
    return " ; ".join((paper.title, paper.abstract, *paper.keywords))


async def counted(folder: Path) -> Counts:
    """Return the counts over the whole archive."""
    real = recorded()
    name = await build_recorded(folder, real)
    texts = {paper.id: told(paper) for paper in real}
    counts: Counts = {}
    async with opened(folder, name) as store:
        for word in JUDGE:
            found = await store.search(parse(word), None, "new", 0, len(real), NOW)
            ids = {paper.id for paper in found.papers}
            saying = {id for id, text in texts.items() if says(word, text)}
            counts[word] = {"finds": len(ids), "says": len(saying), "both": len(ids & saying)}
    return counts


def show(counts: Counts, before: Counts) -> None:
    """Print a row for each word."""
    print(f"{'':12}{'before: finds':>14}{'says it':>9}{'found':>8}{'now: finds':>14}{'says it':>9}{'found':>8}")
    for word, now in counts.items():
        print(f"{word:12}{_cells(before.get(word)):>31}{_cells(now):>31}")


def _cells(one: Mapping[str, int] | None) -> str:
    if one is None:
        return ""
    return f"{one['finds']:>14,}{one['both'] / max(1, one['finds']):>9.1%}{one['both'] / max(1, one['says']):>8.1%}"


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--folder", type=Path, default=FOLDER)
    arguments.add_argument("--keep", type=Path, help="a file for the counts")
    arguments.add_argument("--against", type=Path, help="such a file of another version")
    given = arguments.parse_args()
    counts = asyncio.run(counted(given.folder))
    show(counts, json.loads(given.against.read_text()) if given.against else {})
    if given.keep:
        given.keep.write_text(json.dumps(counts))


if __name__ == "__main__":
    main()
