"""An event loop for proofs that would take minutes: waiting takes no time.

What is skipped is the time until the next timer, where nothing is ready, nobody on a loopback connection speaks, and
nothing runs in a thread. The loop's clock is what was skipped and, where ``work_counts``, the processor time of this
process beside it: what other processes do on the machine is no matter.
"""

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")

LISTENS = 0.0005
"""Seconds that a connection is listened to before its silence counts: what was sent on loopback arrives much sooner."""


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: "Loop") -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or timeout <= 0 or self._loop.threads:
            return super().select(timeout)
        if ready := super().select(0):
            return ready
        time.sleep(self._loop.listens)  # the system's own wait would be rounded up to a millisecond
        ready = super().select(0)
        if not ready:
            self._loop.skip(timeout)
        return ready


class Loop(asyncio.SelectorEventLoop):
    """``threads``: calls that run in threads now. ``listens``: real seconds before a silence counts."""

    def __init__(self, *, work_counts: bool, listens: float) -> None:
        self.threads = 0
        self.listens = listens
        self._skipped = 0.0
        self._work_counts = work_counts
        super().__init__(_Selector(self))

    def time(self) -> float:
        return self._skipped + (time.process_time() if self._work_counts else 0)

    def skip(self, seconds: float) -> None:
        self._skipped += seconds

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        self.threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._returned)
        return future

    def _returned(self, _: object) -> None:
        self.threads -= 1


def run(work: Coroutine[Any, Any, T], *, work_counts: bool = False, listens: float = LISTENS) -> T:
    """Run ``work`` on such a loop, and return what it returns."""
    with asyncio.Runner(loop_factory=partial(Loop, work_counts=work_counts, listens=listens)) as runner:
        return runner.run(work)
