"""How papers read: values become the blocks and buttons of a Message. Pure, and the same on every platform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot import bylines, summaries
from bot.deliveries import Delivery
from bot.language.latex.commands import readable
from bot.lines.dates import date_label, day_label, label
from bot.message import Action, Block, Item, Message, Text
from bot.model import Paper, Resource, Resources

NBSP = "\u00a0"
"""Holds the words of a fact together at the end of a line."""
IN_A_DIGEST = 10
THESE = "these"
"""The line behind a digest's [More]: the word, the place of the first that is left, and the ids of all that are."""
A_THOUSAND, A_MILLION = 1000, 1_000_000
KEYWORDS = 3
SHORT_NAME = 24
"""Characters of a subscription that a paper of a roll-up is named with whole; the last line has them all."""
A_ROW = 5
"""Buttons that stand side by side without being cut on a telephone."""
REPEAT = "This may be a repeat: the first try was not confirmed."


def count(number: int, noun: str) -> str:
    """Return "1 paper", "2 papers", "0 papers"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def short(number: int) -> str:
    """Return 999 as it is, 1234 as "1.2k", 15300 as "15k", 999600 as "1.0M"."""
    if number < A_THOUSAND:
        return str(number)
    is_small = number < 999_500  # noqa: PLR2004 more would read 1000k
    amount, unit = (number / A_THOUSAND, "k") if is_small else (number / A_MILLION, "M")
    return f"{amount:.1f}{unit}" if amount < 9.95 else f"{amount:.0f}{unit}"  # noqa: PLR2004 9.95 would read 10.0k


def _names(paper: Paper) -> tuple[str, ...]:
    """Return the authors, those that are named as readers see them."""
    return (*map(readable, paper.authors[: bylines.NAMED]), *paper.authors[bylines.NAMED :])


def item(paper: Paper, number: int) -> Item:
    """Return the paper as one of a list."""
    return Item(
        id=paper.id,
        title=summaries.title(paper),
        url=paper.url,
        number=number,
        facts=_dotted(*_facts(paper), bylines.first_author(_names(paper))),
        summary=summaries.summary(paper, summaries.IN_A_LIST),
    )


def card(paper: Paper, today: date, *, pictures: bool = False) -> Item:
    """Return the paper as a card of its own, with its thumbnail where the chat wants ``pictures``."""
    day = date_label(paper.day, today) if paper.day else ""
    said, abstract = summaries.summary(paper), readable(paper.abstract)
    return Item(
        id=paper.id,
        title=summaries.title(paper),
        url=paper.url,
        authors=" · ".join(filter(None, (bylines.authors(_names(paper)), paper.organization))),
        facts=_dotted(*_facts(paper), day, _version(paper, today)),
        summary=said,
        abstract="" if abstract == said else abstract,
        keywords=" · ".join(map(readable, paper.keywords[:KEYWORDS])),
        picture=paper.thumbnail if pictures and _is_page(paper.thumbnail) else "",
    )


def _version(paper: Paper, today: date) -> str:
    """Return "v2, replaced 3 Mar 2026" of a paper that has more than one version, "" of any other."""
    if paper.version < 2:  # noqa: PLR2004 the first one goes without saying
        return ""
    how = "withdrawn" if paper.withdrawn else "replaced"
    return f"v{paper.version}" + (f", {how} {date_label(paper.replaced, today)}" if paper.replaced else "")


def card_actions(paper: Paper) -> tuple[tuple[Action, ...], ...]:
    """Return the buttons under a card; a withdrawn paper's PDF is gone, its page says why."""
    asks = [Action("Abstract", f"abstract {paper.id}")] if paper.abstract else []
    asks += [Action("Similar", f"similar {paper.id}"), Action("Save", f"save {paper.id}")]
    asks += [Action("Why", f"why {paper.id}")]
    page = Action("arXiv", url=paper.arxiv_url) if paper.withdrawn else Action("PDF", url=paper.pdf_url)
    pages = [page] + ([Action("Code", url=paper.code)] if _is_page(paper.code) else [])
    return tuple(asks), tuple(pages)


def card_message(paper: Paper, today: date, *, pictures: bool = False, resources: Resources = ()) -> Message:
    """Return the answer to ``paper <id>``, with a button to what belongs to the paper, and a line of what has names."""
    line = " · ".join(f"{count(one.total, one.kind)}{_named(one)}" for one in resources if one.names)
    blocks: tuple[Block, ...] = (card(paper, today, pictures=pictures), *((Text(line),) if line else ()))
    pages = tuple(Action(count(one.total, one.kind), url=one.url) for one in resources)
    return Message(blocks, (*card_actions(paper), *((pages,) if pages else ())), summary=summaries.title(paper))


def _named(resource: Resource) -> str:
    """Return ": org/name, org/other, ..."."""
    more = ", ..." if resource.total > len(resource.names) else ""
    return f": {', '.join(resource.names)}{more}"


def number_buttons(papers: Sequence[Paper], first: int) -> tuple[tuple[Action, ...], ...]:
    """Return rows of buttons [1] [2] ..., each opening a card."""
    buttons = [Action(str(place), f"paper {paper.id}") for place, paper in enumerate(papers, first)]
    return tuple(tuple(buttons[at : at + A_ROW]) for at in range(0, len(buttons), A_ROW))


def items(papers: Iterable[Paper], first: int = 1) -> tuple[Item, ...]:
    """Return papers as a list that counts from ``first``."""
    return tuple(item(paper, place) for place, paper in enumerate(papers, first))


