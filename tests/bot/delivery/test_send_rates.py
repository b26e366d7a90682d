"""The whole outbox against stand-ins that enforce the platforms' limits, as ``make bench`` measures it at full size."""

import pytest

from benchmarks import pace
from benchmarks.pace import Case
from tests.support import unwaiting

PEOPLE, GROUPS, CHANNELS = ([f"{kind}{n}" for n in range(1, 61)] for kind in ("", "-", "C"))


@pytest.mark.parametrize(
    "case",
    [
        Case("an account", "telegram", PEOPLE, 2, 2, 30),
        Case("groups", "telegram", GROUPS[:1], 50, 120, 1 / 3),
        Case("groups of a bot that is started again", "telegram", GROUPS[:1], 50, 120, 1 / 3, lives=11),
        Case("a chat told to wait", "telegram", PEOPLE[:3], 40, 32, 2, rests=True),
        Case("a channel told to wait", "slack", CHANNELS[:3], 40, 32, 2, rests=True),
    ],
    ids=lambda case: case.name,
)
def test_posts_come_nearly_as_fast_as_they_may_and_none_is_one_too_many(case):
    book = unwaiting.run(pace.measure(case))
    assert book.refused() == 0
    assert book.taken(case.seconds) >= pace.GOAL * case.allowed * case.seconds
    if case.rests:
        assert pace.REST <= book.rested() <= pace.REST + 1
