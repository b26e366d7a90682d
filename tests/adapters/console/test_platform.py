"""The terminal as a platform."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime
from io import BufferedReader, TextIOWrapper
from pathlib import Path

import pytest

from adapters.console import piped
from adapters.console.platform import CHAT, Console
from bot.errors import SendError
from bot.message import Action, File, Item, Message, Text, say
from bot.model import Chat
from bot.ports.asker import Asker
from tests.adapters.console.stage import ConsoleStage, open_stage
from tests.support.events import events

NASTY = ["", " ", "x" * 10_000, "\x1b[31m\x00\x07", "ما هو التعلم العميق", "🤖👩‍🔬", "\ud800", "a\u202eb", "(((", '"']


async def echo(chat: Chat, asker: Asker, line: str) -> Message:
    """Say back what came, and who asked where."""
    assert chat == CHAT
    assert await asker.private() == CHAT
    assert await asker.administers(chat)
    assert await asker.find("@any") is None
    return say(f"<{line}>")


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("/papers rl today", "rl today"),
        ("rl today", "rl today"),
        ("/papers@PaperwireBot rl", "rl"),
        ("/PAPERS", ""),
        ("", ""),
        ("  /today rl ", "today rl"),
        ("/subs", "subs"),
        ("/papers /rl", "/rl"),
        ("paper https://arxiv.org/abs/2403.03950", "paper https://arxiv.org/abs/2403.03950"),
        ("two\nlines", "two lines"),
    ],
)
async def test_a_line_is_the_same_with_and_without_its_command(typed: str, line: str) -> None:
    async with open_stage(echo) as stage:
        assert [shown.text for shown in await stage.enter(typed)] == [f"<{line}>"]


@pytest.mark.parametrize("typed", NASTY)
async def test_every_line_is_answered(typed: str) -> None:
    async with open_stage(echo) as stage:
        assert len(await stage.enter(typed)) == 1


async def test_a_button_is_pressed_by_its_label_or_number() -> None:
    async def answer(chat: Chat, asker: Asker, line: str) -> Message:
        return Message(
            (Text(f"<{line}>"),),
            ((Action("1", "paper 7"), Action("2", "paper 8")), (Action("★ Save", "save 7"), Action("More", "page 2"))),
        )

    async with open_stage(answer) as stage:
        await stage.type("rl")
        said = [(await stage.enter(typed))[0].text for typed in ("1", "[2]", "save", "MORE", "save 9", "more rl", "12")]
        assert said == ["<paper 7>", "<paper 8>", "<save 7>", "<page 2>", "<save 9>", "<more rl>", "<12>"]


async def test_a_button_stays_while_a_newer_message_has_none_of_its_name_but_numbers_are_the_newest_lists() -> None:
    answers = {
        "long": say("a", Action("1", "paper 1"), Action("2", "paper 2"), Action("More", "page 2")),
        "paper 1": say("card", Action("Save", "save 1")),
        "short": say("b", Action("1", "paper 9")),
    }

    async def answer(chat: Chat, asker: Asker, line: str) -> Message:
        return answers.get(line, say(f"<{line}>"))

    async with open_stage(answer) as stage:
        said = [(await stage.enter(typed))[0].text for typed in ("long", "1", "save", "2", "short", "2", "more")]
        assert said == ["a", "card", "<save 1>", "<paper 2>", "b", "<2>", "<page 2>"]


async def test_a_verb_that_asks_for_its_words_presses_no_older_button() -> None:
    async def answer(chat: Chat, asker: Asker, line: str) -> Message:
        return say("rl", Action("Subscribe", "subscribe rl")) if line == "rl" else say(f"<{line}>")

    async with open_stage(answer) as stage:
        lines = ("rl", "subscribe", "rl", "status", "subscribe", "[subscribe]")
        said = [(await stage.enter(typed))[0].text for typed in lines]
        assert said == ["rl", "<subscribe rl>", "rl", "<status>", "<subscribe>", "<subscribe rl>"]


@pytest.mark.parametrize(
    ("typed", "line"),
    [("undo", "undo"), ("[undo]", "undo 1"), ("forget me", "forget me"), ("[Forget me]", "forget me yes"),
     ("save", "save 7"), ("abstract", "abstract 7"), ("today", "today")],
)  # fmt: skip
async def test_a_whole_line_is_that_line_and_no_button_of_its_name(typed: str, line: str) -> None:
    labels = ("Undo", "undo 1"), ("Forget me", "forget me yes"), ("Save", "save 7"), ("Abstract", "abstract 7")

    async def answer(chat: Chat, asker: Asker, line: str) -> Message:
        return say(f"<{line}>", *(Action(*one) for one in labels) if line == "rl" else ())

    async with open_stage(answer) as stage:
        await stage.enter("rl")
        assert (await stage.enter(typed))[0].text == f"<{line}>"


async def test_a_button_that_opens_a_page_shows_its_link() -> None:
    async def answer(chat: Chat, asker: Asker, line: str) -> Message:
        return say("card", Action("PDF", url="https://arxiv.org/pdf/2403.03950"))

    async with open_stage(answer) as stage:
        await stage.type("paper 2403.03950")
        assert (await stage.press("PDF"))[0].links == ("https://arxiv.org/pdf/2403.03950",)


@pytest.mark.parametrize(("typed", "there"), [("[Saev]", "[Save] [PDF]"), (" [abstract] ", "[Save] [PDF]")])
async def test_a_word_in_brackets_that_is_no_button_says_so(typed: str, there: str) -> None:
    async def answer(chat: Chat, asker: Asker, line: str) -> Message:
        return say(f"<{line}>", Action("Save", "save 7"), Action("PDF", url="https://arxiv.org/pdf/7"))

    async with open_stage(answer) as stage:
        assert (await stage.enter(typed))[0].text == f"There is no button {typed.strip()} here. No answer has any yet."
        await stage.enter("rl")
        assert (await stage.enter(typed))[0].text == f"There is no button {typed.strip()} here. There are: {there}"
        assert "<save 7>" in (await stage.enter("[save]"))[0].text


async def test_a_post_appears_and_its_buttons_can_be_pressed() -> None:
    async with open_stage(echo) as stage:
        await stage.platform.send(
            CHAT, Message((Item("1", "T", "https://a.b/1"),), ((Action("Save", "save 1"),),)), "m1"
        )
        assert stage.shown()[-1].text == "T\nhttps://a.b/1"
        assert (await stage.press("Save"))[0].text == "<save 1>"


@pytest.mark.parametrize("word", ["exit", "quit", "/exit", "EXIT"])
async def test_a_person_leaves_by_a_word(word: str) -> None:
    async def typed():
        yield word
        yield "never"

    out = io.StringIO()
    await Console(out=out, typed=typed()).serve(events(echo))
    assert out.getvalue() == ""


async def test_a_closed_terminal_ends_the_talk_and_leaves_posts_due() -> None:
    async def typed():
        yield "one"
        yield "two"

    out = io.StringIO()
    out.close()
    console = Console(out=out, typed=typed())
    await console.serve(events(echo))
    with pytest.raises(SendError):
        await console.send(CHAT, say("post"))


@pytest.fixture
def pipe() -> Iterator[tuple[BufferedReader, TextIOWrapper]]:
    read, write = os.pipe()
    with os.fdopen(read, "rb") as reader, os.fdopen(write, "w") as writer:
        yield reader, writer


async def test_a_post_waits_where_nobody_empties_the_pipe(
    tmp_path: Path, pipe: tuple[BufferedReader, TextIOWrapper]
) -> None:
    reader, writer = pipe
    start = datetime.now(UTC)
    console = Console(out=writer, sent_log=tmp_path / "marks")
    _fill(writer.fileno())
    with pytest.raises(SendError):
        await console.send(CHAT, say("post"), "m1")
    assert await console.find(CHAT, "m1", start) == "absent"
    reader.read1(1 << 20)
    await console.send(CHAT, say("post"), "m1")
    assert await console.find(CHAT, "m1", start) == "there"
    assert reader.read1() == b"post\n\n"
    await console.close()


def _fill(descriptor: int) -> None:
    os.set_blocking(descriptor, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(descriptor, b"x" * 4096)
    os.set_blocking(descriptor, True)


async def test_what_the_encoding_of_the_terminal_lacks_is_marked() -> None:
    raw = io.BytesIO()
    console = Console(out=io.TextIOWrapper(raw, "ascii"))
    await console.show(say("▲ 32 ok"))
    assert raw.getvalue() == b"? 32 ok\n\n"


async def test_a_file_goes_to_the_current_folder_and_over_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(chat: Chat, asker: Asker, line: str) -> Message:
        return Message(
            (Text("2 papers"),), file=File("../papers.tar.gz" if line == "evil" else "papers.bib", line.encode())
        )

    monkeypatch.chdir(tmp_path)
    async with open_stage(answer) as stage:
        paths = [(await stage.type(line))[0].text.splitlines()[-1] for line in ("a", "b", "evil")]
    assert paths == [str(tmp_path / name) for name in ("papers.bib", "papers-1.bib", "papers.tar.gz")]
    kept = [(tmp_path / name).read_bytes() for name in ("papers.bib", "papers-1.bib", "papers.tar.gz")]
    assert kept == [b"a", b"b", b"evil"]


async def test_a_file_that_cannot_be_written_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(chat: Chat, asker: Asker, line: str) -> Message:
        return Message((Text("x"),), file=File("x" * 300, b""))

    monkeypatch.chdir(tmp_path)
    async with open_stage(answer) as stage:
        assert "could not be written here: File name too long" in (await stage.type("export"))[0].text


@pytest.mark.parametrize(
    ("came", "lines"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"one\r\n\n\xff\x00two\nlast without end", ["one", "", "\ufffd\x00two", "last without end"]),
        (b"x" * 200_000 + b"\nend\n", ["x" * 200_000, "end"]),
        ("ü\n".encode() * 70_000, ["ü"] * 70_000),
    ],
)
async def test_lines_of_a_file_come_one_by_one_whatever_they_hold(
    tmp_path: Path, came: bytes, lines: list[str]
) -> None:
    (tmp_path / "lines").write_bytes(came)
    descriptor = os.open(tmp_path / "lines", os.O_RDONLY)
    assert [line async for line in piped.lines(descriptor)] == lines
    os.close(descriptor)


async def test_the_lines_of_a_pipe_do_not_wait_for_its_end(pipe: tuple[BufferedReader, TextIOWrapper]) -> None:
    reader, writer = pipe
    writer.write("one\ntw")
    writer.flush()
    coming = piped.lines(reader.fileno())
    assert await anext(coming) == "one"
    writer.write("o\n")
    writer.flush()
    assert await anext(coming) == "two"
    assert isinstance(coming, AsyncGenerator)
    await coming.aclose()


def test_the_program_ends_while_nobody_closes_its_pipe() -> None:
    program = (
        "import asyncio; from adapters.console import piped\n"
        "async def first():\n"
        "    lines = piped.lines(0)\n"
        "    print(await anext(lines))\n"
        "    await asyncio.wait_for(anext(lines), 0.02)\n"
        "try: asyncio.run(first())\n"
        "except TimeoutError: print('given up')\n"
    )
    started = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert started.stdin
    assert started.stdout
    started.stdin.write(b"one\n")
    started.stdin.flush()
    assert started.stdout.read() == b"one\ngiven up\n"
    assert started.wait(10) == 0
    started.stdin.close()
    started.stdout.close()


async def test_marks_tell_which_posts_were_shown_and_outlive_the_process(tmp_path: Path) -> None:
    start = datetime.now(UTC)
    stage = ConsoleStage(tmp_path / "marks")
    await stage.platform.send(CHAT, say("post"), "m1")
    again = ConsoleStage(tmp_path / "marks").platform
    assert await again.find(CHAT, "m1", start) == "there"
    assert await again.find(CHAT, "m2", start) == "absent"
    assert await again.find(CHAT, "m1", datetime.now(UTC)) == "absent"  # another database's post of that name
    assert await Console(out=io.StringIO()).find(CHAT, "m1", start) == "unknowable"
