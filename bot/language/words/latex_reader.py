r"""Reads LaTeX out as a mathematician would: one walk over its pieces, each looked at once.

Commands are whole words (``\log`` is no ``\l``); braces and arguments nest up to DEEPEST, deeper ones fall away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.language.words.latex_signs import (
    ACCENTS,
    ALPHABETS,
    BEGIN_WORDS,
    DROPPED,
    FIRST_DROPPED,
    FUNCTIONS,
    HATS,
    LOWERED,
    RAISED,
    SIGNS,
    TEXT_STYLES,
    WITHIN_WORDS,
    dingbat,
    marked,
)

DEEPEST = 12
"""Groups within groups that are read; what people write has four."""

_PIECE = re.compile(r"\\[A-Za-z]+\*?|\\.|[{}$^_~]|``|''|-+|\s+|[^\\{}$^_~`'\-\s]+|.", re.DOTALL)
_UNICODE = re.compile(r"x?([0-9A-Fa-f]{2,6})")
_OPERATORS = re.compile(r"[+\-−/=<>·×\s]")
_VERBATIM = re.compile(r"\\verb\*?([^\w\s{])(.*?)\1")
_DISPLAYED = re.compile(r"\\(begin|end)\{(?:equation|align|gather|multline|math|displaymath|eqnarray)\*?\}")
_OF_SUBSCRIPTS = re.compile(r"\s*([^\w\s(){}\[\]|])\s*")
_TWO_WORDS = re.compile(r"\w\s+\w")
_CITED = re.compile(r"(?:no|paren|text|auto|full|short)?[cC]ite\w*")
_XARROW = re.compile(r"x(?:long)?(right|left)arrow")
_OPEN_QUOTES = re.compile(r'\\"(?![A-Za-z{\\])')
_UMLAUTS = frozenset("aeiouyAEIOUYıȷ")
_RAISE, _LOWER = "^", "_"


def read(text: str) -> str:
    """Return the text read out."""
    text = _VERBATIM.sub(r"\\texttt{\2}", text) if "\\verb" in text else text
    text = _DISPLAYED.sub(_display, text) if "\\begin" in text else text
    return Reader(text).whole()


def _display(edge: re.Match[str]) -> str:
    return r"\[" if edge[1] == "begin" else r"\]"


class Reader:
    """One text's pieces and the place in them. ``looked_at`` counts the pieces that were taken."""

    def __init__(self, text: str) -> None:
        pairs = text.count("$$")  # around a formula of its own line
        self._pieces = _PIECE.findall(text.replace("$$", "$") if pairs and pairs % 2 == 0 else text)
        self._math_at = frozenset(_formulas(self._pieces))
        self._at = 0
        self._math = False
        self._depth = 0
        self._are_quotes = _OPEN_QUOTES.search(text) is not None
        self._last_closing = {end: text.rfind(end) >= 0 for end in (r"\)", r"\]")}
        self.looked_at = 0

    def whole(self) -> str:
        """Return all of it."""
        return self._until("")

    # Pieces

    def _peek(self, further: int = 0) -> str:
        at = self._at + further
        return self._pieces[at] if at < len(self._pieces) else ""

    def _take(self) -> str:
        piece = self._peek()
        self._at += 1
        self.looked_at += 1
        return piece

    def _skip_space(self) -> None:
        if self._peek().isspace():
            self._take()

    def _until(self, end: str) -> str:
        """Return what stands up to the piece ``end``, which is taken too, or up to the end of the text."""
        out: list[str] = []
        while self._peek():
            if self._peek() == end:
                self._take()
                break
            self._next(out)
        return "".join(out)

    def _next(self, out: list[str]) -> None:
        piece = self._peek()
        if piece == "$":
            self._dollar(out)
        elif piece == "{":
            out.append(self._braces())
        elif piece == "}":
            self._take()
        elif piece[0] == "\\":
            self._command(out)
        elif piece in "^_" and (self._math or self._peek(1) == "{"):
            self._script(out)
        else:
            self._plain(out)

    def _plain(self, out: list[str]) -> None:
        piece, before = self._take(), _last(out)
        after = self._peek()
        if self._math:
            out.append(_IN_FORMULAS.get(piece, piece))
        elif piece == "~":
            out.append(" " if _is_inner(before, after) and before != "/" else piece)
        elif piece == "''" and before.isalnum() and after[:1].isalnum():
            out.append("'")
        elif piece == "''":
            out.append("“" if after[:1].isalnum() and not before.strip().strip("([") else "”")
        elif piece in {"--", "---"} and not (not before.strip() and after[:1].isalnum() and piece == "--"):
            out.append("–" if piece == "--" else "—")
        else:
            out.append("“" if piece == "``" else piece)

    # Formulas

    def _dollar(self, out: list[str]) -> None:
        """Read a formula, or money."""
        is_formula = self._at in self._math_at
        self._take()
        out.append(self._formula("$") if is_formula else "" if self._math else "$")

    def _formula(self, end: str) -> str:
        was, self._math = self._math, True
        shown = self._until(end)
        self._math = was
        return shown.strip() if len(shown) > 1 else shown

    def _script(self, out: list[str]) -> None:
        sign = self._take()
        was, self._math = self._math, True
        shown = self._argument()
        self._math = was
        out.append(raised(shown) if sign == _RAISE else lowered(shown))

    # Groups

    def _braces(self) -> str:
        """Return a group that no command claims; sets and the like keep their braces in plain text."""
        begin = self._at + 1
        first, second = self._peek(1), self._peek(2)
        shown = self._group()
        is_word = second == "}" and first.isalnum()
        is_formula = first == "$" == self._pieces[self._at - 2]
        if self._math or not shown or is_word or is_formula or first.startswith("\\") or begin >= len(self._pieces):
            return shown
        return f"{{{shown}}}" if self._pieces[self._at - 1] == "}" else f"{{{shown}"

    def _group(self) -> str:
        """Return what stands between the braces that begin here."""
        self._take()
        if self._depth >= DEEPEST:
            return ""
        self._depth += 1
        shown = self._until("}")
        self._depth -= 1
        return shown

    def _argument(self) -> str:
        """Return a command's argument: a group, a command, or one character."""
        self._skip_space()
        piece = self._peek()
        if piece == "{":
            return self._group()
        if piece[:1] == "\\" and self._depth < DEEPEST:
            out: list[str] = []
            self._depth += 1
            self._command(out)
            self._depth -= 1
            return "".join(out)
        if not piece or piece in "}$":
            return ""
        self._take()
        if len(piece) > 1:  # the rest of the piece stays
            self._at -= 1
            self._pieces[self._at] = piece[1:]
        return _IN_FORMULAS.get(piece[0], piece[0]) if self._math else piece[0]

    def _option(self) -> str:
        """Return what stands in square brackets here; "" where none do."""
        if not self._peek().startswith("["):
            return ""
        shown: list[str] = []
        for further in range(20):
            piece = self._peek(further)
            shown.append(piece)
            if "]" in piece:
                option, _, rest = "".join(shown).partition("]")
                self._at += further
                self._pieces[self._at] = rest or " " * 0
                self._at += not rest
                return option[1:]
        return ""

    # Commands

    def _command(self, out: list[str]) -> None:
        piece = self._take()
        name = piece[1:].rstrip("*")
        if not name.isalpha() or not name.isascii():
            self._sign(piece[1:], out)
        elif name in ACCENTS and self._accents_next(name):
            out.append(self._accented(name, ACCENTS[name]))
        elif name in FUNCTIONS or name == "operatorname":
            self._function(name, out)
        elif name in DROPPED:
            self._drop(name)
        elif (reader := _READERS.get(name)) and (self._peek() in {"{", "["} or self._math):
            out.append(reader(self))
        else:
            self._named(name, out)

    def _named(self, name: str, out: list[str]) -> None:
        """Read a style, a sign, or a name that is known to its author alone."""
        if _CITED.fullmatch(name):
            self._option()
            if self._peek() == "{":
                self._group()
            while out and out[-1].isspace():
                out.pop()
        elif name in HATS:
            out.append(self._hat(HATS[name]))
        elif name in _CLOSING and self._math:
            self._close(SIGNS[name], out)
        elif name in SIGNS:
            self._gobbled(name, out)
            self._symbol(SIGNS[name], out, is_opening=name in _OPENING)
        elif name in FIRST_DROPPED and self._peek()[:1] in {"{", "["}:
            self._option()
            self._group_or_nothing()
            out.append(self._argument())
        elif arrow := _XARROW.fullmatch(name):
            self._argument()
            out.append("→" if arrow[1] == "right" else "←")
        elif self._peek() == "{" and self._peek(1) == "}" and name not in TEXT_STYLES:
            self._at += 2  # a macro of the author's, its name ended by an empty group
            out.append(name)
        elif self._peek() == "{":
            out.append(self._styled(name))
        elif name in TEXT_STYLES or name in _BOLD or name.startswith("math"):
            self._skip_space()
        else:
            out.append(name)

    def _group_or_nothing(self) -> str:
        return self._group() if self._peek() == "{" else ""

    def _close(self, sign: str, out: list[str]) -> None:
        while out and out[-1].isspace():
            out.pop()
        out.append(sign)

    def _gobbled(self, name: str, out: list[str]) -> None:
        r"""Skip the space that only ends a name within a word: `Stra\ss e`, `it\textquoteright s`."""
        is_inner = name in WITHIN_WORDS or name.startswith("text")
        begins = name in BEGIN_WORDS and self._peek(1)[:1].isalpha()
        if not self._math and self._peek().isspace() and ((is_inner and _last(out).strip()) or begins):
            self._take()

    def _symbol(self, sign: str, out: list[str], *, is_opening: bool = False) -> None:
        if self._peek() == "{" and self._peek(1) == "}":  # an empty group only ends the name
            self._at += 2
        is_tight = self._math and _last(out).strip() and not sign[-1].isalpha()
        out.append(sign)
        if (is_tight and sign not in _COMMAS) or (self._math and is_opening):
            self._skip_space()

    def _styled(self, name: str) -> str:
        was, self._math = self._math, self._math and name not in TEXT_STYLES
        shown = self._group()
        self._math = was
        if name in ALPHABETS:
            return "".join(ALPHABETS[name].get(sign, sign) for sign in shown)
        if name == "enquote":
            return f"“{shown}”"
        while self._peek() == "{" and name not in TEXT_STYLES and self._peek(1) != "}":
            shown += f" {self._group()}"
        return shown

    def _drop(self, name: str) -> None:
        for _ in range(DROPPED[name]):
            self._option()
            if self._peek() == "{":
                self._group()
        if name in {"left", "right"} and self._peek().startswith("."):
            self._argument()
        if not DROPPED[name]:
            self._skip_space()

    def _function(self, name: str, out: list[str]) -> None:
        shown = self._styled(name) if name == "operatorname" else FUNCTIONS[name]
        before = _last(out)
        if name == "deg" and before.isdigit():
            out.append("°")
            return
        out.append(f" {shown}" if before.isalnum() or (before in ")]}|°" and before) else shown)
        had_space = self._peek().isspace()
        self._skip_space()
        while self._math and self._peek() in {"_", "^"}:
            self._script(out)
            had_space = self._peek().isspace()
            self._skip_space()
        after = self._peek(self._peek() == "{")
        is_word = after[:1].isalnum() or (after[:1] == "\\" and after[1:].rstrip("*") not in _NO_GAP)
        if (had_space and after[:1] not in "([") or (is_word and after[1:2].isalpha()) or after[:1].isalnum():
            out.append(" " if after and after not in {"$", "}"} else "")
            if not self._math and not after:
                out.pop()

    def _sign(self, sign: str, out: list[str]) -> None:
        """Read a backslash before anything but a letter of ASCII."""
        if sign in {"(", "["} and self._last_closing[{"(": r"\)", "[": r"\]"}[sign]]:
            out.append(self._formula({"(": r"\)", "[": r"\]"}[sign]))
        elif sign in ACCENTS and not self._math and self._accents_next(sign):
            out.append(self._accented(sign, ACCENTS[sign]))
        elif sign in _SIGNS_AFTER:
            out.append(_SIGNS_AFTER[sign])
        elif sign.isspace() or sign == "\\":
            out.append(" ")
        elif sign:
            out.append(sign)

    def _accents_next(self, name: str) -> bool:
        r"""Return whether the accent has a letter to stand on: `\"word\"` and `user\'s` are quotes."""
        if name.isalpha() and not (self._peek().isspace() or self._peek() == "{"):
            return False
        after = self._peek(self._peek().isspace())
        if after[:1] in {"{", "\\"}:
            return True
        if name == '"':
            return (after[:1] in _UMLAUTS and not self._are_quotes) or (bool(after) and not after[0].isascii())
        if name == "'" and after[:1] == "s" and not after[1:2].isalpha():
            return False
        return after[:1].isalpha() and not (self._peek().isspace() and not name.isalpha())

    def _accented(self, name: str, mark: str) -> str:
        letters = self._argument()
        if len(letters) > 1 and name + letters in SIGNS:  # feeds turn \beta into \b{eta}
            return SIGNS[name + letters]
        return marked(letters, mark) if letters.strip() else "" if name.isalpha() else name

    def _hat(self, mark: str) -> str:
        shown = self._argument()
        return marked(shown, mark) if len(shown) == 1 else shown

    def _fraction(self) -> str:
        return f"{bracketed(self._argument())}/{divisor(self._argument())}"

    def _root(self) -> str:
        degree = {"3": "∛", "4": "∜"}.get(self._option(), "√")
        return degree + _within(_ROOTED, self._argument())

    def _choose(self) -> str:
        return f"({self._argument()} choose {self._argument()})"

    def _modulo(self) -> str:
        return f" (mod {self._argument()})"

    def _coded(self) -> str:
        code = _UNICODE.fullmatch(self._argument())
        return (
            chr(int(code[1], 16))
            if code and int(code[1], 16) <= 0x10FFFF and not 0xD800 <= int(code[1], 16) < 0xE000  # noqa: PLR2004 what Unicode has
            else ""
        )

    def _raised(self) -> str:
        return raised(self._argument())

    def _lowered(self) -> str:
        return lowered(self._argument())

    def _replaced(self) -> str:
        new = self._argument()
        self._group_or_nothing()
        return new

    def _dingbat(self) -> str:
        return dingbat(self._argument())

    def _angle(self) -> str:
        return f"{self._argument()}°"

    def _chemical(self) -> str:
        charged = _CHARGE.sub(lambda charge: raised(charge[0]), self._argument())
        return _COUNTS.sub(lambda count: lowered(count[0]), charged)

    def _ket(self) -> str:
        return f"|{self._argument()}⟩"

    def _bra(self) -> str:
        return f"⟨{self._argument()}|"


