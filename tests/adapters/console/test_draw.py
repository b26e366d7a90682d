"""What a terminal and a pipe show."""

import io
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console as Screen

from adapters.console import draw
from adapters.console.clean import clean
from bot.message import Action, Item, Message, Text

URL = "https://huggingface.co/papers/2403.03950"
HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "\x9b2J gone",
    "a\rb\nc\td\x0be\u2028f",
    "\x00\x07\x7f",
    "abc\u202edcba\u2066",
    "[bold red]x[/] :smile: \\[y]",
    "\ud800 alone",
    "<b>&amp;<!channel>*x*",
)


def an_item(**fields: Any) -> Item:
    return Item(**{"id": "2403.03950", "title": "Stop Regressing", "url": URL, "number": 1, **fields})


def in_terminal(message: Message, width: int = 80, **how: bool) -> str:
    """Return what stands in a terminal of that width, without colours."""
    screen = Screen(width=width, file=io.StringIO())
    with screen.capture() as captured:
        screen.print(draw.styled(message, screen, **how), soft_wrap=True)
    return captured.get()


def test_a_list_in_a_pipe() -> None:
    message = Message(
        (
            Text("rl · Mon 23 Nov 2026 · 2 papers of 29", "head"),
            an_item(authors="J. Farebrother +9", facts="▲ 32 · 2 comments", summary="Cross-entropy helps."),
            an_item(number=10, title="Second"),
        ),
        ((Action("1", "paper 2403.03950"), Action("2", "paper 2")), (Action("More", "rl page 2"),)),
    )
    assert draw.plain(message) == (
        "rl · Mon 23 Nov 2026 · 2 papers of 29\n"
        "\n"
        "  1  Stop Regressing\n"
        "     https://huggingface.co/papers/2403.03950\n"
        "     ▲ 32 · 2 comments\n"
        "     J. Farebrother +9\n"
        "     Cross-entropy helps.\n"
        "\n"
        " 10  Second\n"
        "     https://huggingface.co/papers/2403.03950\n"
        "\n"
        "[1] [2]   [More]\n"
    )


def test_a_list_in_a_terminal() -> None:
    message = Message(
        (
            Text("rl · 1 paper", "head"),
            an_item(
                title="Stop Regressing: Training Value Functions via Classification for Scalable Deep RL",
                authors="J. Farebrother +9",
                facts="▲ 32 · 2 comments",
                summary="Cross-entropy helps.",
            ),
        ),
        ((Action("1", "paper 2403.03950"),),),
    )
    assert in_terminal(message) == (
        "rl · 1 paper\n"
        "\n"
        " 1  Stop Regressing: Training Value Functions via Classification for Scalable\n"
        "    Deep RL\n"
        "    ▲ 32 · 2 comments\n"
        "    J. Farebrother +9\n"
        "    Cross-entropy helps.\n"
        "    https://huggingface.co/papers/2403.03950\n"
        "\n"
        "[1]\n"
    )


@pytest.mark.parametrize("width", range(40, 101))
def test_every_width_holds_every_line_and_each_link_on_a_line_of_its_own(width: int) -> None:
    table = "subscribe    New papers that match are posted in this chat, as they appear.\nsubs         All of them."
    told = f"From Hugging Face, {URL} and https://arxiv.org/abs/2403.03950, as of 09:40."
    paper = an_item(
        number=10,
        title="Stop Regressing: Training Value Functions via Classification 深度学习的强化学习方法研究综述与展望",
        authors="J. Farebrother +9",
        facts="▲ 32 · code ★ 1.2k · 2 comments · 6 Mar 2024",
    )
    buttons = tuple(Action(label, "line") for label in ("Abstract", "More like this one", "Save", "Subscribe", "PDF"))
    message = Message(
        (Text("rl · Mon 23 Nov 2026 · 3 papers of 29", "head"), paper, Text(told), Text(table, "mono")), (buttons,)
    )
    lines = in_terminal(message, width).splitlines()
    assert max(map(cell_len, lines)) <= width
    assert URL in [line.strip() for line in lines]
    assert all(any(line.count(f"[{button.label}]") for line in lines) for button in buttons)
    assert [line.startswith(" " * 13) for line in lines if "appear." in line] == [width < 75]


def test_a_title_is_bold_and_a_link_and_only_the_number_has_its_colour() -> None:
    screen = Screen(width=80, file=io.StringIO(), force_terminal=True, color_system="standard", legacy_windows=False)
    with screen.capture() as captured:
        screen.print(draw.styled(Message((an_item(),)), screen), soft_wrap=True)
    title = re.sub(r"id=\d+", "id=1", captured.get().splitlines()[0])
    assert title == f"\x1b[36m 1  \x1b[0m\x1b]8;id=1;{URL}\x1b\\\x1b[1mStop Regressing\x1b[0m\x1b]8;;\x1b\\"


def test_a_post_is_closed_up_with_the_subscription_it_answers() -> None:
    message = Message((an_item(number=0, keywords="scaling"), Text("#2 rl", "note")), ((Action("Save", "save 1"),),))
    assert draw.plain(message) == f"Stop Regressing\n{URL}\nscaling\n#2 rl\n[Save]\n"


