"""What one clause means: words with their acronyms, hyphens and plurals; fields; numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.language.queries.atom import Category, Has, Number, Phrase, Prefix, Term, Written
from bot.language.queries.syntax import And, Leaf, Node, Or
from bot.language.words import acronyms, spelling, text

LONGEST_KEPT = 40
"""Letters of the longest word whose meaning is kept: nobody fills the memory with longer ones."""


@dataclass(frozen=True, slots=True)
class Bare:
    """A bare word or hyphenated word: what may be part of an acronym's form together with its neighbours.

    ``told`` is its canonical spelling among them.
    """

    leaf: Leaf
    stems: tuple[str, ...]
    told: str


def has_word(typed: str) -> bool:
    """Return whether there is a letter or digit to look for."""
    return bool(spelling.grouped(typed))


def word(field: str, typed: str) -> Bare | None:
    """Return what a bare word means, with its acronyms; None where it holds no letter or digit."""
    return _kept(field, typed) if len(typed) <= LONGEST_KEPT else _word(field, typed)


def words(typed: Iterable[str], field: str = "") -> list[Bare]:
    """Return what these words mean, as far as they hold a letter or digit."""
    return [bare for one in typed if (bare := word(field, one)) is not None]


def _word(field: str, typed: str) -> Bare | None:
    groups = spelling.grouped(typed)
    if not groups:
        return None
    if len(groups) > 1:  # "node.js", "bird's-eye": punctuation within, so a phrase
        told = "'".join(spelling.told(field, group) for group in groups)
        leaf = replace(phrase(field, typed), shown=_prefixed(field, typed), is_bare=not field)
        return Bare(leaf, tuple(stem for group in groups for stem in spelling.stems(field, group)), told)
    means, shown = _plain(field, groups), _prefixed(field, typed)
    stems = spelling.stems(field, groups[0])
    text_ = _prefixed(field, spelling.told(field, groups[0]))
    if field == "author":
        return Bare(Leaf(text_, shown, means), stems, text_)
    forms = acronyms.forms(stems[0]) if len(stems) == 1 else ()
    short = tuple(Term(field, acronym) for acronym in acronyms.acronyms(stems))
    parts = (means, *(_plain(field, spelling.grouped(form)) for form in forms), *short)
    return Bare(Leaf(text_, shown, _either(parts), is_bare=not field), stems, text_)


@lru_cache(maxsize=1 << 15)
def _kept(field: str, typed: str) -> Bare | None:
    """Return what ``word`` does; kept, since very many queries say the same words."""
    return _word(field, typed)


def phrase(field: str, typed: str) -> Leaf:
    """Return what a quoted phrase means: no acronyms, but plurals and hyphens fold. ``typed`` holds a word."""
    groups = spelling.grouped(typed)
    means = _plain(field, groups)
    told = " ".join([spelling.told(field, group) for group in groups])
    single = word(field, told) if len(groups) == 1 else None
    if single is None or single.leaf.means != means:
        told = f'"{told}"'
    return Leaf(_prefixed(field, told), _prefixed(field, f'"{typed}"' if len(groups) > 1 else typed), means)


def meant(field: str, phrase: str, typed: str, *, is_begun: bool) -> Node:
    """Return what canonical text means by a quoted ``phrase`` of folded words, or else by a folded word."""
    if phrase:
        return _phrase(field, spelling.stems(field, phrase.split()))
    if is_begun:
        return Prefix(field, typed)
    (bare,) = words([typed], field)
    return bare.leaf.means


def written(field: str, typed: str) -> Leaf:
    """Return what ``=word`` and ``="several words"`` mean. ``typed`` holds a word."""
    read = text.words(typed).written
    shown = f'"{typed}"' if " " in typed else typed
    return Leaf(_prefixed(field, "=" + "-".join(read)), _prefixed(field, f"={shown}"), Written(field, read))


def prefix(field: str, typed: str) -> Leaf:
    """Return what ``word*`` and ``"several words"*`` mean; ``typed`` comes without the star and holds a word."""
    groups = spelling.grouped(typed)
    means = _either([_begins(field, stems) for stems in spelling.ways(field, groups, is_begun=True)])
    told = " ".join([*(spelling.told(field, group) for group in groups[:-1]), "-".join(groups[-1])])
    told = f'"{told}"' if len(groups) > 1 else told
    shown = f'"{typed}"' if " " in typed else typed
    return Leaf(_prefixed(field, f"{told}*"), _prefixed(field, f"{shown}*"), means)


def _begins(field: str, stems: tuple[str, ...]) -> Node:
    return Prefix(field, stems[0]) if len(stems) == 1 else Phrase(field, stems, prefix=True)


def side_by_side(run: Sequence[Bare]) -> list[Leaf]:
    """Return the clauses of bare words that stand side by side.

    Every word must be found, itself or through an acronym that stands for a form it is part of. Words that one
    form ties together make one clause.
    """
    spans = _forms_within(run)
    if not spans:
        return [one.leaf for one in run]
    clauses: list[Leaf] = []
    at = 0
    while at < len(run):
        end = at + 1
        while grown := max((last for first, last, _ in spans if first < end < last), default=0):
            end = grown
        clauses.append(_tied(run, at, end, spans) if end > at + 1 else run[at].leaf)
        at = end
    return clauses


def _tied(run: Sequence[Bare], first: int, end: int, spans: list[tuple[int, int, str]]) -> Leaf:
    parts: list[Node] = []
    for i in range(first, end):
        short = dict.fromkeys(Term("", acronym) for a, b, acronym in spans if a <= i < b)
        parts.append(_either((run[i].leaf.means, *short)))
    told, shown = (" ".join(words) for words in zip(*((b.told, b.leaf.shown) for b in run[first:end]), strict=True))
    return Leaf(f"({told})", shown, And(tuple(parts)), is_bare=True)


def _forms_within(run: Sequence[Bare]) -> list[tuple[int, int, str]]:
    """Return (first, after last, acronym) of every table form that two or more of the words make."""
    found = []
    for first, one in enumerate(run):
        if not acronyms.begins(one.stems[0]):
            continue
        stems = one.stems
        for last in range(first + 1, len(run)):
            stems += run[last].stems
            if len(stems) > acronyms.longest():
                break
            found += [(first, last + 1, short) for short in acronyms.acronyms(stems)]
    return found


def category(typed: str) -> Leaf | None:
    """Return what ``cat:`` means; None where ``typed`` cannot name a category."""
    name = text.fold(typed.strip()).replace(" ", "")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*\*?", name):
        return None
    return Leaf(f"cat:{name}", f"cat:{typed}", Category(name.rstrip("*"), prefix=name.endswith("*")))


def number(name: str, sign: str, count: int) -> Leaf:
    """Return what a comparison means."""
    least, most = {
        ">=": (count, None), ">": (count + 1, None), "=": (count, count), "<=": (0, count), "<": (0, count - 1),
    }[sign]  # fmt: skip
    told = f"{name}={count}" if sign == "=" else f"{name}>={least}" if most is None else f"{name}<={most}"
    return Leaf(told, f"{name}{sign}{count}", Number(name, least, most))  # type: ignore[arg-type]  # the lexer checked


def has(what: str) -> Leaf:
    """Return what ``has:`` means."""
    return Leaf(f"has:{what}", f"has:{what}", Has(what))  # type: ignore[arg-type]  # the parser checked


def _plain(field: str, groups: Sequence[tuple[str, ...]]) -> Node:
    """Return the words side by side, hyphenated ones as parts or written together."""
    return _either([_phrase(field, stems) for stems in spelling.ways(field, groups)])


def _either(found: Sequence[Node]) -> Node:
    flat = [way for one in found for way in (one.parts if isinstance(one, Or) else (one,))]
    return Or(tuple(flat)) if len(flat) > 1 else flat[0]


def _phrase(field: str, stems: tuple[str, ...]) -> Node:
    return Term(field, stems[0]) if len(stems) == 1 else Phrase(field, stems)


def _prefixed(field: str, told: str) -> str:
    return f"{field}:{told}" if field else told
