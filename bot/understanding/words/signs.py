"""R17: or, and, not and commas between words, in lines that are no sentence."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.lines import venues
from bot.understanding.draft import Context, Draft, asked, is_written

MOST_WORDS = 6
"""Words of a line in which sign words are signs; longer ones are titles."""

VERBS = frozenset((
    "is", "are", "was", "were", "be", "been", "do", "does", "did", "can", "could", "may", "might", "must", "shall",
    "should", "will", "would", "has", "have", "had", "need", "needs", "how", "why", "what", "when", "where", "who",
    "which", "that", "to", "vs", "versus", "you", "we", "i", "it",
))  # fmt: skip
"""A line with one of them is a sentence."""

MINUS = (
    *("but not", "and not", "or not", "but without", "without any", "with no", "except for", "except", "excluding", "other than", "apart from", "aside from"),
    *("without", "minus", "not about", "but no", "and no", "not", "no", "w/o", "sans", "ohne", "sin"),
)  # fmt: skip
"""What stands before words that are left out, the longer ones first."""
FIRST_MINUS = (
    "anything but",
    "everything but",
    "everything except",
    "anything except",
    "all except",
    "all but",
    "nothing about",
    "not",
    "no",
    "exclude",
    "excluding",
    "without",
    "except",
)

MINUS_WORDS = re.compile(rf"\s*,?\s+({'|'.join(MINUS)})\s+", re.IGNORECASE)
MINUS_LAST = re.compile(rf"(?:^|\s*,?\s+)(?:{'|'.join(MINUS)})$", re.IGNORECASE)
_FIRST = re.compile(rf"^({'|'.join(FIRST_MINUS)})\s+", re.IGNORECASE)
COMMA = r"(?:;|,(?!(?<=\d,)\d))"
"""Between parts of a list; 10,000 is one number."""
_COMMA = re.compile(COMMA)
_LEFT_OUT = re.compile(
    rf"\s*{COMMA}\s*(?:(?:or|and|but) )?(?:(?:no|not|without|minus) )?|\s+(?:or|and|nor)\s+(?:no |not |without )?|\s+(?:no|not|without|minus)\s+",
    re.IGNORECASE,
)
"""Between several words that are left out."""
LIST = 4
"""Parts between commas or minus words, of three words at most, from which on a longer line is a list and no title:
7 of 116,684 titles of papers are written so."""
_JUST = re.compile(r"(?:no|not|without) (\S+(?: \S+)?),? (?:just|only) (\S+(?: \S+)?)", re.IGNORECASE)
_OR_FIELD = re.compile(r"\s+or\s+(?=-?(?:author|org|title|abstract|cat):\S|[^()]*\)(?: (?:and|not|without)\b|$))")
_PLAINER = (
    (_OR_FIELD, " OR "),
    (re.compile(r"\s+and ?/ ?or\s+", re.IGNORECASE), " or "),
    (re.compile(r"^(?:(?:that|which) (?:is|are) )?not (?:about|on) ", re.IGNORECASE), "not "),
    (re.compile(r"^(?:all|every|any)(?:thing)? not ", re.IGNORECASE), "not "),
    (re.compile(r"\((no|not|without) ([^()]+)\)", re.IGNORECASE), r" \1 \2"),
    (re.compile(r"^(?:either|both) (?=.+ (?:or|and) )", re.IGNORECASE), ""),
)
"""Other ways to write the same signs."""
_NEITHER = re.compile(r"^neither (\S+) nor (\S+)$", re.IGNORECASE)
_OR = re.compile(rf"\s*,?\s+or\s+|\s+/\s+|\s*{COMMA}\s*(?:and\s+|or\s+|&\s*)?", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and|\+|&|plus|as well as)\s+|\s+\+(?=\S)|^\+(?=\S)", re.IGNORECASE)
_SIDE_BY_SIDE = re.compile(r"\b(?:and|or|not|nor)[ /]+(?:or|nor|and)\b", re.IGNORECASE)
_LONE = re.compile(r"\s*\((OR|AND|NOT)\)$")
_PARTS = re.compile(r'"[^"]*"|[^"]+')
_YEAR = re.compile(r"(?<!\S)([\w-]+) ((?:19|20)\d\d(?:(?:-|/| and | or )(?:19|20)\d\d)?)(?=[\s?!.,;)]|$)")
_STAR = re.compile(
    r"(?<!\S)[A-Z]\* (?:search|algorithms?|plann(?:ers?|ing)|pathfinding|heuristics?)(?=[?!.,;:]*(?:\s|$))"
)
"""Such a name with what it is behind it; alone, the grammar knows it."""
_MEASURE = re.compile(
    r"(?<!\S)(?:accuracy|hits?|map|mrr|ndcg|pass|precision|rank|recall|top) at \d{1,3}(?=[\s?!.,;)]|$)", re.IGNORECASE
)


def named(words: str) -> str:
    """Return the line with names in quotes that would be read as signs or days; what is quoted stays.

    They are names made of signs, signs at the end, and years that belong to a name: ``A* search``, ``operating room
    (OR)``, ``aime 2025``; a subscription has no days, so its years stay, but hours, which ``recall at 10`` has none of.
    """
    quote = (
        _stars_and_measures if re.match(r"/?(?:subscribe|sub|alert|edit)\b", words, re.IGNORECASE) else _stars_and_years
    )
    return _LONE.sub(r' "\1"', _PARTS.sub(lambda part: part[0] if part[0][0] == '"' else quote(part[0]), words))


def _stars(words: str) -> str:
    return _STAR.sub(lambda found: f'"{found[0]}"', words)


def _stars_and_measures(words: str) -> str:
    return _MEASURE.sub(lambda found: f'"{found[0]}"', _stars(words))


def _stars_and_years(words: str) -> str:
    words = _stars(words)
    return _YEAR.sub(lambda found: f"{found[1]} {_years(found[2])}" if venues.is_venue(found[1]) else found[0], words)


def _years(words: str) -> str:
    """Return a year, or two with a hyphen, in quotes; of two with a word between them each."""
    return " ".join(part if part in ("and", "or") else f'"{part}"' for part in words.split())


def signs(draft: Draft, context: Context) -> Draft:
    """Read sign words between words as the signs of the query language."""
    words = draft.words.strip(" ,")
    for form, plain in _PLAINER:
        words = form.sub(plain, words)
    is_short = len(_COMMA.sub(" ", words).split()) <= MOST_WORDS + words.count("/")
    if is_written(words) or not (is_short or _is_list(words)):
        return replace(draft, words=words) if _OR_FIELD.search(draft.words) else draft
    if set(re.findall(r"[\w']+", words.lower())) & VERBS or _SIDE_BY_SIDE.search(words) or context.facts.stands(words):
        return draft
    if found := _NEITHER.match(words):
        return replace(draft, words=f"-{found[1]} -{found[2]}")
    if found := _JUST.fullmatch(words):
        return replace(draft, words=f"{found[2]} {_without(found[1])}")
    if (found := _FIRST.match(words)) and (len(words.split()) < 5 or not is_short):  # noqa: PLR2004 no title
        return _all_but(draft, words[found.end() :], context)
    if found := _minus(words, context):
        kept, left_out = words[: found.start()].strip(" ,"), words[found.end() :]
        before = signs(replace(draft, words=kept), context)
        kept = f"({before.words})" if " OR " in before.words else before.words
        return replace(before, words=f"{kept} {_without(left_out)}")
    if (found := MINUS_WORDS.search(words)) and _OR.search(words[found.end() :]):
        left_out = f"{words[: found.start()]} {_without(words[found.end() :])}"
        return asked(draft, f"Does “{found[1].lower()}” leave these out?", (left_out, {"words": left_out}))
    return _any(draft, words, context) if _OR.search(words) else _all(draft, words, context)


def _all_but(draft: Draft, left_out: str, context: Context) -> Draft:
    """Leave the words out; several that no paper has side by side are a title, and nobody follows all papers unasked."""
    if len(_LEFT_OUT.split(left_out)) == 1 and " " in left_out and not context.facts.stands(left_out):
        return draft
    line = _without(left_out)
    if not draft.is_standing or draft.conditions:
        return replace(draft, words=line)
    return asked(draft, "That is nearly all papers, about twenty a day. All of them?", (line, {"words": line}))


def _is_list(words: str) -> bool:
    parts = _LEFT_OUT.split(words)
    return ":" not in words and len(parts) >= LIST and all(0 < len(part.split()) <= 3 for part in parts)  # noqa: PLR2004


def _minus(words: str, context: Context) -> re.Match[str] | None:
    found = MINUS_WORDS.search(words)
    if not found or not words[found.end() :].strip() or not words[: found.start()].strip():
        return None
    after = words[found.end() :].split(maxsplit=1)[0]
    before = words[: found.start()].rsplit(maxsplit=1)[-1]
    sign = found[1].lower()
    is_phrase = context.facts.stands(f"{sign} {after}") if sign in ("without", "minus") else False
    return None if is_phrase or context.facts.stands(f"{before} {sign} {after}") else found


def _without(words: str) -> str:
    """Return the words left out: several joined by or, and or commas each, else as one phrase."""
    parts = [part for part in _LEFT_OUT.split(words) if part]
    return " ".join(f'-"{part}"' if " " in part else f"-{part}" for part in parts)


def _any(draft: Draft, words: str, context: Context) -> Draft:
    listed = re.sub(r",?\s+and\s+", ", ", words, flags=re.IGNORECASE) if _COMMA.search(words) else words
    parts = [part.strip() for part in _OR.split(listed)]
    if not all(parts) or len(parts) < 2 or any(part.lower() in MINUS for part in parts):  # noqa: PLR2004
        return draft
    if len(parts) == 2 and _stands_across(parts, words, context):  # noqa: PLR2004
        return draft
    any_of = " OR ".join(" ".join(_AND.split(part)) for part in parts)
    is_or = re.search(r"\sor\s", words, re.IGNORECASE)
    first, last = parts[0].split(), parts[-1].split()
    if not is_or or _COMMA.search(words) or (len(first) == 1 and len(last) == 1):
        return replace(draft, words=any_of)
    return _which(draft, parts, any_of) if len(parts) == 2 else replace(draft, words=any_of)  # noqa: PLR2004


def _stands_across(parts: list[str], words: str, context: Context) -> bool:
    """Return whether the words round the sign stand in the archive as they are typed."""
    sign = "or" if re.search(r"\sor\s", words, re.IGNORECASE) else ""
    return (
        bool(sign)
        and context.facts.stands(f"{parts[0].split()[-1]} {sign} {parts[1].split()[0]}")
        and len(words.split()) > len(parts) + 1
    )


def _which(draft: Draft, parts: list[str], any_of: str) -> Draft:
    """Ask which words are joined: (video or image) generation, or video, or image generation."""
    *before, one = parts[0].split()
    other, *after = parts[1].split()
    inner = " ".join([*before, f"({one} OR {other})", *after])
    words = "Which words does “or” join?"
    return asked(draft, words, (any_of, {"words": any_of}), (inner, {"words": inner}))


def _all(draft: Draft, words: str, context: Context) -> Draft:
    if not _AND.search(words):
        return replace(draft, words=words) if words != draft.words.strip(" ,") else draft
    joint = re.search(r"(\S+)\s+and\s+(\S+)", words, re.IGNORECASE)
    if joint and (context.facts.stands(joint[0]) or re.match(r"(?:and|or)\b", words, re.IGNORECASE)):
        return draft
    return replace(draft, words=" ".join(part for part in _AND.split(words) if part))


def slash(draft: Draft, context: Context) -> Draft:
    """Ask about ``rl/diffusion`` and ``rl+robots`` where the archive has no such word: a sign without spaces is one word.

    Such words are A/B and I/O.
    """
    found = re.fullmatch(r"([a-z]{2,}[\w-]*)((?:([/+])[a-z]{2,}[\w-]*)+)", draft.words.strip(), re.IGNORECASE)
    if not found or context.facts.finds(f'"{draft.words.strip().lower()}"'):
        return draft
    parts = re.split("[/+]", draft.words.strip())
    several = tuple((line, {"words": line}) for line in (" ".join(parts), " OR ".join(parts)))
    is_all = found[3] == "+"
    return asked(draft, "No paper has these side by side. Which?", *(several if is_all else several[1:]))
