"""Files that an answer brings, and the file of what was typed."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from bot.message import File

log = logging.getLogger(__name__)


def kept(file: File, folder: Path) -> str:
    """Write the file into the folder, over nothing that is there; return the line that says where it is."""
    name = Path(file.name).name or "paperwire"
    for number in range(1000):
        path = folder / (name if not number else f"{Path(name).stem}-{number}{Path(name).suffix}")
        try:
            with path.open("xb") as new:
                new.write(file.content)
        except FileExistsError:
            continue
        except OSError as error:
            log.warning("a file could not be written: %s", error.strerror)
            return f"{name} could not be written here: {error.strerror}\n"
        return f"{path}\n"
    return f"{name} could not be written here: there are too many of that name\n"


def history_file(environ: Mapping[str, str]) -> Path:
    """Return where a person's typed lines are kept: the state folder of the XDG base directory specification."""
    return Path(environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "paperwire" / "history"


def emptied(file: Path) -> None:
    """Leave nothing in the file, where it is there; what cannot be emptied is logged."""
    try:
        size = file.stat().st_size
        with file.open("r+b") as old:
            old.write(bytes(size))  # over what stands there, before its place is given back
            old.flush()
            os.fsync(old.fileno())
            old.truncate(0)
    except FileNotFoundError:
        return
    except OSError as error:
        log.warning("what was typed could not be deleted: %s", error.strerror)
