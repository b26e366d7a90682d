"""A query's tokens as a tree.

query  = any
any    = all { OR all }
all    = one { [AND] one }            side by side is AND
one    = (NOT | -) one | "(" any ")" | field:one | clause
clause = word | word* | =word | "phrase" | "phrase"* | ="phrase" | number sign count

Words behind a field, a group too, are of that field: ``title:(rl OR -llm)``.
"""

from __future__ import annotations

from typing import NoReturn

from bot.errors import QueryError
from bot.language.queries import clauses, lexer, values
from bot.language.queries.atom import FIELDS, HAS
from bot.language.queries.clauses import Bare
from bot.language.queries.lexer import Token
from bot.language.queries.nodes import And, Leaf, Node, both, either, negate
from bot.language.words import signs, text

DEEPEST = 20
"""Parentheses and NOTs within one another."""

MOST_CLAUSES = 100
"""Clauses of one query."""


class Parser:
    """Reads one tidy line, once."""

    def __init__(self, line: str, deepest: int = DEEPEST) -> None:
        self.line = line
        self.deepest = deepest
        self.tokens = lexer.tokens(line)
        self.at = 0
        self.depth = 0
        self.clauses = 0
        self.field = ""
        """The field that stands before the group that is being read."""

    def tree(self) -> Node:
        """Return the tree of the whole line; ``And(())`` where it is blank. Raises QueryError."""
        if not self.tokens:
            if self.line.strip(" \t,;&"):
                raise QueryError("There is no word in it.", self.line)
            return And(())
        tree = self._any()
        if token := self._peek():
            self._fail("This parenthesis was never opened.", token, "")
        if tree is None:
            raise QueryError("There is no letter or digit in it to look for.", self.line)
        return tree

    def _peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _take(self, *kinds: str) -> Token | None:
        token = self._peek()
        if token is None or token.kind not in kinds:
            return None
        self.at += 1
        return token

    def _any(self) -> Node | None:
        parts = [self._all()]
        while sign := self._take("or"):
            before = parts[-1]
            after = self._all()
            if before is None or after is None:
                self._fail("OR needs something on both sides.", sign, " ")
            parts.append(after)
        given = [part for part in parts if part is not None]
        return either(given) if given else None

    def _all(self) -> Node | None:
        """Read up to OR or the closing parenthesis; None where nothing of it is a word."""
        parts: list[Node] = []
        run: list[Bare] = []
        first = self.at
        while (token := self._peek()) and token.kind not in {"or", ")"}:
            if token.kind == "and":
                self._joint(first)
                parts += clauses.side_by_side(run)
                run = []
                continue
            one = self._one()
            if isinstance(one, Bare):
                run.append(one)
                continue
            parts += clauses.side_by_side(run)
            run = []
            if one is not None:
                parts.append(one)
        parts += clauses.side_by_side(run)
        return both(parts) if parts else None

    def _joint(self, first: int) -> None:
        """Take an AND that has something on both sides."""
        sign = self._take("and")
        assert sign is not None
        after = self._peek()
        if self.at - 1 == first or after is None or after.kind in {"or", "and", ")"}:
            self._fail("AND needs something on both sides.", sign, " ")

    def _one(self) -> Node | Bare | None:
        token = self.tokens[self.at]
        self.at += 1
        read = {"not": self._not, "(": self._group}.get(token.kind)
        if read is None:
            return self._clause(token)
        self.depth += 1
        if self.depth > self.deepest:
            raise QueryError(f"Parentheses are {self.deepest} deep at most.", self.line, token.start)
        one = read(token)
        self.depth -= 1
        return one

    def _not(self, sign: Token) -> Node | None:
        after = self._peek()
        if after is None or after.kind in {"or", "and", ")"}:
            self._fail(f"{sign.value} needs a word after it.", sign, " ")
        one = self._one()
        if one is None:
            self._fail("There is no letter or digit in it to leave out.", after, " ", since=sign)
        return negate(one.leaf if isinstance(one, Bare) else one)

    def _group(self, sign: Token) -> Node | None:
        inside = self._any()
        close = self._take(")")
        if close is None:
            raise QueryError("This parenthesis is not closed.", self.line, sign.start, f"{self.line})")
        if inside is None:
            self._fail("There is nothing between these parentheses.", close, "", since=sign)
        return inside

    def _clause(self, token: Token) -> Node | Bare | None:
        self.clauses += 1
        if self.clauses > MOST_CLAUSES:
            raise QueryError(f"A query has {MOST_CLAUSES} clauses at most.", self.line, token.start)
        match token.kind:
            case "number":
                return values.number(self.line, token)
            case "field":
                return self._field(token)
            case _:
                return self._value(self.field, token)

    def _words(self, field: str, token: Token, since: Token | None = None) -> Leaf | Bare | None:
        """Read a word, phrase, prefix or written word of ``field``; None where a bare one holds no letter."""
        if token.kind == "written":
            return self._written(field, token, since or token)
        typed = token.value
        is_phrase = token.kind == "phrase"
        if not is_phrase and ("*" not in typed or signs.is_starred(typed)) and (word := clauses.word(field, typed)):
            return word.leaf if field else word  # only words without a field make an acronym's form together
        if not clauses.has_word(typed):
            if field or is_phrase:
                self._fail("There is no letter or digit in it to look for.", token, "", since=since)
            return None
        if is_phrase:
            return self._begun(field, token, typed) if self._is_starred(token) else clauses.phrase(field, typed)
        return self._star(field, token)

    def _written(self, field: str, sign: Token, since: Token) -> Leaf:
        if name := self._take("field"):
            self._fail("= stands right before the word.", name, f"{self.line[name.start : name.end]}=", since=sign)
        token = self._take("word", "phrase")
        if token is None:
            self._fail("= needs a word after it.", sign, "")
        if not clauses.has_word(token.value):
            self._fail("There is no letter or digit in it to look for.", token, "", since=since)
        if self._is_starred(token) and not signs.is_starred(token.value):
            begun = self.line[token.start : token.end]
            self._fail("= finds whole words as they are written, * their beginnings.", token, begun, since=sign)
        return clauses.written(field, token.value)

    def _is_starred(self, token: Token) -> bool:
        return self.line[token.end - 1] == "*"

    def _star(self, field: str, token: Token) -> Leaf:
        typed = token.value
        stem = typed.rstrip("*.,:!?")
        if "*" in stem or not typed.endswith("*"):
            right = stem.lstrip("*").partition("*")[0]
            self._fail("* stands at the end of a word only.", token, f"{right}*" if right else "")
        return self._begun(field, token, stem)

    def _begun(self, field: str, token: Token, typed: str) -> Leaf:
        short = text.words(typed).written
        if len(short) == 1 and len(short[0]) == 1 and short[0].isascii():
            self._fail("* needs at least two letters before it.", token, typed)
        return clauses.prefix(field, typed)

    def _field(self, token: Token) -> Node | Bare | None:
        name = token.value
        if name not in lexer.NAMES:
            values.unknown_field(self.line, token)
        if value := self._take("word", "phrase", "written"):
            return self._value(name, value, since=token)
        if (after := self._peek()) is None or after.kind not in {"(", "not"}:
            self._fail(f'{name}: needs a word or a "phrase" right after it.', token, "")
        outer, self.field = self.field, name
        one = self._one()
        self.field = outer
        return one

    def _value(self, field: str, value: Token, since: Token | None = None) -> Node | Bare | None:
        """Read what is looked for in a field; ``since`` is where its name stands, right before it."""
        if field == "has":
            return self._has(value)
        if field == "cat":
            leaf = clauses.category(value.value)
            return leaf or self._fail("A category looks like cs.LG or cs.*", value, "cs.LG")
        return self._words(field, value, since)

    def _has(self, value: Token) -> Node:
        """Read ``has:code``, and ``has:code|project`` as either."""
        found: list[Node] = []
        while True:
            found.append(values.has(self.line, value))
            bar, after = self.tokens[self.at : self.at + 2] if self.at + 1 < len(self.tokens) else (None, None)
            if not (
                bar and after and bar.kind == "or" and bar.value == "|" and bar.start == value.end == after.start - 1
            ):
                return either(found)
            if after.kind != "word" or after.value.casefold().removesuffix("s") not in HAS:
                return either(found)
            self.at += 2
            value = after

    def _fail(self, reason: str, token: Token, instead: str, *, since: Token | None = None) -> NoReturn:
        values.fail(self.line, reason, token, instead, since=since)


assert set(FIELDS) < set(lexer.NAMES)
