"""R15, R16: people and places by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.language.names import institutions
from bot.understanding.draft import Context, Draft, is_written
from bot.understanding.words.signs import MINUS_LAST, MINUS_WORDS

_ONE = r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}"
_NAME = rf"({_ONE})"
_LIST = rf"({_ONE}(?:(?:,| and| or| &|, and|, or) {_ONE})*)"
_BY = re.compile(
    rf"(?:^|\s+)(?:(?:written|authored|published|co-authored|done|made|released) )?by (?:the )?(?:authors? )?{_LIST}(?:'s (?:group|lab|team)| et al\.?| and (?:colleagues|others))?$",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    rf"(?:^|\s+)(?:(?:the )?authors?(?: is| named| called|:)?|with author|author name) {_NAME}$", re.IGNORECASE
)
_FROM = re.compile(
    rf"(?:^|\s+)(?:coming )?(?:from|out of|at|by|(?<=papers )of)(?: the)? (?:people at |researchers at |folks at |company |(?:lab|group|team) of |lab )?{_LIST}$",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    rf"^(?:(?:what|which papers?) (?:did|has|have|does) {_NAME} (?:publish|write|post|release|put out|do|work on|written|published|released|done)(?:e?d)?|(?:did|has|have|does) {_NAME} (?:publish|write|post|release|put out|written)(?:e?d)? (?:any|some)(?:thing| papers?| work)(?: new)?)(?: (?:on|about) (.+))?$",
    re.IGNORECASE,
)
_TOPIC_LAST = re.compile(rf"^(by|from)(?: the)? {_NAME} (?:on|about) (.+)$", re.IGNORECASE)
_OWNED = re.compile(rf"^{_NAME}(?:'s|’s|s')$", re.IGNORECASE)
_MORE = re.compile(r"^(?:more|anything|something|everything|all|stuff)(?: new)?\s+(?=(?:by|from)\s)", re.IGNORECASE)
"""Words before ``by`` and ``from`` that ask for papers, where a name follows."""
_SEATS = r"universit\w+|institut\w*|college|academy|laborator(?:y|ies)|labs?|corp(?:oration)?|inc"
_SEAT = re.compile(rf"\b(?:{_SEATS})\b", re.IGNORECASE)
_PLACE = re.compile(rf"\b(?:{_SEATS}|AI)\b", re.IGNORECASE)
"""Words of the names of organisations that are the name of none; AI is a subject too."""
_KIND = re.compile(r"(?:['’]s?)?\s+(?:labs?|group|team|research|AI)$|['’]s$", re.IGNORECASE)
"""Behind the name of a person or an organisation, words for those who work there."""
_FAMILY_FIRST = re.compile(r"([^\W\d_][\w'’-]+), ([^\W\d_][\w'’-]*\.?(?: [^\W\d_][\w'’-]*\.?)?)")
_SIGN = re.compile(r"\s*,\s*(?:(?:and|or|&)\s+)?|\s+(?:and|or|&)\s+", re.IGNORECASE)
_FULL = re.compile(r"[^\W\d_][\w'’-]*\.?(?: [^\W\d_][\w'’-]*\.?){1,3}")
_NOBODY = (
    "votes upvotes likes date relevance popularity time step day week year hand design default example scratch pixels the me us "
    "them video videos image images text language data databases sources examples learning models llms ones graphs"
)
NOBODY = frozenset(_NOBODY.split())
"""Words behind by and from that nobody is called."""


def people(draft: Draft, context: Context) -> Draft:
    """Read ``by`` and ``author`` with a name as that author, ``from`` with an organisation's as that organisation.

    What is left out behind the name stays behind the other words: ``rl by Ada Example without ocr``.
    """
    words = draft.words
    if draft.is_standing and not draft.has_noun and context.facts.stands(words):
        return draft  # frame by frame
    more, minus = _MORE.match(words), MINUS_WORDS.search(words)
    if not (more or minus) or context.facts.stands(words):
        return _people(draft, context)
    first, last = more.end() if more else 0, minus.start() if minus else len(words)
    read = _people(replace(draft, words=words[first:last], has_noun=draft.has_noun or bool(more)), context)
    if read.conditions == draft.conditions:
        return _people(draft, context)
    return replace(read, words=f"{read.words} {words[last:].lstrip(' ,')}".strip())


def _people(draft: Draft, context: Context) -> Draft:
    if asked_of := _PUBLISHED.match(draft.words):
        draft = replace(draft, words=f"{asked_of[3] or ''} by {asked_of[1] or asked_of[2]}".strip(), has_noun=True)
    if draft.has_noun and (found := _TOPIC_LAST.match(draft.words)) and _is_anybody(found[2], context):
        draft = replace(draft, words=f"{found[3]} {found[1]} {found[2]}")
    words = draft.words
    for form, fields in ((_BY, ("author", "org")), (_AUTHOR, ("author",)), (_FROM, ("org", "author"))):
        if not (found := form.search(words)):
            continue
        if form is _FROM and _is_subject(found, draft, context):
            continue
        fitting = [field for field in fields if field == "org" or form is not _FROM or draft.has_noun]
        several = [_known(name, fitting, context) for name in _SIGN.split(found[1])]
        several = several if all(several) else [_known(found[1], fitting, context)]
        if named := [one for one in several if one] if all(several) else []:
            is_any = bool(re.search(r"\sor\s", found[1])) or all(field == "org" for field, _ in named)
            return _of(draft, words[: found.start()], named, is_any=is_any)
    if draft.has_noun and (found := _OWNED.match(words.strip())) and _is_known("author", found[1], context):
        return _of(draft, "", [("author", found[1])])
    return draft


def _is_subject(found: re.Match[str], draft: Draft, context: Context) -> bool:
    """Return whether at and by speak of no papers, or of has words of a text behind it: ``papers of world model``."""
    little, name = found[0].split(maxsplit=1)[0].lower(), found[1]
    is_text = little == "of" and not institutions.is_whole(name) and context.facts.stands(name)
    return is_text or (little in ("at", "by") and not draft.has_noun)


def _known(typed: str, fields: Iterable[str], context: Context) -> tuple[str, str] | None:
    """Return the field and the name in it that was typed: the whole name of anybody first."""
    several = sorted(fields, key="author".__eq__) if institutions.is_whole(typed) else fields
    named = [(at, field, name) for field in several for at, name in enumerate(_names(typed, field, context))]
    inner = sorted(named, key=lambda one: one[0])
    return next(((field, name) for _, field, name in inner if _is_known(field, name, context)), None)


def _names(typed: str, field: str, context: Context) -> list[str]:
    """Return the name, without what kind of place it is, and of two organisations in it the second.

    ``from google deepmind`` may be known as deepmind alone; University is the name of none.
    """
    name = " ".join(typed.strip(" .").split())
    first, _, last = name.partition(" ")
    is_second = field == "org" and last and " " not in last and not _PLACE.search(last)
    names = [name, _KIND.sub("", name), *([last] if is_second and _is_known("org", first, context) else [])]
    return [one for one in dict.fromkeys(names) if one and not _PLACE.fullmatch(one)]


def _is_known(field: str, name: str, context: Context) -> bool:
    return name.lower() not in NOBODY and context.facts.finds(f'{field}:"{name.lower()}"')


def _is_anybody(name: str, context: Context) -> bool:
    return _known(name, ("author", "org"), context) is not None


def _of(draft: Draft, rest: str, named: Sequence[tuple[str, str]], *, is_any: bool = False) -> Draft:
    """Return the draft of the rest of its words and the names in their fields, any of them or all."""
    rest = re.sub(r"\s+(?:written|published|done|released|coming)$", "", rest.strip())
    left_out = MINUS_LAST.search(rest)
    rest, minus = (rest[: left_out.start()], "-") if left_out else (rest, "")
    if rest.lower() in ("new", "latest", "newest", "recent") and not draft.is_standing:
        draft, rest = replace(draft, sort=draft.sort or "new"), ""
    terms = tuple(f"{minus}{field}:{_quoted(name.lower())}" for field, name in named)
    is_group = is_any and not minus and len(terms) > 1
    return replace(draft, words=rest, conditions=(*draft.conditions, *((_any_of(terms),) if is_group else terms)))


def _any_of(terms: Iterable[str]) -> str:
    return f"({' OR '.join(terms)})"


def _quoted(name: str) -> str:
    return name if name.isalnum() else f'"{name}"'


def unknown(draft: Draft) -> tuple[str, bool]:
    """Return the name of nobody known, "" for none, and whether the line plainly asks for their papers."""
    is_by = draft.has_noun or draft.words.lower().startswith(("by ", "author"))
    for form in (_BY, _AUTHOR):
        if (found := form.search(draft.words)) and found[1].lower() not in NOBODY:
            rest = draft.words[: found.start()].strip()
            if draft.has_noun or form is _AUTHOR or not rest or (" " in found[1]):
                return found[1], is_by
    if not (found := _FROM.search(draft.words)):
        return "", False
    is_asked = draft.has_noun or not found.start()
    is_place = _PLACE.search(found[1]) if is_asked else found[1][0].isupper() and _SEAT.search(found[1])
    return (found[1], True) if is_place else ("", False)


def full(draft: Draft, context: Context) -> Draft:
    """Read a line that is full names of authors, and stands in no text, as those authors: any of them, or by and all."""
    typed = " ".join(draft.words.split())
    turned = _FAMILY_FIRST.sub(r"\2 \1", typed) if _FAMILY_FIRST.fullmatch(typed) else typed
    names = _SIGN.split(turned)
    if is_written(typed) or draft.conditions or not all(_is_author(name, context) for name in names):
        return draft
    if context.facts.stands(typed):
        return draft
    terms = tuple(f"author:{_quoted(name.lower())}" for name in names)
    is_any = len(names) > 1 and re.search(r"\sor\s|,", turned)
    return replace(draft, words="", conditions=(_any_of(terms),) if is_any else terms)


def _is_author(name: str, context: Context) -> bool:
    return bool(_FULL.fullmatch(name)) and _is_known("author", name, context)
