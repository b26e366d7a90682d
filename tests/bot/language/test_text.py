"""Laws of the one tokeniser, and of reading LaTeX."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.latex import commands, scripts
from bot.language.latex.commands import readable
from bot.language.latex.plain import ACCENTS
from bot.language.latex.reader import Reader
from bot.language.latex.signs import marked
from bot.language.words import text

ANY = st.text(max_size=40)
MARKED = st.text(r"\${}^_'`~ab1-éπ", max_size=40)


@given(st.one_of(ANY, MARKED))
def test_every_word_is_itself_when_read_again(line: str) -> None:
    read = text.words(line)
    for word in (*read.written, *read.stems, *(join for _, _, join in read.joins)):
        assert text.words(word).written == (word,)


@given(st.one_of(ANY, MARKED))
def test_a_stem_has_no_plural_left(line: str) -> None:
    stems = text.words(line).stems
    assert tuple(map(text.stem, stems)) == stems


@given(st.one_of(ANY, MARKED))
def test_the_index_text_holds_the_stems_and_nothing_else(line: str) -> None:
    assert tuple(text.index_text(line).split()) == text.words(line).stems


@given(st.one_of(ANY, MARKED), st.one_of(ANY, MARKED))
def test_a_stem_is_found_by_the_index_exactly_where_it_stands(line: str, other: str) -> None:
    read = text.words(line)
    indexed = {*text.index_text(line).split(), *text.index_joined(line).split()}
    stems = {*read.stems, *(text.stem(join) for _, _, join in read.joins)}
    assert stems <= indexed
    for stem in text.words(other).stems:
        assert (stem in indexed) == (stem in stems)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Reinforcement Learning (RL)", "reinforcement learning rl"),
        ("agents' don't", "agent don t"),
        ("classes policies series buses trees bus loss gas", "class policy series bus tree bus loss gas"),
        ("Fréchet Łukasz Søren Straße İstanbul", "frechet lukasz soren strasse istanbul"),
        ("Fr\\'echet G\\\"odel Erd\\H{o}s \\c{c}a Gau\\ss{} S{\\o}ren", "frechet godel erdo ca gauss soren"),
        ("$\\pi_0$ π_0.5 π₀ $π^{2}$", "pi0 pi0.5 pi0 pi2"),
        ("U$^2$Mamba CO$_2$ $\\ell_1$ 360$^\\circ$", "u2mamba co2 l1 360"),
        ("$\\mathcal{O}(d^k)$ \\textsc{Foo} \\model 5\\% \\&", "o d k foo 5"),
        ("世界模型 world", "世 界 模 型 world"),
        ("한국어 हिन्दी Обучение", "한국어 हिन्दी обучение"),
        ("ＡＢ ﬁne ™ Foo™", "ab fine foo"),
        ("snake_case", "snake case"),
        ("🚀 … !", ""),
        ("\ud800rl\x00llm", "rl llm"),
    ],
)
def test_words_are_read_as_people_mean_them(line: str, words: str) -> None:
    assert text.index_text(line) == words


def test_a_hyphenated_word_is_also_its_joined_forms() -> None:
    assert [join for _, _, join in text.words("pre-training, text-to-image").joins] == [
        "pretraining", "textto", "texttoimage", "toimage",
    ]  # fmt: skip
    assert text.words("a - b -c d- e").joins == ()


def test_a_long_chain_of_hyphens_costs_no_more_than_its_length() -> None:
    assert len(text.words("a-" * 1_000 + "a").joins) < 3 * 1_001


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("$\\pi_0$: A VLA", "π₀: A VLA"),
        ("Fr\\'echet, Schr\\\"odinger, Erd\\H{o}s, S{\\o}ren", "Fréchet, Schrödinger, Erdős, Søren"),
        ("Earn $1 Million", "Earn $1 Million"),
        ("from $200k to $60 GPUs", "from $200k to $60 GPUs"),
        ("Fixing 7,400 Bugs for 1$: Cheap", "Fixing 7,400 Bugs for 1$: Cheap"),
        ("\\$OneMillion-Bench", "$OneMillion-Bench"),
        ("Toolkit \\& Benchmark, 5\\%", "Toolkit & Benchmark, 5%"),
        ("Network\\ for X \\\\ Y", "Network for X Y"),
        ("\\textsc{Foo}, \\textbf{\\emph{bar}}", "Foo, bar"),
        ("$\\mathcal{O}(d^k)$ in $\\mathbb{Z}_2$", "O(dᵏ) in ℤ₂"),
        ("U$^2$Mamba, CO$_2$, 360$^\\circ$", "U²Mamba, CO₂, 360°"),
        ("LLM $\\times$ DATA, $7 \\times 6$, ($\\times$4)", "LLM × DATA, 7 × 6, (×4)"),
        ("$x_{i,j}$ and $\\frac{1}{2}$", "x_i,j and 1/2"),
        ("Multimodal\n  Models", "Multimodal\n  Models"),
        ("a <think> & b", "a <think> & b"),
        ("", ""),
    ],
)
def test_latex_is_read_out(raw: str, shown: str) -> None:
    assert readable(raw) == shown


GOLDEN = [
    line.split("\t") for line in (Path(__file__).parents[2] / "golden" / "latex.tsv").read_text("utf-8").splitlines()
]


def test_every_form_that_feeds_send_is_read_as_a_mathematician_reads_it() -> None:
    read = [(form, reading, readable(form)) for form, reading in GOLDEN]
    assert [row for row in read if row[1] != row[2]] == []


def test_the_table_of_forms_is_long_and_no_reading_holds_a_command() -> None:
    assert len({form for form, _ in GOLDEN}) == len(GOLDEN) >= 300
    assert [reading for _, reading in GOLDEN if "\\" in reading or "{\\" in reading] == []


POISON = [
    "$A", "\\a{", '\\"', "$", "{", "\\frac", "\\sqrt[", "^{", "\\'", "\\(x", "$a\\", "_", "\\'{", "~", "--", "\\log", "$1 ",
    "}", "\\text{", "\\left", "\\[", "``", "$$",
]  # fmt: skip


@pytest.mark.parametrize("piece", POISON)
def test_reading_out_looks_at_each_piece_once(piece: str) -> None:
    looked_at = []
    for times in (500, 1_000):
        reader = Reader(piece * times, commands.command, scripts.script)
        reader.whole()
        looked_at.append(reader.looked_at)
    assert looked_at[0] <= len(piece) * 500 + 2
    assert looked_at[1] <= 2 * looked_at[0] + 2


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Nguy\\~ên", "nguyen"),
        ("St\\ütz", "stutz"),
        ("Nguy\\~{\\^e}n", "nguyen"),
        ("P\\'{\\i}rez", "pirez"),
        ("\\'é", "e"),
    ],
)
def test_accents_on_letters_that_have_theirs_are_found(written: str, words: str) -> None:
    assert text.index_text(written) == words


NO_BRACES = str.maketrans("", "", "{}")
PLACES = ("%sbcd", "Bc%sd", "Bcd%s", "a %s b", "(%s), D", "{%s}bcd", "Bcd{%s}")


def accented(name: str, base: str) -> list[tuple[str, str]]:
    """Return the ways to write an accent on a letter, also on one that has it, each with how it is shown."""
    on = marked(base, ACCENTS[name])
    gap = " " if name.isalpha() else ""
    ways = [f"{{{base}}}", f"{{{on}}}", on, gap + base, *([gap + on] if gap else ())]
    ways += [unicodedata.normalize("NFD", way) for way in ways]
    empty = base if name.isalpha() else name + base
    return [(f"\\{name}{way}", on) for way in ways] + [
        (f"\\{name}{{{base}n}}", f"{on}n"),
        (f"\\{name}{{}}{base}", empty),
    ]


COMPOSED = [
    (name, base) for name, mark in ACCENTS.items() for base in "aceorzAESi" if len(marked(base, mark)) == 1 != mark
]


@pytest.mark.parametrize("place", PLACES)
def test_both_readers_read_every_accent_in_every_place(place: str) -> None:
    rows = [
        (place % raw, place.translate(NO_BRACES) % shown)
        for name, base in COMPOSED
        for raw, shown in accented(name, base)
    ]
    read = [(raw, readable(raw), text.words(raw).written) for raw, _ in rows]
    wanted = [(raw, shown, text.words(shown).written) for raw, shown in rows]
    assert [pair for pair in zip(read, wanted, strict=True) if pair[0] != pair[1]] == []


@given(st.one_of(ANY, MARKED))
def test_reading_out_never_fails_and_loses_no_plain_text(line: str) -> None:
    shown = readable(line)
    if not set(line) & set("\\${}~`'-"):
        assert shown == line
