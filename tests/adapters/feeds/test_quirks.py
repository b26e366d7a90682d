"""The quirks of the feed are numbered; each has a test that names it."""

import re
from pathlib import Path

import pytest

NAMES = {
    name
    for file in Path(__file__).parent.glob("test_*.py")
    for name in re.findall(r"def test_(q\d+)_", file.read_text())
}


@pytest.mark.parametrize("number", range(1, 17))
def test_every_quirk_has_a_test_that_names_it(number):
    assert f"q{number}" in NAMES
