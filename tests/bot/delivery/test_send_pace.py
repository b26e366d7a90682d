"""The pace of sending, in virtual time: never above what platforms allow, hardly below, answers to people first."""

import asyncio
import contextlib
import heapq
import random
from bisect import bisect_right
from collections import defaultdict

import pytest

from adapters.slack.platform import TRAITS as SLACK
from adapters.telegram.platform import TRAITS as TELEGRAM
from bot.delivery.pace import FREE, Pace
from bot.model import Chat


class Time:
    """Virtual seconds: they pass when everybody sleeps."""

    def __init__(self):
        self.now = 0.0
        self._sleepers = []
        self._count = 0

    def monotonic(self):
        return self.now

    async def sleep(self, seconds):
        self._count += 1
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, self._count, woken))
        await woken

    async def run(self, work):
        """Let time pass until ``work`` is done; return its result."""
        task = asyncio.ensure_future(work)
        while not task.done():
            for _ in range(5):
                await asyncio.sleep(0)
            if self._sleepers and not task.done():
                self.now, _, woken = heapq.heappop(self._sleepers)
                woken.set_result(None)
        return task.result()


def telegram(id):
    return Chat("telegram", "42", str(id))


async def send(time, pace, chat, count, sent, *, size=1, way=lambda: (0, 0)):
    """Send posts; ``way`` draws the seconds to the platform, and back. ``sent`` tells when the platform got them."""
    for _ in range(count):
        async with pace.turn(chat, size):
            there, back = way()
            if there + back:
                await time.sleep(there)
            sent.append((time.now, chat))
            if there + back:
                await time.sleep(back)


async def answer(time, pace, chat, count, sent):
    for _ in range(count):
        await pace.answer(chat)
        sent.append((time.now, chat))


def most_within(times, window):
    """Return the most of these times that lie within any ``window`` seconds."""
    times = sorted(times)
    return max(bisect_right(times, start + window) - n for n, start in enumerate(times))


async def test_a_telegram_account_sends_nearly_thirty_a_second_and_never_more():
    time, sent = Time(), []
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)
    chats = [telegram(n) for n in range(1, 601)]
    await time.run(asyncio.gather(*(send(time, pace, chat, 2, sent) for chat in chats)))
    times = [at for at, _ in sent]
    assert len(sent) == 1200
    assert 1200 / max(times) >= 0.95 * 30
    assert most_within(times, 0.999) <= 30


@pytest.mark.parametrize("seed", range(5))
async def test_no_delay_on_the_way_makes_one_too_many(seed):
    chance, time, sent = random.Random(seed), Time(), []
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)
    stalled = [0.0]

    def way():
        """A hundredth of a second there and one back, and now and then a stall of up to a second, for many at once."""
        if chance.random() < 0.01:
            stalled[0] = time.now + chance.random()
        late = max(0, stalled[0] - time.now)
        share = chance.random()
        return 0.01 + late * share, 0.01 + late * (1 - share)

    groups = [send(time, pace, telegram(-n), 25, sent, way=way) for n in range(1, 4)]
    people = [send(time, pace, telegram(n), 3, sent, way=way) for n in range(1, 700)]
    await time.run(asyncio.gather(*groups, *people))
    assert most_within([at for at, _ in sent], 0.999) <= 30
    for n in range(1, 4):
        assert most_within([at for at, chat in sent if chat == telegram(-n)], 59.999) <= 20


async def test_a_long_way_costs_nothing_once_it_is_known():
    time, sent = Time(), []
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)
    chats = [telegram(n) for n in range(1, 1001)]
    await time.run(asyncio.gather(*(send(time, pace, chat, 2, sent, way=lambda: (0.2, 0.2)) for chat in chats)))
    times = sorted(at for at, _ in sent)[500:]
    assert len(times) / (times[-1] - times[0]) >= 0.95 * 30
    assert most_within(times, 0.999) <= 30


async def test_a_post_that_fails_is_let_go_of():
    time = Time()
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)
    for _ in range(3):
        time.now += 100
        with contextlib.suppress(OSError):
            async with pace.turn(telegram(-1), 20):
                raise OSError
    time.now += 100
    assert pace.wait(telegram(-1), 20) == 0


async def test_people_are_answered_while_posts_hang():
    time, sent = Time(), []
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)
    posts = asyncio.gather(*(send(time, pace, telegram(n), 1, sent, way=lambda: (30, 0)) for n in range(40)))
    await time.run(time.sleep(5))
    await time.run(pace.answer(telegram(999)))
    assert time.now < 8
    await time.run(posts)


async def test_topics_under_way_count_for_their_group():
    time = Time()
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)
    async with pace.turn(Chat("telegram", "42", "-1", "7"), 20):
        time.now += 50
        assert pace.wait(Chat("telegram", "42", "-1", "8")) > 0
    time.now += 59
    assert 0 < pace.wait(telegram(-1)) < 2


