"""The real program, begun again and again: ``python -m tests.crash.life FOLDER run 0.3`` (or ``chat``).

Every line on stdin begins a life: a fork of this process, which has read all modules and tables and done nothing else,
is ``paperwire run`` as the environment says. Its number is printed; when it is dead, how it ended. A fork spares each
life the second that reading the modules takes, so that a thousand kills are a matter of minutes. What a life prints
stands in FOLDER/out, what it logs in FOLDER/log.

Only waits are shortened, since the stand-ins ask for none: the pace, the quiet time before a doubt is looked up, the
waits after failures, and the seconds that a send is given, which are the last word of the command. ``LEASE`` in the
environment is how long leases stand, ``CLOCK`` how many seconds this machine's clock is ahead; with ``PACED`` the pace
stays what platforms ask for.
"""

import faulthandler
import os
import signal
import sys
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

import adapters.feeds.huggingface
import adapters.slack.errors
import bot.app.core
import bot.app.platforms
import bot.app.service
import bot.app.terminal
import bot.delivery.deliver
import storage.postgres.session
import storage.workers.leases
from adapters.pace import RequestPace
from bot import __main__ as program
from bot.app.core import Core
from bot.leases import LEASE_SECONDS, SAFE_SECONDS
from bot.ports.platform import Limit, Platform
from tests.support import prepared

LEASE, CLOCK, PACED = "PAPERWIRE_TEST_LEASE", "PAPERWIRE_TEST_CLOCK", "PAPERWIRE_TEST_PACED"
QUICK: dict[str, Any] = {"quiet": 0.05, "first_wait": 0.02, "longest_wait": 0.2}


def shorten(deadline: float) -> None:
    """Let every wait be short."""
    connect = bot.app.platforms.connect

    async def quick(core: Core) -> list[Platform]:
        served = await connect(core)
        for platform in served:
            policy = replace(platform.traits.policy, **QUICK, deadline=deadline)
            limit = platform.traits.limit if os.environ.get(PACED) else Limit(chat_spacing=0.005)
            traits = replace(platform.traits, limit=limit, policy=policy)
            platform.traits = traits  # type: ignore[misc] # the port promises it for reading
        return served

    bot.app.platforms.connect = quick
    lease = float(os.environ.get(LEASE, LEASE_SECONDS))
    storage.workers.leases.LEASE_SECONDS = lease  # type: ignore[attr-defined]
    storage.workers.leases.SAFE_SECONDS = lease * SAFE_SECONDS / LEASE_SECONDS  # type: ignore[attr-defined]
    bot.delivery.deliver.LOOK_SECONDS = 0.05
    adapters.slack.errors.WAIT = 0.2
    adapters.feeds.huggingface.RequestPace = partial(RequestPace, spacing=0, most=1_000_000)  # type: ignore[misc,assignment,attr-defined]


def set_clock(ahead: timedelta) -> None:
    """Let this machine's clock be so much ahead for all that is kept; the platforms' adapters keep the right one."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override] # all that is asked here
            return datetime.now(tz) + ahead

    bot.app.core.datetime = Shifted  # type: ignore[misc,attr-defined]
    storage.postgres.session.datetime = Shifted  # type: ignore[misc,attr-defined]


def main(folder: Path, command: str, deadline: float) -> None:
    shorten(deadline)
    set_clock(timedelta(seconds=float(os.environ.get(CLOCK, "0"))))
    prepared.read_modules()
    tell(0)
    for _ in iter(sys.stdin.readline, ""):
        pid = os.fork()
        if not pid:
            return live(folder, command)
        tell(pid)
        _, status = os.waitpid(pid, 0)
        tell(os.waitstatus_to_exitcode(status))
    return None


def tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def live(folder: Path, command: str) -> None:
    """Be the program."""
    keyboard, _ = os.pipe()
    os.dup2(keyboard, 0)  # nobody types, and stdin does not end
    for descriptor, name in ((1, "out"), (2, "log")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    sys.argv = ["paperwire", command]
    prepared.end(prepared.code_of(program.main))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
