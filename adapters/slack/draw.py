"""A Message as Block Kit: pure, within every limit of docs.slack.dev/reference/block-kit/blocks.

A paper is a section (number, linked title, summary) and a context (authors, facts, keywords). Its abstract is not
drawn: it stands behind its button. What does not fit one message goes on in the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adapters import phone
from adapters.slack.mrkdwn import fit, is_blank, link, literal, size, web_address
from bot.message import Action, Item, Message, Text, as_typed

Block = dict[str, Any]

BLOCKS = 50
"""Blocks in a message."""
TEXT = 2900
"""UTF-16 units in one text object; Slack takes 3,000 characters."""
MONO = TEXT - 10
"""The same, with room for the marks around it."""
WHOLE = 12_000
"""Units over all blocks: Slack has been seen to refuse messages from about 13,200 (msg_blocks_too_long)."""
MENU = 5
"""Options of an overflow menu."""
BUTTONS = 25
"""Elements of an actions block."""
NOTICE = 500
"""Units of the words for notifications and screen readers."""
PRESS = "paperwire.press"
REPLACE = "paperwire.replace"
"""How a button's action_id begins: its answer follows the message, or takes its place."""
PRESSED = re.compile(rf"^({re.escape(PRESS)}|{re.escape(REPLACE)})\.")


@dataclass(frozen=True, slots=True)
class SlackPart:
    """One Slack message: its blocks, the words of its notification, and the whole of it without blocks."""

    blocks: tuple[Block, ...]
    text: str
    plain: str


_BREAKS = re.compile(r"[^\S\u00a0]+")
"""Where a line may break: at all white space but no-break spaces."""

COMMAND = "/papers "
"""How a line begins that is typed in Slack."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Blocks that stay together, and the same in words."""

    blocks: tuple[Block, ...]
    words: str = ""
    size: int = field(default=0)


def draw(message: Message, *, pictures: bool = True) -> tuple[SlackPart, ...]:
    """Return the Slack messages that say ``message``, at least one."""
    message = as_typed(message, COMMAND)
    pieces = [*_pieces(message, pictures=pictures)]
    summary = "" if is_blank(message.summary) else message.summary
    groups = [*_grouped(pieces)] or [[_words(Text(summary or "Nothing to show."))]]
    return tuple(_part(group, summary if n == 0 else "") for n, group in enumerate(groups))


def _part(group: Sequence[_Piece], summary: str) -> SlackPart:
    plain = "\n".join(piece.words for piece in group if piece.words)
    text = fit(summary, NOTICE) if summary else _first_lines(plain)
    return SlackPart(
        tuple(block for piece in group for block in piece.blocks), text or "Paperwire", plain or text or "…"
    )


def _first_lines(plain: str) -> str:
    """Return whole lines of drawn words, so that no escape is cut in two."""
    lines, kept = plain.split("\n"), ""
    for line in lines:
        if size(kept) + size(line) > TEXT:
            break
        kept = f"{kept}\n{line}" if kept else line
    return kept