async def test_a_chat_gets_one_a_second():
    for limit in (TELEGRAM.limit, SLACK.limit):
        time, sent = Time(), []
        pace = Pace(limit, time.monotonic, time.sleep)
        await time.run(send(time, pace, telegram(1), 10, sent))
        assert most_within([at for at, _ in sent], 0.999) == 1
        assert 9 <= time.now <= 9.5


async def test_a_telegram_group_gets_twenty_a_minute():
    time, sent = Time(), []
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)
    await time.run(send(time, pace, telegram(-100), 60, sent))
    assert most_within([at for at, _ in sent], 60) == 20
    assert len([at for at, _ in sent if at < 121]) >= 0.95 * 40


async def test_no_chat_waits_for_another():
    time, sent = Time(), []
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)
    await time.run(
        asyncio.gather(
            send(time, pace, telegram(-1), 30, sent), *(send(time, pace, telegram(n), 5, sent) for n in range(5))
        )
    )
    last = defaultdict(float)
    for at, chat in sent:
        last[chat] = at
    assert all(last[telegram(n)] < 6 for n in range(5))


async def test_fifty_slack_channels_get_one_a_second_each():
    time, sent = Time(), []
    pace = Pace(SLACK.limit, time.monotonic, time.sleep)
    chats = [Chat("slack", "T1", f"C{n}") for n in range(50)]
    await time.run(asyncio.gather(*(send(time, pace, chat, 20, sent) for chat in chats)))
    assert 1000 / time.now >= 0.95 * 50


async def test_an_answer_goes_before_the_posts_that_wait():
    time, sent = Time(), []
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)

    async def person():
        await time.sleep(1)
        asked = time.now
        await pace.answer(telegram(999))
        return time.now - asked

    waits = await time.run(asyncio.gather(person(), *(send(time, pace, telegram(n), 1, sent) for n in range(300))))
    assert waits[0] <= 2 / 29


async def test_answers_count_for_the_posts_behind_them():
    time, sent = Time(), []
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)
    await time.run(answer(time, pace, telegram(1), 3, sent))
    assert time.now < 0.2
    assert 2.5 < pace.wait(telegram(1)) <= 3.2


@pytest.mark.parametrize("size", [1, 2, 3, 7, 30])
async def test_messages_of_several_parts_keep_the_pace_of_their_parts(size):
    time, sent = Time(), []
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)
    await time.run(send(time, pace, telegram(-1), 40, sent, size=size))
    parts = [at for at, _ in sent for _ in range(size)]
    assert most_within(parts, 60) <= max(20, size)
    assert time.now <= 61 * (1 + 40 / max(20 // size, 1))


async def test_answers_and_posts_share_the_pace_of_their_account():
    time, sent = Time(), []
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)
    answers = [answer(time, pace, telegram(n), 1, sent) for n in range(1000, 1060)]
    posts = [send(time, pace, telegram(n), 1, sent) for n in range(60)]
    await time.run(asyncio.gather(*answers, *posts))
    assert most_within([at for at, _ in sent], 0.999) <= 30


async def test_accounts_do_not_share_a_pace():
    time, sent = Time(), []
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)
    chats = [Chat("telegram", str(account), str(n)) for account in range(3) for n in range(90)]
    await time.run(asyncio.gather(*(send(time, pace, chat, 1, sent) for chat in chats)))
    assert time.now < 3.2


async def test_topics_share_the_pace_of_their_group():
    time = Time()
    pace = Pace(TELEGRAM.limit, time.monotonic, time.sleep)
    async with pace.turn(Chat("telegram", "42", "-1", "7")):
        pass
    assert pace.wait(Chat("telegram", "42", "-1", "8")) > 1


async def test_the_terminal_waits_for_nothing():
    time = Time()
    pace = Pace(FREE, time.monotonic, time.sleep)
    async with asyncio.timeout(20):
        for _ in range(100):
            async with pace.turn(Chat("terminal", "local", "terminal")):
                pass
    assert time.now == 0


async def test_chats_that_rest_are_forgotten(monkeypatch):
    from bot.delivery import pace as module

    monkeypatch.setattr(module, "MOST_CHATS", 10)
    time = Time()
    pace = Pace(SLACK.limit, time.monotonic, time.sleep)
    for n in range(100):
        time.now += 100
        async with pace.turn(telegram(n)):
            pass
    assert len(pace._chats) <= 10


async def test_a_chat_whose_post_is_on_its_way_or_went_within_a_minute_is_not_forgotten(monkeypatch):
    from bot.delivery import pace as module

    monkeypatch.setattr(module, "MOST_CHATS", 3)
    time = Time()
    pace = Pace(SLACK.limit, time.monotonic, time.sleep)
    resting, flying, recent, new = map(telegram, range(4))
    async with pace.turn(resting):
        pass
    time.now += 100
    async with pace.turn(flying):
        time.now += 100
        async with pace.turn(recent):
            pass
        time.now += 59
        async with pace.turn(new):
            pass
    assert [id for _, id in pace._chats] == [chat.id for chat in (flying, recent, new)]