_READERS = {
    **dict.fromkeys(("frac", "tfrac", "dfrac", "sfrac", "nicefrac", "cfrac"), Reader._fraction),  # noqa: SLF001
    "sqrt": Reader._root, "binom": Reader._choose, "pmod": Reader._modulo, "unicode": Reader._coded,  # noqa: SLF001
    "textsuperscript": Reader._raised, "textsubscript": Reader._lowered, "ket": Reader._ket, "bra": Reader._bra,  # noqa: SLF001
    "replaced": Reader._replaced, "ding": Reader._dingbat, "ang": Reader._angle, "ce": Reader._chemical,  # noqa: SLF001
}  # fmt: skip
_SIGNS_AFTER = {",": " ", ";": " ", ":": " ", ">": " ", "!": "", "-": "", "/": "", "@": "", "|": "‖", "=": "", "+": "",
                "(": "(", ")": ")", "[": "[", "]": "]"}  # fmt: skip
_IN_FORMULAS = {"-": "−", "'": "′", "''": "″", "~": " ", "&": " "}
_COMMAS = ("…", "⋯", " ", ",")
_PREFIXES = frozenset(["partial", "nabla", "neg", "lnot", "forall", "exists"])
_OPENING = _PREFIXES | {"langle", "lceil", "lfloor", "lVert", "lvert", "lbrace", "lbrack"}
_CLOSING = frozenset(["rangle", "rceil", "rfloor", "rVert", "rvert", "rbrace", "rbrack"])
_COUNTS = re.compile(r"(?<=[A-Za-z)\]])\d+")
_CHARGE = re.compile(r"(?<=[A-Za-z)\]])(?:\^?\d?[+\-−])$")
_BOLD = frozenset({"bm", "boldsymbol", "pmb"})
_NO_GAP = frozenset(
    [
        "left",
        "right",
        "big",
        "Big",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "bigg",
        "Bigg",
        "lfloor",
        "lceil",
        "lvert",
        "lVert",
        "leq",
        "le",
        "geq",
        "ge",
        "in",
        "to",
    ]
)


