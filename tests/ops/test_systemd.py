"""The unit of systemd, and what it hears of the real program over a real socket."""

import asyncio
import configparser
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.adapters.telegram.stage import populate
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.ops.scrape import ROOT
from tests.support.program import program

UNIT = ROOT / "ops" / "systemd" / "paperwire.service"
TODAY = datetime.now(UTC).date()


class Once(dict):
    """Keys that stand twice in a unit add up."""

    def __setitem__(self, key, value):
        if key in self and isinstance(value, list):
            self[key].extend(value)
        else:
            super().__setitem__(key, value)


def unit():
    read = configparser.RawConfigParser(strict=False, dict_type=Once)
    read.optionxform = str
    read.read_string(UNIT.read_text("utf-8"))
    return read


@pytest.fixture(params=["a path", "an abstract name"])
def manager(request, tmp_path):
    """A socket such as the service manager's, and the name that leads to it."""
    name = str(tmp_path / "notify") if request.param == "a path" else f"@paperwire-{tmp_path.name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(name.replace("@", "\0", 1) if name.startswith("@") else name)
        door.setblocking(False)
        yield door, name


def heard(door):
    """All that was said so far."""
    while True:
        try:
            yield door.recv(4096).decode().partition("\n")[0]
        except BlockingIOError:
            return


async def test_the_manager_hears_when_it_is_ready_while_it_lives_and_when_it_stops(manager, tmp_path):
    door, name = manager
    days = {TODAY - timedelta(days=back): [] for back in range(8)}
    days[TODAY] = [record("2401.00001", "Robots that Wait", TODAY)]
    async with bot_api() as server, feed_server(days, todays_list_is_open) as feed:
        populate(server)
        more = {"PAPERWIRE_TELEGRAM__API_URL": server.url, "TELEGRAM_BOT_TOKEN": TOKEN}
        async with program(tmp_path, feed.url, NOTIFY_SOCKET=name, WATCHDOG_USEC="200000", **more):
            said = []
            async with asyncio.timeout(30):
                while said.count("WATCHDOG=1") < 4:
                    said += heard(door)
                    await asyncio.sleep(0.05)
        said += heard(door)
    assert (said[0], said[-1]) == ("READY=1", "STOPPING=1")
    assert set(said[1:-1]) == {"WATCHDOG=1"}


async def test_a_manager_that_is_gone_is_no_reason_to_stop(tmp_path):
    async with bot_api() as server, feed_server({TODAY: []}, todays_list_is_open) as feed:
        populate(server)
        more = {"PAPERWIRE_TELEGRAM__API_URL": server.url, "TELEGRAM_BOT_TOKEN": TOKEN}
        async with program(tmp_path, feed.url, NOTIFY_SOCKET=str(tmp_path / "nobody"), **more):
            pass


def test_the_unit_waits_for_the_word_and_keeps_the_program_in_its_own_folder():
    service = dict(unit()["Service"])
    assert (service["Type"], service["ProtectSystem"], service["User"]) == ("notify", "strict", "paperwire")
    assert service["ExecStart"].endswith("/paperwire run --config /etc/paperwire/config.toml")
    assert service["StateDirectory"] == "paperwire"
    assert int(service["TimeoutStopSec"]) > 15  # seconds that a clean stop may take


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_reads_every_line_of_the_unit(tmp_path):
    copy = tmp_path / "paperwire.service"
    copy.write_text(UNIT.read_text("utf-8").replace("/opt/paperwire/bin/paperwire", sys.executable))
    read = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False, timeout=60)
    ours = [line for line in read.stderr.splitlines() if "paperwire" in line]
    assert (read.returncode, ours) == (0, [])
