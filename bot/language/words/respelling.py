"""Words that look misspelt: one letter wrong, and by far too rare beside the word that is meant.

As Peter Norvig's corrector does it (norvig.com/spell-correct.html): of the words one step away, the most frequent.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from string import ascii_lowercase

SHORTEST, LONGEST = 4, 30
"""Letters of a word that is looked at, and of what stands for it; shorter ones are like too many others."""

RARE, TIMES, LONG = 5, 1000, 5
"""A word of so many papers at most is misspelt where one that is near stands in so many times as many papers; it has
so many letters."""

LEAST = 2
"""Papers that hold a word at least which is nobody's slip."""

ALIKE = 0.74
"""How alike two spellings are where more than one letter is wrong: difflib's ratio."""


def looked_at(words: Iterable[str]) -> tuple[str, ...]:
    """Return those of a usual length and of nothing but letters, in lower case, each once, in their order."""
    usual = (word.lower() for word in words if SHORTEST <= len(word) <= LONGEST and word.isalpha())
    return tuple(dict.fromkeys(usual))


def one_away(word: str) -> frozenset[str]:
    """Return what the word becomes with a letter left out, put in or changed, or two neighbours exchanged."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    fewer = (left + right[1:] for left, right in cuts if right)
    swapped = (left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1)
    changed = (left + letter + right[1:] for left, right in cuts if right for letter in ascii_lowercase)
    more = (left + letter + right for left, right in cuts for letter in ascii_lowercase)
    return frozenset((*fewer, *swapped, *changed, *more)) - {word}


def meant(word: str, own: int, papers: Mapping[str, int]) -> str:
    """Return the word one step away that is meant, "" where none is.

    ``own``: how many papers hold the word itself; ``papers``: the same of other words.
    """
    near = [one for one in one_away(word) & papers.keys() if len(one) >= SHORTEST]
    best = max(near, key=lambda one: (papers[one], one), default="")
    if not best or (own and (own > RARE or len(word) < LONG)):
        return ""
    return best if papers[best] >= max(LEAST, own * TIMES) else ""


def alike(word: str, known: Sequence[str]) -> str:
    """Return that of the known words which looks most like it, "" where none does."""
    return next(iter(difflib.get_close_matches(word, known, 1, ALIKE)), "")