_SMALL = re.escape("".join({*RAISED.values(), *LOWERED.values()}))
_LETTER = rf"[^\W\d_][\u0300-\u036f]*(?:[{_SMALL}]|[_^]\w+)*"
_CLOSED = re.compile(r"\([^()]*\)|\|[^|]*\||‖[^‖]*‖|\[[^\[\]]*\]")
_WORD = re.compile(r"[A-Za-z]+|[\d.]+%?|.[\u0300-\u036f]*")
_ROOTED = re.compile(rf"[\d.]+%?|[A-Za-z]{{3,}}|[A-Z][a-z]|{_LETTER}|{_CLOSED.pattern}")
_DIVIDING = re.compile(rf"{_ROOTED.pattern}|[d∂Δ√]{_LETTER}|√[\d.]+|[^\W\d√]*√?\([^()]*\)")
"""What a root, and a stroke, stands before as it is: a number, a word, a letter with its signs; a function's value."""


def raised(shown: str) -> str:
    """Return it in small raised characters, behind `^` where one of them has none."""
    if not shown.strip():
        return ""
    return _small(shown, RAISED) or _RAISE + (shown.strip() if _WORD.fullmatch(shown.strip()) else _closed(shown))


def lowered(shown: str) -> str:
    """Return it in small lowered characters, behind `_` where one of them has none."""
    if not shown.strip():
        return ""
    return _small(shown, LOWERED) or _LOWER + _OF_SUBSCRIPTS.sub(r"\1", shown.strip())


