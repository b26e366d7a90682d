"""A query's characters as tokens. The only place that knows how signs are spelled."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from bot.errors import QueryError
from bot.language.queries.atom import FIELDS, NUMBERS
from bot.language.words import signs

Kind = Literal["(", ")", "or", "and", "not", "phrase", "word", "written", "field", "number"]

NAMES = (*FIELDS, "cat", "has")
"""The names that may stand before a colon."""


class Token(NamedTuple):
    """One sign or word; ``value`` is its text without signs, ``start`` and ``end`` its place in the line.

    A number's value is its name, sign and count with a space between.
    """

    kind: Kind
    value: str
    start: int
    end: int


_SMART = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»＂〝〞「」『』", '"'),
        **dict.fromkeys("‘’‚‛´", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d", "-"),
        "（": "(", "）": ")", "：": ":", "｜": "|", "＊": "*", "＝": "=", "，": ",", "；": ";", "、": ",",
    }
)  # fmt: skip

_SIGNS = re.compile(
    r"""
      (?P<space>   [\s,;]+ | &+(?=\s|$) )
    | (?P<open>    \( )
    | (?P<close>   \) )
    | (?P<or>      \|+ | OR(?=[\s()|"]|$) )
    | (?P<and>     AND(?=[\s()|"]|$) )
    | (?P<not>     NOT(?=[\s()|"]|$) | -(?=[^\s()|,;-]) | -(?=\() )
    | (?P<bang>    !(?=[\w"(]) )
    | (?P<lone>    -+(?=[\s()|,;]|$) | (?:[<>≤≥]=?|=)(?=\s|$) )
    | (?P<phrase>  "[^"]*"\*? )
    | (?P<quote>   " )
    | (?P<number>  (?P<name>(?i:NUMBERS)(?=\s*[<>=≥≤])|[^\W\d_]+(?=[<>=≥≤])) \s*(?P<sign>>=|<=|=>|=<|[<>=≥≤])
                   \s*(?P<count>[^\s()|"]*) )
    | (?P<field>   [^\W\d_]+:(?=[^\s()|,;]|\() | (?i:NAMES):\s* )
    | (?P<written> =(?=[^\s()|=]) )
    | (?P<word>    \A[0-9]+,[0-9]{1,2}\Z | (?: [^\s()|",;] | (?<=[0-9]),(?=[0-9]{3}(?![0-9])|[0-9]{1,2}(?i:UNIT)) )+ )
    """.replace("NAMES", "|".join(NAMES))
    .replace("NUMBERS", "|".join(NUMBERS))
    .replace("UNIT", signs.UNIT),
    re.VERBOSE,
)
_AFTER = {"open": "(", "close": ")", "or": "or", "and": "and", "not": "not", "written": "written"}


def tidy(line: str) -> str:
    """Return the line with plain quotes, dashes and spaces, every character in its place."""
    if not line.isascii():
        line = line.translate(_SMART)
    if line.isprintable():
        return line
    return line.translate({ord(c): " " for c in set(line) if not c.isprintable()})


def tokens(line: str) -> list[Token]:
    """Return the tokens of a tidy line. Raises QueryError where a sign cannot stand so."""
    found: list[Token] = []
    at = 0
    while at < len(line):
        match = _SIGNS.match(line, at)
        assert match is not None  # word takes whatever is left
        kind = "number" if match["number"] else match.lastgroup
        at = match.end()
        if kind != "space":
            found.append(_token(kind or "", match, line))
    return found


def _token(kind: str, match: re.Match[str], line: str) -> Token:
    start, end = match.span()
    match kind:
        case "quote":
            raise QueryError("This quote is not closed.", line, start, f'{line}"')
        case "bang":
            right = f"{line[:start]}-{line[end:]}"
            raise QueryError("! is no sign here; write -word to leave a word out.", line, start, right)
        case "lone":
            why = "write -word to leave a word out" if match[0][0] == "-" else "write a number with it: upvotes>=20"
            raise QueryError(
                f"{match[0]} stands alone; {why}.", line, start, " ".join(f"{line[:start]} {line[end:]}".split())
            )
        case "phrase":
            return Token("phrase", match[0].rstrip("*")[1:-1], start, end)
        case "number":
            return _number(match)
        case "field":
            return Token("field", match[0].rstrip().rstrip(":").casefold(), start, end)
        case "word":
            return Token("word", match[0], start, end)
        case _:
            return Token(_AFTER[kind], match[0], start, end)  # type: ignore[arg-type]  # its values are kinds


def _number(match: re.Match[str]) -> Token:
    name = match["name"].casefold()
    sign = {"≥": ">=", "≤": "<=", "=>": ">=", "=<": "<="}.get(match["sign"], match["sign"])
    return Token("number", f"{name} {sign} {match['count']}", *match.span())
