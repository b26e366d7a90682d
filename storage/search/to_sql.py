"""Turns a query's meaning into what SQLite can look up.

Most of the language is looked up exactly. Three things are not: phrases of more than two words that run over the
joined form of a hyphenated word, phrases that end in the beginning of a plural, and several words exactly as written.
For these there is a *narrow* look-up, which finds only papers that match, and a *wide* one, which finds all that match
and some more; what lies between them is for ``Query.matches`` to judge.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.language.queries.atom import Category, Count, Has, Phrase, Prefix, Term, Written
from bot.language.queries.nodes import And, Node, Not, Or
from bot.language.queries.spelling import key_of
from bot.language.words.stems import SMALL
from storage.search.acronym_terms import JOINED, OTHER
from storage.search.index_entry import LONGEST, OF_NAMES, OFTENER, PLURAL_ONLY, VERY, category, signed

NOTHING = f'"{PLURAL_ONLY}{PLURAL_ONLY}"'
"""A look-up that finds nothing: no such word is ever indexed."""

WORDS, ANYWHERE = "{title abstract keyword}", "{abstract title keyword}"
"""Where a bare word looks; in another order, where that is not to be narrowed."""

_BARE = re.compile(rf'{WORDS} : \("([^" ]+)"((?: \*)?) OR "{JOINED}\1"\2\)')
"""A word, or the beginning of one, wherever it stands."""
_OFTEN = re.compile(_BARE.pattern.replace(WORDS, "main"))
_MEANT = " NOT (whole : "
_QUOTED = re.compile(r'"([^"]+)"')

LARGEST = 2**62
"""No count is larger, and a database takes no larger number."""

MORE = 3
"""Of an OR of more parts than this and one, all matches are counted sooner than what the parts have in common."""

HAS = {"code": "paper.code <> ''", "project": "paper.project <> ''", "model": "paper.models > 0"}


@dataclass(frozen=True, slots=True)
class Counted:
    """How many papers match, without looking at each: as many as hold each of the words, less what look-ups find.

    A OR B are those with A and those with B, less those with both; A without B are those with A, less those with both.
    """

    words: tuple[str, ...]
    """As ``fulltext.counts`` knows them, "" for everything."""
    less: tuple[str, ...] = ()
    """Expressions for the full-text index."""


@dataclass(slots=True)
class Condition:
    """``match`` for the full-text index ("" where it has no say) and ``sql`` on listing and paper, with its values.

    ``index`` is the one that is asked: that of words, or of their beginnings.
    """

    match: str = ""
    sql: str = ""
    values: dict[str, str | int] = field(default_factory=dict)
    counted: Counted | None = None
    """How many it finds in all, where single words tell."""
    index: str = "paper_text"

    @property
    def heads(self) -> str:
        """Return ``match`` for just those papers that say each bare word often, and phrases in title or keywords."""
        if self.index != "paper_text":
            return self.match.replace('"', f'"{OFTENER}', 1)
        heads = _BARE.sub(_often, self.match).replace(WORDS, "{title keyword}")
        # Where there is a NOT, but of what a paper means otherwise, fewer words find more papers.
        return f"({self.match}) AND ({heads})" if " NOT " in self.match.replace(_MEANT, "") else heads


def _often(bare: re.Match[str]) -> str:
    """Return the expression that says the word often; no paper is indexed as saying a small word so."""
    if bare[1] in SMALL and not bare[2]:
        return bare[0].replace(WORDS, ANYWHERE)
    return bare.expand(rf'main : ("\1"\2 OR "{JOINED}\1"\2)')


def very(heads: str) -> str:
    """Return the expression of ``Condition.heads`` for just those papers that say each bare word very often."""
    return _OFTEN.sub(rf'main : ("{VERY}\1"\2 OR "{VERY}{JOINED}\1"\2)', heads).replace(OFTENER, VERY)


def begun(meaning: Node) -> Condition | None:
    """Return the exact condition where just the beginning of a word is asked for, anywhere, and that is indexed."""
    if isinstance(meaning, Prefix) and not meaning.field and len(meaning.letters) <= LONGEST:
        return Condition(match=f'"{meaning.letters}"', index="paper_begin")
    return None


def condition(meaning: Node, *, wide: bool) -> Condition:
    """Return the condition for the narrow or the wide look-up; equal ones mean that the look-up is exact."""
    parts = meaning.parts if isinstance(meaning, And) else (meaning,)
    texts = tuple(part for part in parts if _is_text(part))
    found = Condition(match=_match(And(texts), wide=wide) or "", counted=_counted(meaning, wide=wide))
    rest = [part for part in parts if part not in texts or not found.match]
    found.sql = " AND ".join(_sql(part, found, wide=wide) for part in rest)
    return found


def _counted(meaning: Node, *, wide: bool) -> Counted | None:
    match meaning:
        case Term(field="" | "whole", stem=stem, is_acronym=False):
            return Counted((stem,))
        case Or((first, *others)):
            return _either(first, others, wide=wide)
        case And(()):
            return Counted(("",))
        case And(parts):
            kept = [part for part in parts if not isinstance(part, Not)]
            unwanted = [part.part for part in parts if isinstance(part, Not)]
            return _without(kept[0], Or(tuple(unwanted)), wide=wide) if len(kept) == 1 else None
        case _:
            return None


def _either(first: Node, others: Sequence[Node], *, wide: bool) -> Counted | None:
    """Return how many match any of them: what comes with each, less what came before."""
    found = _counted(first, wide=wide) if len(others) <= MORE else None
    for number, part in enumerate(others):
        more = _counted(part, wide=wide)
        both = _match(And((part, Or((first, *others[:number])))), wide=wide)
        if found is None or more is None or both is None:
            return None
        found = Counted(found.words + more.words, (*found.less, *more.less, both))
    return found


def _without(kept: Node, unwanted: Node, *, wide: bool) -> Counted | None:
    found = _counted(kept, wide=wide)
    both = _match(And((kept, unwanted)), wide=wide)
    return Counted(found.words, (*found.less, both)) if found and both else None


def _is_text(node: Node) -> bool:
    part = node.part if isinstance(node, Not) else node
    return _match(part, wide=True) is not None


def _match(node: Node, *, wide: bool) -> str | None:
    """Return the full-text expression, or None where the index alone cannot tell."""
    match node:
        case Term(field, stem, is_acronym):
            there = _within(field, f'"{stem}" OR "{JOINED}{stem}"')
            return f'({there}) NOT (whole : "{OTHER}{stem}")' if is_acronym else there
        case Phrase():
            return _phrase(node, wide=wide)
        case Written():
            return _written(node, wide=wide)
        case Prefix():
            return _within(node.field, f'"{node.letters}" * OR "{JOINED}{node.letters}" *')
        case Category():
            return f'category : "{category(node.name)}"' + (" *" if node.prefix else "")
        case Or(parts):
            found = [_match(part, wide=wide) for part in parts]
            return _any([one for one in found if one is not None]) if None not in found else None
        case And(parts):
            return _all(parts, wide=wide)
        case _:
            return None


def _all(parts: tuple[Node, ...], *, wide: bool) -> str | None:
    wanted = [_match(part, wide=wide) for part in parts if not isinstance(part, Not)]
    unwanted = [_match(part.part, wide=not wide) for part in parts if isinstance(part, Not)]
    if not wanted or None in wanted or None in unwanted:
        return None
    kept = " AND ".join(f"({one})" for one in wanted)
    return f"({kept}) NOT {_any([one for one in unwanted if one])}" if unwanted else kept


def _any(expressions: list[str]) -> str:
    return "(" + " OR ".join(f"({one})" for one in expressions) + ")" if expressions else NOTHING


def _phrase(node: Phrase, *, wide: bool) -> str:
    """Return the phrase as single words, or as two neighbours of which one is joined.

    Wide, longer ones also as neighbours all along, wherever each two of them stand.
    """
    star = " *" if node.prefix else ""
    *before, last = node.stems
    pairs = list(pairwise(node.stems))
    stars = ["" for _ in pairs[1:]] + [star]
    joined = [f'"{one}{JOINED}{other}"{star}' for (one, other), star in zip(pairs, stars, strict=True)]
    ways = [f'"{" ".join(node.stems)}"{star}', *(joined if len(pairs) == 1 else ())]
    if wide and node.prefix:
        # Written so, the last word may have a key that begins otherwise: it stands behind the gap.
        ways.append(f'("{" ".join(before)}" AND "{last}" *)')
    if wide and len(pairs) > 1:
        singles = [f'"{one} {other}"{star}' for (one, other), star in zip(pairs, stars, strict=True)]
        if node.prefix:
            singles[-1] = f'{singles[-1]} OR ("{before[-1]}" AND "{last}" *)'
        row = dict.fromkeys(f"({single} OR {join})" for single, join in zip(singles, joined, strict=True))
        ways.append(f"({' AND '.join(row)} AND ({' OR '.join(dict.fromkeys(joined))}))")
    return _within(node.field, " OR ".join(ways))


def _written(node: Written, *, wide: bool) -> str:
    """Return one written word exactly: it stands there itself, or as a stem that is not only a plural's."""
    if len(node.words) > 1:
        stems = map(key_of(node.field), node.words)
        return _within(node.field, '"{}"'.format(" ".join(stems))) if wide else NOTHING
    (word,) = node.words
    each = (node.field or WORDS.strip("{}")).split()
    there, unwritten = f'"{word}"', f'"{PLURAL_ONLY}{word}"'
    return _any([f"({_within(one, there)}) NOT ({_within(one, unwritten)})" for one in each])


