"""Long work in a thread beside answers."""

import gc
import sys

import pytest

from bot.matching.long_work import USUAL_TURN, at_length


def test_long_work_gives_way_to_answers_and_leaves_the_interpreter_as_it_was() -> None:
    def state() -> tuple[bool, bool]:
        return gc.isenabled(), sys.getswitchinterval() == USUAL_TURN

    def work() -> None:
        with at_length():
            assert state() == (False, False)
            with at_length():
                pass
            assert not gc.isenabled()
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        work()
    assert state() == (True, True)
