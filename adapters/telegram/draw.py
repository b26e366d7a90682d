"""Messages drawn as Telegram HTML. Pure: nothing here sends anything.

Limits (core.telegram.org/bots/api#sendmessage, #sendphoto): 4,096 units of text, 1,024 of a caption, counted after the
tags are gone; 100 formatted places in one message, beyond which Telegram drops formatting without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape, unescape

from adapters import phone
from adapters.telegram.wire import foreign
from bot.message import Action, Block, File, Item, Message, Text

MOST = 4096
MOST_CAPTION = 1024
MOST_TAGS = 100
MOST_ADDRESS = 2048
_FIELDS = {"title": 600, "authors": 300, "facts": 300, "summary": 700, "abstract": 1600, "keywords": 300}
"""Units of each field; in sum they leave room for the number and the line breaks, so an item always fits."""

_STYLES = {"head": "<b>{}</b>", "plain": "{}", "note": "<i>{}</i>", "mono": "<pre>{}</pre>", "terms": "{}"}
_BREAKS = re.compile(r"[^\S\u00a0]+")
"""Where a line may break: at all white space but no-break spaces."""
_TERM = re.compile(r"^(.+?)(?=  )", re.MULTILINE)
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class TelegramPart:
    """One message to Telegram.

    ``picture`` (an address) and ``file`` make ``html`` a caption; ``preview`` is the page whose small preview may
    stand below, empty for none. ``asks``: the reply that people type next is the answer to it.
    """

    html: str
    actions: tuple[tuple[Action, ...], ...] = ()
    picture: str = ""
    file: File | None = None
    preview: str = ""
    asks: bool = False


def draw(message: Message, *, pictures: bool = True) -> tuple[TelegramPart, ...]:
    """Return the parts to send, in order; the buttons stand under the last one. At least one part."""
    card = _card(message.blocks)
    if card and card.picture and pictures and not message.file and (caption := _caption(message.blocks)):
        return (TelegramPart(caption, message.actions, picture=card.picture),)
    pages = _pages(message.blocks, message.caveat)
    if message.file:
        return _with_file(pages, message)
    pages = pages or (foreign.html(message.summary).strip() or "Done.",)
    preview = card.url if card and len(pages) == 1 else ""
    last = TelegramPart(pages[-1], message.actions, preview=preview, asks=message.asks != "")
    return (*map(TelegramPart, pages[:-1]), last)


def visible(html: str) -> str:
    """Return what people see of ``html``."""
    return unescape(_TAG.sub("", html))


def plain(html: str) -> str:
    """Return ``html`` as text without markup that fits one message, each link's address behind its words."""
    return foreign.cut(visible(_LINK.sub(r"\2 \1", html)), MOST)


def _card(blocks: tuple[Block, ...]) -> Item | None:
    items = [block for block in blocks if isinstance(block, Item)]
    return items[0] if len(items) == 1 and not items[0].number else None


def _with_file(pages: tuple[str, ...], message: Message) -> tuple[TelegramPart, ...]:
    caption = pages[0] if len(pages) == 1 and foreign.units(visible(pages[0])) <= MOST_CAPTION else ""
    said = () if caption else tuple(map(TelegramPart, pages))
    return (*said, TelegramPart(caption, message.actions, file=message.file))


def _caption(blocks: tuple[Block, ...]) -> str:
    """Return one page within a caption's limit, the least important words left out first; "" where nothing helps."""
    for without in (set(), {"abstract"}, {"abstract", "summary", "keywords"}):
        pages = _pages(_without(block, without) for block in blocks)
        if len(pages) == 1 and foreign.units(visible(pages[0])) <= MOST_CAPTION:
            return pages[0]
    return ""


def _without(block: Block, fields: set[str]) -> Block:
    if not isinstance(block, Item):
        return block
    return replace(
        block,
        abstract="" if "abstract" in fields else block.abstract,
        summary="" if "summary" in fields else block.summary,
        keywords="" if "keywords" in fields else block.keywords,
    )


