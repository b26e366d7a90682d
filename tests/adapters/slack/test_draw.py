"""What is drawn: within every limit, every character as it stands, nothing that acts."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.draw import draw
from adapters.slack.mrkdwn import JOINER, fit, literal, typed
from adapters.slack.ui.views import placed, told
from bot.message import Action, Item, Message, Text, say
from tests.adapters.slack import hostile, reader, schema
from tests.support import laws

UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]")
ITEM = Item(
    "2403.03950",
    "Stop Regressing",
    "https://huggingface.co/papers/2403.03950",
    1,
    "",
    "▲ 32 · J. Farebrother",
    "Short.",
)
ROW = (
    Action("1", "paper 2403.03950"),
    Action("PDF", url="https://arxiv.org/pdf/2403.03950"),
    Action("More", "page 2", replaces=True),
)


def read(message: Message) -> reader.Read:
    whole = reader.Read()
    for part in draw(message):
        one, _ = reader.read_blocks(list(part.blocks))
        whole.text += one.text + "\n"
        whole.links += one.links
        whole.pings += one.pings
        whole.styles += one.styles
    return whole


def titled(title: str) -> reader.Read:
    return read(Message((Item("1", title, "https://arxiv.org/abs/1"),)))


def test_a_list_reads_as_the_sketch() -> None:
    message = Message((Text("rl · Mon 23 Nov 2026 · 3 papers", "head"), ITEM), (ROW,))
    assert read(message).text == "rl · Mon 23 Nov 2026 · 3 papers\n1  Stop Regressing\nShort.\n▲ 32 · J. Farebrother\n"
    assert read(message).links == [ITEM.url, "https://arxiv.org/pdf/2403.03950"]
    assert [style for style, _ in read(message).styles] == ["bold", "bold"]


def test_a_button_carries_its_line_or_its_page() -> None:
    (part,) = draw(Message((ITEM,), (ROW,)))
    one, pdf, more = part.blocks[-1]["elements"]
    assert (one["value"], pdf["url"], more["value"]) == (
        "paper 2403.03950",
        "https://arxiv.org/pdf/2403.03950",
        "page 2",
    )
    assert "value" not in pdf
    assert more["action_id"].startswith("paperwire.replace.")


def test_the_abstract_waits_behind_its_button() -> None:
    assert "long words" not in read(Message((Item("1", "T", "https://a.b", abstract="long words"),))).text


def test_the_notification_says_the_summary_where_there_is_one() -> None:
    assert draw(Message((ITEM,), summary="3 papers <!channel>"))[0].text == "3 papers &lt;!channel&gt;"


@pytest.mark.parametrize(
    "title",
    [
        "A* search",
        "tau_bench",
        "snake_case_",
        "W* and B* trees",
        "~10 and ~20",
        "a*b*c",
        "10:30 to 11:30",
        "f(x) = x_1 + x_2",
    ],
)
def test_an_ordinary_title_stays_character_by_character(title: str) -> None:
    assert literal(title) == title


@pytest.mark.parametrize(
    "title", ["*Stars*", "_x_ marks", "~gone~", "`code`", "```x```", ":smile:", "> said", "(*b*)", "*_x_*", "*a *b* c*"]
)
def test_a_title_never_formats(title: str) -> None:
    ours = [] if "*" in title else [("bold", "\x01")]
    assert titled(title).styles == ours
    assert titled(title).text.strip() == title
    assert JOINER in literal(title)


@pytest.mark.parametrize(
    "title",
    ["<!channel> hi", "<@U1>", "@everyone", "<https://evil.example|x>", "see www.evil.example http://evil.example"],
)
def test_a_title_never_pings_or_links(title: str) -> None:
    assert titled(title).pings == []
    assert titled(title).links == ["https://arxiv.org/abs/1"]
    assert titled(title).text.strip() == title


def test_a_hundred_papers_go_on_in_further_messages_none_missing() -> None:
    items = tuple(
        Item(str(n), f"Title {n}", f"https://arxiv.org/abs/{n}", n, "A. Uthor", "▲ 3", "Words. " * 30)
        for n in range(1, 101)
    )
    parts = draw(Message((Text("head", "head"), *items), (ROW,)))
    assert len(parts) <= 5
    assert read(Message(items)).links == [item.url for item in items]
    assert [len(part.blocks) <= 50 for part in parts] == [True] * len(parts)


def test_what_is_cut_is_cut_before_it_is_escaped() -> None:
    cut = fit("&" * 100, 52)
    assert 30 <= len(cut) <= 52
    assert cut.replace("&amp;", "") == "…"
    assert fit("one two three", 9) == "one two…"


def test_a_message_of_nothing_still_says_something() -> None:
    (part,) = draw(Message())
    assert schema.faults(list(part.blocks)) == []


def test_mono_keeps_its_columns_and_its_backticks() -> None:
    shown = read(Message((Text("a  ```b\n   ^", "mono"),)))
    assert shown.text.strip() == "a  ```b\n   ^"


@given(hostile.messages)
@settings(max_examples=laws.of(50), deadline=None)
def test_every_message_keeps_every_limit_and_acts_on_nobody(message: Message) -> None:
    links = {item.url for item in message.blocks if isinstance(item, Item)} | {
        a.url for row in message.actions for a in row
    }
    assert {item.url for item in message.blocks if isinstance(item, Item) and "//hug" in item.url} <= {
        *read(message).links
    }
    for part in draw(message):
        assert schema.faults(list(part.blocks)) == []
        seen, _ = reader.read_blocks(list(part.blocks))
        assert seen.pings == []
        assert all(link in links or link.startswith("http://x/?a=1&b=") for link in seen.links)
        for text in (part.text, part.plain):
            assert 0 < len(text) <= 40_000
            assert reader.read_mrkdwn(text, verbatim=True).pings == []


@given(hostile.messages)
@settings(max_examples=laws.of(25), deadline=None)
def test_every_message_fits_a_window(message: Message) -> None:
    assert schema.view_faults(told(message, "C1")) == []
    blocks = [*placed(message, "C1", 1, 30), *placed(message, "D1", 2, 30)]
    assert schema.faults(blocks, schema.HOME) == []


@given(hostile.line)
@settings(max_examples=laws.of(300), deadline=None)
def test_foreign_text_shows_as_it_is_and_styles_nothing(text: str) -> None:
    shown = reader.read_mrkdwn(literal(text), verbatim=True)
    assert (shown.pings, shown.links, shown.styles) == ([], [], [])
    assert shown.text == UNSEEN.sub(" ", text.replace(JOINER, "")).replace("\ud800", "\ufffd")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="*_~`•◦▪"), max_size=40))
def test_what_a_person_types_comes_back_from_slacks_escapes(text: str) -> None:
    text = f"x{text}x"  # a mark of quoting at its beginning is none of the line
    sent = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert typed(sent) == text.replace("\xa0", " ")


def test_a_fence_over_two_lines_is_no_fence() -> None:
    assert reader.read_mrkdwn(literal("```\na *b*\n```"), verbatim=True) == reader.Read("```\na *b*\n```")


def test_say_is_one_section() -> None:
    (part,) = draw(say("hello", Action("Undo", "undo")))
    assert [block["type"] for block in part.blocks] == ["section", "actions"]


def test_times_stand_in_the_readers_own_zone_and_foreign_date_syntax_does_not() -> None:
    moment = datetime(2026, 11, 24, 9, 40, tzinfo=UTC)
    note = Text("From the archive as of 09:40; <!date^1^{time}|x>", "note", (("09:40", moment),))
    words = draw(Message((note,)))[0].blocks[0]["elements"][0]["text"]
    assert f"as of <!date^{int(moment.timestamp())}^{{time}}|09:40>;" in words
    assert words.count("<!date") == 1
