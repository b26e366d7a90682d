"""Patterns take time that does not double with each further letter: what anybody types or a feed says goes through them."""

import ast
import importlib
import pkgutil
import re
import signal
from contextlib import suppress
from pathlib import Path
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

import pytest

import adapters
import bot
import storage

TIMES = 26
"""Repeats: where the work doubles with each, it is 67 million steps; where it grows as their square, it is 676."""
SECONDS = 0.3
"""Of processor time: whoever else is at work does not count."""
SIGNS = (
    "1",
    " ",
    ",",
    "a",
    "A",
    "_",
    "^",
    "-",
    ".",
    "\\",
    "{",
    "(",
    ")",
    '"',
    "*",
    "#",
    "/",
    ":",
    "@",
    "&",
    "$",
    "=",
    "!",
    "é",
    "😂",
)
PAIRS = ("1 ", "a ", "a, ", "1, ", "_a", "^a", "\\a", "a.", "a-", "(a", "a_", "-1", ", ", "..", "1.", "/a", "@a", "\\_", "{a", "=1")  # fmt: skip


def _patterns():
    """Yield each pattern of a module, in a table or in a call of ``re`` too, with the module's name."""
    seen = set()
    for package in (bot, adapters, storage):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.endswith("__main__") or ".migrations" in found.name:
                continue
            module = importlib.import_module(found.name)
            for pattern in (*_within([*vars(module).values()], 5), *_in_calls(module)):
                if (pattern.pattern, pattern.flags) not in seen:
                    seen.add((pattern.pattern, pattern.flags))
                    yield found.name, pattern


def _in_calls(module):
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        is_of_re = isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args
        if is_of_re and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            yield re.compile(node.args[0].value, re.IGNORECASE)


def _within(value, deep):
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, str) and "(?:" in value:
        with suppress(re.error):  # half of one
            yield re.compile(value, re.IGNORECASE)
    elif deep and isinstance(value, dict):
        yield from _within([*value.keys(), *value.values()], deep - 1)
    elif deep and isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _within(one, deep - 1)


def _repeats_a_choice(pattern):
    """Return whether it repeats something that itself may be read in several ways: without that no work doubles."""
    return _nested(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG), is_inside=False)


def _nested(parsed, *, is_inside):
    for kind, what in parsed:
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
            least, most, body = what
            if is_inside and least != most:
                return True
            if _nested(body, is_inside=is_inside or most > 2):
                return True
        elif kind is kinds.BRANCH:
            if is_inside or any(_nested(one, is_inside=is_inside) for one in what[1]):
                return True
        elif any(_nested(part, is_inside=is_inside) for part in _parts(what)):
            return True
    return False


def _parts(what):
    """Return the patterns inside a group or a look around."""
    if isinstance(what, parser.SubPattern):
        return (what,)
    return tuple(one for one in what if isinstance(one, parser.SubPattern)) if isinstance(what, tuple) else ()


def _texts(pattern):
    words = sorted(set(re.findall(r"[^\W\d_]{2,}", pattern.pattern.lower())))[:40]
    for pump in (*SIGNS, *PAIRS, *(f"{word} " for word in words), *(f"{word}s " for word in words)):
        for first in ("", "a", "a "):
            yield f"{first}{pump * TIMES}\x01"


class TooLongError(Exception):
    """It would not have ended for hours."""


def _stop(*_):
    raise TooLongError


@pytest.fixture
def _alarm():
    before = signal.signal(signal.SIGVTALRM, _stop)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def slow(pattern):
    """Return the beginning of a text on which the pattern does not end, "" where it ends on all."""
    for text in _texts(pattern):
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            pattern.search(text)
            pattern.fullmatch(text)
        except TooLongError:
            return text[:20]
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return ""


@pytest.mark.usefixtures("_alarm")
def test_no_text_keeps_a_pattern_at_work_for_ever():
    found = [(name, pattern) for name, pattern in _patterns() if _repeats_a_choice(pattern)]
    assert len(found) > 40, "the patterns are not found"
    assert [(name, pattern.pattern[:60], text) for name, pattern in found if (text := slow(pattern))] == []


@pytest.mark.usefixtures("_alarm")
@pytest.mark.parametrize(
    "pattern", [r"(?:[!,]+|\s)+$", r"(?:\s*\d{1,6}\s*,?\s*)+", r"a(?:[_^]\w+)*$", r"(?:a|ab?|b)*$"]
)
def test_one_that_would_is_found(pattern):
    compiled = re.compile(pattern)
    assert _repeats_a_choice(compiled)
    assert slow(compiled)
