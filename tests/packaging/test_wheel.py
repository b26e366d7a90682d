"""The wheel holds all that the program needs, inside one folder of our own name."""

import re
import subprocess
import sys
import tomllib
import zipfile
from configparser import ConfigParser
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from trove_classifiers import classifiers

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "adapters", "storage")
INFO = f"paperwire-{tomllib.loads((ROOT / 'pyproject.toml').read_text('utf-8'))['project']['version']}.dist-info"


def run(*command: object, **more: Any) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, timeout=200, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built without network."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (file,) = folder.iterdir()
    with zipfile.ZipFile(file) as opened:
        yield opened


def test_every_file_of_the_program_stands_in_the_folder_of_its_name(wheel):
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*") if file.is_file()]
    ours = {f"paperwire/{file.relative_to(ROOT).as_posix()}" for file in files if "__pycache__" not in file.parts}
    own = {f"paperwire/{name}" for name in ("__init__.py", "__main__.py", "py.typed")}
    assert {name for name in wheel.namelist() if not name.startswith(f"{INFO}/")} == ours | own


def test_its_command_its_licence_and_its_version_are_named(wheel):
    scripts = ConfigParser()
    scripts.read_string(wheel.read(f"{INFO}/entry_points.txt").decode())
    assert dict(scripts["console_scripts"]) == {"paperwire": "paperwire.__main__:main"}
    assert wheel.read(f"{INFO}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()


def test_the_index_knows_every_classifier(wheel):
    told = message_from_bytes(wheel.read(f"{INFO}/METADATA"))
    named = told.get_all("Classifier")
    assert named
    assert set(named) - classifiers == set()


def test_the_changelog_tells_of_the_version(wheel):
    version = message_from_bytes(wheel.read(f"{INFO}/METADATA"))["Version"]
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    released = [heading for heading in headings if heading != "Unreleased"]
    assert re.fullmatch(rf"{re.escape(version)} - \d{{4}}-\d\d-\d\d", released[0])


@pytest.fixture
def installed(wheel, tmp_path):
    """The wheel as installed beside other projects' packages of the same names, and the environment to run it in."""
    wheel.extractall(tmp_path / "site")
    for room in ROOMS:
        (tmp_path / "site" / room).mkdir()
        (tmp_path / "site" / room / "__init__.py").write_text(f"raise SystemExit('the other {room}')\n")
    return {"PYTHONPATH": str(tmp_path / "site"), "PAPERWIRE_FEEDS__HUGGINGFACE__URL": "http://127.0.0.1:9"}


def test_beside_others_of_the_same_names_the_program_finds_its_own(installed, tmp_path):
    ask = (sys.executable, "-P", "-m", "paperwire", "chat")
    assert "reinforcement learning" in run(*ask, "help acronyms", cwd=tmp_path, env=installed)
    run(*ask, "trends rl 4w", cwd=tmp_path, env=installed)
    assert [file.read_bytes()[:4] for file in tmp_path.glob("*.png")] == [b"\x89PNG"]


def test_a_name_that_somebody_took_before_is_told_in_one_line(installed, tmp_path):
    (tmp_path / "site" / "bot" / "__init__.py").write_text("")
    early = "import bot, paperwire.__main__ as entry; entry.main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", early], cwd=tmp_path, env=installed, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "took the name bot: install Paperwire in an environment of its own" in done.stderr
