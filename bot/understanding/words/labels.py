"""R15: names of fields before their values, as forms and shells write them: ``author: A, topic: b`` and ``--topic b``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.understanding.draft import Context, Draft, is_written

LABELS = {
    "topic": "topics?|subjects?|keywords?|key words|query|about|search terms?",
    "author": "authors?|written by|by",
    "org": "org|organi[sz]ations?|institutions?|institutes?|affiliations?|compan(?:y|ies)|lab|university",
    "cat": "cat|categor(?:y|ies)|arxiv categor(?:y|ies)",
    "when": "when|dates?|days?|time|period",
    "since": "since|from",
    "until": "until|to|before",
    "limit": "limit|top|max",
    "sort": "sort by|order by|sort|order",
}
"""Each field, and the names that people give it."""
ORDERS = {
    "new": "new|newest|date|latest|recent|time",
    "upvotes": "upvotes?|votes?|likes?|popular(?:ity)?|top|best",
    "relevance": "relevance",
}
"""Each order, and the names that people give it."""

_FIELD = {name: re.compile(form, re.IGNORECASE) for name, form in LABELS.items()}
_ANY = "|".join(LABELS.values())
_LABEL = re.compile(rf"(?:^|(?<=[\s,;(]))(?:--({_ANY})[ =:]\s*|({_ANY})\s*[:=]\s*)", re.IGNORECASE)
_NAMES = ("author", "org")
_FIRST = re.compile("topic|author|org|cat")
"""Fields that may begin a line; Time and From begin titles."""
_CATEGORY = re.compile(
    r"[a-z]+(?:-[a-z]+)*\.[a-z]{2}(?:-[a-z]+)?|(?:hep|cond|gr|quant|nucl|math|astro)-[a-z]{2,3}", re.IGNORECASE
)
"""arxiv.org/category_taxonomy."""
_BARE_ONE = r"(?:cs|stat|math|eess|econ|q-bio|q-fin|physics|cond-mat|astro-ph)\.[a-z]{2}(?![\w.])"
_BARE = re.compile(
    rf"(?:^|(?<=\s))(?:(?:in|category|cat) )?({_BARE_ONE}(?:(?:\s*[,;/&]\s*|\s+(?:or|and)\s+){_BARE_ONE})*)",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"([^\W\d_]{2,}, [^\W\d_])\.?(?:\s+|$)")
"""A family name before an initial."""
_BETWEEN = re.compile(r"\s*[,;&/]\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+", re.IGNORECASE)
_NAME = re.compile(r"(?:(?!(?:OR|AND|NOT)\b)[^\W\d_][\w.'’-]*(?=[\s,;:()|]|$) ?)*")
"""Words that can be a name: no number and no sign of the grammar is among them."""
_QUOTED = re.compile("[\ue000-\uf8ff]")
"""Words in quotes, as bot.understanding.draft.masked leaves them."""
MOST_WORDS = 20
"""Words of a line with labels; a longer one is a sentence or a title."""
LONGEST_NAME = 4
"""Words of a name that is looked up."""


def is_label(word: str) -> bool:
    """Return whether the word names a field."""
    return any(form.fullmatch(word) for form in _FIELD.values())


def fields(draft: Draft, context: Context) -> Draft:
    """Read the value behind each label, up to the next label; the grammar's own ``author:hinton`` stays.

    A category of arXiv needs no label.
    """
    words = draft.words
    if (bare := _BARE.search(words)) and not is_written(words):
        rest = f"{words[: bare.start()]} {words[bare.end() :].lstrip(' ,;')}".strip()
        return _categories(replace(draft, words=rest), bare[1], context)
    found = _labels(words, context) if re.search("[:=]|--", words) and len(words.split()) <= MOST_WORDS else []
    if not found or context.facts.stands(words):
        return draft
    ends = [*(one.start() for one in found[1:]), len(words)]
    read = replace(draft, words=words[: found[0].start()].strip(" ,;("))
    named = [(_field(one), words[one.end() : end].strip(" ,;.)")) for one, end in zip(found, ends, strict=True)]
    for field, value in sorted(named, key=lambda one: one[0] in _NAMES):  # a name that nobody has stays at the end
        read = _READ[field](read, value, context) if value else read
    return read


def _labels(words: str, context: Context) -> list[re.Match[str]]:
    """Return the labels: at the beginning, behind a comma, as an option, or behind another label."""
    found: list[re.Match[str]] = []
    for one in _LABEL.finditer(words):
        is_apart = one[1] or words[: one.start()].rstrip()[-1:] in (",", ";") or found
        is_first = not words[: one.start()].strip() and _FIRST.fullmatch(_field(one))
        value = words[one.end() :]
        if not value or _is_canonical(one, value, context) or (_field(one) == "cat" and not _CATEGORY.match(value)):
            continue
        if is_apart or is_first or _field(one) in ("cat", "author") or re.fullmatch(r"\d{1,3}", value):
            found.append(one)
    return found


def _field(label: re.Match[str]) -> str:
    return next(name for name, form in _FIELD.items() if form.fullmatch(label[1] or label[2]))


def _is_canonical(label: re.Match[str], value: str, context: Context) -> bool:
    """Return whether the grammar reads the label with its value as it is meant."""
    if not re.fullmatch("(?:author|org|cat|keyword):", label[0], re.IGNORECASE) or not value or value[0].isspace():
        return False
    if _QUOTED.match(value):
        return True
    found = _NAME.match(value)
    first = found[0].split() if found else []
    return label[0].lower() != "author:" or len(first) < 2 or not _known("author", first, context, 2)  # noqa: PLR2004


def _known(field: str, words: list[str], context: Context, least: int = 1) -> int:
    """Return how many of the first words are a name of the archive, 0 for fewer than ``least``."""
    counts = range(min(LONGEST_NAME, len(words)), least - 1, -1)
    return next((count for count in counts if _is_known(field, " ".join(words[:count]), context)), 0)


def _is_known(field: str, name: str, context: Context) -> bool:
    return bool(name) and context.facts.finds(f'{field}:"{name.lower()}"')


def _topic(draft: Draft, value: str, _: Context) -> Draft:
    return replace(draft, words=f"{draft.words} {value}".strip(), has_noun=True)


def _people(draft: Draft, value: str, context: Context) -> Draft:
    return _named("author", draft, value, context)


def _places(draft: Draft, value: str, context: Context) -> Draft:
    return _named("org", draft, value, context)


def _named(field: str, draft: Draft, value: str, context: Context) -> Draft:
    """Read names between commas, of which any counts as a place and all count as people; other words stay words.

    A name that nobody has stays in the line, where it is asked about.
    """
    if _QUOTED.fullmatch(value):
        return _conditioned(draft, f"{field}:{value}")
    if _is_known(field, value, context):
        return _conditioned(draft, f"{field}:{_quoted(value)}")
    names, rest = [], []
    if initial := _INITIAL.match(value):
        names, value = [f'{field}:"{initial[1].lower()}"'], value[initial.end() :]
    for part in _BETWEEN.split(value):
        words = part.split()
        count = len(words) if _is_known(field, part, context) else 0 if names else _known(field, words, context)
        names += [f"{field}:{_quoted(' '.join(words[:count]))}"] if count else []
        rest += [" ".join(words[count:])] if words[count:] else []
    if not names:
        return replace(draft, words=" ".join([draft.words, field, *_BETWEEN.split(value)]).strip(), has_noun=True)
    left = " ".join([draft.words, *rest]).strip()
    is_any = len(names) > 1 and (field == "org" or re.search(r"\bor\b", value))
    return _conditioned(replace(draft, words=left), f"({' OR '.join(names)})" if is_any else " ".join(names))


def _categories(draft: Draft, value: str, context: Context) -> Draft:
    found = [one[0] for one in _CATEGORY.finditer(value)]
    any_of = " OR ".join(f"cat:{one}" for one in found)
    rest = _CATEGORY.sub(" ", value).strip(" ,;&/")
    rest = "" if re.fullmatch(r"(?:and|or|[\s,;&/])*", rest) else rest
    return _conditioned(_topic(draft, rest, context), f"({any_of})" if len(found) > 1 else any_of)


def _days(before: str) -> Callable[[Draft, str, Context], Draft]:
    return lambda draft, value, _: replace(draft, words=f"{draft.words} {before}{value}".strip())


def _limit(draft: Draft, value: str, _: Context) -> Draft:
    found = re.match(r"(\d{1,3})\b", value)
    many = int(found[1]) if found else 0
    if not found or not 1 <= many <= 100:  # noqa: PLR2004
        return draft
    draft = draft if draft.is_standing else replace(draft, top=many)
    return replace(draft, words=f"{draft.words} {value[found.end() :]}".strip())


def _sort(draft: Draft, value: str, _: Context) -> Draft:
    for order, form in ORDERS.items():
        if found := re.match(rf"(?:{form})\b", value, re.IGNORECASE):
            sort = "" if draft.is_standing else order
            return replace(draft, words=f"{draft.words} {value[found.end() :]}".strip(), sort=sort)
    return replace(draft, words=f"{draft.words} {value}".strip())


def _conditioned(draft: Draft, condition: str) -> Draft:
    return replace(draft, conditions=(*draft.conditions, condition))


def _quoted(name: str) -> str:
    return name.lower() if name.isalnum() else f'"{name.lower()}"'


_READ: dict[str, Callable[[Draft, str, Context], Draft]] = {
    "topic": _topic,
    "author": _people,
    "org": _places,
    "cat": _categories,
    "when": _days(""),
    "since": _days("since "),
    "until": _days("until "),
    "limit": _limit,
    "sort": _sort,
}
