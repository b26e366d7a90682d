"""Laws of how lines are understood; tests/golden/understanding.tsv says line by line what they mean.

The archive is a small one of our own: a paper for each text that a line could be taken from, and names of nobody.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.understood import remembering
from bot.errors import QueryError
from bot.lines import line as lines
from bot.model import Listing, Paper
from bot.understanding.draft import Facts
from bot.understanding.reading import understand
from storage.store import SqlStore
from tests import titles
from tests.support import memory
from tests.support.lines import golden, outcome
from tests.understanding import NOON, Bench, Row, judged, rows

TODAY = NOON.date()
FILE = Path(__file__).parent / "golden" / "understanding.tsv"
TEXTS = """
Vision and language pre-training|Learning without forgetting old tasks|Top k routing of experts|Pause tokens help|Edit distance in text
List decoding of codes|Stop gradient tricks|Track anything in video|Remove objects from photos|Less is more for alignment|Max pooling revisited
Best of n sampling|Best arm identification|Page rank at scale|LLM agents may fail|Before training begins|Look before you leap|And or graphs
Weekly supervised learning|Learning by cheating|Step by step reasoning|Learning from pixels|Q4 quantization|Why transformers work
Thank you for attention|Attention is not all you need|Operating room (OR) planning|A* search in code|C++ code generation|Deep research agents
Daily living|New physics|Recent advances|Any to any models|Show o|Paper folding|Hello world|No free lunch|Watch and learn|Stop words
Change detection|Set transformer|Make a video|First order optimization|Best first search|Image to image|Text to video|One shot learning
Few shot|Time to first token|Daily papers of a lab|Speech and vision|Pros and cons|A/B testing|Chain of thought|Latest diffusion|Recent work
Reinforcement learning with RL agents|Diffusion models for video|A world model of robots|OCR of scans|ASR without labels|RL for world models
Tool use by agents|Video generation|Image generation|Hallucination|Protein folding|Mixture of experts (MoE)|Quantization|Speech recognition|Audio generation
Test-time scaling|Robot hand|Robotics|Document parsing|Flow matching|RLHF|Surveys of RL|GUI agents|VLA policies|Hugging Face robots|LLM
"""
NAMES = (
    "Ada Example",
    "Bo Sample",
    "Cy Instance",
    "Di Specimen",
    "Ed Token",
    "Jürgen Beispiel",
    "Flo Muster",
    "Gus Probe",
)
PLACES = ("NVIDIA", "ByteDance", "Microsoft", "Apple", "Tsinghua University", "Google DeepMind")


def papers() -> tuple[Paper, ...]:
    """Return a paper for each text, on the days before the corpus's day, with votes, names and places in turn."""
    titles = [title.strip() for line in TEXTS.strip().splitlines() for title in line.split("|")]
    made = [
        Paper(
            f"2611.{number:05}",
            title,
            abstract=f"We study {title.lower()}.",
            authors=(NAMES[number % len(NAMES)], "Zoe Nobody"),
            organization=PLACES[number % len(PLACES)],
            day=NOON.date() - timedelta(days=number % 9),
            upvotes=number,
            comments=number % 5,
            code="https://example.org/code" if number % 2 else "",
            project="https://example.org" if number % 3 else "",
        )
        for number, title in enumerate(titles)
    ]
    real = (
        Paper("2608.17253", "Co-RL", upvotes=3, day=date(2026, 8, 20)),
        Paper("2608.19197", "SPADE", day=date(2026, 8, 20)),
    )
    return (*made, *real)


@asynccontextmanager
async def opened() -> AsyncIterator[Bench]:
    """Open an archive that holds them: a copy of the first one in this process."""
    if not _MADE:
        async with await memory.open_store() as store:
            await fill(store)
            _MADE.append(await memory.contents(store))
    async with await memory.open_store(made=_MADE[0]) as store:
        yield Bench(store)


_MADE: list[bytes] = []


async def fill(store: SqlStore) -> None:
    by_day: dict[date, list[Paper]] = defaultdict(list)
    for paper in papers():
        by_day[paper.day or TODAY].append(paper)
    for day, some in by_day.items():
        await store.save(Listing("huggingface", day, tuple(some)), (), NOON, seen=False)


CATEGORIES = sorted({row.category for row in rows(FILE)})


@pytest.mark.parametrize("category", CATEGORIES)
async def test_every_line_is_taken_as_it_is_meant(category: str) -> None:
    async with opened() as bench:
        judged_ = [(row, await judged(bench, row)) for row in rows(FILE) if row.category == category]
    wrong = [
        f"{row.natural!r} ({row.canonical or row.outcome}): {one[0]}: {one[1].words[:90]}"
        for row, one in judged_
        if one[0] != "right"
    ]
    assert wrong == []


