"""Best first where a query says no words: votes against age. A digest keeps its own length, and none is silent."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.digests import Digests
from tests.adapters.feeds.days import FRIDAY, MONDAY, TUESDAY, record
from tests.bot.commands.world import ids, open_world, said

VOTES = (3, 9, 400, 1, 0, 7, 5, 2, 8, 4, 6, 150, 10, 11)


def listed(day, votes=VOTES, words="On learning"):
    return [record(f"2611.{day.day}{n:03}", f"{words} {n}", day, upvotes=v) for n, v in enumerate(votes)]


@pytest.fixture
async def world():
    """The terminal on a Monday evening; the archive holds one old paper."""
    async with open_world(
        "terminal", {FRIDAY: listed(FRIDAY, [5])}, datetime(2026, 11, 23, 20, tzinfo=UTC), polled=True
    ) as world:
        yield world


async def digests(world, *lines):
    """Subscribe, let Tuesday's papers come and the digests of the next morning be sent; return what they show."""
    for line in lines:
        await said(world.stage, f"subscribe {line}")
    told = len(world.stage.shown())
    world.server.days[TUESDAY] = listed(TUESDAY)
    await world.poll(datetime(2026, 11, 24, 20, tzinfo=UTC))
    world.time = datetime(2026, 11, 25, 9, 1, tzinfo=UTC)
    made = Digests(world.store, world.clock)
    assert await made.tick()
    await world.deliver()
    return world.stage.shown()[told:]


async def test_a_digest_of_numbers_alone_shows_the_most_voted_first(world):
    shown = await digests(world, "upvotes>=0 daily")
    assert ids(shown)[:3] == ["2611.24002", "2611.24011", "2611.24013"]


@pytest.mark.parametrize(
    "lines", [("upvotes>=0 daily", "learning daily max 1"), ("learning daily max 1", "upvotes>=0 daily")]
)
async def test_the_cap_of_one_does_not_cut_the_digest_of_its_neighbour(world, lines):
    assert len(set(ids(await digests(world, *lines)))) >= 10


@pytest.mark.parametrize("line", ["upvotes>=0", "upvotes>=0 -survey", "has:code OR upvotes>=0", "author:example", ""])
async def test_a_list_without_words_is_best_first_by_votes_against_age(world, line):
    world.server.days[TUESDAY] = [*listed(TUESDAY, [77, 56, 321, 250]), *listed(TUESDAY, [1], "Old")[:0]]
    await world.poll(datetime(2026, 11, 24, 12, tzinfo=UTC))
    for days in ("today", "this week", *([""] if line else ())):
        shown = ids(await world.stage.type(f"{line} {days}"))
        assert shown[:4] == ["2611.24002", "2611.24003", "2611.24000", "2611.24001"], days


async def test_votes_lose_worth_with_age(world):
    world.server.days |= {FRIDAY: listed(FRIDAY, [5, 60]), TUESDAY: listed(TUESDAY, [40])}
    await world.poll(datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert ids(await world.stage.type("upvotes>=10 3w"))[0] == "2611.24000"


# The same papers, sooner


async def test_a_digest_that_would_bring_nothing_says_so_where_it_is_made_and_listed(world):
    await said(world.stage, "subscribe rl")
    answer = await said(world.stage, "subscribe rl weekly")
    assert "#1 rl posts the same papers as they appear, and each is posted once, so #2 brings nothing." in answer
    assert "so #2 brings nothing" in await said(world.stage, "subs")
    preview = await world.stage.type("preview rl weekly")
    assert "#1 rl brings these here already, as they appear" in preview[-1].text
    assert "Subscribe" not in preview[-1].buttons


async def test_a_button_leaves_the_digest_alone(world):
    await said(world.stage, "subscribe rl")
    await said(world.stage, "subscribe rl weekly")
    await world.stage.press("Stop #1")
    assert [(one.number, one.schedule.kind) for one in await world.store.subscriptions()] == [(2, "weekly")]
    assert "brings nothing" not in await said(world.stage, "subs")


@pytest.mark.parametrize(
    "lines",
    [
        *(("rl weekly", "rl daily"), ("rl monthly", "rl"), ("rl", "rl daily at 08:00"), ("rl", "rl every 6 hours")),
        *(
            ("rl every 2 weeks", "rl every 2 days"),
            ("rl daily", "rl every 2 days"),
            ("rl weekly", "rl weekly on mon,thu"),
        ),
    ],
)
async def test_whichever_comes_second_the_slower_one_is_told_of(world, lines):
    answers = [await said(world.stage, f"subscribe {line}") for line in lines]
    assert "brings nothing" in answers[-1]


@pytest.mark.parametrize(
    "lines",
    [
        ("rl", "diffusion weekly"),
        ("rl", "diffusion every 6 hours"),
        ("rl max 2", "rl weekly"),
        ("rl", "trending rl weekly"),
    ],
)
async def test_a_digest_with_papers_of_its_own_is_told_of_as_usual(world, lines):
    answers = [await said(world.stage, f"subscribe {line}") for line in lines]
    assert "brings nothing" not in " ".join(answers)


# Days without a list


@pytest.mark.parametrize(
    "line", ["today", "yesterday", "trending today", "trending yesterday", "upvotes>=0 today", "Yesterday"]
)
@pytest.mark.parametrize("now", [datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 23, 1, tzinfo=UTC)])
async def test_without_a_list_the_last_one_answers_and_is_named(line, now):
    async with open_world("terminal", {FRIDAY: listed(FRIDAY, [5, 9])}, now, polled=True) as world:
        shown = await world.stage.type(line)
        expected = r"(No list on (Sunday|Saturday)\.|Today's list is not open yet: it opens at 02:30\.) The last one is Fri 20 Nov:"
        assert re.search(expected, shown[0].text)
        assert ids(shown) == ["2611.20001", "2611.20000"]


# Trends


async def test_weeks_that_were_not_read_are_left_out_and_nothing_is_told_of_a_growth():
    days = {MONDAY - timedelta(weeks=n): listed(MONDAY - timedelta(weeks=n), [1, 2]) for n in range(3)}
    async with open_world("terminal", days, datetime(2026, 11, 24, 12, tzinfo=UTC), polled=True) as world:
        world.server.broken = "500"
        answer = await said(world.stage, "trends learning 12w")
    assert "a week in the first half" not in answer
    assert "Not read, so not shown" in answer
    assert re.search(r" · \d of 12 weeks, ", answer)
    assert "9 Nov" not in answer or not re.search(r"Nov +0\b", answer)


async def test_four_whole_weeks_are_compared_and_an_empty_one_is_zero():
    monday = MONDAY - timedelta(weeks=5)
    days = {monday + timedelta(days=n): [] for n in range(37)}
    days |= {day: listed(day, [1]) for day in list(days)[7:20:7]}
    async with open_world("terminal", days, datetime(2026, 11, 24, 12, tzinfo=UTC), polled=True) as world:
        for _ in range(6):
            answer = await said(world.stage, "trends learning 6w")
        assert "a week in the first half" in answer, answer
        assert re.search(r"19 Oct +0", answer)
        assert "not shown" not in answer
