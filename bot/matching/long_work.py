"""Long work in a thread beside answers."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

USUAL_TURN = sys.getswitchinterval()
SHORT_TURN = USUAL_TURN / 50
"""Seconds for which long work keeps the interpreter while another thread waits for it."""


@contextmanager
def at_length() -> Iterator[None]:
    """Make very many values that will stay, in one thread, while others answer people.

    The garbage collector rests, which would look at each value repeatedly. And whoever waits for the interpreter gets
    it after a tenth of a millisecond instead of five: an answer waits for it anew at each row that it reads
    (docs.python.org/3/library/sys.html#sys.setswitchinterval).
    """
    was_enabled = gc.isenabled()
    gc.disable()
    sys.setswitchinterval(SHORT_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(USUAL_TURN)
        if was_enabled:
            gc.enable()
