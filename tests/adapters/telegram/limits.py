"""The pace that Telegram allows (core.telegram.org/bots/faq): enforced only where a test asks for it."""

from collections import defaultdict, deque
from collections.abc import Callable

from tests.adapters.telegram.world import Refused


class Pace:
    """A strict window each: ``overall`` sends a second, ``group`` a minute in one group, a burst in a private chat."""

    def __init__(self, now: Callable[[], float], overall: int = 30, group: int = 20, burst: int = 5) -> None:
        self._now = now
        self._overall, self._group, self._burst = overall, group, burst
        self._times: dict[str, deque[float]] = defaultdict(deque)
        self.asked = self.refused = 0

    def check(self, chat: int) -> None:
        """Count a send; raise 429 where it is one too many."""
        windows = [("all", self._overall, 1.0), (f"{chat}", self._burst, float(self._burst))]
        if chat < 0:
            windows.append((f"{chat}/minute", self._group, 60.0))
        waits = [self._wait(*window) for window in windows]
        self.asked += 1
        if max(waits) > 0:
            self.refused += 1
            seconds = int(max(waits)) + 1
            raise Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        for name, _, _ in windows:
            self._times[name].append(self._now())

    def _wait(self, name: str, most: int, span: float) -> float:
        times, now = self._times[name], self._now()
        while times and now - times[0] >= span:
            times.popleft()
        return span - (now - times[0]) if len(times) >= most else 0.0
