"""R24: marks of platforms and mail round the words, which are no part of the line."""

from __future__ import annotations

import re
import unicodedata

from bot.understanding.draft import masked, unmasked
from bot.understanding.ids import papers
from bot.understanding.words import labels

MOST_LINES = 10
"""Lines of one message that are answered."""

LONGEST = 400
"""Characters of the longest line that the rules look at; a longer one is no question of a person."""

BOT = r"@[a-z0-9_]*bot\b"
"""A bot's own name ends so: core.telegram.org/bots/features#creating-a-new-bot."""

_COMMAND = re.compile(
    rf"^/?(?:papers?{BOT}|paperwire)(?:[\s:,]+|$)|^//?papers?(?:\s+|$)",
    re.IGNORECASE,
)
_FLAG = re.compile(r"(?<!\S)--(?=[a-z]{3,}[ =])([a-z]+)[ =]", re.IGNORECASE)
_HEAD = re.compile(r"\s*\|\s*head(?: -n)? ?-?(?=\d{1,3}$)")
"""How a shell spells an option, and how many."""
_BIBTEX = re.compile(r"\s*@[a-z]+\s*\{\s*[^\s,]+,", re.IGNORECASE)
_TITLE = re.compile(r"\btitle\s*=\s*[{\"]+([^{}\"]+)", re.IGNORECASE)
_MENTION = re.compile(rf"(?:^|(?<=\s)){BOT}[,:]?(?=\s|$)", re.IGNORECASE)
_LIST = re.compile(r"^(?:[-*•‣◦·–—>➤→#]+\s+|\d{1,2}[.)]\s+(?=\D))+")
_PAIRS = re.compile(r"(?<!\S)(\*\*|__|~~|\*|_|`{1,3}|~)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_SINGLE = re.compile(r"(?<!\w)'([^']+? [^']+?)'(?!\w)")
_ANGLED = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>")
_BRACKETS = re.compile(
    r"\s*\(((?:today|yesterday|(?:this|last|past) \w+|last \d+ \w+|\d+[dwm]|[\d.-]*\d{4}[\d.-]*))\)$", re.IGNORECASE
)
"""Days in brackets at the end."""
_LONE = re.compile(r"(?<!\bin)\s+[@#~;*^→·•](?=\s)")
"""A sign between spaces, which no query has; ``-``, ``/``, ``|``, ``+`` and ``&`` say something there."""
_MAIL = re.compile(r"^(?:(?:fwd?|re|aw|wg)\s*:\s*)+", re.IGNORECASE)


def lines(text: str) -> tuple[str, ...]:
    """Return each line of a message, without blank ones; an entry of BibTeX is its title, or its id.

    A word that was parted at the end of a line is one again.
    """
    if _BIBTEX.match(text):
        title = _TITLE.search(text)
        return (" ".join(text.split()) if papers(text) or not title else title[1],)
    text = re.sub(r"(?<=[^\W\d_])-[\r\n]+(?=[a-z])", "", text)
    return tuple(line for line in (one.strip() for one in re.split(r"[\r\n\u2028\u2029]+", text)) if line)


def without(line: str) -> str:
    """Return the line without marks that are no part of it; what stands in quotes stays as it is."""
    words, quoted = masked(line)
    return unmasked(_without(words), quoted)


def _without(line: str) -> str:
    tidy = unicodedata.normalize("NFKC", line) if re.search("[\uff01-\uff5e\u3000]", line) else line
    tidy = tidy.replace("’", "'").replace("‘", "'").replace("‚", "'")
    tidy = _ANGLED.sub(r"\1", _MAIL.sub("", tidy.strip()))
    while (found := _LIST.match(tidy)) and tidy[found.end() :].strip():
        tidy = tidy[found.end() :]
    for _ in range(3):
        tidy = _PAIRS.sub(r"\2", tidy)
    tidy = _LONE.sub("", tidy)
    tidy = _HEAD.sub(" top ", _FLAG.sub(_option, tidy))
    tidy = _BRACKETS.sub(r" \1", tidy)
    tidy = _MENTION.sub(" ", _COMMAND.sub("", tidy))
    return " ".join(_SINGLE.sub(r'"\1"', tidy).split())


def _option(flag: re.Match[str]) -> str:
    """Return an option of a shell as a word, but those that name a field (R15)."""
    return flag[0] if labels.is_label(flag[1]) else f"{flag[1]} "


def has_lone(line: str) -> bool:
    """Return whether a sign stands by itself between the words."""
    return _LONE.search(masked(line)[0]) is not None
