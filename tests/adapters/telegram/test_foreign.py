import pytest
from hypothesis import given

from adapters.telegram.wire import foreign
from tests.adapters.telegram.entities import cleaned, linked, units
from tests.adapters.telegram.hostile import MANY, hostile


@pytest.mark.parametrize(
    "title",
    ["A*", "tau_bench", "C++ (v2.0)", "GPT-4.5 vs. Llama 3.1", "#2 rl upvotes>=10", "and/or", "$1 Million", "π₀"],
)
def test_ordinary_titles_stay_as_they_are(title):
    assert foreign.quiet(title) == title


@pytest.mark.parametrize(
    "title",
    ["@durov", "#rl", "/start", "evil.com", "http://evil.zzz", "a@b.com", "$TSLA", "tg://x", "x.भारत", "Ask.ai"],
)
def test_what_telegram_would_link_is_broken_invisibly(title):
    quiet = foreign.quiet(title)
    assert linked(quiet) == []
    assert quiet.replace(foreign.JOINER, "") == title


def test_the_links_of_papers_and_of_the_bot_itself_stay_whole():
    text = "See https://huggingface.co/papers/2403.03950, https://arxiv.org/abs/2403.03950v2 and https://t.me/x_bot?start=alerts"
    assert foreign.quiet(text) == text


@MANY
@given(hostile)
def test_no_foreign_text_is_linked(text):
    assert linked(cleaned(foreign.quiet(text))) == []


@MANY
@given(hostile)
def test_quiet_text_reads_as_before(text):
    assert foreign.quiet(text).replace(foreign.JOINER, "") == foreign.clean(text).replace(foreign.JOINER, "")


@MANY
@given(hostile)
def test_a_cut_keeps_the_limit_that_telegram_counts(text):
    clean = foreign.clean(text)
    assert foreign.units(clean) == units(clean)
    assert units(foreign.cut(clean, 20)) <= 20
