"""Processes of the real program, without the second or two that reading its modules takes each time.

A process that has read them and the tables of words, and done nothing else, is forked for each: the fork has the
process's words, settings, folder and streams, and is ``paperwire`` from there on, but for the wait between two requests
to the feed's stand-in. It begins with the first one and ends with the tests.
"""

import asyncio
import atexit
import gc
import json
import os
import resource
import runpy
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NoReturn


@dataclass
class Ended:
    code: int
    out: str
    err: str


async def run(words: tuple[str, ...], typed: str, env: Mapping[str, str], cwd: Path) -> Ended:
    """Run ``paperwire WORDS`` with ``typed`` on stdin to its end."""
    process = await begin(words, env, cwd)
    out, err = await process.communicate(typed.encode())
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


class Process:
    """A process that was begun; what there is of asyncio.subprocess.Process does the same."""

    def __init__(self, pid: int, code: asyncio.StreamReader, control: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdin: asyncio.StreamWriter
        self.stdout: asyncio.StreamReader
        self.stderr: asyncio.StreamReader
        self._ending = asyncio.ensure_future(self._end(code, control))

    async def wait(self) -> int:
        return await asyncio.shield(self._ending)

    async def communicate(self, typed: bytes = b"") -> tuple[bytes, bytes]:
        """Write to its stdin and close that; return what it says from now on to its end."""
        self.stdin.write(typed)
        self.stdin.close()
        out, err, _ = await asyncio.gather(self.stdout.read(), self.stderr.read(), self.wait())
        return out, err

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def _end(self, code: asyncio.StreamReader, control: asyncio.StreamWriter) -> int:
        self.returncode = int(await code.readline())
        control.close()
        return self.returncode


async def begin(
    words: tuple[str, ...], env: Mapping[str, str], cwd: Path, *, files: int = 0, minute: str = ""
) -> Process:
    """Begin ``paperwire WORDS``, or ``python WORDS`` where they begin with -m or -c; its streams are pipes to us.

    ``files``: how many it may open, 0 for as many as we may. ``minute``: at which seconds its minutes begin, as cron
    writes them, where nobody is to wait for a full one.
    """
    (stdin, typed), (out, stdout), (err, stderr) = os.pipe(), os.pipe(), os.pipe()
    ours, control = socket.socketpair()
    socket.send_fds(_prepared(), [b"."], [stdin, stdout, stderr, control.fileno()])
    for theirs in (stdin, stdout, stderr):
        os.close(theirs)
    control.close()
    answers, asked = await asyncio.open_unix_connection(sock=ours)
    asked.write(json.dumps([words, dict(env), str(cwd), files, minute]).encode() + b"\n")
    process = Process(int(await answers.readline()), answers, asked)
    process.stdin = await _written(os.fdopen(typed, "wb"))
    process.stdout, process.stderr = await _read(os.fdopen(out, "rb")), await _read(os.fdopen(err, "rb"))
    return process


async def _read(pipe: IO[bytes]) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(2**20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader


async def _written(pipe: IO[bytes]) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, pipe)
    return asyncio.StreamWriter(transport, protocol, None, loop)


@cache
def _prepared() -> socket.socket:
    """Return the way to our process that has read the modules."""
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(theirs.fileno())], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
    )
    theirs.close()
    atexit.register(process.wait)
    atexit.register(ours.close)  # first: it is what the process waits for
    return ours


# In the prepared process


LATER = (
    "adapters.slack.connect",
    "adapters.slack.platform",
    "adapters.telegram.platform",
    "anyio._backends._asyncio",
    "apscheduler.executors.asyncio",
    "apscheduler.schedulers.asyncio",
    "apscheduler.triggers.cron",
    "bot.__main__",
    "bot.app.operator.admin",
    "bot.app.operator.jobs",
    "bot.app.service",
    "bot.app.terminal",
    "bot.settings.logs",
    "httpcore",
    "typer._adapters",
    "typer._click.decorators",
)
"""What the program, and the libraries in it, import when they need it."""


def read_modules() -> None:
    """Read all modules, the tables of words and the certificates."""
    for name in LATER:
        import_module(name)
    from adapters.certificates import trust
    from bot.model import Paper
    from storage.search.index_entry import entry

    trust()
    entry(Paper("2501.00001", "Reinforcement learning"))


def main(way: socket.socket) -> None:
    read_modules()
    gc.collect()
    gc.freeze()  # a fork copies each page that a collection looks at
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the tests, and they end us
    while asked := socket.recv_fds(way, 1, 4):
        _, handles, _, _ = asked
        if not handles:
            return
        if not os.fork():
            way.close()
            _serve(handles)
        for handle in handles:
            os.close(handle)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:  # so that their processor time counts as ours
                pass


def _serve(handles: list[int]) -> NoReturn:
    """Begin what is asked for, and say its number, and at its end its code."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    *streams, control = handles
    with os.fdopen(os.dup(control), "r", encoding="utf-8") as lines:
        asked = json.loads(lines.readline())
    if not (pid := os.fork()):
        os.close(control)
        _become(streams, *asked)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for handle in streams:
        os.close(handle)
    os.write(control, f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    os.write(control, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(streams: list[int], words: list[str], env: dict[str, str], cwd: str, files: int, minute: str) -> NoReturn:
    import adapters.feeds.huggingface
    import bot.delivery.waker
    from adapters.pace import RequestPace

    for number, handle in enumerate(streams):
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin = os.fdopen(0, encoding="utf-8")
    if files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    adapters.feeds.huggingface.RequestPace = partial(RequestPace, spacing=0, most=1_000_000)  # type: ignore[misc,assignment,attr-defined] # a stand-in asks for no wait
    if minute:
        bot.delivery.waker.FULL_MINUTE = minute
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    end(code_of(_program(words)))


def _program(words: list[str]) -> Callable[[], object]:
    """Return what does what these words ask for."""
    match words:
        case "-m", module, *_:
            sys.argv = words[1:]
            return lambda: runpy.run_module(module, run_name="__main__", alter_sys=True)
        case "-c", code, *rest:
            sys.argv = ["-c", *rest]
            return lambda: exec(code, {"__name__": "__main__"})
        case _:
            from bot import __main__ as paperwire

            sys.argv = ["paperwire", *words]
            return paperwire.main


def code_of(program: Callable[[], Any]) -> int:
    """Return the code with which a program ends; an error that nobody catches is printed, as Python does it."""
    try:
        program()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 1
    except BaseException:  # noqa: BLE001 as at the end of any program
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def end(code: int) -> NoReturn:
    """End as Python does, but for taking a thousand modules apart, which costs a fork half a second."""
    threading._shutdown()  # type: ignore[attr-defined] # Python's own name for waiting for threads
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
