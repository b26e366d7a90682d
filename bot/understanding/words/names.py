"""R15, R16: people and places by their names."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.understanding.draft import Context, Draft

_ONE = r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}"
_NAME = rf"({_ONE})"
_BY = re.compile(
    rf"(?:^|\s+)(?:(?:written|authored|published|co-authored|done|made|released) )?by (?:the )?(?:authors? )?({_ONE}(?:(?:,| and| or| &|, and) {_ONE})*)(?:'s (?:group|lab|team)| et al\.?| and (?:colleagues|others))?$",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    rf"(?:^|\s+)(?:(?:the )?authors?(?: is| named| called|:)?|with author|author name) {_NAME}$", re.IGNORECASE
)
_FROM = re.compile(
    rf"(?:^|\s+)(?:coming )?(?:from|out of|at|of|by)(?: the)? (?:people at |researchers at |folks at |company |lab )?{_NAME}(?:'s lab| labs?| team| research)?$",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    rf"^(?:what|which papers?) (?:did|has|have|does) {_NAME} (?:publish|write|post|release|put out|do|work on|written|published|released|done)(?:e?d)?(?: (?:on|about) (.+))?$",
    re.IGNORECASE,
)
_TOPIC_LAST = re.compile(rf"^(by|from)(?: the)? {_NAME} (?:on|about) (.+)$", re.IGNORECASE)
_OWNED = re.compile(rf"^{_NAME}(?:'s|’s|s')$", re.IGNORECASE)
_FULL = re.compile(r"[^\W\d_][\w'’-]*\.?(?: [^\W\d_][\w'’-]*\.?){1,3}")
NOBODY = frozenset(
    [
        "votes",
        "upvotes",
        "likes",
        "date",
        "relevance",
        "popularity",
        "time",
        "step",
        "day",
        "week",
        "year",
        "hand",
        "design",
        "default",
        "example",
        "scratch",
        "pixels",
        "the",
        "me",
        "us",
        "them",
    ]
)
"""Words behind by and from that nobody is called."""


def people(draft: Draft, context: Context) -> Draft:
    """Read ``by`` and ``author`` with a name as that author, ``from`` with an organisation's as that organisation."""
    if asked_of := _PUBLISHED.match(draft.words):
        draft = replace(draft, words=f"{asked_of[2] or ''} by {asked_of[1]}".strip(), has_noun=True)
    if draft.has_noun and (found := _TOPIC_LAST.match(draft.words)) and _is_anybody(found[2], context):
        draft = replace(draft, words=f"{found[3]} {found[1]} {found[2]}")
    words = draft.words
    for form, fields in ((_BY, ("author", "org")), (_AUTHOR, ("author",)), (_FROM, ("org", "author"))):
        if not (found := form.search(words)):
            continue
        if form is _FROM and re.match(r"\s*(?:at|of|by) ", found[0], re.IGNORECASE) and not draft.has_noun:
            continue
        several = re.split(r"\s*,\s*(?:and )?|\s+(?:and|&)\s+", found[1])
        either = re.split(r"\s+or\s+", found[1])
        if len(either) > 1 and all(_is_known("author", name, context) for name in either):
            any_of = " OR ".join(f"author:{_quoted(name.lower())}" for name in either)
            return replace(draft, words=words[: found.start()], conditions=(*draft.conditions, f"({any_of})"))
        if len(several) > 1 and all(_is_known("author", name, context) for name in several):
            for name in several:
                draft = _of(draft, words[: found.start()], "author", name)
            return draft
        for field in fields:
            for name in _names(found[1], field):
                if _is_known(field, name, context) and not (field == "author" and form is _FROM and not draft.has_noun):
                    return _of(draft, words[: found.start()], field, name)
    if draft.has_noun and (found := _OWNED.match(words.strip())) and _is_known("author", found[1], context):
        return _of(draft, "", "author", found[1])
    return draft


def _names(name: str, field: str) -> list[str]:
    """Return the name, and of an organisation its last word: ``from google deepmind`` may be known as deepmind alone."""
    words = name.strip(" .").split()
    return [" ".join(words), *([words[-1]] if field == "org" and len(words) == 2 else [])]  # noqa: PLR2004


def _is_known(field: str, name: str, context: Context) -> bool:
    return name.lower() not in NOBODY and context.facts.finds(f'{field}:"{name.lower()}"')


def _is_anybody(name: str, context: Context) -> bool:
    return any(_is_known(field, known, context) for field in ("author", "org") for known in _names(name, field))


def _of(draft: Draft, rest: str, field: str, name: str) -> Draft:
    rest = re.sub(r"\s+(?:written|published|done|released|coming)$", "", rest.strip())
    if rest.lower() in ("new", "latest", "newest", "recent") and not draft.is_standing:
        draft, rest = replace(draft, sort=draft.sort or "new"), ""
    return replace(draft, words=rest, conditions=(*draft.conditions, f"{field}:{_quoted(name.lower())}"))


def _quoted(name: str) -> str:
    return name if name.isalnum() else f'"{name}"'


def unknown(draft: Draft) -> str:
    """Return the name of nobody known, where the line plainly asks for somebody's papers."""
    for form in (_BY, _AUTHOR):
        if (found := form.search(draft.words)) and found[1].lower() not in NOBODY:
            rest = draft.words[: found.start()].strip()
            if draft.has_noun or form is _AUTHOR or not rest or (" " in found[1]):
                return found[1]
    return ""


def full(draft: Draft, context: Context) -> Draft:
    """Read a line that is a full name of an author, and stands in no text, as that author."""
    name = " ".join(draft.words.split())
    if not _FULL.fullmatch(name) or draft.conditions or not context.facts.finds(f'author:"{name.lower()}"'):
        return draft
    return draft if context.facts.stands(name) else _of(draft, "", "author", name)
