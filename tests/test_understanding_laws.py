"""Laws of the rules, over any words: the grammar's lines, quoted texts, and words that stand together in the archive."""

import re
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.commands.understood import remembering
from bot.language.queries import lexer
from bot.language.queries.parse import parse
from bot.lines import line as lines
from bot.ports.papers import TITLE
from bot.understanding.draft import Facts, Reading
from bot.understanding.reading import understand
from tests.support import laws
from tests.understanding import NOON

few = settings(max_examples=laws.of(300), deadline=None)


def one_of(words: str, between: str = " ") -> st.SearchStrategy[str]:
    return st.sampled_from(words.split(between))


def said(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda some: " ".join(part for part in some if part))


QUERIES = one_of(
    'rl|"world model"|robots -video|rl OR vla|(ocr OR asr) benchmark|title:agents upvotes>=20|author:"yann lecun"|diffus*|'
    'cat:cs.LG "pause tokens"|org:mit has:code|=rl agents|C++ generation|llama 3.1|"today" rl|-"best of n" sampling|gpt-4|'
    'author:"song han" OR author:"saining xie"|rl (author:"song han" OR org:"mit ai")|org:"mit ai" OR quantization|'
    'title:"deep nets" OR author:"song han"|(cat:cs.LG OR cat:cs.CL) -author:"song han"|author:"song han" author:"saining xie"|'
    'keyword:rl|rl keyword:"Q&A"|10,000 tokens|1,000,000 images -video|A* OR C++|Q* NOT rl|(A* OR rl) ocr|U.S. elections|rl -U.K.|'
    "i.i.d. OR rl|=rl NOT upvotes>=20|-has:code rl|(author:lecun OR author:hinton) rl|(author:lecun OR rl) 3D|has:code OR title:rob*",
    "|",
)
DAYS = one_of(
    "|today|yesterday|friday|this week|last month|last 3 days|3d|12w|2026-03-06|2026-03|2025|2026-W39|2026-01..2026-03"
    "|since 2026-05-01|before 2026-05-01|until 2026-05|after 2026-05-01",
    "|",
)
OFTEN = one_of(
    "|now|daily at 09:00|weekdays at 18:30|weekly on mon at 09:00|weekly on mon,thu at 09:00|every 2 days at 09:00"
    "|every 2 weeks on mon at 09:00|every 6 hours|daily at 09:00,17:00|monthly at 09:00",
    "|",
)
CANONICAL = st.one_of(
    said(one_of("|find |trending", "|"), QUERIES, DAYS, one_of("|sort new|sort upvotes", "|"), one_of("|top 20", "|")),
    said(one_of("subscribe|alert|edit 2", "|"), QUERIES, OFTEN, one_of("|max 5", "|")),
    said(one_of("preview|trends", "|"), QUERIES, one_of("|12w", "|")),
    one_of(
        "subs|alerts|saved|status|undo|log|today|trending|help dates|pause 2|pause 2 2w|resume 1 2|unsubscribe 3"
        '|unsubscribe "world model"|pause all|name 2 morning papers|paper 2403.03950|similar 2403.03950 this week'
        "|why 2403.03950|save 2403.03950|unsave 2403.03950|export bibtex|settings quiet 22:00-07:00 weekends"
        "|settings timezone Berlin|in @papers subscribe rl daily|share rl today|forget me|subscribe trending rl weekly",
        "|",
    ),
)


class Everything(Facts):
    """An archive that holds all words side by side, and papers of everybody, but none that is called as a line is."""

    def finds(self, query: str) -> bool:
        return not query.startswith(TITLE)


TOPICS = {"rl", "ocr", "vla", "asr", "video", "models", "attention", "robots", "agents", "learning"}


class Names(Facts):
    """An archive with papers of everybody who is not called like a topic, and no two words side by side."""

    def finds(self, query: str) -> bool:
        is_name = re.fullmatch(r'(?:author|org):"\W*\w[^:]*"', query)
        return bool(is_name) and not TOPICS & set(re.findall(r"\w+", query))


ARCHIVES = st.sampled_from([Facts, Everything, Names])


def readings(line: str, facts: Facts) -> Reading:
    return understand(line, remembering(NOON, facts))


@given(CANONICAL, ARCHIVES)
@example('author:"song han" OR author:"saining xie"', Names)
@few
def test_a_canonical_line_is_read_as_itself(line: str, archive: type[Facts]) -> None:
    (read,) = readings(line, archive()).lines
    today = NOON.date()
    if line.startswith(("unsubscribe", "pause all")):
        assert read == line
    else:
        assert essence(read, today) == essence(line, today)


