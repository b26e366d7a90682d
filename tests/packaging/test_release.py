"""A release is made of a committed state, and says what to do next without doing it."""

import re
import shutil
import subprocess
import sys

import pytest

from tests.packaging.test_wheel import ROOT, run

LEFT_OUT = (".git", ".venv", "__pycache__", "tests", "pictures", ".*_cache", ".hypothesis", "dist", "build", "mutants")


def git(folder, *words):
    return run("git", "-C", folder, "-c", "user.name=A", "-c", "user.email=a@example.org", *words)


@pytest.fixture
def repository(tmp_path):
    """The project without its tests, as a repository of its own."""
    folder = tmp_path / "paperwire"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    changelog = (folder / "CHANGELOG.md").read_text("utf-8")
    (folder / "CHANGELOG.md").write_text(
        re.sub(r"## Unreleased.*?(?=^## )", "", changelog, flags=re.DOTALL | re.MULTILINE)
    )
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "All")
    return folder


def release(folder):
    return subprocess.run(
        [sys.executable, "-m", "ops.release"], cwd=folder, capture_output=True, text=True, check=False, timeout=100
    )


def test_the_wheel_and_the_source_archive_are_built_and_the_next_steps_told(repository):
    done = release(repository)
    assert done.returncode == 0, done.stderr
    built = sorted((repository / "dist").iterdir())
    assert [file.suffix for file in built] == [".whl", ".gz"]
    assert all(file.name in done.stdout for file in built)
    assert "git tag -a v" in done.stdout
    assert git(repository, "tag") == ""


def test_what_is_not_committed_tagged_before_or_not_in_the_changelog_is_not_released(repository):
    version = re.search(r'^version = "(.+)"', (repository / "pyproject.toml").read_text("utf-8"), re.MULTILINE)[1]
    git(repository, "tag", f"v{version}")
    with (repository / "CHANGELOG.md").open("r+") as changelog:
        changelog.write("# Changelog\n\n## Unreleased\n\n")
    done = release(repository)
    assert done.returncode == 1
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["not released"] * 3
    assert not (repository / "dist").exists()
