"""Where the recorded feed days lie, when they lie beside the project."""

import os
from pathlib import Path


def _find() -> Path | None:
    named = os.environ.get("PAPERWIRE_SHARED")
    places = [Path(named)] if named else [up / "shared" / "data" for up in Path(__file__).resolve().parents]
    return next((place for place in places if place.is_dir()), None)


SHARED = _find()
"""The folder of recorded data, or None where the project stands alone: tests then use their own small days."""
