"""Messages as a terminal shows them: coloured lines of at most 80 cells, or plain ones for a file or a pipe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from adapters.console.clean import HELD_TOGETHER, clean
from bot.message import Action, Item, Message, Text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text as Styled

WIDEST = 80
"""Cells of a line in a terminal, however wide its window: longer lines tire."""

NARROW = 20
"""Cells under which the last column of a table stands below the others instead of beside them."""
STYLES = {
    "head": "bold cyan",
    "number": "cyan",
    "title": "bold",
    "authors": "dim",
    "plain": "",
    "note": "dim",
    "mono": "",
    "terms": "",
    "link": "blue",
    "facts": "dim",
    "button": "dim cyan",
}
_VOTES = re.compile(r"[▲★]\s?[\d.,]+[kM]?")


@dataclass(frozen=True, slots=True)
class Row:
    """A line before it is wrapped. ``lead`` stands before it, and as much space before its later lines.

    ``whole`` rows are never wrapped, and lose their lead where they would not fit the window with it. ``link`` is where
    a terminal leads who clicks the row.
    """

    text: str
    style: str = "plain"
    lead: str = ""
    link: str = ""
    whole: bool = False


def plain(message: Message, *, pressable: bool = True) -> str:
    """Return the message for a file or a pipe: no colours, no wrapping, each link whole on the line after its title."""
    return "".join(
        f"{row.lead}{row.text}".replace(HELD_TOGETHER, " ").rstrip() + "\n"
        for row in rows(message, piped=True, pressable=pressable)
    )


def styled(message: Message, console: Console, *, pressable: bool = True, unfold: bool = False) -> Styled:
    """Return the message for a terminal, wrapped by cells to the console's width and at most WIDEST.

    An abstract that has a button of its own is left to it, except where ``unfold`` says that it was pressed.
    """
    from rich.text import Text as Styled

    width = min(console.width, WIDEST)
    drawn = rows(message, piped=False, pressable=pressable, unfold=unfold)
    return Styled("\n").join(
        line for row in drawn for part in _parts(row, width) for line in _wrapped(part, console, width)
    )


def svg(messages: Iterable[Message], title: str = "paperwire chat") -> str:
    """Return a picture of a terminal that shows the messages."""
    import io

    from rich.console import Console

    console = Console(record=True, width=WIDEST + 2, file=io.StringIO(), force_terminal=True)
    for message in messages:
        console.print(styled(message, console), soft_wrap=True)
        console.print()
    picture = console.export_svg(title=title, unique_id="paperwire")
    return re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL)  # rich's fonts come from somebody's server


# What stands in which line


def rows(message: Message, *, piped: bool, pressable: bool = True, unfold: bool = False) -> Iterator[Row]:
    """Return the message's lines, blank ones between its parts."""
    actions = [action for row in message.actions for action in row]
    folded = not piped and not unfold and any(action.label == "Abstract" and action.line for action in actions)
    numbers = max((len(str(block.number)) for block in message.blocks if isinstance(block, Item)), default=1)
    above = ""
    for block in message.blocks:
        kind = _kind(block)
        if above and (above, kind) not in _CLOSE:
            yield Row("")
        above = kind
        if isinstance(block, Text):
            yield from _of_text(block)
        else:
            yield from _paper(block, numbers, piped=piped, folded=folded)
    buttons = tuple(_buttons(message.actions, piped=piped, pressable=pressable))
    if buttons and above in ("paper", "mono", "terms"):
        yield Row("")
    yield from buttons


_CLOSE = {(one, other) for one in ("plain", "note", "mono", "card") for other in ("plain", "note", "mono")} | {
    ("head", "note"),
    ("head", "terms"),
}
"""Neighbours that belong together: no blank line between them."""


def _kind(block: Text | Item) -> str:
    if isinstance(block, Text):
        return block.style
    return "paper" if block.number else "card"


def _of_text(block: Text) -> Iterator[Row]:
    """Return the lines of a text, in the way of its style."""
    if block.style == "terms":
        lines = [line.partition("  ")[::2] for line in block.text.split("\n")]
        width = max(len(clean(term)) for term, _ in lines)
        block = replace(block, text="\n".join(f"{clean(term):<{width}}  {does}" for term, does in lines))
    yield from _words(block) if block.style not in ("mono", "terms") else _columns(block)


def _words(block: Text) -> Iterator[Row]:
    for line in clean(block.text, lines=True).split("\n"):
        yield Row(line, block.style)


