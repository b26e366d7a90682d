"""A page of papers, as searches and lists return it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import Paper


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a search: ``papers`` in the order asked for, and how many there are in all."""

    total: int
    papers: tuple[Paper, ...]
