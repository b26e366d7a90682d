"""The built wheel in empty environments: ``make package``. Installs from the index that this machine's pip is set to."""

import asyncio
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.packaging.test_wheel import ROOT, run
from tests.support.program import OURS

LOCK = ROOT / "requirements" / "run.txt"
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    return next(folder.iterdir())


def locked(wheel: Path, folder: Path) -> list[str]:
    """Install what the lock file names, and the wheel, by the host's pip."""
    host = os.environ.get("PYTHON", "python3")
    run(host, "-m", "venv", "--without-pip", folder / "env")
    pip = (host, "-m", "pip", "--python", folder / "env/bin/python", "--disable-pip-version-check", "install", "-q")
    run(*pip, "--require-hashes", "-r", LOCK)
    run(*pip, "--no-deps", wheel)
    return [str(folder / "env/bin/paperwire")]


def pipx(wheel: Path, folder: Path) -> list[str]:
    places = {"PIPX_HOME": str(folder / "home"), "PIPX_BIN_DIR": str(folder / "bin")}
    run("pipx", "install", wheel, env=dict(os.environ) | places)
    return [str(folder / "bin/paperwire")]


def uvx(wheel: Path, _folder: Path) -> list[str]:
    return ["uvx", "--from", str(wheel), "paperwire"]


@pytest.fixture(scope="module", params=[locked, pipx, uvx], ids=lambda way: way.__name__)
def command(request, wheel, tmp_path_factory):
    """The command, installed."""
    if request.param is not locked and not shutil.which(request.param.__name__):
        pytest.skip(f"{request.param.__name__} is not on this machine's PATH")
    return request.param(wheel, tmp_path_factory.mktemp(request.param.__name__))


@pytest.fixture
async def said(command, tmp_path):
    """Run the command in an empty folder, against a feed that lists one paper today; return its output."""
    async with feed_server(
        {TODAY: [record("2401.00001", "Value functions in RL", TODAY)]}, todays_list_is_open
    ) as feed:
        clean = {name: value for name, value in os.environ.items() if not name.startswith((*OURS, "PYTHON"))}
        env = clean | {"PAPERWIRE_FEEDS__HUGGINGFACE__URL": feed.url}

        async def ask(*line: str) -> str:
            done = await asyncio.to_thread(
                subprocess.run, [*command, *line], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (done.stdout, done.stderr)
            return done.stdout

        yield ask


async def test_it_says_its_version(said):
    assert (await said("--version")).startswith("paperwire ")


async def test_check_finds_everything_in_order(said):
    lines = (await said("check")).splitlines()
    assert [line for line in lines if not line.startswith("ok ")] == []


async def test_todays_papers_are_answered(said):
    assert "Value functions in RL" in await said("chat", "/papers today")
