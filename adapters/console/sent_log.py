"""Which posts a terminal was shown: a line in a file, written right after each post.

A terminal, a file and a pipe cannot be asked reliably what they showed, so the mark is kept beside the database. A
post without its mark comes twice: where stdout is no terminal, a small process of its own therefore writes both, and
lives on when a kill meets the bot (see writer.py; this module is its whole program, hence the standard library alone).
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path

READ = 1 << 16
"""Bytes at the end of the file in which a mark is looked for, some 2000 posts: only those in flight are asked for."""


class SentLog:
    """The marks in a file, each with its post's marker and its moment (seconds since 1970), 30 bytes a post.

    A marker holds no space.
    """

    def __init__(self, file: Path, *, alone: bool = False) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        if alone:
            import fcntl

            fcntl.flock(self._file, fcntl.LOCK_EX)  # an earlier process may still be writing its last post

    def add(self, marker: str, at: float) -> None:
        """Keep that the post was shown; a kill after this call changes nothing."""
        os.write(self._file, f"{at!r} {marker}\n".encode())

    def has(self, marker: str, since: float) -> bool:
        """Return whether that post was shown at or after ``since``."""
        start = max(0, os.lseek(self._file, 0, os.SEEK_END) - READ)
        lines = os.pread(self._file, READ, start).decode("utf-8", "replace").splitlines()
        shown = (line.split() for line in (lines[1:] if start else lines))
        return any(words[1:] == [marker] and float(words[0]) >= since for words in shown)


def main() -> None:
    """Carry out what is asked on stdin, a JSON object a line, and answer each with a line; end with stdin.

    ``{"text", "marker", "at"}`` writes a post (its bytes as Latin-1) and its mark; ``{"marker", "since"}``
    asks for one.
    """
    marks = SentLog(Path(sys.argv[1]), alone=True)
    with contextlib.suppress(ConnectionError):  # the bot died; what it was not answered, its heir will ask
        for line in sys.stdin.buffer:
            if line.endswith(b"\n"):
                answer = _answer(marks, json.loads(line))
                os.write(sys.stdin.fileno(), f"{json.dumps(answer)}\n".encode())


def _answer(marks: SentLog, asked: dict[str, str]) -> bool:
    """Return whether the post was shown; a post that cannot be written is not marked."""
    if "text" not in asked:
        return marks.has(asked["marker"], float(asked["since"]))
    text = asked["text"].encode("latin-1")
    try:
        while text:
            text = text[os.write(1, text) :]
    except OSError:
        return False
    marks.add(asked["marker"], float(asked["at"]))
    return True


if __name__ == "__main__":
    main()
