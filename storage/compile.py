"""Turns a query's meaning into what SQLite can look up.

Most of the language is looked up exactly. Two things are not: phrases that run over the joined form of a hyphenated
word, and several words exactly as written. For these there is a *narrow* look-up, which finds only papers that match,
and a *wide* one, which finds all that match and some more; what lies between them is for ``Query.matches`` to judge.
"""

from dataclasses import dataclass, field

from bot.language.syntax import And, Category, Has, Node, Not, Number, Or, Phrase, Prefix, Term, Written
from bot.language.text import stem
from storage.fulltext import JOINED, PLURAL_ONLY, category

NOTHING = f'"{PLURAL_ONLY}{PLURAL_ONLY}"'
"""A look-up that finds nothing: no such word is ever indexed."""

WORDS = "{title abstract keyword}"
"""Where a bare word looks."""

LARGEST = 2**62
"""No count is larger, and a database takes no larger number."""

HAS = {"code": "paper.code <> ''", "project": "paper.project <> ''", "model": "paper.models > 0"}


@dataclass(slots=True)
class Condition:
    """``match`` for the full-text index ("" where it has no say) and ``sql`` on listing and paper, with its values."""

    match: str = ""
    sql: str = ""
    values: dict[str, str | int] = field(default_factory=dict)


def condition(meaning: Node, *, wide: bool) -> Condition:
    """Return the condition for the narrow or the wide look-up; equal ones mean that the look-up is exact."""
    parts = meaning.parts if isinstance(meaning, And) else (meaning,)
    texts = tuple(part for part in parts if _is_text(part))
    found = Condition(match=_match(And(texts), wide=wide) or "")
    rest = [part for part in parts if part not in texts or not found.match]
    found.sql = " AND ".join(_sql(part, found, wide=wide) for part in rest)
    return found


def _is_text(node: Node) -> bool:
    part = node.part if isinstance(node, Not) else node
    return _match(part, wide=True) is not None


def _match(node: Node, *, wide: bool) -> str | None:
    """Return the full-text expression, or None where the index alone cannot tell."""
    match node:
        case Term():
            return f'{_columns(node.field)} : ("{node.stem}" OR "{JOINED}{node.stem}")'
        case Phrase():
            return _phrase(node, wide=wide)
        case Written():
            return _written(node, wide=wide)
        case Prefix():
            return f"{_columns(node.field)} : ({_begins(node.letters)})"
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
    """Return the phrase as single words; wide, also as all of its parts where one is a joined form there."""
    columns = _columns(node.field)
    *first, last = node.stems
    narrow = f'{columns} : "{" ".join(node.stems)}"' + (" *" if node.prefix else "")
    if not wide:
        return narrow
    ways = [narrow]
    if node.prefix:
        ways += [f'{columns} : "{" ".join((*first, one))}"' for one in _stems_of_plurals(last)]
    joins = [f'"{JOINED}{one}"' for one in first] + [f'"{JOINED}{last}"' + (" *" if node.prefix else "")]
    singles = [f'("{one}" OR "{JOINED}{one}")' for one in first]
    singles.append(f"({_begins(last)})" if node.prefix else f'("{last}" OR "{JOINED}{last}")')
    everywhere = " AND ".join(f"{columns} : {one}" for one in (*singles, f"({' OR '.join(joins)})"))
    return _any([*ways, everywhere])


def _written(node: Written, *, wide: bool) -> str:
    """Return one written word exactly: it stands there itself, or as a stem that is not only a plural's."""
    columns = _columns(node.field)
    if len(node.words) > 1:
        stems = node.words if node.field == "author" else tuple(map(stem, node.words))
        return f'{columns} : "{" ".join(stems)}"' if wide else NOTHING
    (word,) = node.words
    each = columns.strip("{}").split()
    return _any([f'({one} : "{word}") NOT ({one} : "{PLURAL_ONLY}{word}")' for one in each])


def _stems_of_plurals(letters: str) -> list[str]:
    """Return stems that do not begin with ``letters`` although a written plural of theirs does."""
    whole = {stem(letters)} - {letters}
    cut = {letters[:-count] + "y" for count, end in ((1, "i"), (2, "ie")) if letters.endswith(end)}
    return sorted(whole | cut)


def _begins(letters: str) -> str:
    return f'"{letters}" * OR "{JOINED}{letters}" *'


def _columns(field: str) -> str:
    return field or WORDS


def _sql(node: Node, found: Condition, *, wide: bool) -> str:
    """Return the node as a condition in SQL; its values go to ``found``."""
    expression = _match(node, wide=wide)
    if expression is not None:
        name = _value(found, expression)
        return f"listing.number IN (SELECT rowid FROM paper_text WHERE paper_text MATCH :{name})"  # noqa: S608
    match node:
        case Number():
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
    name = f"v{len(found.values)}"
    found.values[name] = value
    return name
