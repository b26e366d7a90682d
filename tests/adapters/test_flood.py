"""Floods: who sends more than may wait is told so once a minute, and heard again after a pause."""

from datetime import UTC, datetime, timedelta

from adapters.flood import A_MINUTE, MOST_PEOPLE, PAUSE, WAITING, Floods

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


class Wall:
    now = NOON

    def __call__(self):
        return self.now


def test_lines_are_taken_until_as_many_wait_as_may():
    floods = Floods(Wall())
    verdicts = [floods.verdict("ann", waiting) for waiting in range(WAITING + 2)]
    assert verdicts == [*["taken"] * WAITING, "refused", "dropped"]
    assert floods.lasts("ann")
    assert not floods.lasts("bob")


def test_a_flood_lasts_until_its_person_pauses():
    floods = Floods(wall := Wall())
    floods.verdict("ann", WAITING)
    wall.now += PAUSE - A_SECOND
    assert floods.verdict("ann", 0) == "dropped"
    wall.now += PAUSE - A_SECOND
    assert floods.verdict("ann", 0) == "dropped"
    wall.now += PAUSE
    assert floods.verdict("ann", 0) == "taken"


def test_a_person_is_told_once_a_minute():
    floods = Floods(wall := Wall())
    verdicts = []
    for _ in range(3):
        verdicts.append(floods.verdict("ann", WAITING))
        wall.now += A_MINUTE / 2
    assert verdicts == ["refused", "dropped", "refused"]


def test_floods_that_are_over_are_forgotten():
    floods = Floods(wall := Wall())
    for person in range(MOST_PEOPLE):
        floods.verdict(person, WAITING)
    wall.now += A_MINUTE
    floods.verdict("the next", WAITING)
    assert len(floods._floods) == 1
