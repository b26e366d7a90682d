"""How a delivery stands, and which kind it is: the words that its row and the outbox's statements use."""

from enum import StrEnum


class State(StrEnum):
    """How far a delivery got. pending -> sending -> sent is the way of most."""

    PENDING = "pending"
    HELD = "held"
    """All its subscriptions are paused."""
    SENDING = "sending"
    DOUBTFUL = "doubtful"
    """The outcome of its last try is not known."""
    SENT = "sent"
    SKIPPED = "skipped"
    """Given up on purpose."""
    LISTED = "listed"
    """Left out by a cap after the line that tells of it was sent."""
    SPARE = "spare"
    """Left out by a cap while another subscription has the paper posted."""


class Kind(StrEnum):
    """The kind of message that a delivery goes out in."""

    POST = "post"
    DIGEST = "digest"
    LEFT_OUT = "left_out"
    """The line that tells how many papers the cap of a subscription left out on a day."""


OPEN = (State.PENDING, State.HELD, State.SENDING, State.DOUBTFUL)
"""Owed and not sent."""

AT_REST = (State.PENDING, State.HELD)
"""Owed and not being sent: only these rows follow what happens to their subscriptions."""

BACKLOG = (State.PENDING, State.SENDING, State.DOUBTFUL)
"""Owed and waiting for nothing but its turn; what is held waits for its subscription to go on."""

FURTHER = (
    *(State.SPARE, State.PENDING, State.HELD, State.LISTED),
    *(State.DOUBTFUL, State.SENDING, State.SKIPPED, State.SENT),
)
"""In the order of how far a delivery got: where two chats become one, the row that got further stays."""
