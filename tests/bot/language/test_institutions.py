"""Every entry of the table of institutions: who asks by one of its names finds papers under each of them."""

from collections import Counter
from itertools import pairwise

from bot.language.names import institutions
from bot.language.queries.parse import parse
from bot.language.queries.reading import ReadPaper
from bot.model import Paper

TABLE = institutions.table()


def _finds(query: str, organization: str) -> bool:
    return parse(query).meaning.holds(ReadPaper(Paper("1", "A title", organization=organization)))


def test_the_table_holds_the_usual_names_of_the_field() -> None:
    assert len(TABLE) >= 150
    assert [names for names in TABLE if len(set(names)) < 2 or not all(names)] == []


def test_every_name_finds_papers_under_each_other_name() -> None:
    apart = [
        (asked, written)
        for names in TABLE
        for asked in names
        for written in names
        if not _finds(f'org:"{asked}"', written)
    ]
    assert apart == []


def test_a_name_means_one_institution_alone() -> None:
    met = Counter(name for names in TABLE for name in {institutions.together(name) for name in names})
    assert [name for name, count in met.items() if count > 1] == []


def test_an_institution_is_not_its_neighbour_in_the_table() -> None:
    """What one line names finds no other line's, unless the other's names say it in words: a laboratory's parent."""
    wrong = [
        (names[0], others[0])
        for names, others in pairwise(TABLE)
        if _finds(f'org:"{names[0]}"', others[0]) and names[0].casefold() not in " ".join(others).casefold()
    ]
    assert wrong == []


def test_the_name_as_written_alone_is_no_other() -> None:
    assert _finds('org:="MIT"', "MIT")
    assert not _finds('org:="MIT"', "Massachusetts Institute of Technology")
