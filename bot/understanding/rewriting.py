"""The rules on the words of a line, until none acts any more (reading.py has their order)."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace

from bot.lines.fields import Line
from bot.lines.shapes import keywords
from bot.understanding import changes, verbs
from bot.understanding.draft import AskedBack, Choice, Context, Draft, Reading, Rule, is_written, masked, unmasked
from bot.understanding.rhythms import often, rhythm
from bot.understanding.times import chinese, whens
from bot.understanding.words import asking, courtesy, ends, follow, labels, names, signs, spelling

ENDS: tuple[Rule, ...] = (
    labels.fields, courtesy.closing, rhythm.first, rhythm.rhythms, ends.bare, whens.at_end, ends.numbers, ends.order, ends.count, names.people,
)  # fmt: skip
STARTS: tuple[Rule, ...] = (courtesy.asking, whens.at_start, courtesy.papers)
INSIDE: tuple[Rule, ...] = (names.full, signs.signs, signs.slash)
MOST_TURNS = 12
"""How often the rules are tried anew on what is left of a line."""
STANDING = ("subscribe", "follow", "alert")
"""Verbs whose words are kept, so that a rhythm is offered as it is read."""
_FOLLOWED = re.compile(r"^(?:subscribe|follow|alert|sub)(?: me)?\s+", re.IGNORECASE)


def edited(line: str, context: Context) -> Reading:
    """Return what a line of one number does: an edit's words are read as a subscription's are.

    Where they only leave out, ask for more or add to what is followed, it is asked whether its words stay.
    """
    if not (found := re.match(r"/?edit #?(\d{1,6}) (?:(?:to|into|=|->) )?(.+)", line, re.IGNORECASE)):
        return Reading((line,))
    words, quoted = masked(found[2])
    held = next((one for one in context.followed if one.number == int(found[1])), None)
    draft = Draft(words, f"edit {int(found[1])}")
    if alone := rhythm.alone(draft, held.schedule if held else None, context):
        draft = alone
    elif held and not is_written(words):
        lead, rest = changes.lead(words)
        said = _turns(replace(draft, words=f"{changes.HELD} {rest}"), context)
        if choices := changes.kept(said, held, lead):
            several = tuple(unmasked(one, quoted) for one in choices)
            fitting = [Choice(one.split(maxsplit=2)[2], one) for one in several if context.is_readable(one)]
            return Reading(words=f"{held}: what should it be?", choices=tuple(fitting))
    draft = alone or _turns(draft, context)
    if draft.asks:
        return _question(draft, draft.asks, quoted)
    text = unmasked(draft.text, quoted)
    return Reading((text if context.is_readable(text) else line,))


def rewritten(bare: str, context: Context, line: Line | None) -> Reading:
    """Return the line as the rules on words leave it."""
    rest = _FOLLOWED.sub("", bare)
    if rest != bare and follow.EVERYTHING.fullmatch(rest):
        return _ALL
    if line is None and re.match(r"(?:paper|why|save|unsave|similar|abstract)(?: \S*\d|$)", bare, re.IGNORECASE):
        return Reading()  # the grammar says what is wrong with the id
    words, quoted = masked(signs.named(bare))
    start = verbs.started(asking.COMMAS.sub(r"\1", words))
    if line and start.verb in ("", "top") and (core := _phrase(start, context)):
        text = unmasked(core.text, quoted)
        return Reading((f"find {text}" if not core.verb and verbs.is_verb(text, context) else text,))
    draft = _turns(start, context)
    if draft.when and (any_day := asking.without_sign(draft.words)):
        return Reading(words="Days cannot be left out. All of them?", choices=(Choice(any_day, any_day),))
    if found := _misspelt_first(bare, start, draft, context, quoted) or _wished(start, context, quoted):
        return found
    if draft.asks:
        return _question(draft, draft.asks, quoted)
    if found := _unfollowable(draft) or _misspelt(bare, draft, context, quoted):
        return found
    text = unmasked(draft.text, quoted)
    if draft.is_empty:
        return Reading(("today",)) if draft.has_noun or not draft.verb else Reading()
    if line is None and text == bare:
        return Reading((f"find {bare}",)) if _is_no_command(bare, context) else Reading()
    if not draft.verb and (verbs.is_verb(text, context) or (text != bare and text.lower() in verbs.WHOLE)):
        text = f"find {text}"
    name, is_name = names.unknown(draft) if not draft.is_standing or draft.has_noun else ("", False)
    if name:
        return Reading((text,), name=name, is_name=is_name)
    return Reading((text,)) if context.is_readable(text) else Reading()


_ALL = Reading(words="That is about twenty papers a day. All of it?", choices=follow.ALL_OF_IT)


def _unfollowable(draft: Draft) -> Reading | None:
    """Return what is said of a line that follows something, where its words are nothing to follow."""
    if not draft.is_standing:
        return None
    if draft.words.lower() in ("me", "us", "it", "this", "that"):
        return Reading((draft.verb,))
    if (
        (draft.has_noun and not draft.words.strip()) or follow.EVERYTHING.fullmatch(draft.words)
    ) and not draft.conditions:
        return _ALL
    if _HIDDEN.search(draft.words):
        return Reading(words="Several rhythms stand in that line. Each subscription has a line of its own.")
    return None


def _phrase(start: Draft, context: Context) -> Draft | None:
    """Return the line without words of time where the others stand together in the archive, and ask for nothing (R1)."""
    core = _applied(start, (courtesy.closing, ends.bare, whens.at_end), context)
    if core.asks or re.search("[\ue000-\uf8ff]", core.words) or asking.asks_plainly(core.words):
        return None
    if core.when and asking.without_sign(core.words):
        return None
    return core if context.facts.stands(core.words) else None


_TAKES = {"export": keywords.FORMATS}


def _is_no_command(bare: str, context: Context) -> bool:
    """Return whether a verb stands before a word that it cannot take, and that is nothing misspelt: ``save energy``."""
    found = re.fullmatch(r"(export|save|similar|why|paper|abstract|log|status) ([^\W\d_]{2,})", bare, re.IGNORECASE)
    if not found or not context.is_readable(f"find {bare}"):
        return False
    known = _TAKES.get(found[1].lower(), ())
    return not difflib.get_close_matches(found[2].lower(), known, 1, 0.7)


def _turns(draft: Draft, context: Context) -> Draft:
    """Return what the rules leave: endings and beginnings until none acts any more, then what stands inside."""
    draft = replace(draft, words=chinese.spaced(draft.words))
    draft = _applied(draft, (courtesy.closing,), context)
    draft = follow.verb(draft, context)
    draft = _applied(draft, ENDS, context)
    draft = _applied(draft, (*ENDS, *STARTS, follow.verb), context)
    inner = _applied(draft, INSIDE, context, most=1)
    return _applied(inner, (courtesy.closing,), context)


def _applied(draft: Draft, rules: tuple[Rule, ...], context: Context, most: int = MOST_TURNS) -> Draft:
    for _ in range(most):
        before = draft
        for rule in rules:
            after = _ruled(rule, draft, context)
            if after is draft or after == draft:
                continue
            words = " ".join(after.words.split())
            tidy = after if words == after.words else replace(after, words=words)
            draft = draft if tidy.is_empty and not draft.is_empty and not tidy.has_noun and not tidy.asks else tidy
        if draft == before:
            break
    return draft


def _ruled(rule: Rule, draft: Draft, context: Context) -> Draft:
    """Return what the rule makes of the draft, from memory where nothing that it asked about was open before."""
    if draft.asks:  # its choices have no hash
        return rule(draft, context)
    if (rule, draft) not in context.ruled:
        guesses = context.facts.guesses
        after = rule(draft, context)
        if context.facts.guesses != guesses:
            return after
        context.ruled[rule, draft] = after
    return context.ruled[rule, draft]


def _question(draft: Draft, question: AskedBack, quoted: tuple[str, ...]) -> Reading:
    """Return the question with a whole line behind each choice."""
    choices = []
    for label, said in question.choices:
        text = unmasked(replace(draft, **said, asks=None).text, quoted)
        choices.append(Choice(unmasked(label, quoted), text if text.strip() else "today"))
    return Reading(words=question.words, choices=tuple(choices))


_HIDDEN = re.compile(r"\b(?:daily|weekly|monthly|weekdays|hourly)\s+(?:at\s+\d|and\b)", re.IGNORECASE)
"""A rhythm inside the words of a subscription."""


def _wished(start: Draft, context: Context, quoted: tuple[str, ...]) -> Reading | None:
    """Return the question whether to subscribe, where a line without a verb says how often."""
    bare = _applied(start, (courtesy.closing, courtesy.asking, follow.verb), context)
    if bare.verb not in ("", "top", "trending"):
        return None
    if not (heard := often.said(often.plain(bare.words), context)):
        return None
    rest, choices = (heard.asks.choices[0][1]["words"], heard.asks.choices) if heard.asks else (heard.words, ())
    draft = often.best(replace(bare, words=rest)) or _turns(replace(bare, words=rest), context)
    if draft.is_empty and draft.verb != "trending":
        return Reading(words=_OF_WHAT, choices=(Choice("Subscriptions", "subs"),))
    standing = often.standing(draft, heard, context.followed)
    if standing.asks:
        return _question(standing, standing.asks, quoted)
    if heard.asks:
        several = tuple((label, {"schedule": said["schedule"]}) for label, said in choices)
        return _question(standing, replace(heard.asks, choices=several), quoted)
    text = unmasked(standing.text, quoted)
    if not context.is_readable(text):
        return None
    said = (
        _FOLLOWED_NOW if standing.verb.startswith("edit") else "That says how often, as a subscription does. Subscribe?"
    )
    return Reading(words=said, choices=(Choice(text, text),))


_FOLLOWED_NOW = "That is followed already. Change how often it comes?"
_OF_WHAT = "What should come so often? “subscribe rl daily” follows a topic, “edit 2 daily” changes when #2 comes."


def _misspelt_first(bare: str, start: Draft, draft: Draft, context: Context, quoted: tuple[str, ...]) -> Reading | None:
    """Return the question about a verb or a rhythm with a wrong letter: as words of a query they would be kept."""
    if not draft.verb and draft.words[:3] == bare[:3] and (near := spelling.verb(bare, context)):
        found = _spelt(f"I do not know “{bare.split(maxsplit=1)[0]}”. Did you mean this?", near, context)
        return found if found.choices[0].line != near or context.is_readable(near) or verbs.begins(near) else None
    mended = spelling.rhythm(start if start.verb else follow.verb(start, context), context)
    return _spelt("Did you mean this?", unmasked(mended.text, quoted), context) if mended else None


def _misspelt(bare: str, draft: Draft, context: Context, quoted: tuple[str, ...]) -> Reading | None:
    """Return the question about a noun or a day with a wrong letter; all that are misspelt are offered mended."""
    if (near := spelling.noun(bare, context)) and not draft.verb and context.is_readable(near):
        return _spelt("Did you mean this?", near, context)
    if near_draft := spelling.days(draft, context, whens.at_end) or spelling.short_names(draft, context):
        text = unmasked(near_draft.text, quoted)
        return _spelt("Did you mean this?", text, context) if context.is_readable(text) else None
    return None


def _spelt(words: str, near: str, context: Context) -> Reading:
    """Return the question whether ``near`` was meant, or what it becomes where more of it is misspelt."""
    further = rewritten(near, context, context.grammar(near))
    if further.is_misspelt or (further.choices and near.split(maxsplit=1)[0] in STANDING):
        return replace(further, words=words)
    line = further.lines[0] if further.lines and near.split(maxsplit=1)[0] in STANDING else near
    return Reading(words=words, choices=(Choice(line, line),), is_misspelt=True)
