"""Files that an answer brings."""

from __future__ import annotations

import logging
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
