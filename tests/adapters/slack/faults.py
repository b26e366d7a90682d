"""Faults that the stand-in plays on request, and the pace that it may enforce."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["500", "garbage", "reset_before", "reset_after", "hang", "hang_after", "429", "error", "empty", "list"]


@dataclass
class Fault:
    method: str
    kind: Kind
    times: int = 1
    word: str = ""
    retry_after: int = 1


@dataclass
class Faults:
    """Faults still to come, first come first played."""

    queue: list[Fault] = field(default_factory=list)

    def plan(self, method: str, kind: Kind, times: int = 1, word: str = "", retry_after: int = 1) -> None:
        self.queue.append(Fault(method, kind, times, word, retry_after))

    def take(self, method: str) -> Fault | None:
        for fault in self.queue:
            if fault.method == method:
                fault.times -= 1
                if fault.times == 0:
                    self.queue.remove(fault)
                return fault
        return None


@dataclass
class Pace:
    """One post a second in a channel, ``burst`` at once: docs.slack.dev/apis/web-api/rate-limits."""

    burst: int = 5
    per_second: float = 1.0
    now: Callable[[], float] = time.monotonic
    posts: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    asked: int = 0
    refused: int = 0

    def wait(self, team: str, channel: str) -> float:
        """Return the seconds to wait, 0 where the post may go now."""
        now, kept = self.now(), self.posts.setdefault((team, channel), deque())
        self.asked += 1
        while kept and kept[0] <= now - self.burst / self.per_second:
            kept.popleft()
        if len(kept) >= self.burst:
            self.refused += 1
            return kept[0] + self.burst / self.per_second - now
        kept.append(now)
        return 0.0
