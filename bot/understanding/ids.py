"""R23: ids and links of papers, anywhere in a line; pages of the feed; other sites' links (R25)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.words.arxiv_id import bare_id
from bot.understanding.draft import Choice

DIGITS = 5
"""Behind the point of an id, since 2015: info.arxiv.org/help/arxiv_identifier.html."""

MOST = 10
"""Papers of one line."""

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>|\"']+|\b(?:arxiv|huggingface|hf|alphaxiv|openreview|github)\.(?:org|co|net|com)/[^\s<>|\"']+",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    r"(?<![\d.])(\d{4}\.\d{4,5})(?:v\d+)?(?!\w)|(?<![\w/-])([a-z][a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?!\d)"
)
_PAGE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:huggingface|hf)\.co/papers(?:/(?:(date|week|month)/([\w-]+)|(trending)))?/?(?:\?(?:(?:.*&)?date=(\d{4}-\d\d-\d\d)\b)?.*)?$",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:\bdoi:? *)?\b10\.48550/arxiv\.", re.IGNORECASE)
_BAD = re.compile(r"(?<![\d.])((?:0[7-9]|1\d|2\d)(?:0[1-9]|1[0-2]))[.,: ]?(\d{3,6})(?!\d)")

VERBS: dict[str, str] = {
    r"(?:more |anything |something |any |other |new |papers? |articles? |works? )*(?:similar|like|close|related|near)(?: this| that| it)?(?: to| papers? to| papers| ones)?|neighbou?rs of": "similar",
    r"un-?save|un-?bookmark|(?:remove|delete|drop|take|erase|forget)(?: (?:this|that|it|the|paper|from|off|out of|my|our|reading))*(?: (?:list|saved|bookmarks?|favou?rites?|library)(?: papers?)?)?$": "unsave",
    r"save|read later|bookmark|keep|store|remember|to-?read|add|put|favou?rite|fav": "save",
    r"why|why (?:is|does|did|was|do i (?:get|see)|did (?:i|you) (?:get|post|see|send))": "why",
    r"abstract(?: of)?|read (?:me )?the abstract": "abstract",
}  # fmt: skip
"""Words before an id, and the verb that they mean; without any it is its card."""

_NO_SUMMARY = "I write no summaries of my own: the card has the feed's one-line summary and the abstract."
CANNOT: dict[str, str] = {
    r"(?:summari[sz]e|tl;?dr|sum up|recap|explain|eli5|simplify|discuss|critique|review(?! of)|rate|read out|read me|fasse|résume|总结)(?!\w)": _NO_SUMMARY,
    r"(?:an? |the )?(?:short |brief |quick |main |key )*(?:summary|review|podcast|findings|takeaways|contributions|points)(?: (?:of|for|from|about|on|in|this|the|paper))*$": _NO_SUMMARY,
    r"(?:translate|translation|übersetze|traduis|traduce)\b": "I translate nothing: the card has the paper's own words.",
    r"(?:.*\b(?:citing|cites?|cited|citations?|references|bibliography)\b)": "I know no citations. Papers near to it I can find.",
    r"(?:upvote|vote|like|downvote|star|comment on)\b": "Votes are given on the paper's own page.",
    r"(?:remind\w*|wake)\b": "I keep no reminders. Your reading list keeps it.",
    r"(?:e-?mail|mail|forward|send|text|whatsapp|tweet|post|share)\b": "I send papers nowhere else; [Share] under an answer shows it to everybody here.",
    r"(?:download|print|run|implement|reproduce|code up|compare)\b": "I only lead to it: the card has the PDF and the code.",
    r"(?:subscribe|follow|watch|track|monitor|alert)(?: (?:me|to|on|of|about|for|this|the|paper|updates))*$": "A paper is nothing to follow; papers near to it can be found, and words followed.",
    r"(?:bibtex|cite|citation|bib)\b": "One paper's BibTeX comes with your reading list: save it, then “export bibtex”.",
}  # fmt: skip
"""R25: what is asked of a paper and not done."""


@dataclass(frozen=True, slots=True)
class ReadIds:
    """Lines to carry out, or words and choices where none can be."""

    lines: tuple[str, ...] = ()
    words: str = ""
    choices: tuple[Choice, ...] = ()
    near: tuple[str, ...] = ()
    """Ids that may have been meant by one that lacks a digit."""


def read(line: str) -> ReadIds | None:
    """Return what a line with an id or a link in it asks for, or None where it has none.

    In quotes an id is one of the words, unless it stands there alone.
    """
    line = _QUOTED.sub(lambda part: part[0] if _is_address(part[1]) else " ", line)
    papers, rest = parted(line)
    if papers:
        return _of(papers, rest)
    for link in _LINK.findall(line):
        if page := _PAGE.match(link.rstrip(".,;)")):
            return ReadIds((page[3] or page[2] or page[4] or "today",))
    if _LINK.search(line):
        known = "openreview" in line.lower() and "That is not an arXiv paper; type its title to look for it."
        return ReadIds(words=known or "That link leads to no paper that I know. Type its title to look for it.")
    return _mistyped(line)


_QUOTED = re.compile(r'"([^"]*)"')


def _is_address(words: str) -> bool:
    return bool(bare_id(words) or _LINK.fullmatch(words.strip()))


def papers(text: str) -> tuple[str, ...]:
    """Return the ids of the papers whose id or address stands in the text, each once, ten at most."""
    return parted(text)[0]


def linked(text: str) -> tuple[str, ...]:
    """Return the ids of the papers whose address stands in the text, each once, ten at most."""
    return papers(" ".join(_LINK.findall(text)))


_THIS = (
    r"(?: (?:this|that|it|this one|that one|(?:this|that|the) paper|the abstract|for me|for later|please|to my list))*"
)
_ORDERS = (*VERBS, *CANNOT, "paper", "card", "details", "more", "open(?: it)?", "bibtex")
_ALONE = re.compile(rf"(?:please )?(?:{'|'.join(_ORDERS)}){_THIS}(?: #?(\d{{1,2}}))?[.!? ]*", re.IGNORECASE)


def naming(text: str, shown: Sequence[str]) -> str:
    """Return the text with the papers that hang on it, behind its words or forwarded with it, where it names none."""
    return text if papers(text) else " ".join((text, *shown)).strip()


def needs_paper(text: str) -> bool:
    """Return whether a line of the text has a verb that needs a paper, and no paper: `save`, `why this?`, `similar 2`."""
    return any(_ALONE.fullmatch(line.strip()) and not papers(line) for line in text.splitlines())


@dataclass(frozen=True, slots=True)
class Shown:
    """Papers that a message shows, in its order, ten at most; ``first`` is the number that the first has there."""

    papers: tuple[str, ...] = ()
    first: int = 1


NOTHING = Shown()

_NUMBERED = re.compile(r"^[*_]*(\d{1,4})[*_]*  \S", re.MULTILINE)
"""A paper of a list: its number and two spaces before the title, on every platform."""


def shown(text: str) -> Shown:
    """Return the papers whose ids or addresses stand in the text of a message, and the number of the first."""
    found = _NUMBERED.search(text)
    return Shown(papers(text), int(found[1]) if found else 1)


def in_reply(text: str, shown: Shown) -> str:
    """Return the text with the paper that each line of it is about which has a verb that needs one and no paper.

    ``shown`` are the papers of the message that it replies to: the only one, or the one whose number the line says.
    """
    return "\n".join(_in_reply(line, shown) for line in text.splitlines())


def _in_reply(line: str, shown: Shown) -> str:
    found = _ALONE.fullmatch(line.strip())
    if not found or papers(line):
        return line
    place = int(found[1]) - shown.first if found[1] else 0 if len(shown.papers) == 1 else -1
    words = line.strip(" .!?")[: found.start(1) if found[1] else None].rstrip(" #")
    return f"{words} {shown.papers[place]}" if 0 <= place < len(shown.papers) else line


def parted(line: str) -> tuple[tuple[str, ...], str]:
    """Return the ids in the line, each once and in its order, and the words around them."""
    found: dict[str, None] = {}
    rest = line = _DOI.sub(" ", line)
    for link in _LINK.findall(line):
        clean = link.rstrip(".,;:)]}>")
        inside = bare_id(clean) or next((one[0] for one in _INSIDE.findall(clean) if one[0]), "")
        if inside:
            found[inside] = None
            rest = rest.replace(link, " ")
    for new, old in _INSIDE.findall(rest):
        if id := bare_id(new or old):
            found[id] = None
    rest = re.sub(r"\[|\]|arxiv(?:\.org)?:?|doi:?|\b10\.48550/", " ", _INSIDE.sub(" ", rest), flags=re.IGNORECASE)
    real = [id for id in found if "/" in id or len(id) == 10 or int(id[:4]) <= 1412]  # noqa: PLR2004 five digits since 2015
    return tuple(sorted(real, key=line.find)[:MOST]), " ".join(rest.split()).strip(" .,:;-!?")


_SPELT = ("similar", "save", "unsave", "abstract")
_NEAR = 0.8
"""How alike a verb is to one that was meant: difflib's ratio."""
ASKING = re.compile(
    r"^(?:(?:please|can you|could you|pls|hey|ok|(?:give|show|find|get|send|write|make|set|create)(?: (?:me|us))?(?: (?:the|an?|some|any))*|(?:is|are) there(?: any)?|(?:what|which)(?: papers?)?(?:'s| is| are)(?: the)?|do you have(?: any)?)\s+)+(?=\S)"
)
"""Words of asking before a verb."""


