"""What a soak must not bear: made-up days in which one thing grows, and the claim that tells of it."""

from dataclasses import replace

import pytest

from tests.crash.tally import Tally
from tests.soak.figures import Figures
from tests.soak.verdict import Soak, judged

DAYS = 30
WELL = Tally(expected=100, marked=2)


def a_day(day, **other):
    papers = 20 * day
    rows = {"paper": papers, "listing": papers, "paper_page": papers, "list_day": 14 + day, "chat": 9}
    rows |= {"ended_delivery": 5 * day, "delivery": 200 + day % 7 * 30, "once": 40}
    steady = Figures(day, 150 + day % 3 / 10, 250_000, 27 + day % 2, 5, 21, 1 + day / 10, 14, 20, papers, rows)
    return replace(steady, **other)


def a_soak(days=None, **other):
    days = days or [a_day(day) for day in range(1, DAYS + 1)]
    steady = Soak(days, a_day(days[-1].day), {"slack C1": WELL, "telegram 1": WELL, "telegram 2": WELL}, {}, (), 0, ())
    return replace(steady, **other)


def failed(soak):
    return [claim.words for claim in judged(soak) if not claim.holds]


def test_what_is_steady_is_borne():
    assert failed(a_soak()) == []


def test_a_table_that_is_full_for_some_days_is_borne():
    full = dict.fromkeys((24, 25, 26), 50)
    days = [a_day(day) for day in range(1, DAYS + 1)]
    days = [replace(one, rows=one.rows | {"stopped": full.get(one.day, 8)}) for one in days]
    assert failed(a_soak(days)) == []


@pytest.mark.parametrize(
    ("grows", "words"),
    [
        (lambda one: replace(one, memory=one.memory + one.day / 5), "resident memory: +0.199 MiB a day"),
        (lambda one: replace(one, objects=one.objects + one.day * 400), "objects: +400 a day"),
        (lambda one: replace(one, descriptors=one.descriptors + one.day // 10), "descriptors: 28 to 30"),
        (lambda one: replace(one, tasks=one.tasks + one.day), "tasks: 32 to 51"),
        (lambda one: replace(one, copies=one.day), "backups: 30 files at most"),
        (lambda one: replace(one, rows=one.rows | {"once": one.day}), "once: 26 rows in the last third"),
        (lambda one: replace(one, rows=one.rows | {"new": 40 * one.day}), "new: 1020 rows in the last third"),
    ],
    ids=["memory", "objects", "descriptors", "tasks", "backups", "a table", "a table that is not known"],
)
def test_what_grows_is_told_of_and_nothing_else(grows, words):
    (told,) = failed(a_soak([grows(a_day(day)) for day in range(1, DAYS + 1)]))
    assert told.startswith(words)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"tallies": {"telegram 1": replace(WELL, lost=1)}}, "100 papers owed to 1 chats: 1 lost"),
        ({"tallies": {"telegram 1": replace(WELL, doubled=1, unmarked=1)}}, "100 papers owed to 1 chats: 0 lost, 1 doubled"),
        ({"tallies": {"slack C1": replace(WELL, doubled=1)}}, "100 papers owed to 1 chats: 0 lost, 0 doubled without"),
        ({"tallies": {"telegram 1": replace(WELL, disordered=1)}}, "100 papers owed to 1 chats"),
        ({"code": 1}, "the program ended with code 1"),
        ({"unhealthy": ("05 12:00 /healthz disk full",)}, "1 looks"),
        ({"last": replace(a_day(DAYS), listed=601)}, "601 papers were listed"),
    ],
    ids=["lost", "doubled in secret", "doubled on Slack", "out of order", "a bad end", "not well", "not in the archive"],
)  # fmt: skip
def test_what_went_wrong_is_told_of_after_however_few_days(other, words):
    for days in (2, DAYS):
        (told,) = failed(a_soak([a_day(day) for day in range(1, days + 1)], **{"last": a_day(days), **other}))
        assert told.startswith(words)


def test_a_digest_may_have_an_order_of_its_own_and_a_marked_copy_is_no_fault():
    tallies = {"telegram 1": replace(WELL, disordered=3), "telegram 2": replace(WELL, doubled=2)}
    assert failed(a_soak(tallies=tallies, digests=("telegram 1",))) == []