def _small(shown: str, table: dict[str, str]) -> str:
    """Return it in the table's characters, or "" where one has none or its words would run together."""
    tight = "".join(shown.split())
    is_small = all(character in table for character in tight) and not _TWO_WORDS.search(shown)
    return "".join(table[character] for character in tight) if is_small else ""


def bracketed(shown: str) -> str:
    """Return it in parentheses where it would fall apart without."""
    return _closed(shown) if _OPERATORS.search(shown.strip()[1:]) else shown.strip()


def divisor(shown: str) -> str:
    """Return what stands behind a stroke, in parentheses but where it is one thing."""
    return _within(_DIVIDING, shown)


def _within(things: re.Pattern[str], shown: str) -> str:
    return shown.strip() if things.fullmatch(shown.strip()) else _closed(shown)


def _closed(shown: str) -> str:
    shown = shown.strip()
    return shown if _CLOSED.fullmatch(shown) or not shown else f"({shown})"


def _last(out: list[str]) -> str:
    """Return the last character so far."""
    return next((piece[-1] for piece in reversed(out[-3:]) if piece), "")


def _is_inner(before: str, after: str) -> bool:
    return bool(before.strip() and after.strip())


def _formulas(pieces: list[str]) -> Iterator[int]:
    """Yield where formulas begin: between dollars that are no money."""
    dollars = [at for at, piece in enumerate(pieces) if piece == "$"]
    at = 0
    while at < len(dollars) - 1:
        begin, end = dollars[at], dollars[at + 1]
        if is_formula(pieces, begin, end):
            yield begin
            at += 2
        else:
            at += 1


def is_formula(pieces: list[str], begin: int, end: int) -> bool:
    """Return whether what stands between two dollars is a formula, as pandoc and a reader of prices see it."""
    inside = pieces[begin + 1 : end]
    before = pieces[begin - 1][-1:] if begin else ""
    after = pieces[end + 1] if end + 1 < len(pieces) else ""
    if not inside:
        return False
    text = "".join(inside)
    has_signs = any(piece in "^_{}" or (piece[0] == "\\" and piece != "\\$") for piece in inside)
    if _MONEY.match(text) and (not has_signs or text[-1].isspace()):
        return False
    if has_signs:
        return True
    is_tight = not text[0].isspace() and not text[-1].isspace() and not after[:1].isdigit()
    return is_tight and not (before.isdigit() and " " in text)


_MONEY = re.compile(r"\d[\d.,]*[A-Za-z]*\s+[A-Za-z(]{2}|\d[^\\^_{}]*\s")
