"""The terminal in a real window: prompt, history, completion, and posts above a line that is being typed."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_SIGNS = re.compile(rb"\x1b\][^\x1b\x07]*(?:\x1b\\|\x07)|\x1b\[[0-9;?]*[A-Za-z]")


class Window:
    """A pseudo-terminal with the program in it."""

    def __init__(self, folder: Path) -> None:
        self._ours, its = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.adapters.console.talk", str(folder)],
            stdin=its,
            stdout=its,
            stderr=its,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", "PROMPT_TOOLKIT_NO_CPR": "1"},
        )
        os.close(its)
        self.raw = b""

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def enter(self, keys: str, words: str) -> str:
        """Type, and return what was shown once ``words`` and then a prompt stand in it."""
        self.type(keys)
        return self.wait_for(f"{re.escape(words)}.*› ")

    def wait_for(self, pattern: str) -> str:
        """Return what was shown since the last call, once the pattern is in it."""
        shown, text, end = b"", "", time.monotonic() + 10
        while not re.search(pattern, text, re.DOTALL):
            assert time.monotonic() < end, f"{pattern!r} was not shown, but {text!r}"
            if select.select([self._ours], [], [], 0.05)[0]:
                shown += os.read(self._ours, 1 << 16)
                text = _SIGNS.sub(b"", shown).decode("utf-8", "replace")
        self.raw += shown
        return text

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    opened = Window(tmp_path)
    opened.wait_for("› ")
    yield opened
    opened.close()


def test_a_talk(window: Window, tmp_path: Path) -> None:
    window.enter("rl today\r", "<rl today>")
    window.enter("trend\t\r", "<trending>")
    window.enter("ΩЖ深\u05d0🤖\r", "<ΩЖ深\u05d0🤖>")
    window.type("\x04")
    assert window.process.wait(10) == 0
    assert "+rl today" in (tmp_path / "state" / "history").read_text().splitlines()


def test_a_post_appears_above_the_line_that_is_being_typed(window: Window, tmp_path: Path) -> None:
    window.enter("post\r", "<post>")
    window.type("half")
    window.wait_for("papers/7.*› half")
    window.enter(" a line\r", "<half a line>")
    assert " m7\n" in (tmp_path / "marks").read_text()
    assert b"\x1b[1mPaper 7" in window.raw  # a window has bold titles


def test_ctrl_c_takes_the_line_back(window: Window) -> None:
    window.type("never mind")
    window.wait_for("never mind")
    window.enter("\x03", "")
    assert "<ok>" in window.enter("ok\r", "<ok>")


def test_ctrl_c_stops_an_answer_and_not_the_program(window: Window) -> None:
    window.type("slow\r")
    window.wait_for("working")
    window.enter("\x03", "^C")
    window.enter("ok\r", "<ok>")


def test_a_word_ends_it(window: Window) -> None:
    window.type("exit\r")
    assert window.process.wait(10) == 0