def essence(line: str, today: date) -> tuple[object, ...]:
    read = lines.read(line, today)
    window = read.window and (read.window.first, read.window.last)
    fields = (read.verb, read.number, read.numbers, read.id, read.schedule, read.most, read.top, read.sort, read.rest)
    return (*fields, parse(read.query).canonical, window, read.days, read.trending, read.channel)


THINGS = one_of("rl video models attention robots agents learning")
NAMES = one_of(
    "Song Han|Song Han or Saining Xie|papers by Song Han, Saining Xie|rl by Song Han without ocr|from MIT AI", "|"
)
WORDS = st.one_of(
    st.text(st.characters(exclude_characters='"', exclude_categories=("Cs", "Cc", "Zl", "Zp", "Co", "Cn")), max_size=15),
    st.lists(
        one_of("today rl papers by or not friday nov 20 latest please subscribe daily stop 5 in @ # ** the 'a b' A* 2025"),
        max_size=6,
    ).map(" ".join),
).map(lambda words: " ".join(lexer.tidy(words).replace('"', "").split())).filter(bool)  # fmt: skip
ROUND = one_of(
    "{}|{} today|papers about {} please|any {} this week?|subscribe {} daily|**{}** today|- {} sort new|not {}|rl or {}"
    "|{} by friday|preview {}|alert me on {}|latest {} papers|{} from last week|hello, {}|{}, rl|top 5 {}|{} @ today"
    "|{} over 20 upvotes|please stop {}|author: {}|topic: {}, rl|--topic {} --limit 5|rl not {} not ocr not asr"
    "|{} since halloween|{} 11/05 to 11/12|category: {}|digest {}|mute {}|{} cs.LG|follow: {}, rl|in cs.CL {}|no {}, no rl, no ocr",
    "|",
)


@given(WORDS, ROUND, ARCHIVES)
@example("a @ b", "{} @ today", Facts)
@example("by 2611.12001", "{}, rl", Facts)
@few
def test_a_quoted_text_is_never_touched(words: str, rest: str, archive: type[Facts]) -> None:
    quoted = f'"{words}"'
    reading = readings(rest.format(quoted), archive())
    offered = [choice.line for choice in reading.choices if choice.line not in WAYS_OUT]
    for line in (*reading.lines, *offered):
        assert quoted in lexer.tidy(line)


TYPED = st.one_of(NAMES, st.tuples(ROUND, st.one_of(THINGS, QUERIES)).map(lambda parts: parts[0].format(parts[1])))


@given(TYPED, ARCHIVES)
@example("papers by Song Han or Saining Xie", Names)
@few
def test_a_line_that_was_read_is_read_as_itself_when_it_is_typed(typed: str, archive: type[Facts]) -> None:
    for line in readings(typed, archive()).lines:
        assert readings(line, archive()).lines == (line,)


WAYS_OUT = ("today", "help", "subs", "saved", "status", "help query", "help acronyms")
"""Lines of buttons that are about no words."""


class Held(Facts):
    """An archive of one text, with no names."""

    def __init__(self, text: str) -> None:
        words = text.lower().split()
        parts = (words[first:last] for first in range(len(words)) for last in range(first + 1, len(words) + 1))
        self.words = set(words)
        super().__init__({f'"{" ".join(part)}"': True for part in parts})

    def finds(self, query: str) -> bool:
        return self.finds_any.get(query, set(query.split()) <= self.words)


SIGNS = one_of(
    "by or not latest watch stop list follow and without top best max from less is more trending new hot on remove pause "
    "make set change name call show help save why tell page next first code minus plus no to daily weekly track with of "
    "stream there over under all mute cancel drop add limit sort author topic category since halloween christmas digest too "
    "many go quiet only less through between before after recent by from per than how any"
)


@given(st.lists(SIGNS, max_size=2), THINGS, st.lists(st.one_of(SIGNS, THINGS), max_size=2))
@example(["pause"], "learning", ["from"])
@example(["from", "halloween"], "rl", [])
@example([], "rl", ["not", "more"])
@example(["stop"], "rl", ["digest"])
@example(["pause", "from"], "rl", [])
@few
def test_words_that_stand_together_in_the_archive_are_searched_for_as_they_are(before, thing, after) -> None:
    text = " ".join([*before, thing, *after])
    context = remembering(NOON, Held(text))
    typed = context.grammar(text)
    if len(text.split()) < 2 or typed is None or typed.verb != "find":
        return
    assert understand(text, context).lines in ((text,), (f"find {text}",))


@pytest.mark.parametrize("words", ["frame by frame", "token by token generation", "learning from humans"])
def test_a_text_of_the_archive_is_followed_as_it_stands_whoever_is_called_like_its_words(words: str) -> None:
    assert readings(f"subscribe {words}", Everything()).lines == (f"subscribe {words}",)
