"""The days of a soak as a table in Markdown, and its verdict."""

from collections.abc import Iterable, Sequence

from tests.soak.figures import Figures
from tests.soak.verdict import Claim

HEADS = ("day", "memory", "objects", "fds", "threads", "tasks", "database", "copies", "of MiB")


def table(days: Sequence[Figures]) -> str:
    """Return a row a day, with a column for each table whose rows changed; memory and files are in MiB."""
    names = [name for name in days[-1].rows if len({one.rows[name] for one in days}) > 1]
    lines = [[*HEADS, *names], ["---:"] * (len(HEADS) + len(names))]
    lines += [[*_cells(one), *(str(one.rows[name]) for name in names)] for one in days]
    same = [f"{name} {days[-1].rows[name]}" for name in days[-1].rows if name not in names]
    rows = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{rows}\n\nrows of tables that stayed the same: {', '.join(same)}"


def _cells(one: Figures) -> list[str]:
    counts = (one.descriptors, one.threads, one.tasks)
    files = (f"{one.files:.1f}", str(one.copies), f"{one.backups:.1f}")
    return [str(one.day), f"{one.memory:.1f}", f"{one.objects:,}", *map(str, counts), *files]


def verdict(claims: Iterable[Claim]) -> str:
    """Return a line a claim."""
    return "\n".join(f"{'ok  ' if claim.holds else 'FAIL'}  {claim.words}" for claim in claims)
