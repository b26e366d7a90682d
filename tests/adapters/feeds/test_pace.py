"""The pace at which a site is asked, on a clock of the test's own."""

from datetime import UTC, datetime

import pytest

from adapters.pace import RequestPace, rate_limit, retry_after
from bot.errors import FeedError


class Ticker:
    """A monotonic clock that moves only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def ticker() -> Ticker:
    return Ticker()


async def turns(pace: RequestPace, ticker: Ticker, number: int) -> list[float]:
    """Return when each of so many turns came, in seconds from the first."""
    times = []
    for _ in range(number):
        await pace.turn()
        times.append(ticker.now)
    return [time - times[0] for time in times]


async def test_requests_keep_their_spacing(ticker):
    pace = RequestPace(3, monotonic=ticker, sleep=ticker.sleep)
    assert await turns(pace, ticker, 4) == [0, 3, 6, 9]


async def test_the_budget_waits_rather_than_exceeds(ticker):
    pace = RequestPace(0, most=400, window=300, monotonic=ticker, sleep=ticker.sleep)
    times = await turns(pace, ticker, 1300)
    assert [times[n] for n in (399, 400, 799, 800, 1299)] == [0, 300, 300, 600, 900]
    assert all(late - early >= 300 for early, late in zip(times, times[400:], strict=False))


async def test_few_remaining_requests_are_spread_over_the_rest_of_the_window(ticker):
    pace = RequestPace(0.2, monotonic=ticker, sleep=ticker.sleep)
    await pace.turn()
    pace.note(remaining=10, reset=100)
    assert await turns(pace, ticker, 4) == pytest.approx([0, 10, 20, 30])


async def test_the_usual_pace_returns_with_the_next_window(ticker):
    pace = RequestPace(0.2, monotonic=ticker, sleep=ticker.sleep)
    await pace.turn()
    pace.note(remaining=10, reset=100)
    pace.note(remaining=499, reset=300)
    assert await turns(pace, ticker, 3) == pytest.approx([0, 0.2, 0.4])


async def test_a_spent_window_is_a_long_rest_and_says_how_long(ticker):
    pace = RequestPace(0, monotonic=ticker, sleep=ticker.sleep)
    pace.note(remaining=0, reset=55)
    with pytest.raises(FeedError) as refused:
        await pace.turn()
    assert refused.value.retry_after == 56
    ticker.now += 56
    await pace.turn()


async def test_a_short_rest_is_waited_for(ticker):
    pace = RequestPace(0, monotonic=ticker, sleep=ticker.sleep)
    pace.rest(2)
    await pace.turn()
    assert ticker.now == 1002


async def test_a_shorter_rest_does_not_end_a_longer_one(ticker):
    pace = RequestPace(0, monotonic=ticker, sleep=ticker.sleep)
    pace.rest(600)
    pace.rest(1)
    with pytest.raises(FeedError):
        await pace.turn()


@pytest.mark.parametrize(
    ("header", "limit"),
    [('"api";r=0;t=55', (0, 55)), ('"api"; r=412; t=7, "x";r=1;t=1', (412, 7)), ("", None), ('"api";r=x;t=5', None)],
)
def test_the_rate_limit_header_tells_what_remains_and_until_when(header, limit):
    assert rate_limit(header) == limit


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        (" 120 ", 120),
        ("Tue, 24 Nov 2026 12:01:30 GMT", 90),
        ("Tue, 24 Nov 2026 12:01:30", 90),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0),
        ("9" * 400, float("inf")),
        ("soon", 0),
        ("-5", 0),
        ("", 0),
        ("٣", 0),
    ],
)
def test_retry_after_is_a_number_of_seconds_or_a_date(header, seconds):
    assert retry_after(header, datetime(2026, 11, 24, 12, tzinfo=UTC)) == seconds
