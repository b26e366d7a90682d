from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.draw import draw, plain, visible
from adapters.telegram.wire import foreign
from bot.message import Action, File, Item, Message, Text, say
from tests.adapters.telegram.entities import cleaned, parse_html, part, read, units
from tests.adapters.telegram.hostile import MANY, hostile

URL = "https://huggingface.co/papers/2403.03950"
CARD = Item(
    "2403.03950", "Stop Regressing", URL, 0, "J. Farebrother, J. Orbay +9", "▲ 32 · 6 Mar 2024", "One line.",
    "The abstract.", "rl · scaling",
)  # fmt: skip


def a_list(count: int, length: int = 300) -> Message:
    items = tuple(Item(str(n), f"Title {n}", URL, n, "A. B", "▲ 1", "s" * length) for n in range(1, count + 1))
    return Message((Text("rl · today", "head"), *items), ((Action("More", "more"),),))


def test_a_list_reads_as_the_sketch():
    item = Item("1", "Stop <Regressing>", URL, 1, "", "▲ 32 · 2 comments · J. Farebrother +9", "Cross-entropy & co.")
    [drawn] = draw(Message((Text("rl · Mon 23 Nov 2026 · 2 papers", "head"), item, replace(item, number=2))))
    assert drawn.html == (
        "<b>rl · Mon 23 Nov 2026 · 2 papers</b>\n\n"
        f'1  <a href="{URL}"><b>Stop &lt;Regressing&gt;</b></a>\n'
        "<i>▲ 32 · 2 comments · J. Farebrother +9</i>\n"
        "Cross-entropy &amp; co.\n"
        f'2  <a href="{URL}"><b>Stop &lt;Regressing&gt;</b></a>\n'
        "<i>▲ 32 · 2 comments · J. Farebrother +9</i>\n"
        "Cross-entropy &amp; co."
    )
    assert drawn.preview == ""


def test_a_fact_stays_on_one_line_where_the_window_ends():
    [drawn] = draw(Message((Item("1", "T", URL, 1, facts="▲\u00a032\u00a0· 2\u00a0comments"),)))
    assert "<i>▲\u00a032\u00a0· 2\u00a0comments</i>" in drawn.html


def test_a_card_folds_its_abstract_and_may_show_its_own_page():
    [drawn] = draw(Message((CARD,)))
    assert drawn.html == (
        f'<a href="{URL}"><b>Stop Regressing</b></a>\n'
        "<i>▲ 32 · 6 Mar 2024</i>\nJ. Farebrother, J. Orbay +9\nOne line.\n"
        "<blockquote expandable>The abstract.</blockquote>\n<i>rl · scaling</i>"
    )
    assert drawn.preview == URL


def test_columns_stay_columns_and_copy_as_they_are():
    [drawn] = draw(Message((Text("rl AND (\n        ^ @here a.com", "mono"),)))
    assert drawn.html == "<pre>rl AND (\n        ^ @here a.com</pre>"


