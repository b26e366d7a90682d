"""Laws of the line grammar; tests/golden/lines.tsv says line by line what they mean."""

import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.language.queries.parse import parse
from bot.lines import dates, writing
from bot.lines import line as lines
from bot.lines.fields import Line
from bot.lines.verbs import ALIASES, VERBS
from bot.model import Schedule, Window
from tests.support.lines import golden, outcome

TODAY = date(2026, 11, 24)
SAMPLES = """
in @mychannel /subscribe /today me yes acronyms csv timezone UTC 2403.03950 2403.3 for at on rl agents today yesterday
friday this last week since 3d 2w 2024 2024-03 2024-13 2026-W39 3 days 2024-01..2024-03 2024.. top page max sort 0 1 5
10 1000 #2 new upvotes foo now daily weekly weekdays monthly trending mon 09:00 9 25:00 9am am OR | ( ) -x title:a upvotes>=20 * = 世界
🤖 عربي - / “ " ” 'a "b c"d "rl “top
"""
CHARACTERS = ["\u202e", "\u0000", "\u200d", "\ud800", " ", "\t", "\u3000", "\n"]
WORDS = st.sampled_from([*VERBS, "share", *ALIASES, *SAMPLES.split(), *CHARACTERS, '"rl today"', "“top 5”"])
TYPED = st.one_of(
    st.lists(WORDS, max_size=9).map(" ".join),
    st.text(max_size=60),
    st.text('"“ today2024-.W0123:since', max_size=30),
)
TODAYS = st.one_of(st.just(TODAY), st.dates())


def read(text: str, today: date = TODAY) -> Line | QueryError:
    try:
        return lines.read(text, today)
    except QueryError as error:
        return error


def test_a_golden_line_asks_for_what_it_says() -> None:
    read = [(line, expected, outcome(line, today)) for line, today, expected in golden()]
    assert [row for row in read if row[1] != row[2]] == []


def test_the_golden_lines_cover_every_verb() -> None:
    read_ = [read(line, today) for line, today, _ in golden()]
    assert {line.verb for line in read_ if isinstance(line, Line)} == {*VERBS, "share"}
    assert len(read_) >= 150


@given(TYPED, TODAYS)
def test_any_text_is_a_line_or_a_query_error_that_says_where(text: str, today: date) -> None:
    found = read(text, today)
    if isinstance(found, QueryError):
        assert found.text == text
        assert 0 <= found.place <= len(text)
        assert found.reason


@given(TYPED, TODAYS)
@example("a since page 1 today", TODAY)
@example("a top page 1 2024", TODAY)
@example("today since", TODAY)
@example("trends a last page 1 friday", TODAY)
@example("find 2403.03950", TODAY)
@example("find /help me", TODAY)
@example("preview a weekly on max 3 friday", TODAY)
def test_a_line_written_again_asks_for_the_same(text: str, today: date) -> None:
    line = read(text, today)
    if isinstance(line, Line):
        again = lines.read(writing.write(line), today)
        assert replace(again, query_at=0) == replace(line, query_at=0)


@given(TYPED)
@example('share rl OR "')
@example('subscribe rl -"')
def test_the_nearest_form_of_an_error_can_be_read(text: str) -> None:
    error = read(text)
    if isinstance(error, QueryError) and error.nearest:
        line = lines.read(error.nearest, TODAY)
        parse(lines.read(line.rest, TODAY).query if line.verb == "share" else line.query, most=1000)


@given(TYPED)
def test_the_query_stands_where_it_says(text: str) -> None:
    line = read(text)
    if isinstance(line, Line) and line.query:
        there = text[line.query_at : line.query_at + len(line.query)]
        assert [a for a, b in zip(there, line.query, strict=True) if b not in (a, " ")] == []
        assert line.query.strip() == line.query


@given(st.lists(st.sampled_from(["rl", "agents", "title:world", "-survey", '"a b"']), min_size=1).map(" ".join))
def test_quotes_around_a_line_keep_all_its_words(query: str) -> None:
    for text in ("today", "subscribe rl", "rl top 5", "last week", "daily at 09:00"):
        line = lines.read(f'{query} "{text}"', TODAY)
        assert (line.verb, line.query, line.window, line.top) == ("find", f'{query} "{text}"', None, 10)


@given(
    st.sampled_from(sorted({*VERBS, "share", *ALIASES})), st.sampled_from(["", " rl", " 2", " 2403.03950", " rl today"])
)
def test_verbs_know_no_case_and_may_have_a_slash(verb: str, tail: str) -> None:
    plain = outcome(verb + tail, TODAY)
    assert outcome(verb.upper() + tail, TODAY).lower() == plain.lower()
    if not plain.startswith("error"):
        assert outcome(f"/{verb}{tail}", TODAY) == plain


@given(st.permutations(["today", "top 5", "page 2", "sort new"]))
def test_options_and_date_words_stand_in_any_order(tail: list[str]) -> None:
    line = lines.read(f"rl {' '.join(tail)}", TODAY)
    assert (line.query, line.when, line.top, line.page, line.sort) == ("rl", "today", 5, 2, "new")


@given(
    st.builds(
        Schedule,
        st.sampled_from(["daily", "weekdays"]),
        st.times().map(lambda t: t.replace(second=0, microsecond=0, fold=0)),
    )
)
def test_a_written_schedule_is_read_as_itself(schedule: Schedule) -> None:
    assert lines.read(f"subscribe rl {schedule}", TODAY).schedule == schedule


def test_a_window_without_words_is_written_as_its_days() -> None:
    days = Window(date(2024, 3, 6), date(2024, 3, 8))
    line = lines.read(writing.write(Line(query="rl", window=days, page=2)), TODAY)
    assert (line.window, line.page, line.when) == (replace(days, label="6-8 Mar 2024"), 2, dates.write(days))


def test_a_page_button_keeps_the_rest_of_the_line() -> None:
    line = lines.read("“reward model” last week sort new top 20", TODAY)
    assert writing.write(replace(line, page=2)) == "“reward model” last week top 20 sort new page 2"


LONG = [
    *("a ", "x", '"', "share ", "in @a ", "in @a in @b ", "share in @a ", "2024..", "9", "top 5 ", "(", "\u202e"),
    *("now daily ", "a\u0000", "since ", "this week ", "save "),
]


@pytest.mark.parametrize("part", LONG)
def test_a_line_ten_times_as_long_takes_no_hundred_times_as_long(part: str) -> None:
    """How long it takes is measured by benchmarks/bad_lines.py; here only that it grows with the length alone."""
    short, long = (min(_seconds((part * count)[:count]) for _ in range(5)) for count in (2_000, 20_000))
    assert long < 35 * short


def _seconds(text: str) -> float:
    start = time.thread_time()
    read(text)
    return time.thread_time() - start


def test_what_cannot_be_shown_or_stored_never_reaches_the_query() -> None:
    line = lines.read("rl\u0000 \ud800 \u202eagents\nsafe today", TODAY)
    assert line.query.split() == ["rl", "agents", "safe"]
    assert line.query.isprintable()
