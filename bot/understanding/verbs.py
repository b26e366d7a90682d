"""The verb of the grammar that a line begins with, and words that only look like one."""

from __future__ import annotations

import difflib
import re

from bot.lines.shapes import keywords
from bot.understanding.draft import Context, Draft
from bot.understanding.times import numbers

WHOLE = ("find", "search", "top")
"""Verbs that are a whole line too; behind another verb they are words."""
_TAKES = {"export": keywords.FORMATS}


def started(words: str) -> Draft:
    """Return the draft with the verb of the grammar that the line begins with."""
    found = re.match(
        r"/?(subscribe|sub|alert|preview|trending|trends|top|find|search)(?: (?:me|us|for|some))*:?\s+(?=\S)",
        words,
        re.IGNORECASE,
    )
    if found and re.match(r"/?(?:sub|alert|subscribe)", found[0], re.IGNORECASE):
        found = re.match(r"/?(subscribe|sub|alert)\s+", words, re.IGNORECASE)
    if not found:
        return Draft(words)
    verb = {"sub": "subscribe", "find": "", "search": ""}.get(found[1].lower(), found[1].lower())
    rest = words[found.end() :]
    rest = re.sub(r"^(?:in|on|about|for|papers (?:on|about|in)) (?=\S)", "", rest) if verb == "trending" else rest
    if verb == "top" and (
        re.match(r"\d|rated\b", rest)
        or re.match(r"[-a-z]\b", rest)
        or numbers.NUMBERS.keys() & {rest.split()[0].lower()}
    ):
        return Draft(words)
    return Draft(rest, verb)


def is_no_command(bare: str, context: Context) -> bool:
    """Return whether a verb stands before a word that it cannot take, and that is nothing misspelt: ``save energy``."""
    found = re.fullmatch(r"(export|save|similar|why|paper|abstract|log|status) ([^\W\d_]{2,})", bare, re.IGNORECASE)
    if not found or not context.is_readable(f"find {bare}"):
        return False
    known = _TAKES.get(found[1].lower(), ())
    return not difflib.get_close_matches(found[2].lower(), known, 1, 0.7)


def is_verb(text: str, context: Context) -> bool:
    """Return whether the grammar would take the first word of a search for a command."""
    line = context.grammar(text)
    return line is None or line.verb != "find"
