"""A line that was read: its verb, and all that may stand behind one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.model import Schedule, Window

PLAIN = "! "
"""At the beginning of a line: it is meant as it is typed, and nothing is read into it."""

UNCAPPED = -1
"""The value of ``max off``: no cap any more."""


@dataclass(frozen=True, slots=True)
class Line:
    """The fields of a line; one that its verb does not know stays as it is here.

    ``query`` stands at ``query_at`` of the line as given, and is not parsed yet. ``when`` is the date words of
    ``window`` as typed. ``number`` is a subscription's, ``numbers`` are those of several, ``id`` a bare arXiv id.
    ``schedule`` is None and ``most`` 0 where nothing was said; ``most`` is UNCAPPED for ``max off``. ``days``
    is how long a pause lasts, 0 without end. ``rest`` is what follows share, settings, name, help, export and forget.
    ``channel`` is "@name" or "#name" of the channel that the line is about, "" for this chat. ``trending``: a
    subscription to the feed's own order. ``plain``: PLAIN stood before it.
    """

    verb: str = "find"
    query: str = ""
    query_at: int = 0
    window: Window | None = None
    when: str = ""
    number: int = 0
    numbers: tuple[int, ...] = ()
    id: str = ""
    schedule: Schedule | None = None
    most: int = 0
    top: int = 10
    page: int = 1
    sort: Literal["relevance", "new", "upvotes"] | None = None
    days: int = 0
    rest: str = ""
    channel: str = ""
    trending: bool = False
    plain: bool = False
