"""Laws of date phrases."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.lines import dates, spans
from bot.model import WEEKDAYS, Window

TUESDAY = date(2026, 11, 24)
TODAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
DAYS = st.dates(date(1990, 1, 1), date(2199, 12, 31))
SAMPLES = """
today yesterday friday last this week month year 3 0 12 days weeks months since 3d 2w 6m 0d 2024 2024-03 2024-13
2024-02-30 2024-03-06 2026-W39 2026-w60 2024..2025 today..2024 .. 2024.. 2024/03 2024-01..2024-13 rl \u2026
"""
PARTS = st.sampled_from(SAMPLES.split())


def read(words: list[str], today: date) -> tuple[int, Window] | QueryError | None:
    try:
        return dates.read(words, today)
    except QueryError as error:
        return error


def window(phrase: str, today: date = TUESDAY) -> Window:
    words = phrase.split()
    found = dates.read(["rl", *words], today)
    assert found is not None
    assert found[0] == len(words)
    return found[1]


@pytest.mark.parametrize(
    ("phrase", "label"),
    [
        ("today", "Tue 24 Nov"),
        ("2025-11-24", "Mon 24 Nov 2025"),
        ("last week", "16-22 Nov"),
        ("this week", "23-24 Nov"),
        ("2024-03-01..2024-03-05", "1-5 Mar 2024"),
        ("last month", "Oct 2026"),
        ("2024-03", "Mar 2024"),
        ("2024", "2024"),
        ("2023..2024", "2023-2024"),
        ("2024-01..2024-03", "Jan - Mar 2024"),
        ("2025-12..2026-02", "Dec 2025 - Feb 2026"),
        ("12w", "2 Sep - 24 Nov"),
        ("2024-11-30..2024-12-06", "30 Nov - 6 Dec 2024"),
        ("2025-12-30..2026-01-04", "30 Dec 2025 - 4 Jan 2026"),
        ("2026-W39", "week 39 of 2026"),
        ("since 2024-05-01", "since 1 May 2024"),
        ("since friday", "since 20 Nov"),
    ],
)
def test_a_window_is_named_as_a_person_would(phrase: str, label: str) -> None:
    assert window(phrase).label == label


@given(TODAYS, st.sampled_from(WEEKDAYS))
def test_a_weekday_is_the_latest_one_up_to_today(today: date, name: str) -> None:
    found = window(name, today)
    assert found.is_one_day
    assert found.first.weekday() == WEEKDAYS.index(name)
    assert timedelta(0) <= today - found.first < timedelta(days=7)


@given(TODAYS, st.sampled_from(WEEKDAYS))
def test_the_last_weekday_is_before_today(today: date, name: str) -> None:
    found = window(f"last {name}", today)
    assert found.first.weekday() == WEEKDAYS.index(name)
    assert timedelta(0) < today - found.first <= timedelta(days=7)


@given(TODAYS, st.integers(1, 900))
def test_so_many_days_back_are_so_many_days_with_today(today: date, count: int) -> None:
    for phrase in (*([f"{count}d"] if count < 100 else []), f"last {count} days"):
        found = window(phrase, today)
        assert ((found.last - found.first).days + 1, found.last) == (count, today)


@given(TODAYS, st.integers(1, 52))
def test_weeks_back_are_seven_days_each(today: date, count: int) -> None:
    assert window(f"{count}w", today) == window(f"last {7 * count} days", today)


@given(TODAYS, st.integers(1, 60))
def test_months_back_begin_the_day_after_the_same_day_of_the_month(today: date, count: int) -> None:
    before = window(f"last {count} months", today).first - timedelta(days=1)
    assert count > 36 or window(f"{count}m", today).first == before + timedelta(days=1)
    assert (today.year - before.year) * 12 + today.month - before.month == count
    assert before.day == today.day or (before + timedelta(days=1)).day == 1


@given(TODAYS)
def test_weeks_begin_on_monday_and_the_last_one_ends_before_this_one(today: date) -> None:
    this, last = window("this week", today), window("last week", today)
    assert (this.first.weekday(), this.last) == (0, today)
    assert (last.first + timedelta(days=7), last.last + timedelta(days=1)) == (this.first, this.first)


@given(TODAYS)
def test_months_begin_on_the_first_and_the_last_one_ends_before_this_one(today: date) -> None:
    this, last = window("this month", today), window("last month", today)
    assert (this.first, this.last) == (today.replace(day=1), today)
    assert (last.first.day, last.last + timedelta(days=1)) == (1, this.first)


@given(DAYS, TODAYS)
def test_a_day_lies_in_its_own_month_year_and_iso_week(day: date, today: date) -> None:
    year, week, _ = day.isocalendar()
    assume(spans.FIRST_YEAR <= year <= spans.LAST_YEAR)
    for phrase, days in ((f"{day:%Y-%m-%d}", {1}), (f"{day:%Y-%m}", {28, 29, 30, 31}), (f"{year}-W{week:02}", {7})):
        found = window(phrase, today)
        assert found.first <= day <= found.last
        assert (found.last - found.first).days + 1 in days


@given(DAYS, DAYS, TODAYS)
def test_written_days_mean_the_same_on_any_day(first: date, last: date, today: date) -> None:
    assume(first <= last)
    found = window(dates.write(Window(first, last)), today)
    assert (found.first, found.last) == (first, last)


@given(st.lists(PARTS, max_size=6), st.dates())
def test_any_words_are_a_date_or_none_or_an_error_in_their_ending(words: list[str], today: date) -> None:
    found = read(words, today)
    if isinstance(found, QueryError):
        assert " ".join(words).endswith(found.text)
        assert 0 <= found.place < len(found.text)
    elif found:
        assert 1 <= found[0] <= len(words)
        assert found[1].first <= found[1].last


@given(st.lists(PARTS, max_size=5), TODAYS)
def test_the_nearest_form_of_an_impossible_date_is_a_date(words: list[str], today: date) -> None:
    found = read(words, today)
    nearest: list[str] = []
    for _ in range(2):  # both ends of a range may be wrong
        if isinstance(found, QueryError):
            nearest = found.nearest.split()
            found = read(nearest, today)
    assert not isinstance(found, QueryError)
    assert not nearest or (found and found[0] == len(nearest))


@given(st.lists(PARTS, min_size=1, max_size=4), TODAYS)
def test_the_longest_form_wins(words: list[str], today: date) -> None:
    endings = [words[first:] for first in range(len(words))]
    found = [read(ending, today) for ending in endings]
    whole = [
        len(ending)
        for ending, one in zip(endings, found, strict=True)
        if isinstance(one, tuple) and one[0] == len(ending)
    ]
    if isinstance(found[0], tuple):
        assert found[0][0] == max(whole)
    elif found[0] is None:
        assert whole == []


@pytest.mark.parametrize("word", ["1989", "2028", "3D-aware", "3dgs", "w39", "todays", "a..b", "..", "1234-56", "٢٠٢٤"])
def test_words_that_only_look_like_dates_are_words(word: str) -> None:
    assert dates.read(["rl", word], TUESDAY) is None


def test_labels_never_hide_a_year_that_is_not_this_one() -> None:
    for year in (2024, 2025, 2027):
        assert re.search(str(year), dates.day_label(date(year, 3, 6), TUESDAY))
    assert dates.day_label(date(2026, 3, 6), TUESDAY) == "Fri 6 Mar"


@pytest.mark.parametrize(
    "words",
    ["3D", "12D", "256M", "350m", "100d", "53w", "37m", "2W", "ICLR 2025", "coco 2017", "MS-COCO 2014", "AIME 2025?"],
)
def test_sizes_dimensions_and_the_year_of_a_venue_are_words(words: str) -> None:
    assert dates.read(["rl", *words.split()], TUESDAY) is None


@pytest.mark.parametrize(
    "words", ["3d", "99d", "52w", "36m", "models 2025", "since 2025", "ICLR since 2025", "iclr 2024..2025"]
)
def test_small_spans_and_other_years_are_days(words: str) -> None:
    assert dates.read(["rl", *words.split()], TUESDAY)