def test_a_long_answer_is_split_between_papers_and_its_buttons_stand_last():
    parts = draw(a_list(30))
    assert [bool(part.actions) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert all(units(read(part.html)[0]) <= 4096 for part in parts)
    assert "".join(part.html for part in parts).count("<a href") == 30
    assert all(part.html.startswith(("<b>rl", *(f"{n}  <a" for n in range(31)))) for part in parts)


def test_no_part_holds_more_formatting_than_telegram_keeps():
    parts = draw(a_list(60, length=1))
    assert all(len(parse_html(part.html)[1]) <= 100 for part in parts)


def test_a_long_text_is_split_at_its_lines():
    text = "\n".join(f"line {n} " + "x" * 50 for n in range(200))
    parts = draw(say(text))
    assert "\n".join(part.html for part in parts) == text
    assert all(part.html.startswith("line") for part in parts)


def test_a_picture_takes_a_caption_within_its_limit():
    [drawn] = draw(Message((Item("1", "T", URL, abstract="a " * 700, picture="https://x.org/p.png"),)))
    assert drawn.picture == "https://x.org/p.png"
    assert units(read(drawn.html)[0]) <= 1024
    assert "blockquote" not in drawn.html


def test_the_limits_are_telegrams_to_the_unit():
    assert [len(draw(say("🧠" * 2047 + "x" * n))) for n in (2, 3)] == [1, 2]
    assert [len(draw(Message((Text("a" * 2000), Text("b" * n))))) for n in (2095, 2096)] == [1, 2]
    for summary, fits in ((690, True), (691, False)):
        item = Item("1", "t" * 330, URL, 0, summary="s" * summary, picture="https://x.org/p.png")
        [drawn] = draw(Message((item, Text("n"))))
        assert ("s" in visible(drawn.html)) is fits


def test_a_list_shows_no_pictures():
    pictured = Item("1", "T", URL, 1, picture="https://x.org/p.png")
    assert [part.picture for part in draw(Message((pictured, pictured)))] == [""]


def test_a_file_carries_short_words_and_follows_long_ones():
    file = File("papers.bib", b"@misc{}")
    [short] = draw(Message((Text("3 papers"),), file=file))
    long = draw(Message((Text("x" * 2000),), ((Action("More", "more"),),), file=file))
    assert (short.html, short.file) == ("3 papers", file)
    assert [(part.html[:1], part.file, bool(part.actions)) for part in long] == [("x", None, False), ("", file, True)]


def test_a_message_without_words_still_says_something():
    assert [part.html for part in draw(Message())] == ["Done."]
    assert [part.html for part in draw(Message(summary="Saved <it>"))] == ["Saved &lt;it&gt;"]


def test_an_address_that_is_no_web_page_is_not_linked():
    for url in ("javascript:alert(1)", "", "https://x.org/" + "a" * 3000, "https://x.org/a b", "tg://user?id=1"):
        assert "<a" not in draw(Message((Item("1", "T", url, 1),)))[0].html


def test_the_plain_form_keeps_each_link_behind_its_words():
    [drawn] = draw(Message((Item("1", "A <b>", URL + "?a=1&b=2", 1),)))
    assert plain(drawn.html) == f"1  A <b> {URL}?a=1&b=2"


@MANY
@given(hostile)
def test_a_hostile_title_is_shown_as_those_very_characters(title):
    [drawn] = draw(Message((Item("2403.03950", title, URL, 1),)))
    text, entities = read(drawn.html)
    [link] = [entity for entity in entities if entity.type == "text_link"]
    assert {entity.type for entity in entities} <= {"text_link", "bold"}
    assert link.url == URL
    is_seen = any(char.isprintable() and not char.isspace() for char in title)
    shown, whole = _seen(part(text, link)), _seen(title) if is_seen else "2403.03950"
    assert shown == whole or (shown.endswith("…") and _bare(whole).startswith(_bare(shown)[:-1]))


def _bare(text):
    """A title that is longer than a list's line is cut, and a word that is longer than it is broken."""
    return "".join(text.split())


@MANY
@given(hostile, hostile, hostile, hostile, st.sampled_from(("head", "plain", "note", "mono")))
def test_nothing_hostile_becomes_markup_anywhere(words, authors, summary, abstract, style):
    item = Item("1", "Title", URL, 0, authors, authors, summary, abstract, summary)
    for drawn in draw(Message((Text(words, style), item))):
        text, entities = read(drawn.html)
        assert {e.type for e in entities} <= {"text_link", "bold", "italic", "pre", "blockquote"}
        assert {e.url for e in entities} <= {URL, ""}
        assert units(text) <= 4096
        assert text == visible(cleaned(drawn.html)).strip()


def _seen(text: str) -> str:
    """What remains of a title for the eye: single-spaced, without what Telegram takes away and what we put in."""
    return " ".join(cleaned(foreign.clean(text)).replace(foreign.JOINER, "").split())
