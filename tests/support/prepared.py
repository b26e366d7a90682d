"""Shell commands of the real program, without the second or two that reading its modules takes each time.

A process that has read them and done nothing else is forked for every command: the fork has the command's settings,
folder and streams, and is ``paperwire`` from there on. The process begins with the first command and ends with the tests.
"""

import asyncio
import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass
class Ended:
    code: int
    out: str
    err: str


async def run(words: tuple[str, ...], typed: str, env: Mapping[str, str], cwd: Path) -> Ended:
    """Run ``paperwire WORDS`` with ``typed`` on stdin to its end."""
    return await asyncio.to_thread(_run, words, typed, env, cwd)


_one_at_a_time = threading.Lock()


def _run(words: tuple[str, ...], typed: str, env: Mapping[str, str], cwd: Path) -> Ended:
    with _one_at_a_time, tempfile.TemporaryDirectory() as streams:
        (Path(streams) / "0").write_text(typed, "utf-8")
        process = _prepared()
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps([words, dict(env), str(cwd), streams]) + "\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
        out, err = ((Path(streams) / name).read_text("utf-8") for name in "12")
    return Ended(code, out, err)


@cache
def _prepared() -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-m", __name__], stdin=pipe, stdout=pipe, text=True)
    assert process.stdin
    atexit.register(process.stdin.close)
    return process


def main() -> None:
    import adapters.slack.platform
    import adapters.telegram.platform  # noqa: F401 read, not used
    import bot.app.operator.admin
    import bot.app.operator.jobs
    import bot.app.service
    import bot.app.terminal  # noqa: F401 this and the others are read, not used
    from bot import __main__ as program

    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for line in requests:
        if not (pid := os.fork()):
            _become(*json.loads(line))
            return program.main()
        _, status = os.waitpid(pid, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()
    return None


def _become(words: list[str], env: dict[str, str], cwd: str, streams: str) -> None:
    for number in range(3):
        flags = os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY
        os.dup2(os.open(f"{streams}/{number}", flags), number)
    sys.stdin = os.fdopen(0, encoding="utf-8")
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["paperwire", *words]


if __name__ == "__main__":
    main()
