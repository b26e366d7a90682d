"""A walk over the pieces of a text with LaTeX, each looked at once: formulas, groups and arguments.

Braces and arguments nest up to DEEPEST, deeper ones fall away. Commands are read by bot.language.latex.commands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

DEEPEST = 12
"""Groups within groups that are read; what people write has four."""
IN_FORMULAS = {"-": "−", "'": "′", "''": "″", "~": " ", "&": " "}

_PIECE = re.compile(r"\\[A-Za-z]+\*?|\\.|[{}$^_~]|``|''|-+|\s+|[^\\{}$^_~`'\-\s]+|.", re.DOTALL)
_MONEY = re.compile(r"\d[\d.,]*[A-Za-z]*\s+[A-Za-z(]{2}|\d[^\\^_{}]*\s")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_OPEN_QUOTES = re.compile(r'\\"(?![A-Za-z{\\])')


class Reader:
    """One text's pieces and the place in them. ``looked_at`` counts the pieces that were taken."""

    def __init__(
        self, text: str, command: Callable[[Reader, list[str]], None], script: Callable[[str, str], str]
    ) -> None:
        pairs = text.count("$$")  # around a formula of its own line
        self.pieces = _PIECE.findall(text.replace("$$", "$") if pairs and pairs % 2 == 0 else text)
        self.math_at = frozenset(_formulas(self.pieces))
        self.at = 0
        self.math = False
        self.depth = 0
        self.are_quotes = _OPEN_QUOTES.search(text) is not None
        self.last_closing = {end: text.rfind(end) >= 0 for end in (r"\)", r"\]")}
        self.looked_at = 0
        self._command = command
        self._script = script

    def whole(self) -> str:
        """Return all of it."""
        return self.until("")

    # Pieces

    def peek(self, further: int = 0) -> str:
        """Return the next piece, or the one so much further; "" behind the last."""
        at = self.at + further
        return self.pieces[at] if at < len(self.pieces) else ""

    def take(self) -> str:
        """Return the next piece and go on."""
        piece = self.peek()
        self.at += 1
        self.looked_at += 1
        return piece

    def skip_space(self) -> None:
        """Go on behind a gap."""
        if self.peek().isspace():
            self.take()

    def until(self, end: str) -> str:
        """Return what stands up to the piece ``end``, which is taken too, or up to the end of the text."""
        out: list[str] = []
        while self.peek():
            if self.peek() == end:
                self.take()
                break
            self.next(out)
        return "".join(out)

    def next(self, out: list[str]) -> None:
        """Read the next piece and what it claims."""
        piece = self.peek()
        if piece == "$":
            self.dollar(out)
        elif piece == "{":
            out.append(self.braces())
        elif piece == "}":
            self.take()
        elif piece[0] == "\\":
            self._command(self, out)
        elif piece in "^_" and (self.math or self.peek(1) == "{"):
            self.script(out)
        else:
            self.plain(out)

    def plain(self, out: list[str]) -> None:
        """Read a piece that is no command: words, dashes, quotes."""
        piece, before = self.take(), last(out)
        after = self.peek()
        if self.math:
            out.append(IN_FORMULAS.get(piece, piece))
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

    def dollar(self, out: list[str]) -> None:
        """Read a formula, or money."""
        is_formula = self.at in self.math_at
        self.take()
        out.append(self.formula("$") if is_formula else "" if self.math else "$")

    def formula(self, end: str) -> str:
        """Return the formula that goes on up to ``end``."""
        was, self.math = self.math, True
        shown = self.until(end)
        self.math = was
        return shown.strip() if len(shown) > 1 else shown

    def script(self, out: list[str]) -> None:
        """Read what is raised or lowered."""
        sign = self.take()
        was, self.math = self.math, True
        shown = self.argument()
        self.math = was
        out.append(self._script(sign, shown))

    # Groups

    def braces(self) -> str:
        """Return a group that no command claims; sets and the like keep their braces in plain text."""
        begin = self.at + 1
        first = self.peek(1)
        shown = self.group()
        is_word = self.pieces[self.at - 1] == "}" and _WORD.fullmatch(shown) is not None
        is_formula = first == "$" == self.pieces[self.at - 2]
        if self.math or not shown or is_word or is_formula or first.startswith("\\") or begin >= len(self.pieces):
            return shown
        return f"{{{shown}}}" if self.pieces[self.at - 1] == "}" else f"{{{shown}"

    def group(self) -> str:
        """Return what stands between the braces that begin here."""
        self.take()
        if self.depth >= DEEPEST:
            return ""
        self.depth += 1
        shown = self.until("}")
        self.depth -= 1
        return shown

    def argument(self) -> str:
        """Return a command's argument: a group, a command, or one character."""
        self.skip_space()
        piece = self.peek()
        if piece == "{":
            return self.group()
        if piece[:1] == "\\" and self.depth < DEEPEST:
            out: list[str] = []
            self.depth += 1
            self._command(self, out)
            self.depth -= 1
            return "".join(out)
        if not piece or piece in "}$":
            return ""
        self.take()
        if len(piece) > 1:  # the rest of the piece stays
            self.at -= 1
            self.pieces[self.at] = piece[1:]
        return IN_FORMULAS.get(piece[0], piece[0]) if self.math else piece[0]

    def option(self) -> str:
        """Return what stands in square brackets here; "" where none do."""
        if not self.peek().startswith("["):
            return ""
        shown: list[str] = []
        for further in range(20):
            piece = self.peek(further)
            shown.append(piece)
            if "]" in piece:
                option, _, rest = "".join(shown).partition("]")
                self.at += further
                self.pieces[self.at] = rest or " " * 0
                self.at += not rest
                return option[1:]
        return ""


def last(out: list[str]) -> str:
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
        if _is_formula(pieces, begin, end):
            yield begin
            at += 2
        else:
            at += 1


def _is_formula(pieces: list[str], begin: int, end: int) -> bool:
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