def _columns(block: Text) -> Iterator[Row]:
    """Return the lines of a table, each wrapped in its last column, or lines of which one points into the other."""
    lines = clean(block.text, lines=True).split("\n")
    if lines[-1].strip() == "^":
        yield from (Row(line, block.style, whole=True) for line in lines)
        return
    for line in lines:
        lead, text = _COLUMNS.fullmatch(line).groups()  # type: ignore[union-attr] # it fits every line
        yield Row(text, block.style, lead or "")


_COLUMNS = re.compile(r"(\S.*? {2,})?(.*)")
"""All columns of a table but the rest of its line, and that."""


def _paper(item: Item, numbers: int, *, piped: bool, folded: bool) -> Iterator[Row]:
    """Return a paper's lines: title, votes, authors, one line of summary, and link; in a pipe the link comes second."""
    lead = f"{item.number:>{numbers + 1}}  " if item.number else ""
    under = " " * len(lead)
    url = clean(item.url)
    yield Row(clean(item.title), "title", lead, link=url)
    if piped:
        yield Row(url, "link", under, whole=True)
    for text, style in ((item.facts, "facts"), (item.authors, "authors"), (item.summary, "plain")):
        if text:
            yield Row(clean(text), style, under)
    if not piped:
        yield Row(url, "link", under, whole=True)
    if item.abstract and not folded:
        yield Row(clean(item.abstract), "note", under)
    if item.keywords:
        yield Row(clean(item.keywords), "note", under)


def _buttons(actions: tuple[tuple[Action, ...], ...], *, piped: bool, pressable: bool) -> Iterator[Row]:
    """Return the buttons in one line; where a page cannot be opened by pressing, its link stands on a line whole."""
    labels = (" ".join(f"[{clean(action.label)}]" for action in row if pressable) for row in actions)
    line = "   ".join(row for row in labels if row)
    if line:
        yield Row(line, "button")
    if piped or not pressable:
        pages = (action for row in actions for action in row if action.url)
        yield from (Row(f"{clean(page.label)}: {clean(page.url)}", "note", whole=True) for page in pages)


# Colours and widths


def _parts(row: Row, width: int) -> Iterator[Row]:
    """Return the row, cut where it is too wide for the window and holds what must stay whole: buttons, addresses."""
    if row.style in ("mono", "terms") and row.lead and width - _cells(row.lead) < NARROW:
        yield replace(row, text=row.lead, lead="")
        yield replace(row, lead="  ")
    elif row.whole or _cells(row.lead + row.text) <= width:
        yield row
    elif row.style == "button":
        line = ""
        for button in _BUTTON.findall(row.text):
            if line and _cells(line + button.rstrip()) > width:
                yield replace(row, text=line.rstrip())
                line = ""
            line += button
        yield replace(row, text=line)
    else:
        lead = row.lead
        for part in filter(None, (part.strip() for part in _LINK.split(row.text))):
            yield replace(row, text=part, lead=lead, whole="://" in part)
            lead = " " * _cells(lead)


_LINK = re.compile(r"(\S*://\S+)")
_BUTTON = re.compile(r"\[.*?\] *")
_HELD = "\ufffc"
"""Stands for a no-break space while rich breaks lines: it would break there too. No answer has such a character."""


def _wrapped(row: Row, console: Console, width: int) -> Iterator[Styled]:
    """Return the row's lines, its first after its lead."""
    from rich.text import Text as Styled

    text = _coloured(row)
    room = width - _cells(row.lead)
    if row.whole:
        yield Styled.assemble((row.lead if text.cell_len <= room else "", STYLES["number"]), text)
        return
    text.plain = text.plain.replace(HELD_TOGETHER, _HELD)
    lines = text.wrap(console, room, overflow="fold")
    for number, line in enumerate(lines or [Styled()]):
        line.plain = line.plain.replace(_HELD, " ")
        line.rstrip()
        lead = row.lead if number == 0 else " " * _cells(row.lead)
        yield Styled.assemble((lead, STYLES["number"]), line)


def _coloured(row: Row) -> Styled:
    from rich.style import Style
    from rich.text import Text as Styled

    text = Styled(row.text, STYLES[row.style])
    if row.style in ("facts", "authors"):
        text.highlight_regex(_VOTES, "yellow")
    if row.link:
        text.stylize(Style(link=row.link))
    return text


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)