ATTACK = Path(__file__).parent / "golden" / "attack.tsv"
"""Lines of a tired researcher on a phone that are taken as they should be; they guard against going back."""


@pytest.mark.parametrize("category", sorted({row.category for row in rows(ATTACK)}))
async def test_a_tired_researchers_lines_are_taken_as_they_are_meant(category: str) -> None:
    async with opened() as bench:
        judged_ = [(row, await judged(bench, row)) for row in rows(ATTACK) if row.category == category]
    assert [(row.natural, one[0], one[1].words[:90]) for row, one in judged_ if one[0] != "right"] == []


MENDED = (
    ("subscirbe robots every day at 9", "subscribe robots daily at 09:00"),
    ("subscirbe robots evry day at 9", "subscribe robots daily at 09:00"),
    ("subscribe robots every mornign", "subscribe robots daily at 09:00"),
    ("subscribe robots evry day at 9", "subscribe robots daily at 09:00"),
    ("folow robots every mornign", "subscribe robots daily at 09:00"),
    ("follow llm evry monday", "subscribe llm weekly on mon at 09:00"),
    ("author: qqq zzz, topic: agents", ""),
    ("topic: agents, author: qqq zzz", ""),
)


@pytest.mark.parametrize(("line", "offered"), MENDED)
async def test_no_misspelt_word_and_no_unknown_name_becomes_words_of_a_query(line: str, offered: str) -> None:
    async with opened() as bench:
        answer = await bench.type(line)
    assert answer.message.refused
    assert offered in answer.lines if offered else "I know nobody called qqq zzz." in answer.words


DOC = Path(__file__).parent.parent / "docs" / "what-to-type.md"


def examples() -> list[tuple[str, str]]:
    """Return each line of the page, and what it says that the line is read as ("" where it is asked about)."""
    cells = [
        [cell.strip() for cell in row.strip("|").split(" | ")]
        for row in DOC.read_text("utf-8").splitlines()
        if row.startswith("|")
    ]
    return [(row[1].strip("`"), "" if row[2].startswith("asked") else row[2].strip("`")) for row in cells[2:]]


async def test_the_page_on_what_to_type_says_how_lines_are_read() -> None:
    async with opened() as bench:
        judged_ = [
            (line, await judged(bench, Row("", "", line, read, "same" if read else "ask", note="?")))
            for line, read in examples()
        ]
    assert len(judged_) > 30
    assert [(line, one[1].words[:80]) for line, one in judged_ if one[0] != "right"] == []


async def test_a_title_typed_as_a_line_finds_its_paper_or_is_asked_about_with_a_line_that_does() -> None:
    async with opened() as bench:
        lost = await titles.missed(bench, titles.spread(papers(), 200))
    assert [title for _, title, _ in lost] == ["Recent work"]  # words of asking alone are a list of what is new


AWKWARD = (
    "Kitchen-Bot: Laws of Robots in Kitchens -- The Story Goes On",
    "EvolveKit:Self-Evolving Memory through Search",
    "CFG-One*: Improved Guidance for Flow Matching Models",
    "MARS: Road Maps of Cities from Sparse Images",
    "SparsePro: Learning for Strict (N:M)-Sparsity on Models",
    r"\(Y\)-search: Search of solutions powered by models",
    "!XYZ at the Shared Task 2025: Many Models for Reading",
    "Magnetic properties of $R$Rh$_6$ ($R$ = Pr, Nd) crystals",
    "Comment on \"Covariance of machines: the Example analysis''",
    "Event Search Engine for the AI Challenge 2025",
    "A Benchmark of Robots for 2027",
    "Organ Moving (NOT): Adapting Models by Checkpoints",
    "Schema Matching of Schedules:A Study of Two Matchers",
    "Control of Drones: a Comparison of SE2(3)-Based Ways in Simulation",
    "*-RAIN: A metric of text by models",
    "Scenes Understood by Apple",
    "Alignment of Scenes from NVIDIA",
    "Less = More: A Study of Pruning",
    "Agents - A Survey of Tools",
)
"""Titles with signs, days, labels and names in them, as titles have them."""


async def test_a_title_with_signs_days_or_names_in_it_finds_its_paper() -> None:
    made = [Paper(f"2610.{number:05}", title, day=NOON.date()) for number, title in enumerate(AWKWARD)]
    async with opened() as bench:
        await bench.store.import_papers(tuple(made), NOON)
        lost = await titles.missed(bench, [(one.id, one.title) for one in made])
        more = await bench.type("A Benchmark of Robots for 2027 and robots")
    assert lost == []
    assert "read as: title" not in more.words