def test_an_abstract_with_a_button_is_folded_in_a_terminal_until_it_is_pressed() -> None:
    card = Message((an_item(number=0, abstract="Whole story."),), ((Action("Abstract", "abstract 2403.03950"),),))
    assert "Whole story." not in in_terminal(card)
    assert "Whole story." in in_terminal(card, unfold=True)
    assert "Whole story." in draw.plain(card)


def test_a_caret_stays_under_its_place() -> None:
    words = "x" * 100 + " )\n" + " " * 101 + "^"
    assert draw.plain(Message((Text(words, "mono"),))) == words + "\n"
    assert in_terminal(Message((Text(words, "mono"),))) == words + "\n"


def test_a_one_shot_answer_has_no_buttons_and_its_pages_as_links() -> None:
    card = Message(
        (an_item(number=0),), ((Action("Similar", "similar 2403.03950"), Action("PDF", url="https://arxiv.org/pdf/1")),)
    )
    assert draw.plain(card, pressable=False).splitlines()[-1] == "PDF: https://arxiv.org/pdf/1"
    assert "[Similar]" not in in_terminal(card, pressable=False)


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_a_link_stands_whole_on_one_line_in_a_window_of_any_width(width: int) -> None:
    message = Message((an_item(url=URL + "x" * 60, facts="▲ 1"), Text("see https://arxiv.org/abs/" + "9" * 60)))
    shown = in_terminal(message, width).splitlines()
    assert any(URL + "x" * 60 in line for line in shown)
    assert any("https://arxiv.org/abs/" + "9" * 60 in line for line in shown)


@given(
    title=st.text("深層学習 ñeäльהل🤖👩‍🔬 abc", max_size=300),
    number=st.integers(0, 100),
    facts=st.text("▲ 12 · k", max_size=60),
)
def test_no_line_of_a_terminal_is_wider_than_80_cells_whatever_the_script(title: str, number: int, facts: str) -> None:
    shown = in_terminal(Message((an_item(title=title, number=number, facts=facts, summary=title),)), 120)
    assert max(map(cell_len, shown.splitlines())) <= draw.WIDEST


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_commands_no_terminal(text: str) -> None:
    fields = ("title", "url", "authors", "facts", "summary", "abstract", "keywords")
    message = Message(
        (an_item(**dict.fromkeys(fields, text)), *(Text(text, style) for style in ("head", "plain", "note", "mono"))),
        ((Action(text, "x"), Action("PDF", url=text)),),
    )
    for shown in (draw.plain(message), in_terminal(message)):
        assert [sign for sign in shown if _commands(sign)] == []
        shown.encode()


@given(st.text())
def test_cleaning_leaves_no_command_and_is_done_after_once(text: str) -> None:
    cleaned = clean(text)
    assert not any(_commands(sign) or sign == "\n" for sign in cleaned)
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("text", ["شبکه‌های عصبی", "👩‍🔬 é ñ 深層", "<b>*x* [red] :smile:", "π₀ ≥ 10 ▲"])
def test_ordinary_text_of_any_script_stays_as_it_is(text: str) -> None:
    assert clean(text) == text
    assert draw.plain(Message((Text(text),))) == text + "\n"
    assert in_terminal(Message((Text(text),))) == text + "\n"


def test_a_picture_shows_the_messages_and_nothing_of_them_is_markup() -> None:
    from xml.etree import ElementTree as ET

    picture = draw.svg([Message((Text("</text><script>", "head"), an_item()))])
    assert "script" not in {element.tag.rpartition("}")[2] for element in ET.fromstring(picture).iter()}
    assert "Stop" in picture
    assert "url(http" not in picture
    assert 'url("http' not in picture
    assert draw.svg([Message((an_item(),))]) == draw.svg([Message((an_item(),))])


def _commands(sign: str) -> bool:
    turns = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return (unicodedata.category(sign) in ("Cc", "Cs") and sign != "\n") or sign in turns


def test_a_number_stands_once_before_a_title_that_holds_an_address() -> None:
    title = "See https://example.org/a/long/way/to/the/code for all of it, and more"
    assert in_terminal(Message((an_item(number=3, title=title),)), 40).count("3 ") == 1


@pytest.mark.parametrize("width", range(24, 60))
def test_parts_of_a_fact_stay_on_one_line(width: int) -> None:
    facts = ("▲\u00a032", "code\u00a0★\u00a01.2k", "1\u00a0comment", "Y.\u00a0Yang\u00a0+8")
    shown = in_terminal(Message((an_item(facts="\u00a0· ".join(facts)),)), width)
    assert all(fact.replace("\u00a0", " ") in shown for fact in facts)


def test_a_pipe_gets_spaces_that_can_be_searched_for() -> None:
    assert "1 comment · Y. Yang" in draw.plain(Message((an_item(facts="1\u00a0comment\u00a0· Y.\u00a0Yang"),)))


def test_an_explanation_stands_below_its_term_where_little_room_is_beside_it() -> None:
    message = Message((Text("subscribe rl upvotes>=10  new ones, in this chat\nsubs  all", "terms"),))
    assert in_terminal(message, 40).split("\n")[:4] == [
        "subscribe rl upvotes>=10", "  new ones, in this chat", "subs", "  all",
    ]  # fmt: skip
    assert in_terminal(message, 50).startswith("subscribe rl upvotes>=10  new ones, in this chat\n")
