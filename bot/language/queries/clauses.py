"""The meaning of one clause: words with their acronyms, hyphens and plurals; fields; categories."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.language.acronyms import tables as acronyms
from bot.language.names import people
from bot.language.queries import nodes, spelling
from bot.language.queries.atom import Atom, Category, Phrase, Prefix, Term, Written
from bot.language.queries.nodes import And, Leaf, Node, Or
from bot.language.words import text
from bot.language.words.stems import SMALL

LONGEST_KEPT = 40
"""Letters of the longest word whose meaning is kept: nobody fills the memory with longer ones."""


@dataclass(frozen=True, slots=True)
class Bare:
    """A bare word or hyphenated word: what may be part of an acronym's form together with its neighbours.

    ``told`` is its canonical spelling among them; ``groups`` are its words as bot.language.queries.spelling has them.
    """

    leaf: Leaf
    stems: tuple[str, ...]
    told: str
    groups: tuple[spelling.Group, ...]

    @property
    def is_small(self) -> bool:
        """Whether it does not have to be there between others."""
        return len(self.groups) == len(self.groups[0]) == 1 and self.groups[0][0] in SMALL


Span = tuple[int, int, tuple[Atom, ...]]
"""First, after the last, and what stands for all of the words from one to the other."""


def has_word(typed: str) -> bool:
    """Return whether there is a letter or digit to look for."""
    return bool(spelling.grouped(typed))


def word(field: str, typed: str) -> Bare | None:
    """Return what a bare word means, with its acronyms; None where it holds no letter or digit."""
    return _kept(field, typed) if len(typed) <= LONGEST_KEPT else _word(field, typed)


def words(typed: Iterable[str], field: str = "") -> list[Bare]:
    """Return what these words mean, as far as they hold a letter or digit."""
    return [bare for each in typed if (bare := word(field, each)) is not None]


def _word(field: str, typed: str) -> Bare | None:
    groups = spelling.grouped(typed, field)
    if not groups:
        return None
    if field == "org":
        leaf = phrase(field, typed)
        return Bare(leaf, (), leaf.text, groups)
    if len(groups) > 1:  # "node.js", "bird's-eye": punctuation within, so a phrase
        told = "'".join(spelling.told(field, group) for group in groups)
        stems = tuple(stem for group in groups for stem in spelling.stems(field, group))
        leaf = replace(phrase(field, typed), shown=_prefixed(field, typed), is_bare=not field)
        if same := field != "author" and tuple(_meaning_the_same(field, stems)):  # "bird's-eye-view"
            leaf = replace(leaf, text=_prefixed(field, told), means=_either((leaf.means, *same)))
        return Bare(leaf, stems, told, groups)
    means, shown = _plain(field, groups), _prefixed(field, typed)
    stems, text_ = spelling.stems(field, groups[0]), _prefixed(field, spelling.told(field, groups[0]))
    if field == "author":
        return Bare(Leaf(text_, shown, means), stems, text_, groups)
    short = spelling.alone(groups[0])
    if forms := acronyms.forms(short):
        means = _either([_as_acronym(atom, short) for atom in nodes.atoms(means)])
    said = *(spelling.grouped(form) for form in forms), *_spelled_out(groups[0])
    parts = (means, *(_plain(field, groups) for groups in said), *_meaning_the_same(field, stems))
    return Bare(Leaf(text_, shown, _either(parts), is_bare=not field), stems, text_, groups)


def _spelled_out(group: spelling.Group) -> Iterator[tuple[spelling.Group, ...]]:
    """Yield a hyphenated word with an acronym in it as what that stands for (``llm-based``)."""
    if len(group) == 1 or any(part[0].isdigit() or (len(part) == 1 and part not in SMALL) for part in group):
        return
    for at, part in enumerate(group):
        for form in acronyms.forms(text.stem(part)):
            yield tuple(filter(None, (group[:at], *spelling.grouped(form), group[at + 1 :])))


def _as_acronym(atom: Atom, short: str) -> Atom:
    return replace(atom, is_acronym=True) if isinstance(atom, Term) and atom.stem == short else atom


def _meaning_the_same(field: str, stems: tuple[str, ...]) -> Iterator[Atom]:
    """Yield the acronyms that stand for these words, and whatever else these stand for."""
    for acronym in acronyms.acronyms(stems):
        yield Term(field, acronym, is_acronym=True)
        for form in acronyms.forms(acronym):
            if text.words(form).stems != stems:
                yield from nodes.atoms(_plain(field, spelling.grouped(form)))


@lru_cache(maxsize=1 << 15)
def _kept(field: str, typed: str) -> Bare | None:
    """Return what ``word`` does; kept, since very many queries say the same words."""
    return _word(field, typed)


def phrase(field: str, typed: str) -> Leaf:
    """Return what a quoted phrase means: no acronyms, but plurals and hyphens fold. ``typed`` holds a word."""
    groups = spelling.grouped(typed, field)
    means = _plain(field, groups)
    told = " ".join([spelling.told(field, group) for group in groups])
    single = word(field, told) if len(groups) == 1 and field != "org" else None
    if field == "org":
        told = told if len(groups) == 1 else f'"{told}"'
    elif single is None or single.leaf.means != means:
        told = f'"{told}"'
    return Leaf(_prefixed(field, told), _prefixed(field, f'"{typed}"' if len(groups) > 1 else typed), means)


def meant(field: str, phrase: str, typed: str, *, is_begun: bool) -> Node:
    """Return what canonical text means by a quoted ``phrase`` of folded words, or else by a folded word."""
    if phrase:
        return _plain(field, spelling.grouped(phrase, field))
    if is_begun:
        return prefix(field, typed).means
    (bare,) = words([typed], field)
    return bare.leaf.means


def written(field: str, typed: str) -> Leaf:
    """Return what ``=word`` and ``="several words"`` mean. ``typed`` holds a word."""
    read = text.words(people.typed(typed) if field == "author" else typed).written
    shown = f'"{typed}"' if " " in typed else typed
    return Leaf(_prefixed(field, "=" + "-".join(read)), _prefixed(field, f"={shown}"), Written(field, read))


def prefix(field: str, typed: str) -> Leaf:
    """Return what ``word*`` and ``"several words"*`` mean; ``typed`` comes without the star and holds a word."""
    groups = spelling.grouped(typed, field)
    means = _either([_begins(field, stems) for stems in spelling.ways(field, groups, is_begun=True)])
    told = " ".join([*(spelling.told(field, group) for group in groups[:-1]), spelling.begun(groups[-1])])
    told = f'"{told}"' if len(groups) > 1 else told
    shown = f'"{typed}"' if " " in typed else typed
    return Leaf(_prefixed(field, f"{told}*"), _prefixed(field, f"{shown}*"), means)


def _begins(field: str, stems: tuple[str, ...]) -> Node:
    return Prefix(field, stems[0]) if len(stems) == 1 else Phrase(field, stems, prefix=True)


def side_by_side(run: Sequence[Bare]) -> list[Leaf]:
    """Return the clauses of bare words that stand side by side.

    Every word must be found, itself or through what stands for a form it is part of. Words that one form ties together
    make one clause. Small words between others do not have to be there.
    """
    spans = _forms_within(run)
    clauses: list[Leaf] = []
    at = 0
    while at < len(run):
        end = at + 1
        while grown := max((last for first, last, _ in spans if first < end < last), default=0):
            end = grown
        if end > at + 1:
            clauses.append(_tied(run, at, end, spans))
        elif not _is_needless(run, at):
            clauses.append(run[at].leaf)
        at = end
    return clauses


def _is_needless(run: Sequence[Bare], at: int) -> bool:
    return 0 < at < len(run) - 1 and run[at].is_small


def _tied(run: Sequence[Bare], first: int, end: int, spans: list[Span]) -> Leaf:
    parts: list[Node] = []
    for i in range(first, end):
        if not _is_needless(run, i):
            others = dict.fromkeys(atom for a, b, atoms in spans if a <= i < b for atom in atoms)
            parts.append(_either((run[i].leaf.means, *others)))
    told, shown = (" ".join(words) for words in zip(*((b.told, b.leaf.shown) for b in run[first:end]), strict=True))
    return Leaf(f"({told})", shown, And(tuple(parts)) if len(parts) > 1 else parts[0], is_bare=True)


def _forms_within(run: Sequence[Bare]) -> list[Span]:
    """Return every table form that two or more of the words make, and letters with the digits behind them."""
    found: list[Span] = []
    for first, one in enumerate(run):
        if first + 1 < len(run) and spelling.may_be_numbered(one.groups[-1][-1], run[first + 1].groups[0][0]):
            found.append((first, first + 2, _numbered(one, run[first + 1])))
        if not acronyms.begins(one.stems[0]):
            continue
        stems = one.stems
        for last in range(first + 1, len(run)):
            own = run[last].stems
            if means := (*_meaning_the_same("", stems + own), *_begun(stems, own)):
                found.append((first, last + 1, means))
            stems += own
            if len(stems) >= acronyms.longest():
                break
    return found


def _begun(stems: tuple[str, ...], own: tuple[str, ...]) -> Iterator[Atom]:
    """Yield acronyms that end within the last, hyphenated word: "LLM-based" for "large language model-based"."""
    for cut in range(1, len(own)):
        yield from (Phrase("", (short, *own[cut:])) for short in acronyms.acronyms(stems + own[:cut]))


def _numbered(one: Bare, after: Bare) -> tuple[Atom, ...]:
    """Return what two words mean where nothing stands between them (``llama 3``)."""
    return tuple(nodes.atoms(_plain("", (*one.groups[:-1], one.groups[-1] + after.groups[0], *after.groups[1:]))))


def category(typed: str) -> Leaf | None:
    """Return what ``cat:`` means; None where ``typed`` cannot name a category."""
    name = text.fold(typed.strip()).replace(" ", "")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*\*?", name):
        return None
    return Leaf(f"cat:{name}", f"cat:{typed}", Category(name.rstrip("*"), prefix=name.endswith("*")))


def _plain(field: str, groups: Sequence[tuple[str, ...]]) -> Node:
    """Return the words side by side, hyphenated ones as parts or written together."""
    ways = spelling.ways(field, groups)
    if field == "author":
        ways += [other for way in ways for other in people.otherwise(way)]
    if field == "org" and len(groups) > 1:
        ways.append(spelling.stems(field, ("".join(part for group in groups for part in group),)))
    return _either([_phrase(field, way) for way in dict.fromkeys(ways)])


def _either(found: Sequence[Node]) -> Node:
    flat = [way for node in found for way in (node.parts if isinstance(node, Or) else (node,))]
    return Or(tuple(flat)) if len(flat) > 1 else flat[0]


def _phrase(field: str, stems: tuple[str, ...]) -> Node:
    return Term(field, stems[0]) if len(stems) == 1 else Phrase(field, stems)


def _prefixed(field: str, told: str) -> str:
    return f"{field}:{told}" if field else told