def _within(field: str, ways: str) -> str:
    """Return the expression for these ways to say it in the field, "" for wherever a bare word looks."""
    sign = OF_NAMES.get(field)
    said = _QUOTED.sub(lambda said: f'"{signed(said[1], sign)}"', ways) if sign else ways
    return f"{field or WORDS} : ({said})"


def _sql(node: Node, found: Condition, *, wide: bool) -> str:
    """Return the node as a condition in SQL; its values go to ``found``."""
    expression = _match(node, wide=wide)
    if expression is not None:
        name = _value(found, expression)
        return f"listing.number IN (SELECT rowid FROM paper_text WHERE paper_text MATCH :{name})"  # noqa: S608
    match node:
        case Count():
            bounds = [f"paper.{node.name} >= :{_value(found, min(node.least, LARGEST))}"]
            if node.most is not None:
                bounds.append(f"paper.{node.name} <= :{_value(found, min(node.most, LARGEST))}")
            return f"({' AND '.join(bounds)})"
        case Has():
            return HAS[node.what]
        case Not():
            return f"NOT {_sql(node.part, found, wide=not wide)}"
        case And(parts):
            return "(" + (" AND ".join(_sql(part, found, wide=wide) for part in parts) or "1 = 1") + ")"
        case Or(parts):
            return "(" + (" OR ".join(_sql(part, found, wide=wide) for part in parts) or "1 = 0") + ")"
        case _:
            raise TypeError(node)


def _value(found: Condition, value: str | int) -> str:
    found.values[name := f"v{len(found.values)}"] = value
    return name
