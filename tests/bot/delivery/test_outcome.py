"""The outcome of one try is a value: who waits, what is written, what is told."""

import logging

import pytest

from bot.deliveries import Delivery
from bot.delivery.outcome import Outcome, outcome_of, outcome_of_fate
from bot.errors import ChatGone, ChatMoved, OutcomeUnknown, Refused, SendError, StoreError
from bot.model import Chat
from bot.ports.platform import Policy

CHAT, ELSEWHERE, ACCOUNT = (Chat("slack", "T1", id) for id in ("C1", "C9", ""))
POLICY = Policy(quiet=5, first_wait=1, longest_wait=300)
FULL = StoreError("/home/ann/p.db: the disk is full", "the disk is full")


def tried(attempts=0, *, doubtful=False):
    return Delivery((1,), CHAT, (), (), "pw1", attempts=attempts, doubtful=doubtful)


def begun(error):
    error.begun = True
    return error


def log(level, line):
    return getattr(logging, level), line


OUTCOMES = {
    "a doubt waits for the quiet time at least": (
        OutcomeUnknown("cut"),
        tried(),
        Outcome("failed", "doubtful", wait=5, failed=True, counts=("failed",), log=log("WARNING", f"post to {CHAT} in doubt: cut")),
    ),
    "an answer that nobody can read is a doubt however often the post failed before": (
        OutcomeUnknown("odd", answered=True),
        tried(9),
        Outcome(
            "failed", "doubtful", wait=300, failed=True, counts=("failed",), log=log("WARNING", f"post to {CHAT} in doubt: odd"),
            may_stand=True,
        ),
    ),
    "a doubt without an answer is never given up": (
        OutcomeUnknown("cut"),
        tried(9),
        Outcome("failed", "doubtful", wait=300, failed=True, counts=("failed",), log=log("WARNING", f"post to {CHAT} in doubt: cut")),
    ),
    "a chat that is gone goes on hold": (
        ChatGone("kicked"),
        tried(),
        Outcome("refused", "pending", failed=True, gone=(CHAT, "kicked"), counts=("failed",), log=log("WARNING", f"chat paused: {CHAT} (kicked)")),
    ),
    "a whole account that is gone goes on hold": (
        ChatGone("revoked", account_wide=True),
        tried(),
        Outcome("refused", "pending", failed=True, gone=(ACCOUNT, "revoked"), counts=("failed",), log=log("WARNING", f"chat paused: {ACCOUNT} (revoked)")),
    ),
    "a reason that we do not know is tried again": (
        Refused("code 7", 60, "the post is refused"),
        tried(1),
        Outcome("refused", "pending", wait=60, failed=True, counts=("failed",), log=log("INFO", f"{CHAT} waits 60 s: code 7")),
    ),
    "and the third time puts the chat on hold with words that are fit for it": (
        Refused("code 7", 60, "the post is refused"),
        tried(2),
        Outcome(
            "refused", "pending", failed=True, gone=(CHAT, "the post is refused"), counts=("failed",),
            log=log("WARNING", f"chat paused: {CHAT} (the post is refused)"),
        ),
    ),
    "a chat that moved waits for nothing": (
        ChatMoved(ELSEWHERE),
        tried(doubtful=True),
        Outcome("refused", "doubtful", moved=ELSEWHERE, counts=("failed",), log=log("INFO", f"chat moved: {CHAT} to {ELSEWHERE}")),
    ),
    "a failure without a time waits twice as long each time": (
        SendError("down"),
        tried(3),
        Outcome("failed", "pending", wait=8, failed=True, counts=("failed",), log=log("INFO", f"{CHAT} waits 8 s: down")),
    ),
    "a limit of the account holds all of it": (
        SendError("slow", 30, account_wide=True),
        tried(),
        Outcome(
            "failed", "pending", wait=30, failed=True, account_wait=30, counts=("failed", "limited"),
            log=log("INFO", "T1 waits 30 s: slow"),
        ),
    ),
    "a part that stands there already is a doubt": (
        begun(SendError("slow", 30)),
        tried(),
        Outcome("refused", "doubtful", wait=30, failed=True, counts=("failed", "limited"), log=log("INFO", f"{CHAT} waits 30 s: slow")),
    ),
    "a store that fails is the store's trouble": (
        FULL,
        tried(),
        Outcome("refused", "pending", wait=1, failed=True, counts=("failed",), trouble=FULL),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("error", "delivery", "outcome"), OUTCOMES.values(), ids=OUTCOMES)
def test_each_error_has_one_outcome(error, delivery, outcome):
    assert outcome_of(error, delivery, POLICY) == outcome


def test_answers_that_nobody_can_read_end_after_three_copies():
    outcomes = [outcome_of(OutcomeUnknown("odd", answered=True), tried(), POLICY, copies=copies) for copies in range(3)]
    assert [outcome.state for outcome in outcomes] == ["doubtful", "doubtful", "skipped"]
    assert outcome_of(OutcomeUnknown("cut"), tried(), POLICY, copies=2).state == "doubtful"


@pytest.mark.parametrize(("handed", "state"), [(True, "skipped"), (False, "doubtful")])
def test_a_defect_is_given_up_where_each_copy_may_stand(handed, state):
    try:
        raise ZeroDivisionError("secret text")  # noqa: TRY301 it needs a place
    except ZeroDivisionError as error:
        outcome = outcome_of(error, tried(2), POLICY, handed=handed, copies=2)
    assert outcome.state == state
    assert "defects" in outcome.counts
    assert "secret" not in outcome.log[1]


FATES = [
    ("there", "resend_marked", "sent"), ("there", "skip", "sent"), ("absent", "skip", None),
    ("unknowable", "skip", "skipped"), ("unknowable", "resend_marked", None),
]  # fmt: skip


@pytest.mark.parametrize(("fate", "unknown", "state"), FATES)
def test_a_doubt_ends_where_the_post_is_found_or_the_operator_would_rather_skip(fate, unknown, state):
    outcome = outcome_of_fate(fate, Policy(unknown=unknown))
    assert (outcome and outcome.state) == state
