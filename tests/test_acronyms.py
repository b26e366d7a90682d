"""The table of acronyms, and that it works both ways."""

import re

import pytest

from bot.language import acronyms, text
from bot.language.query import parse
from bot.model import Paper

TABLE = acronyms.table()


def test_the_table_is_large_and_every_line_is_there_once() -> None:
    assert len(TABLE) >= 150
    assert len(set(TABLE)) == len(TABLE)


def test_every_acronym_is_one_written_word() -> None:
    assert all(text.words(short).written == (short,) for short, _ in TABLE)


@pytest.mark.parametrize(("short", "form"), TABLE)
def test_the_acronym_finds_the_form_and_the_form_the_acronym(short: str, form: str) -> None:
    spelled, meant = Paper("1", f"On {form} today"), Paper("2", f"On {short.upper()} today")
    assert parse(short).matches(spelled)
    assert parse(form).matches(meant)
    assert parse(f"title:{short}").matches(spelled)
    assert not parse(f"={short}").matches(spelled)
    assert not parse(f'"{form}"').matches(meant)


def test_an_everyday_word_is_no_acronym() -> None:
    everyday = "a it is as at or and not in on cat clip map rope film tag car arm so to do he we us no go by my"
    assert not {short for short, _ in TABLE} & set(everyday.split())


def test_the_file_reads_one_pair_a_line() -> None:
    assert all(re.fullmatch(r"[a-z0-9]+", short) and form == form.strip() for short, form in TABLE)
    assert ("rl", "reinforcement learning") in TABLE
