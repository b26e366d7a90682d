"""The tables of acronyms, and that they work both ways."""

import re

from bot.commands.help_pages import acronym_list
from bot.language.acronyms import tables as acronyms
from bot.language.queries.parse import parse
from bot.language.queries.reading import matches
from bot.language.words import text
from bot.message import Text
from bot.model import Paper

TABLE, LEARNED = acronyms.table(), acronyms.learned()


def _works(short: str, form: str) -> bool:
    spelled, meant = Paper("1", f"On {form} today"), Paper("2", f"On {short.upper()} today")
    finds = matches(parse(short), spelled) and matches(parse(form), meant) and matches(parse(f"title:{short}"), spelled)
    return finds and not matches(parse(f"={short}"), spelled) and not matches(parse(f'"{form}"'), meant)


def test_the_table_is_large_and_every_line_is_there_once() -> None:
    assert len(TABLE) >= 150
    assert len(set(TABLE)) == len(TABLE)


def test_every_acronym_is_one_written_word() -> None:
    assert all(text.words(short).written == (short,) for short, _ in TABLE)


def test_the_acronym_finds_the_form_and_the_form_the_acronym() -> None:
    assert [pair for pair in TABLE if not _works(*pair)] == []


def test_learned_ones_work_as_the_curated_ones_do() -> None:
    assert [pair for pair in LEARNED if not _works(*pair)] == []


def test_learned_ones_repeat_nothing_of_the_curated_table() -> None:
    known = {text.words(side).stems for pair in TABLE for side in pair}
    assert [pair for pair in LEARNED for side in pair if text.words(side).stems in known] == []


def test_learned_ones_are_a_few_hundred_that_five_papers_or_more_define() -> None:
    lines = re.findall(r"(?m)^[^#\n].*", acronyms.LEARNED.read_text(encoding="utf-8"))
    counts = [re.fullmatch(r"[a-z0-9]{2,8} = \S[^=#]*\S  # (\d+)", line) for line in lines]
    assert 100 <= len(lines) == len(set(LEARNED)) <= 400
    assert min(int(count[1]) for count in counts if count) >= 5
    assert all(counts)


def test_an_everyday_word_is_no_acronym() -> None:
    everyday = "a it is as at or and not in on cat clip map rope film tag car arm so to do he we us no go by my"
    assert not {short for short, _ in (*TABLE, *LEARNED)} & set(everyday.split())


def test_the_file_reads_one_pair_a_line() -> None:
    assert all(re.fullmatch(r"[a-z0-9]+", short) and form == form.strip() for short, form in TABLE)
    assert ("rl", "reinforcement learning") in TABLE


def test_help_lists_every_pair_of_both_tables_a_line_each_and_no_other_equals_sign() -> None:
    lines = "\n".join(block.text for block in acronym_list().blocks if isinstance(block, Text)).splitlines()
    assert [line for line in lines if "=" in line] == [f"{short} = {form}" for short, form in (*TABLE, *LEARNED)]
