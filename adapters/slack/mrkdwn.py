"""Slack's text markup, both ways: foreign text that shows as it is, and what a person typed out of what Slack sends.

Markup as in docs.slack.dev/messaging/formatting-message-text: ``<...>`` is a link or a ping, ``*bold*``, ``_italic_``,
``~struck~`` and backticks format, ``:name:`` is an emoji, ``>`` at the start of a line quotes. Only ``&``, ``<`` and
``>`` can be escaped; the other marks have no escape, so a joiner that nobody sees (U+2060) keeps them from working.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

from adapters.typed import LONGEST, line
from bot.message import Message, with_lines

JOINER = "\u2060"

_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f\u0085\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, half characters, and the marks that turn the direction of everything after them."""

_FORMATS = {
    "`": re.compile(f"`[^`{JOINER}]"),
    **{
        mark: re.compile(rf"(?<![^\W_]){re.escape(mark)}(?=[^\s{mark}]).*?[^\s{mark}]{re.escape(mark)}(?![^\W_])")
        for mark in "*_~"
    },
}
"""For each mark what of it would format: a pair at the borders of words, on one line."""
_EMOJI = re.compile(r":(?=[a-z0-9_'+-]+:)")
_QUOTE = re.compile(r"^(?=\s*>)", re.MULTILINE)


def literal(text: str) -> str:
    """Return mrkdwn that shows ``text`` as these very characters: no format, no link, no ping, no emoji."""
    text = _UNSEEN.sub(lambda mark: "\ufffd" if mark[0] >= "\ud800" and mark[0] <= "\udfff" else " ", text)
    if "```" in text:  # three of them format over the ends of lines
        text = text.replace("`", JOINER + "`" + JOINER)
    text = "\n".join(map(_unformatted, text.split("\n")))
    return escape(_QUOTE.sub(JOINER, _EMOJI.sub(":" + JOINER, text)))


def _unformatted(line: str) -> str:
    """Return the line with each mark of which a pair would format set off from all around it."""
    for mark, formats in _FORMATS.items():
        if line.count(mark) > 1 and formats.search(line):
            line = line.replace(mark, JOINER + mark + JOINER)
    return line


def escape(text: str) -> str:
    """Return ``text`` with Slack's three special characters written out."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def is_blank(text: str) -> bool:
    """Return whether nothing of ``text`` is to be seen; Slack refuses blank texts."""
    return not literal(text).strip()


def fit(text: str, most: int, drawn: Callable[[str], str] = literal) -> str:
    """Return ``drawn(text)``, cut at a word so that what is drawn stays within ``most`` UTF-16 units."""
    if len(text) <= most and size(whole := drawn(text)) <= most:
        return whole
    cut = text[:most]
    while cut := _at_a_word(cut):
        if size(out := drawn(cut + "…")) <= most:
            return out
        cut = cut[: min(len(cut) - 1, len(cut) * most // size(out))]
    return "…"


def _at_a_word(text: str) -> str:
    head, space, tail = text.rpartition(" ")
    return head if space and len(tail) < 40 else text  # noqa: PLR2004 a longer run is no word


def size(text: str) -> int:
    """Return the length in UTF-16 units: never less than Slack counts, however it counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def link(url: str, label: str) -> str:
    """Return a link that shows ``label``, already drawn; the bare label where ``url`` is no web address."""
    safe = web_address(url)
    return f"<{escape(safe)}|{label}>" if safe else label


def web_address(url: str) -> str:
    """Return ``url`` fit for a link, "" where it is not an http address of at most 2,000 characters."""
    safe = quote(url.strip(), safe="%/:=&?~#+!$,;'@()*[]")
    try:
        parts = urlsplit(safe)
    except ValueError:
        return ""
    return safe if parts.scheme in {"http", "https"} and parts.netloc and len(safe) <= 2000 else ""  # noqa: PLR2004


# What Slack sends: api.slack.com/reference/surfaces/formatting#retrieving-messages

_TOKEN = re.compile(r"<([@#!]|[a-z][a-z0-9+.-]*:)([^<>|]*)(?:\|([^<>]*))?>")
_EMOJI_NAMES = re.compile(r"(?<!\S)(?::[a-z0-9_'+-]+:)+(?!\S)[ \t]*")
"""Emoji that stand alone: `rl today :pray:`, `:wave::skin-tone-3: hello`."""


def typed(text: str, *names: str) -> str:
    """Return the line that the person typed: Slack's tokens as their words, its three characters as themselves.

    Emoji, and people who are mentioned by their ids alone, are no part of it. ``names`` are what the bot is called
    there.
    """
    text = _EMOJI_NAMES.sub("", text[:LONGEST])
    text = _TOKEN.sub(_token, text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\xa0", " ")
    return line(text, *names)


def _token(token: re.Match[str]) -> str:
    kind, name, label = token[1], token[2], token[3] or ""
    if kind == "@" and not label:
        return ""
    if kind in "@#":
        return kind + (label.removeprefix(kind) or name)
    if kind == "!":
        return label or "@" + name.split("^")[0]
    if kind in {"mailto:", "tel:"}:
        return label or name
    url = kind + name
    return label if label and url.endswith(label) else url


def channels(text: str) -> dict[str, str]:
    """Return the channels that ``text`` mentions: name to id."""
    return {(token[3] or token[2]): token[2] for token in _TOKEN.finditer(text) if token[1] == "#"}


def mentioning(message: Message, channels: Mapping[str, str]) -> Message:
    """Return the message whose buttons mention these channels as Slack does, so that presses know which they are."""

    def mentioned(line: str) -> str:
        found = _IN_CHANNEL.match(line)
        id = channels.get(found[1]) if found else None
        return f"in <#{id}|{found[1]}> {line[found.end() :]}" if found and id else line

    return with_lines(message, mentioned) if channels else message


def unmentioned(line: str) -> str:
    """Return the line of a button with the names of the channels that it mentions."""
    return _CHANNEL.sub(r"#\1", line)


_IN_CHANNEL = re.compile(r"in #(\S+) ")
_CHANNEL = re.compile(r"<#[^<>|]*\|([^<>|]*)>")
