"""What the documents say is what the program does."""

import json
from pathlib import Path

from bot.commands.answers import VERBS
from bot.commands.help_pages import TOPICS
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


def test_help_lists_exactly_the_verbs_that_are_there():
    assert set(TOPICS) == set(VERBS) - {"start", "abstract"}