def _pages(blocks: Iterable[Block], caveat: str = "") -> tuple[str, ...]:
    """Return the blocks packed into as few pages as their order allows, each within Telegram's limits.

    ``caveat`` heads each page that does not say it already.
    """
    pages: list[str] = []
    warning = "".join(_pieces(Text(caveat, "note")))
    room = foreign.units(visible(warning)) + 1 if warning else 0
    before: Block | None = None
    for block in blocks:
        gap = _gap(before, block)
        for piece in _pieces(block):
            if pages and _fits(pages[-1] + gap + piece, room):
                pages[-1] += gap + piece
            else:
                pages.append(piece)
            gap = "\n"
        before = block
    return tuple(page if warning in page or not _fits(page, room) else f"{warning}\n{page}" for page in pages)


def _gap(before: Block | None, block: Block) -> str:
    """Return an empty line between what differs; papers of a list follow each other, their titles tell them apart."""
    if isinstance(block, Item):
        return "\n" if isinstance(before, Item) and block.number else "\n\n"
    is_next_group = isinstance(before, Text) and (before.style, block.style) == ("terms", "head")
    return "\n" if isinstance(before, Text) and block.style != "mono" and not is_next_group else "\n\n"


def _fits(html: str, room: int) -> bool:
    """Return whether a page may hold this much, and ``room`` units more."""
    return html.count("</") + bool(room) <= MOST_TAGS and foreign.units(visible(html)) + room <= MOST


def _pieces(block: Block) -> Iterator[str]:
    if isinstance(block, Item):
        yield item_html(block)
        return
    text = foreign.clean(block.text) if block.style == "mono" else foreign.quiet(block.text)
    for chunk in _chunks(text.strip("\n")):
        if chunk.strip():
            html = escape(chunk, quote=False)
            yield _STYLES[block.style].format(_TERM.sub(r"<b>\1</b>", html) if block.style == "terms" else html)


def _chunks(text: str) -> Iterator[str]:
    """Yield ``text`` in pieces that fit a page, split at line ends, else at spaces."""
    while foreign.units(text) > MOST:
        window = text[: MOST // 2]  # at most MOST units, whatever the characters
        at = max(window.rfind("\n"), 0) or max(window.rfind(" "), 0) or len(window)
        yield text[:at]
        text = text[at:].lstrip("\n ")
    yield text


def item_html(item: Item) -> str:
    """Return one paper: title, facts, authors, summary, abstract, keywords; in a list at most five lines of a phone."""
    if item.number:
        item = phone.fitted(item)
    field = {name: _field(getattr(item, name), most) for name, most in _FIELDS.items()}
    number = f"{item.number}  " if item.number else ""
    lines = [
        number + _linked(f"<b>{field['title'] if _is_seen(item.title) else foreign.html(item.id)}</b>", item.url),
        _wrapped("<i>{}</i>", field["facts"]),
        field["authors"],
        field["summary"],
        _wrapped("<blockquote expandable>{}</blockquote>", field["abstract"]),
        _wrapped("<i>{}</i>", field["keywords"]),
    ]
    return "\n".join(filter(None, lines))


def _field(text: str, most: int) -> str:
    return escape(foreign.cut(" ".join(_BREAKS.split(foreign.quiet(text).strip())), most), quote=False)


def _is_seen(text: str) -> bool:
    return any(char.isprintable() and not char.isspace() for char in text)


def _wrapped(tag: str, html: str) -> str:
    return tag.format(html) if html else ""


def _linked(html: str, url: str) -> str:
    """Return ``html`` as a link; only web pages are linked, and only where the address is of a sane length."""
    ok = url.startswith(("https://", "http://")) and len(url) <= MOST_ADDRESS and url.isprintable() and " " not in url
    return f'<a href="{escape(url)}">{html}</a>' if ok else html