def post(delivery: Delivery, today: date, *, pictures: bool = False, late: str = "") -> Message:
    """Return what is posted for a delivery: a card, or a list where several papers are owed at once.

    ``late`` is when a digest was due (``due_label``), "" where it is in time. A digest shows the best; the rest stands
    behind [More].
    """
    if delivery.cap_day:
        return _left_out(delivery, delivery.cap_day, today)
    reasons = "  ".join(str(one) for one in delivery.subscriptions)
    caveat = REPEAT if delivery.doubtful else ""
    notes = tuple(Text(words, "note") for words in (reasons, caveat) if words)
    if delivery.digest or len(delivery.papers) > 1:
        return _several(delivery, today, late, notes, caveat)
    (paper,) = delivery.papers
    blocks: tuple[Block, ...] = (card(paper, today, pictures=pictures), *_how_risen(delivery, paper, today), *notes)
    return Message(blocks, card_actions(paper), summary=summaries.title(paper))


def _several(delivery: Delivery, today: date, late: str, notes: tuple[Text, ...], caveat: str) -> Message:
    """Return a digest, or the roll-up of what came at once; its header says what was asked, as notifications do."""
    shown = delivery.papers[: _most_of(delivery)] if delivery.digest else delivery.papers
    queries = ", ".join(dict.fromkeys(one.name or one.text for one in delivery.subscriptions))
    new = f"{len(delivery.papers)} new{_days_of(delivery.papers, today)}"
    head = Text(" · ".join(filter(None, (queries, new, f"late, it was due {late}" if late else ""))), "head")
    rows = number_buttons(shown, 1)
    if more := [paper.id for paper in delivery.papers[len(shown) :]]:
        rows = (*rows, (Action("More", f"{THESE} {len(shown) + 1} {' '.join(more)}"),))
    listed = [_with_rise(one, _risen(delivery, paper, today)) for one, paper in zip(items(shown), shown, strict=True)]
    named = [replace(one, facts=_joined(one.facts, _answered(delivery, one.id))) for one in listed]
    return Message((head, *named, *notes), rows, summary=head.text, caveat=caveat)


def _answered(delivery: Delivery, id: str) -> str:
    """Return the subscriptions that the paper answers, "" where the whole message answers one; long ones by number."""
    if len(delivery.subscriptions) == 1:
        return ""
    answered = dict(delivery.answers).get(id, ())
    names = (str(one) if len(str(one)) <= SHORT_NAME else f"#{one.number}" for one in answered)
    return ", ".join(name.replace(" ", NBSP) for name in names)


def due_label(due: datetime, today: date) -> str:
    """Return "at 09:00", with the day where it is another one: "Fri 20 Nov at 09:00"; ``due`` in the chat's time."""
    day = "" if due.date() == today else f"{day_label(due.date(), today)} "
    return f"{day}at {due:%H:%M}"


def _how_risen(delivery: Delivery, paper: Paper, today: date) -> tuple[Text, ...]:
    how = _risen(delivery, paper, today)
    return (Text(f"{how[:1].upper()}{how[1:]}", "note"),) if how else ()


def _risen(delivery: Delivery, paper: Paper, today: date) -> str:
    """Return "rose to 21 upvotes, listed Fri 20 Nov" for a late riser, "" for any other paper."""
    how = dict(delivery.rose).get(paper.id, "")
    day = f", listed {day_label(paper.day, today)}" if how and paper.day else ""
    return f"{how}{day}"


def _with_rise(one: Item, how: str) -> Item:
    return replace(one, facts=_joined(one.facts, how))


def _left_out(delivery: Delivery, day: date, today: date) -> Message:
    """Return the one line that tells how many papers a day's cap left out; its button pages through them."""
    one = delivery.subscriptions[0]
    when = "today" if day == today else f"on {day_label(day, today)}"
    why = f" (at most {one.most} a day are posted)" if one.most else ""
    words = f"{len(delivery.papers)} more for {one} {when}{why}"
    notes = (Text(REPEAT, "note"),) if delivery.doubtful else ()
    row = (Action("More", f"more {one.number} {day}"),)
    return Message((Text(words), *notes), (row,), summary=words)


def _most_of(delivery: Delivery) -> int:
    """Return how many papers a digest shows: as many as the most generous of its subscriptions, ten without a cap."""
    return max((one.most or IN_A_DIGEST for one in delivery.subscriptions), default=IN_A_DIGEST)


def _facts(paper: Paper) -> list[str]:
    """Return votes, code and its stars, comments; only those that there are."""
    facts = [f"▲ {short(paper.upvotes)}"] if paper.upvotes > 0 else []
    if paper.code:
        facts.append(f"code ★ {short(paper.stars)}" if paper.stars > 0 else "code")
    return facts + ([count(paper.comments, "comment")] if paper.comments > 0 else [])


def _dotted(*facts: str) -> str:
    """Return the facts in one line that breaks only behind a dot."""
    return _joined(*(fact.replace(" ", NBSP) for fact in facts))


def _joined(*parts: str) -> str:
    return f"{NBSP}· ".join(filter(None, parts))


def _days_of(papers: Sequence[Paper], today: date) -> str:
    days = sorted({paper.day for paper in papers if paper.day})
    if not days:
        return ""
    return f" · {label(days[0], days[-1], today)}"


def _is_page(url: str) -> bool:
    """Return whether a button may lead there: platforms refuse anything but plain web addresses."""
    return re.fullmatch(r"https?://[^\s<>\"\\^`{|}]{3,500}", url) is not None
