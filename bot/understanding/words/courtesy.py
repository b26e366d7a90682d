"""R3, R4: words of asking, and the papers that are asked for, at the beginning and the end of a line."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.understanding.draft import Context, Draft
from bot.understanding.times.months import MONTH_NAMES
from bot.understanding.times.numbers import NUMBERS, number
from bot.understanding.words.asking import GREETINGS, NAMES, NOUN, ORDERS, PLAIN, PREPOSITION, THANKS

# Each table is read from top to bottom; the first that fits acts, and all are tried again on what is left.

ASKING = (
    r"(?:what(?: all)? (?:did|have|do) i miss(?:ed)?|did i miss anything|catch me up|what are (?:people|they|folks) (?:publishing|writing|posting|working))(?: (?:on|about|in))?",
    r"(?:zeig(?:e|t)?|gib|such(?:e)?|finde)(?: mir| uns)?|gibt es(?: was| etwas)?(?: zu[mr]?| über)?|ich (?:suche|möchte|will)|montre[- ]moi|donne[- ]moi|cherche|je (?:veux|cherche)|mu[eé]strame|dame|busco|quiero|покажи(?:те)?(?: мне)?|найди(?:те)?|请?给我|请",
    r"(?:avez[- ]vous|as[- ]tu|tu as|vous avez|y a[- ]t[- ]il|il y a|est-ce qu'il y a|auriez[- ]vous|haben sie|hast du|habt ihr|gäbe es|tienes|tiene|hay)(?: (?:was|etwas|quelque chose|algo))?",
    r"(?:i wish|if only) there (?:was|were)|(?:it )?would be (?:nice|great|good|cool) to (?:have|see|read|get)|only(?= \d)",
    r"(?:stuff|sth|smth|something|anything|things) (?:on|about|in|for)",
    r"(?:do|did|would|will|can|could|may|might|shall|have) (?:you|u|we|i)(?: please| kindly| perhaps| happen to)?(?: know| have| got| see| get| read)?(?: of| about)?(?: any| some)?",
    r"(?:you )?(?:got|know|have)(?: of| about)? (?:any|anything|some|something)(?: (?:interesting|good|new|else))?(?: (?:on|about|for|in))?",
    (r"i(?:'d| would| am|'m| want| need| was)?(?: really)?(?: like| love| just)?(?: looking| searching| interested| curious| wondering)?"
    r"(?: for| in| about| if)?(?: to)?(?: (?:see|read|know|find|get|have|look at|hear|browse))?(?: about)?"),
    r"(?:what|anything that|which ones?)(?: (?:was|were|is|are|got|has been|have been))? (?:published|posted|released|added|submitted|listed|uploaded|came out|come out|appeared|out|happened)(?: (?:on|about|in|for))?",
    r"im (?:looking for|searching for|interested in|after)|me want|want|need|gimme|lemme see|let me see|let's see|looking for|searching for|interested in|curious about|wondering about",
    r"(?:show|give|get|find|fetch|bring|send|tell|list|recommend|suggest|pull|dig)(?: up| out)?(?: me| us)(?: more)?(?: about| of| on)?",
    r"help (?:me|us)(?: to)? (?:find|look for|search for|get|discover)",
    r"(?:recommend|suggest)(?: some| any| a few)?",
    r"(?:please )?(?:search|look|hunt|check)(?: for| up| around for)",
    r"(?:show|fetch|display|list|retrieve|browse)(?: all| some)?(?= (?:the|new|latest|recent|today|yesterday|this|last|all|my|papers?|articles?|top|best)\b)",
    r"show|fetch|display|browse|(?:see|read|get)(?= (?:the|some|any|all|papers?)\b)",
    r"what(?: (?:do|have))? (?:you|we) (?:have|got|know)(?: got)?(?: (?:on|about|for|in|of))?",
    r"(?:is|are) there(?: some| any)?(?:thing|body)?(?: new| interesting)?(?: (?:about|on|in))?",
    r"(?:what|which)(?: (?:do|did) (?:you|we) have|(?: (?:else|kind of|sort of))? (?:is|are) (?:there|out there)|'s there|'s out there)(?: (?:on|about|for|in))?",
    r"what about|how about|anything(?: interesting| good| cool| relevant| at all| else| worth reading)?(?: (?:about|on|in|for|regarding|related to))?",
    r"something(?: interesting| good| cool)? (?:about|on|in|for|regarding)|some|everything (?:about|on)|all about|more (?:about|on)",
    r"(?:please|kindly|just|maybe|perhaps|quick(?:ly)?)",
    r"(?:stuff|things|info|information|details|material|reading|references?|content) (?:about|on|regarding|related to|for)",
    r"(?:find|get)(?: me)?(?= (?:papers?|articles?|the|all|some|any|new|latest|recent)\b)",
    r"(?:search|find) (?=papers?:)",
    r"what(?:'s| is| are| was| were| has been)(?: an?| the)?(?! (?:new|hot|trending|up)\b)",
)  # fmt: skip
"""Words of asking that only ask."""

MEANING = {
    r"(?:what(?:'s| is|s| are)|anything|any news|news|something|whats)(?: there)?(?: the)?(?: new| latest| recent| news)(?: (?:in|on|about|for|with|regarding))?":
        {"sort": "new"},
    r"(?:new|recent|latest|fresh|newest) (?:stuff|things|ones|results|material|content|developments|entries) (?:on|about|in|for|from)": {"sort": "new"},
    r"gibt es (?:was|etwas) neues(?: zu[mr]?| über| bei)?|was gibt es neues(?: zu[mr]?| über| bei)?|quoi de neuf(?: sur| en)?|qu[eé] hay de nuevo(?: sobre| en)?|что нового(?: о| об| по| про)?": {"sort": "new"},
    r"(?:is|are) there (?:something|anything) new (?:in|on|about|for|from|with)": {"sort": "new"},
    r"(?:(?:any )?(?:news|updates?)|the (?:latest|newest))(?: (?:in|on|about|regarding)|(?= from ))|(?:latest|newest) (?:in|on|about|regarding)|(?:what|anything) happened in|anything new":
        {"sort": "new"},
    r"(?:what(?:'s| is|s| are)|anything)(?: the)?(?: currently| now)? (?:trending|hot|popular)(?: (?:in|on|about|for|now in|right now in))?|what do people read(?: about| on)?":
        {"verb": "trending"},
}  # fmt: skip
"""Words of asking that say an order too."""

ENDS = (
    r"(?:pretty )?please|pls|plz|thanks?(?: you)?(?: (?:so|very) much| a lot| in advance)?|thank you|thx|ty|cheers|bitte|danke|merci|por favor|gracias",
    r"again|from now on|rn|svp|stp|grazie|per favore|or sth|(?:but|and) only|s'il (?:vous|te) pla[iî]t|пожалуйста|спасибо|for me|if (?:possible|you can)|asap|right now|if any|or (?:something|so)|by any chance|mate|bot|谢谢|请",
    r"(?:did come|have come|came) out|not more|exact phrase|lol|\(?exactly\)?|any1|any ?one",
    r"(?:that )?(?:i|we) (?:should|could|can) read|to read|worth reading|out there|available|in (?:the )?archive|on (?:hugging ?face|hf|arxiv)",
)  # fmt: skip

_TAIL = r"(?:[\s,:;]+|$)"
_GREETING = re.compile(
    rf"^(?:(?:(?:{GREETINGS})\b(?![-/])|(?:{THANKS})(?=\s*[,!.]))[\s,!.:]*)+(?:(?:{NAMES}|now)\b(?![-/])[\s,!.:]*)*(?=\S)",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:(?:morning|evening|sooo*|so|also|only|just|again|one more time|once more)\b(?![-/])[\s,!.:]*)+(?=\S)",
    re.IGNORECASE,
)
"""Words that lead on from something said before; in a text of the archive they are words."""
_ALSO_LAST = re.compile(r"^((?!(?:we|me|i|you|us|they|not) )\S+(?: \S+){0,3}),? (?:too|as well|also)$", re.IGNORECASE)
"""Words that lead on, behind so few that they are no sentence."""
_ALSO = re.compile(r"^and,? (?!or\b|then\b)(?=\S)", re.IGNORECASE)
_ASKING = [re.compile(rf"^(?!anything (?:but|except))(?:{form}){_TAIL}", re.IGNORECASE) for form in ASKING]
_MEANING = [(re.compile(rf"^(?:{form}){_TAIL}", re.IGNORECASE), said) for form, said in MEANING.items()]
_ENDS = [re.compile(rf"(?:^|[\s,;:-]+)(?:{form})$", re.IGNORECASE) for form in ENDS]
_CLOSING = re.compile(
    r"(?:(?<=[^\s.\d])\.{1,3}|(?<=[^.]\d)\.|[?!…,;:。？！\s\u2600-\u27bf\U0001f300-\U0001faff\ufe0f\u200d]|:-?\))+$"
)
_ENDS_SO = re.compile(
    r"[+*]$|(?<!\d)\d{1,2}\.\d{1,2}\.$|(?<![\w.])(?:[^\W\d_]\.){2,}$|\b(?:title|abstract|author|cat|keyword|org):$"
)
"""C++ and A*, days (24.11.) and abbreviations (U.S.) end with such a sign, and fields whose words are forgotten."""
_LED = re.compile(rf"^{PREPOSITION}\s+(?=\S)", re.IGNORECASE)
_INNER_NOUN = re.compile(
    r"^(\S+(?: \S+){0,3}) (?:paper|article|preprint)s (?:about|on|regarding) (?=\S)", re.IGNORECASE
)
_FIRST_NOUN = re.compile(rf"^{NOUN}(?:\s+{PREPOSITION}\s+|:\s*|(?:\s+(?:of|from|on))?$)(?!the end)", re.IGNORECASE)
_BARE_NOUN = re.compile(
    r"^(?:papers|articles|preprints|publications|artikel(?: von)?|статьи)\s+(?=\S)(?!(?:by|from|out)\b)", re.IGNORECASE
)
_ONE_BEFORE = re.compile(r"^paper\s+(?=[^\W\d])", re.IGNORECASE)
"""``/papers`` without its s, before three words or more, or a word and days."""
_NOUN_OF = re.compile(
    rf"^{NOUN}\s+(?=(?:written |authored )?(?:by|from|out of|with|since|before|after|between|today|yesterday)\b)",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"^(最近的?|最新的?)?\s*(?:关于|有关)?(.*?)\s*(?:的)?(最新的?|最近的?)?(?:论文|文章)$")
_CHINESE_ASKING = re.compile(
    r"^(?:你好|您好)?[\s,，!！.。]*(?:请问?)?(?:给我|帮我|我想)?(?:有没有|有什么新?的?|有哪些)?(?:看看?|找找?|推荐|搜索?|查)?(?:一下|一些)?(?=\S)"
)
_CHINESE_DAYS = re.compile(r"^(今天|昨天|本周|这周|上周|本月|上个月|最近一周)(?:的)?\s*(?=关于|有关)")
_LAST_NOUN = re.compile(rf"(?:^|\s+){PLAIN}$", re.IGNORECASE)
_LAST_WORK = re.compile(r"(?:^|\s+)(?:works?|research|literature|publications?)$", re.IGNORECASE)
_COUNT = re.compile(
    rf"^(?:the )?(?:(top|best|first|last|latest|newest)[ -])?(\d{{1,3}}|{'|'.join(NUMBERS)}) (?:(best|top|latest|newest|most recent|new|recent|most upvoted|hottest) )?(?!of (?:{MONTH_NAMES})\b)(?=\S)",
    re.IGNORECASE,
)
_ORDERS = [(re.compile(rf"^(?:{form})(?:\s+|$)", re.IGNORECASE), said) for form, said in ORDERS.items()]
_SHOWN = re.compile(r"([1-9]\d?|100) (?=[^\W\d])")
_HOW_MANY = re.compile(r"^how (?:many|much)\s+(?=\S)", re.IGNORECASE)
_MANY = re.compile(
    rf"^(?:how many|what|which) (?P<new>new |recent |latest )?(?:{PLAIN}\b ?)(?:(?:(?:are|were|is) there|(?:do|did) (?:you|we) have|have (?:been|you) \w+|have you(?: got)?|came out|appeared|exist|got|deal with|discuss|talk about|are|were published|cover) ?)*(?:{PREPOSITION} )?",
    re.IGNORECASE,
)


def closing(draft: Draft, context: Context) -> Draft:
    """Drop thanks, please, emoji and closing signs at the end; words that stand so in the archive stay."""
    words = draft.words
    bare = words if _ENDS_SO.search(words) else _CLOSING.sub("", words)
    stripped = bare
    for form in _ENDS:
        stripped = form.sub("", stripped)
    if stripped != bare and context.facts.stands(bare):
        stripped = bare
    stripped = _ALSO_LAST.sub(r"\1", stripped)
    return replace(draft, words=stripped) if stripped not in ("", words) else draft


def asking(draft: Draft, context: Context) -> Draft:
    """Drop words of asking at the beginning, and keep the order that they say."""
    if re.search("(?:论文|文章)$", draft.words):
        words = _CHINESE_DAYS.sub(r"\1 ", _CHINESE_ASKING.sub("", draft.words))
        draft = replace(draft, words=words)
    greeted = draft.words if context.facts.stands(draft.words) else _GREETING.sub("", draft.words)
    words = _ALSO.sub("", greeted)
    if (led := _LEADING.match(words)) and not context.facts.stands(_with_next(words, led.end())):
        words = words[led.end() :]
    if found := _MANY.match(words) or (draft.has_noun and _HOW_MANY.match(words)):
        return replace(
            draft,
            words=words[found.end() :],
            has_noun=True,
            **_fitting(draft, {"sort": "new"} if "new" in found[0].lower().split() else {}),
        )
    for form, said in _MEANING:
        if found := form.match(words):
            return replace(draft, words=words[found.end() :], **_fitting(draft, said))
    if draft.when and any(one.fullmatch(words) for one in _ASKING):
        return replace(draft, words="")
    if context.facts.stands(words):
        return replace(draft, words=words)
    for one in _ASKING:
        if (found := one.match(words)) and found.end():
            rest = words[found.end() :]
            many = _SHOWN.match(rest) if re.match(r"(?:show|give|list|get)", found[0], re.IGNORECASE) else None
            shown = {"words": _LED.sub("", rest[many.end() :]), "top": int(many[1])} if many else {"words": rest}
            return replace(draft, **shown)
    return replace(draft, words=words)


def _with_next(words: str, end: int) -> str:
    """Return the words up to ``end`` and the one behind them."""
    return f"{words[:end].strip()} {words[end:].split(maxsplit=1)[0]}"


def _fitting(draft: Draft, said: dict[str, str]) -> dict[str, Any]:
    """Return what the words say of a search; a subscription has no order."""
    return {} if draft.is_standing or (draft.verb and "verb" in said) else said


def papers(draft: Draft, context: Context) -> Draft:
    """Drop the noun papers at either end, and read new, best and numbers that stand before it."""
    before = _described(draft) if draft.has_noun or _speaks_of_papers(draft.words) else draft
    words = before.words
    if found := _CHINESE.match(words):
        return replace(
            before, words=found[2], has_noun=True, **_fitting(draft, {"sort": "new"} if found[1] or found[3] else {})
        )
    for form in (_FIRST_NOUN, _NOUN_OF, _BARE_NOUN, _ONE_BEFORE):
        if (found := form.match(words)) and not _is_protected(before, form, context):
            return _described(replace(before, words=words[found.end() :], has_noun=True))
    is_text = not before.conditions and context.facts.stands(words)
    for form in (_LAST_NOUN, _LAST_WORK):
        if (found := form.search(words)) and not is_text and not _is_of(words, form):
            return _described(replace(before, words=words[: found.start()], has_noun=True))
    if (found := _INNER_NOUN.match(words)) and not context.facts.finds(words.lower()):
        return replace(before, words=f"{found[1]} {words[found.end() :]}", has_noun=True)
    return replace(before, words=_LED.sub("", words)) if before.has_noun and before.when and not is_text else before


def _speaks_of_papers(words: str) -> bool:
    """Return whether papers, perhaps with adjectives and a number before them, begin or end the words."""
    rest = _COUNT.sub("", words)
    for _ in range(3):
        for form, _said in _ORDERS:
            rest = form.sub("", rest)
    is_first = any(form.match(rest) for form in (_FIRST_NOUN, _NOUN_OF))
    return (is_first and rest != words) or bool(re.fullmatch(NOUN, rest, re.IGNORECASE))


def _is_protected(draft: Draft, form: re.Pattern[str], context: Context) -> bool:
    words = draft.words.split()
    if form is _ONE_BEFORE:  # paper folding, paper reading group
        is_short = len(words) < 4 and not draft.when  # noqa: PLR2004 paper, and what may be of it
        return is_short or context.facts.stands(" ".join(words[:2])) or context.facts.stands(draft.words)
    return form is _BARE_NOUN and context.facts.stands(draft.words)


def _is_of(words: str, form: re.Pattern[str]) -> bool:
    """Return whether work or research is the only word, or the verb of a question."""
    return form is _LAST_WORK and (len(words.split()) < 2 or bool(_QUESTION.match(words)))  # noqa: PLR2004


_QUESTION = re.compile(r"(?:why|how|what|when|does|do|can|will|make|making)\b", re.IGNORECASE)


def _described(draft: Draft) -> Draft:
    """Read the adjectives and the number at the beginning of words that spoke of papers."""
    for _ in range(4):
        words = draft.words
        if found := _COUNT.match(f"{words} "):
            draft = _counted(draft, found)
        for form, said in _ORDERS:
            if found := form.match(draft.words):
                draft = replace(draft, words=draft.words[found.end() :], **_fitting(draft, said))
                break
        if draft.words == words:
            return draft
    return draft


def _counted(draft: Draft, found: re.Match[str]) -> Draft:
    count = number(found[2].lower())
    if not count or count > 100 or found[2].lower() in ("a", "an") or draft.is_standing:  # noqa: PLR2004
        return draft
    order = (found[1] or found[3] or "").lower()
    is_best = order in ("top", "best", "most upvoted", "hottest")
    said = {"verb": "top"} if is_best else {"sort": "new"} if order and order != "first" else {}
    return replace(draft, words=draft.words[found.end() :].strip(), top=count, **_fitting(draft, said))