async def test_a_paper_that_is_called_so_stands_before_those_that_say_more_of_it() -> None:
    called = Paper("2501.00001", "The Language of Models", day=date(2025, 1, 2))
    others = [
        Paper(f"2611.{n:05}", "Language models of language", abstract="A language model. " * 9, upvotes=99, day=TODAY)
        for n in range(1200)
    ]
    async with opened() as bench:
        await bench.store.import_papers((called, *others), NOON)
        typed = [
            await bench.type(line)
            for line in ("The Language of Models", "language models", 'title:"the language of models"')
        ]
    assert [one.ids[0] == called.id for one in typed] == [True, False, True]


def read_(text: str, today: date = TODAY) -> tuple[str, ...]:
    now = datetime.combine(today, NOON.time(), NOON.tzinfo)
    return understand(text, remembering(now, Facts())).lines


OTHERWISE = {
    *(
        "subscribing to news",
        "find 2403.03950",
        "subscribe everything",
        "subscribr rl",
        "rl since 2027",
        "rl sort newest today",
    ),
    *("rl sort upvote", "edit", "edit rl", "pause", "pause x", "resume all", "unsubscribe", "unsubscribe rl"),
    *(
        "unsubscribe reinforcement learning",
        "unsubscribe 2 rl",
        "subscribe rl daily at noon",
        "subscribe rl daily at 13pm",
    ),
    *(
        "paper foo",
        "paper 240303950",
        "paper https://example.org/x",
        "paper 2403.03950 today",
        "similar tasks",
        "save energy",
    ),
    *("ICLR 2025", "coco 2017 last week", "preview ICLR 2025"),
    "more",  # of a list that nobody remembers
    *("subscribe rl at 09:00", "edit #2 rl at 09:59", "in @mychannel pause x", "edit 2"),
}
"""Golden lines that the rules take further than the grammar: what it reads as no command, or cannot read."""


def test_a_golden_line_is_read_as_before() -> None:
    read = [(line, expected, [outcome(one, today) for one in read_(line, today)]) for line, today, expected in golden()]
    assert [row for row in read if row[2] != [row[1]] and row[0] not in OTHERWISE] == []


def test_a_line_of_the_grammar_is_read_as_itself() -> None:
    lines_ = [line for row in rows(FILE) if row.canonical for line in row.canonical.split("\n")]
    asked = [line for line in lines_ if not line.startswith(("find ", "by "))]
    read = [(line, read_(line)) for line in asked]
    wrong = [row for row in read if [_essence(one) for one in row[1]] != [_essence(row[0])] and _is_line(row[0])]
    assert len(asked) > 500
    assert wrong == []


def _is_line(line: str) -> bool:
    try:
        found = lines.read(line, NOON.date())
    except QueryError:
        return False
    return found.verb != "find" or bool(found.window or found.sort)


def _essence(line: str) -> str:
    return outcome(line, NOON.date()).lower()


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text_is_read_without_an_error(text: str) -> None:
    read_(text)


@given(
    st.lists(
        st.sampled_from(
            [
                "today",
                "rl",
                "papers",
                "by",
                "from",
                "or",
                "not",
                "friday",
                "nov",
                "20",
                "latest",
                "please",
                "subscribe",
                "daily",
                "stop",
                "5",
                "in",
            ]
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(deadline=None)
def test_quoted_words_are_never_touched(words: list[str]) -> None:
    quoted = f'"{" ".join(words)}"'
    assert read_(f"{quoted} today") == (f"{quoted} today",)


@pytest.mark.parametrize(
    "line",
    ['"the A* search" today', '"best of ICLR 2025"', '"ICLR 2025 papers" this week', 'unsubscribe "world model"'],
)
def test_names_within_quotes_are_not_quoted_again(line: str) -> None:
    assert read_(line) == (line,)


@given(
    st.lists(
        st.sampled_from(
            [
                "today",
                "rl",
                "papers",
                "by",
                "or",
                "not",
                "friday",
                "nov",
                "20",
                "latest",
                "please",
                "subscribe",
                "daily",
                "stop",
                "5",
                "in",
                "robots",
            ]
        ),
        min_size=1,
        max_size=7,
    )
)
@settings(deadline=None)
def test_a_line_with_the_mark_is_taken_as_it_is_typed(words: list[str]) -> None:
    line = f"! {' '.join(words)}"
    assert read_(line) == (line,)
