"""Marks and names around a line that are no part of it, whichever platform they come from. Pure."""

from __future__ import annotations

import re

from bot.lines.verbs import ALIASES, VERBS
from bot.message import ASKS

LONGEST = 8_000
"""Characters of a line that are looked at; the core refuses far shorter ones."""

_PAIRS = (
    *tuple(
        re.compile(rf"(?<![^\W_])({mark}+)(?=[^\s{mark}])([^\n{mark}]*[^\s{mark}])\1(?![^\W_])")
        for mark in (r"\*", "~")
    ),
    re.compile(r"(?<!\w)(_+)(?=[^\s_])([^\n]*?[^\s_])\1(?!\w)"),
)
"""Bold, struck and italic words: a pair of marks at the borders of words; ``diffus*`` and ``tau_bench`` have none."""
_CODE = re.compile("`+")
_LIST = re.compile(r"^[ \t]*(?:(?:>|•|◦|▪)[ \t]*)+", re.MULTILINE)
_BARE = re.compile(r"^/(?=(?:stop|cancel)$)", re.IGNORECASE)
"""Before the commands that people know from other bots."""
_COMMAND = re.compile(r"^\s*/papers(?:@\w+)?(?=\s|$)[\s:,]*", re.IGNORECASE)


def line(text: str, *names: str) -> str:
    """Return the line within ``text``: without marks, the bot's ``names`` (``@paper_bot``), ``/papers`` before it.

    Marks of bold, italic, struck and code text, of quotes and lists are taken off; what they stand around stays.
    """
    text = _LIST.sub("", _CODE.sub("", text[:LONGEST]))
    for _ in range(3):  # *_both_*
        for pair in _PAIRS:
            text = pair.sub(r"\2", text)
    for name in filter(None, names):
        text = re.sub(rf"(?<!\S){re.escape(name)}(?![\w])[:,]?[ \t]*", "", text, flags=re.IGNORECASE)
    while (bare := _COMMAND.sub("", text)) != text:
        text = bare
    return _BARE.sub("", text.strip())


def command(word: str, rest: str) -> str:
    """Return the line of a command that a platform's own people know everywhere; any other word stays as it is."""
    if word in ASKING:
        return rest or "today"
    if word in LATEST:
        return f"latest papers on {rest}" if rest else "latest papers"
    return "help privacy" if word == "privacy" else f"{word} {rest}".strip()


ASKING = ("ask", "query", "lookup", "arxiv")
LATEST = ("new", "newest", "latest", "recent")
"""Commands of other bots that find papers."""
IN_CHANNELS = (*VERBS, *ALIASES, "stop", "cancel")
"""Commands that name no bot and are meant for this one in a channel, where administrators alone write."""


def asked(question: str) -> str:
    """Return the verb whose words a message of ours asks for, "" where it asks for none."""
    first = question.partition("\n")[0].strip()
    return next((verb for verb, words in ASKS.items() if words == first), "")


def topic(verb: str, text: str) -> str:
    """Return the line that the answer to the question for a topic makes; the answer itself where it calls it off."""
    return text if text.strip().casefold().rstrip(".!") in CALLED_OFF else f"{verb} {text}"


CALLED_OFF = ("cancel", "never mind", "nevermind", "no", "nothing", "none")
