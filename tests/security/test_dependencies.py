"""What is installed is what the lock files say, and an audit never passes without having looked."""

import json
import re
import sys

import pytest

from ops import audit
from tests.ops.scrape import ROOT

LOCKS = sorted(path.name for path in (ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_one_version_and_a_hash(name):
    text = (ROOT / "requirements" / name).read_text("utf-8")
    packages = re.split(r"^(?=\S)", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)[1:]
    assert packages
    for one in packages:
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==\S+ ", one, re.IGNORECASE), one[:80]
        assert "--hash=sha256:" in one


def test_everything_is_installed_with_its_hash_looked_at():
    for file in ("Makefile", "Dockerfile"):
        installs = [
            line for line in (ROOT / file).read_text("utf-8").splitlines() if "install" in line and "-r " in line
        ]
        assert installs
        assert all("--require-hashes" in line for line in installs), file


A_FLAW = {"id": "GHSA-1", "fix_versions": ["1.1"], "aliases": [], "description": ""}
AUDITORS = {
    "it looked and found nothing": ([{"name": "a", "version": "1", "vulns": []}], 0, "1 packages looked at, 0 known"),
    "it found a flaw": ([{"name": "a", "version": "1", "vulns": [A_FLAW]}], 1, "a 1: GHSA-1, mended in 1.1"),
    "it skipped one": ([{"name": "a", "skip_reason": "no such"}], 2, "1 packages were NOT looked at: a (no such)"),
    "it looked at nothing": ([], 2, "NOT looked at: none named"),
    "it could not be reached": (None, 2, "could NOT be looked through: ConnectionError: no route"),
}


@pytest.mark.parametrize(("packages", "code", "words"), AUDITORS.values(), ids=AUDITORS)
def test_an_audit_says_whether_it_looked(packages, code, words, tmp_path, monkeypatch, capsys):
    """The auditor is a program of our own here, that writes and ends as pip-audit does."""
    (tmp_path / "requirements").mkdir()
    told = "" if packages is None else json.dumps({"dependencies": packages, "fixes": []})
    (tmp_path / "auditor.py").write_text(
        "import sys\n"
        f"told = {told!r}\n"
        "if told: open(sys.argv[sys.argv.index('--output') + 1], 'w').write(told)\n"
        "else: print('ConnectionError: no route', file=sys.stderr)\n"
        f"sys.exit({code and 1})\n"
    )
    monkeypatch.chdir(tmp_path)
    assert audit.main((sys.executable, str(tmp_path / "auditor.py"))) == code
    assert words in capsys.readouterr().out
