"""The bot's own backups: the newest, and older ones of the last hours and days beside it."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storage.backups import copies
from storage.database import files
from storage.database.faults import backup_path

STAMP = "%Y%m%dT%H%M%SZ"
"""The end of an older backup's name: when it was made, UTC."""


@dataclass(frozen=True, slots=True)
class Keep:
    """How many are kept: so many of the latest, and the last one of each of so many days (UTC)."""

    latest: int = 1
    days: int = 0


def make(path: Path, keep: Keep) -> Path:
    """Write the newest backup, let the one before stand beside it, delete those beyond ``keep``; return where it is.

    Raises StoreError, with all that were there still there.
    """
    newest = backup_path(path)
    before = _older_name(newest)
    if before and not before.exists():
        try:
            os.link(newest, before)
        except OSError:  # a file system without links
            newest.rename(before)
    copies.backup(path, newest)
    _prune(newest, keep)
    return newest


def made_at(path: Path) -> datetime | None:
    """Return when the newest was made, None where there is none."""
    with suppress(OSError):
        return datetime.fromtimestamp(backup_path(path).stat().st_mtime, UTC)
    return None


def older(newest: Path) -> dict[datetime, Path]:
    """Return the older ones by the time when each was made, the latest first."""
    found = {}
    for one in newest.parent.glob(f"{files.glob_safe(newest.name)}.*"):
        with suppress(ValueError):
            made = datetime.strptime(one.name.removeprefix(f"{newest.name}."), STAMP).replace(tzinfo=UTC)
            found[made] = one
    return dict(sorted(found.items(), reverse=True))


def kept(made: Sequence[datetime], keep: Keep) -> set[datetime]:
    """Return which of these (the latest first) are kept."""
    of_days: dict[object, datetime] = {}
    for one in made:
        of_days.setdefault(one.date(), one)
    return {*made[: max(1, keep.latest)], *list(of_days.values())[: keep.days]}


def _older_name(newest: Path) -> Path | None:
    if not newest.is_file():
        return None
    made = datetime.fromtimestamp(newest.stat().st_mtime, UTC)
    return newest.with_name(f"{newest.name}.{made:{STAMP}}")


def _prune(newest: Path, keep: Keep) -> None:
    beside = older(newest)
    made = datetime.fromtimestamp(newest.stat().st_mtime, UTC)
    stay = kept([made, *beside], keep)
    for one, file in beside.items():
        if one not in stay:
            with suppress(OSError):
                file.unlink()
