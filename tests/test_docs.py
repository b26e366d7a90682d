"""What the documents say is what the program does."""

import json
import re
from pathlib import Path

from bot.commands.verbs import RUNS
from bot.lines.line import SHAPES
from bot.lines.verbs import ALIASES, VERBS
from bot.settings.config import KEYS

ROOT = Path(__file__).parent.parent


def test_the_readme_lists_every_setting_with_its_default():
    readme = (ROOT / "README.md").read_text("utf-8")
    for key, field in KEYS.items():
        default = json.dumps(list(field.default) if isinstance(field.default, tuple) else field.default)
        assert f"| `{key}` | `{default}` | {field.description} |" in readme


def test_the_first_lines_of_the_readme_are_the_two_commands():
    lines = (ROOT / "README.md").read_text("utf-8").split("\n")
    assert [line.split("#")[0].strip() for line in lines[2:4]] == ["make run", "make test"]


def test_every_verb_has_a_row_a_shape_and_a_function():
    assert list(VERBS) == list(RUNS)
    assert {verb.shape for verb in VERBS.values()} == set(SHAPES)


def test_no_two_verbs_share_a_word():
    words = [*VERBS, *(alias for verb in VERBS.values() for alias in verb.aliases)]
    assert len(words) == len(set(words)) == len(VERBS) + len(ALIASES)


def test_the_readme_names_every_verb_that_help_lists():
    asking = (ROOT / "README.md").read_text("utf-8").split("## What people type")[1].split("\n## ")[0]
    listed = {name for name, verb in VERBS.items() if verb.does and name != "find"}
    assert {name for name in listed if not re.search(rf"`(/papers )?{name}\b", asking)} == set()
