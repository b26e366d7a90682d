"""How a paper came to match after it was new, in words."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import Paper


def how(paper: Paper, counts: Iterable[str], before: Paper | None = None) -> str:
    """Return "rose to 21 upvotes and 3 comments": of these counts those that rose, all there are where nobody knows.

    "fell to 4 upvotes" where none rose, for queries that want few.
    """
    now = {name: getattr(paper, name) for name in counts}
    then = {name: getattr(before, name) if before else 0 for name in now}
    up = [_counted(name, number) for name, number in now.items() if number > then[name]]
    down = [_counted(name, number) for name, number in now.items() if number < then[name]]
    return f"rose to {' and '.join(up)}" if up else f"fell to {' and '.join(down)}" if down else ""


def _counted(name: str, number: int) -> str:
    return f"{number} {name.removesuffix('s') if number == 1 else name}"
