"""The program's entry: ``paperwire`` and ``python -m paperwire``."""

import sys
from importlib import import_module
from pathlib import Path

ROOMS = ("bot", "adapters", "storage")


def main() -> None:
    """Find the program's packages before any others of their names, and run the command.

    They are installed inside this folder, where no other project's packages can be; in a checkout they stand beside it.
    """
    here = Path(__file__).resolve().parent
    home = here if (here / ROOMS[0]).is_dir() else here.parent
    sys.path.insert(0, str(home))
    for room in ROOMS:
        found = import_module(room).__file__
        if not (found and Path(found).resolve().is_relative_to(home)):  # somebody imported it before we were asked
            sys.exit(f"paperwire: {found} took the name {room}: install Paperwire in an environment of its own (pipx)")
    import_module("bot.__main__").main()


if __name__ == "__main__":
    main()
