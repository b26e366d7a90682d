"""Foreign words made harmless for Telegram: what reads as a name, a link or a command stays plain text.

Telegram finds mentions, hashtags, cashtags, bot commands and addresses in any text by itself (rules: tdlib,
MessageEntity.cpp, match_mentions to match_urls). An invisible U+2060 (word joiner) right after the character that
makes one ends the match; ordinary titles (``A*``, ``tau_bench``, ``C++ (v2.0)``) hold none of these places.
"""

from __future__ import annotations

import re
from html import escape

JOINER = "\u2060"

_ASCII_MARKS = r"!-,./:-@\[-^`{-~"  # printable ASCII but letters, digits, "-" and "_"
_TOUCHY = re.compile(
    r"@(?=[A-Za-z0-9_])"  # a mention, the middle of an e-mail address
    r"|(?<![A-Za-z0-9_/])/(?=[A-Za-z0-9_])"  # a bot command; not the slash of "and/or"
    rf"|\#(?=\d*[^\s\d\-{_ASCII_MARKS}])"  # a hashtag needs a letter, so "#2" is none
    r"|\$(?=[A-Z]{1,8}(?![A-Za-z0-9_$])|1INCH)"  # a cashtag
    rf"|(?<=\S)\.(?=[^\W\d_][^\s\d{_ASCII_MARKS}])"  # the dot before a top-level domain
    r"|:(?=//)"
)
_OURS = re.compile(
    r"https://(?:huggingface\.co/papers|arxiv\.org/(?:abs|pdf))/[\w./-]*\w|https://t\.me/\w+\?start=[\w-]{1,64}"
)
_CONTROLS = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if code != ord("\n")}
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))  # they would turn round what follows
_LONE = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # half a surrogate pair cannot be sent
_CLEAN = {**_CONTROLS, **_TURNS, **_LONE}


def clean(text: str) -> str:
    """Return ``text`` without what Telegram cannot show: control characters, direction overrides, lone surrogates."""
    return text.translate(_CLEAN)


def quiet(text: str) -> str:
    """Return clean ``text`` in which Telegram finds nothing to link but papers and this bot's own deep links."""
    text = clean(text)
    pieces, at = [], 0
    for ours in _OURS.finditer(text):
        pieces += [_still(text[at : ours.start()]), ours.group()]
        at = ours.end()
    return "".join((*pieces, _still(text[at:])))


def html(text: str) -> str:
    """Return ``text`` for the inside of a tag: quiet and escaped."""
    return escape(quiet(text), quote=False)


def units(text: str) -> int:
    """Return the length that Telegram counts: UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, most: int) -> str:
    """Return ``text`` within ``most`` units, cut at a word where one is near, with an ellipsis where it was cut."""
    if units(text) <= most:
        return text
    kept = text[: most - 1]
    while units(kept) > most - 1:
        kept = kept[: most - 1 - units(kept)]
    at_word = kept.rfind(" ")
    return (kept[:at_word] if at_word > most // 2 else kept).rstrip() + "…"


def _still(text: str) -> str:
    return _TOUCHY.sub(lambda touchy: touchy.group() + JOINER, text)
