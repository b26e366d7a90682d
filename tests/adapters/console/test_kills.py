"""A kill -9 at any moment loses no post of the terminal, doubles none and keeps their order."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.console import sent_log, writer
from adapters.console.platform import CHAT, Console
from adapters.console.writer import Writer
from bot.errors import OutcomeUnknown, SendError
from bot.message import say

KILLS = int(os.environ.get("PAPERWIRE_KILLS", "12"))


@pytest.mark.timeout(60 + KILLS)
@pytest.mark.parametrize("kind", ["pipe", "file"])
def test_posts_survive_kills_once_and_in_order(tmp_path: Path, kind: str) -> None:
    file = (tmp_path / "out").open("ab") if kind == "file" else None
    program = [sys.executable, "-m", "tests.adapters.console.killed", str(tmp_path), str(KILLS)]
    ended = subprocess.run(
        program, stdout=file or subprocess.PIPE, stderr=subprocess.PIPE, check=True, timeout=60 + KILLS
    )
    if file:
        file.close()
    shown = ended.stdout if not file else (tmp_path / "out").read_bytes()
    numbers = [int(number) for number in re.findall(rb"papers/(\d+)", shown)]
    assert numbers == list(range(int(ended.stderr)))


async def test_a_writer_that_hangs_leaves_a_doubt_which_it_settles_itself(tmp_path: Path) -> None:
    start = datetime.now(UTC).timestamp()
    with (tmp_path / "out").open("w") as out:
        writer = Writer(tmp_path / "marks", out)
        assert not await writer.has("m1", start)
        writer._wait = 0.2
        hung = writer._process
        assert hung
        hung.send_signal(signal.SIGSTOP)
        with pytest.raises(OutcomeUnknown):
            await writer.post(b"one\n", "m1", start)
        with pytest.raises(OutcomeUnknown):
            await writer.has("m1", start)  # its heir waits for it too
        second = writer._process
        assert second
        hung.send_signal(signal.SIGCONT)
        assert hung.wait(5) == 0
        writer._wait = 5
        assert await writer.has("m1", start)
        await writer.close()
        second.wait(5)
    assert (tmp_path / "out").read_text() == "one\n"


async def test_a_post_whose_answer_is_not_awaited_leaves_no_answer_for_the_next(tmp_path: Path) -> None:
    start = datetime.now(UTC).timestamp()
    with (tmp_path / "out").open("w") as out:
        writer = Writer(tmp_path / "marks", out)
        assert not await writer.has("m0", start)
        first = writer._process
        assert first
        posting = asyncio.create_task(writer.post(b"one\n", "m1", start))
        await asyncio.sleep(0)
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)
        assert not await writer.has("m2", start)
        assert first.wait(5) == 0
        await writer.close()


async def test_a_reader_who_has_gone_leaves_posts_due(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    start = datetime.now(UTC)
    with os.fdopen(write, "w") as out:
        console = Console(out=out, sent_log=tmp_path / "marks")
        with pytest.raises(SendError):
            await console.send(CHAT, say("post"), "m1")
        assert await console.find(CHAT, "m1", start) == "absent"
        await console.close()


async def test_a_post_whose_writer_starts_late_is_known_to_the_bot_that_comes_after_a_kill(tmp_path, monkeypatch):
    """What was given to the writer before the kill is written after it; who asks meanwhile waits for that."""
    began = writer._started

    def late(file: Path, talk: int, out: int, lock: int) -> subprocess.Popen[bytes]:
        words = ["sh", "-c", 'sleep 0.5; exec "$@"', "sh", sys.executable, "-I", "-S", sent_log.__file__, str(file)]
        return subprocess.Popen(words, stdin=talk, stdout=out, start_new_session=True, pass_fds=(lock,))

    with (tmp_path / "out").open("ab") as out:
        monkeypatch.setattr(writer, "_started", late)
        killed = writer.Writer(tmp_path / "marks", out)
        posting = asyncio.create_task(killed.post(b"Paper 0\n", "m0", 1.0))
        await asyncio.sleep(0.2)
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)
        monkeypatch.setattr(writer, "_started", began)
        after = writer.Writer(tmp_path / "marks", out)
        assert await after.has("m0", 0.0)
        await after.close()
        await killed.close()
    assert (tmp_path / "out").read_bytes() == b"Paper 0\n"