def _grouped(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    group: list[_Piece] = []
    for piece in pieces:
        full = sum(len(one.blocks) for one in group) + len(piece.blocks) > BLOCKS
        if group and (full or sum(one.size for one in group) + piece.size > WHOLE):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _pieces(message: Message, *, pictures: bool) -> Iterator[_Piece]:
    for place, block in enumerate(message.blocks):
        if isinstance(block, Text) and block.menu:
            yield _with_menu(block, place)
        elif isinstance(block, Item):
            yield _item(block, picture=pictures)
        else:
            chunks = (chunk for chunk in _chunks(block.text) if not is_blank(chunk))
            yield from (_words(replace(block, text=chunk)) for chunk in chunks)
    yield from _rows(message.actions)


def _with_menu(text: Text, place: int) -> _Piece:
    """Return a line with its overflow menu: docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element."""
    options = [
        {"text": {"type": "plain_text", "text": fit(one.label, 75, str)}, "value": one.line} for one in text.menu[:MENU]
    ]
    piece = _words(replace(text, text=text.text.split("\n")[0]))
    piece.blocks[0]["accessory"] = {"type": "overflow", "action_id": f"{PRESS}.menu{place}", "options": options}
    return piece


def _chunks(text: str) -> Iterator[str]:
    """Return ``text`` in runs of whole lines that fit a text object however they are drawn; a longer line is cut."""
    chunk: list[str] = []
    room = MONO
    for line in text.strip("\n").split("\n"):
        length = size(literal(line)) + 1
        if chunk and length > room:
            yield "\n".join(chunk)
            chunk, room = [], MONO
        chunk.append(line)
        room -= length
    yield "\n".join(chunk)


def _words(text: Text) -> _Piece:
    if text.style == "mono":
        words = fit(text.text, TEXT, lambda cut: f"```{literal(cut)}```")
        return _piece((_section(words),), words)
    if text.style == "terms":
        words = "\n".join(map(_term, text.text.split("\n")))
        return _piece((_section(words),), words)
    words = fit(text.text, TEXT)
    if text.style == "head":
        return _piece((_context(_bold(words)),), words)
    shown = _timed(words, text)
    return _piece((_context(shown) if text.style == "note" else _section(shown),), words)


def _term(line: str) -> str:
    """Return a line whose term is bold, where two spaces end one."""
    term, gap, rest = line.partition("  ")
    return f"{_bold(literal(term))}{gap}{literal(rest)}" if gap else literal(line)


def _timed(words: str, text: Text) -> str:
    """Return the words with their times in the reader's own zone: docs.slack.dev/messaging/formatting-message-text."""
    moments = {literal(time): moment for time, moment in text.times}
    if not moments:
        return words

    def dated(match: re.Match[str]) -> str:
        form = "{time}" if len(match[0]) == len("09:40") else "{date_short} {time}"
        return f"<!date^{int(moments[match[0]].timestamp())}^{form}|{match[0]}>"

    longest_first = sorted(map(re.escape, moments), key=len, reverse=True)
    shown = re.sub("|".join(longest_first), dated, words)
    return shown if len(shown) <= TEXT else words


def _item(item: Item, *, picture: bool) -> _Piece:
    item = _on_one_line(phone.fitted(item) if item.number else item)
    title, facts, about = _title(item), _dotted(item.facts), _dotted(item.keywords)
    said = "\n".join(fit(text, 1500) for text in (item.authors, item.summary) if not is_blank(text))
    section = _section("\n".join(filter(None, (title, said))))
    if picture and (url := web_address(item.picture)):
        section["accessory"] = {
            "type": "image",
            "image_url": url,
            "alt_text": fit(item.title, 300, str) if item.title.strip() else item.id,
        }
    small = "\n".join(filter(None, (facts, about)))
    blocks = (section, _context(small)) if small else (section,)
    return _piece(blocks, "\n".join(filter(None, (title, facts, said, about))))


def _on_one_line(item: Item) -> Item:
    """Return the paper with every field on one line: a line's end within its label would break a link."""
    fields = (item.title, item.authors, item.facts, item.summary, item.keywords)
    title, authors, facts, summary, keywords = (" ".join(_BREAKS.split(text.strip())) for text in fields)
    return replace(item, title=title, authors=authors, facts=facts, summary=summary, keywords=keywords)


def _title(item: Item) -> str:
    number = f"{item.number}  " if item.number else ""
    return number + _bold(link(item.url, fit(item.id if is_blank(item.title) else item.title.strip(), 600)))


def _bold(words: str) -> str:
    """Return drawn words in bold, or as they are where a star or a line's end within them could end it early."""
    return words if "*" in words or "\n" in words else f"*{words}*"


def _dotted(*fields: str) -> str:
    return " · ".join(fit(field, 900) for field in fields if not is_blank(field))


def _piece(blocks: tuple[Block, ...], words: str) -> _Piece:
    return _Piece(blocks, words, size(words))


def _section(words: str) -> Block:
    # `verbatim` keeps Slack from making links of bare addresses and names.
    return {"type": "section", "text": {"type": "mrkdwn", "text": words, "verbatim": True}}


def _context(words: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": words, "verbatim": True}]}


def _rows(rows: Sequence[Sequence[Action]]) -> Iterator[_Piece]:
    count = 0
    for row in rows:
        buttons = [button for n, action in enumerate(row, count) if (button := _button(action, n))]
        count += len(row)
        for first in range(0, len(buttons), BUTTONS):
            shown = buttons[first : first + BUTTONS]
            labels = sum(size(button["text"]["text"]) for button in shown)
            yield _Piece(({"type": "actions", "elements": shown},), size=labels)


def _button(action: Action, n: int) -> Block | None:
    """Return the button, None where it neither says a line nor opens a page."""
    kind = REPLACE if action.replaces else PRESS
    label = fit("…" if is_blank(action.label) else action.label.strip(), 75, str)
    button = {
        "type": "button",
        "action_id": f"{kind}.{n}",
        "text": {"type": "plain_text", "text": label, "emoji": False},
    }
    if url := web_address(action.url):
        return {**button, "url": url}
    return {**button, "value": action.line[:2000]} if action.line else None
