"""The golden lines: what each line asks for, in a form to be read, the same from every platform.

tests/golden/lines.tsv: the line, the day it was typed on, and the fields of the Line that differ from the usual ones,
or ``error@place nearest``. ``\\uXXXX`` stands for that character.
"""

import re
from dataclasses import fields
from datetime import date
from pathlib import Path

from bot.errors import QueryError
from bot.lines import line as lines
from bot.lines.fields import Line

FILE = Path(__file__).parents[1] / "golden" / "lines.tsv"
UNSHOWN = {"verb", "query_at"}
USUAL = Line()


def golden() -> list[tuple[str, date, str]]:
    """Return (line, today, expected) of every golden line."""
    rows = [row.split("\t") for row in FILE.read_text("utf-8").splitlines() if not row.startswith("# ")]
    return [(_unescaped(line), date.fromisoformat(today), _unescaped(expected)) for line, today, expected in rows]


def shown(line: Line) -> str:
    """Return the verb and the fields that are not as usual."""
    said = {field.name: getattr(line, field.name) for field in fields(line) if field.name not in UNSHOWN}
    if line.window:
        said["window"] = f"{line.window.first}..{line.window.last}"
    words = [f"{name}={value}" for name, value in said.items() if value != getattr(USUAL, name)]
    return " ".join([f"verb={line.verb}", *words])


def outcome(text: str, today: date) -> str:
    """Return what the line asks for, or the error it is answered with."""
    try:
        return shown(lines.read(text, today))
    except QueryError as error:
        return f"error@{error.place} {error.nearest}".rstrip()


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