def _of(papers: tuple[str, ...], words: str) -> ReadIds:
    first = ASKING.sub("", words.lower())
    cards = tuple(Choice(f"Card {id}" if len(papers) > 1 else "Card", f"paper {id}") for id in papers[:3])
    for form, said in CANNOT.items():
        if re.match(form, first) and not re.match("what is this", first):
            near = (Choice("Similar", f"similar {papers[0]}"), Choice("Save", f"save {papers[0]}"))
            return ReadIds(words=said, choices=(*cards, *near))
    verb = next((said for form, said in VERBS.items() if re.match(rf"(?:{form})\b", first)), "paper")
    if verb == "paper" and (meant := difflib.get_close_matches(first, _SPELT, 1, _NEAR)):
        line = f"{meant[0]} {papers[0]}"
        return ReadIds(words="Did you mean this?", choices=(Choice(line, line), *cards))
    if (
        verb == "save"
        and re.match(r"(?:add|put|keep|store|remember)\b", first)
        and not re.search(r"list|saved|later|bookmarks|favou?rites|^(?:add|keep|store|remember)$", first)
    ):
        verb = "paper"
    lines = tuple(f"{verb} {id}" for id in papers)
    if verb in _CHANGING and _MORE.search(words):
        return ReadIds(
            words=f"That says more than {verb}. Each wish has a line of its own.",
            choices=(*(Choice(one, one) for one in lines[:3]), *cards),
        )
    return ReadIds(lines)


_CHANGING = ("save", "unsave")
_MORE = re.compile(
    r"\b(?:and|then)\s+(?!(?:then|please|pls|thanks|thank|thx|later|for later|to|keep|store|bookmark|this|that)\b)\w",
    re.IGNORECASE,
)
"""A further wish behind what is done to a paper."""


def _mistyped(line: str) -> ReadIds | None:
    """Return the question about an id that lacks a digit, or has one too many; None where it may be a number."""
    found = _BAD.search(line)
    words = re.sub(r"\b(?:paper|arxiv|abs|pdf|why|save|similar)\b:?|[\s#]", "", line.lower())
    if not found or words.strip(".:,") != found[0].replace(" ", ""):
        return None
    month, count = found[1], found[2]
    if len(count) == 5 or ("." not in found[0] and len(count) < 5):  # noqa: PLR2004 the digits of an id
        return (
            ReadIds(
                words="That looks like an arXiv id.", choices=(Choice(f"{month}.{count}", f"paper {month}.{count}"),)
            )
            if len(count) == DIGITS
            else None
        )
    if len(count) < 5:  # noqa: PLR2004
        near = tuple(
            f"{month}.{count[:at]}{digit}{count[at:]}" for at in range(len(count), -1, -1) for digit in range(10)
        )
    else:
        near = tuple(f"{month}.{count[:at]}{count[at + 1 :]}" for at in range(len(count)))
    near = tuple(dict.fromkeys(one for one in near if len(one) == 10))  # noqa: PLR2004 1234.56789
    return ReadIds(words=f"{found[0]} is no arXiv id: since 2015 they have five digits behind the point.", near=near)
