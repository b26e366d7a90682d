"""All stores of a test process share the statements that SQLAlchemy compiled.

Each store has engines of its own, as in the program, where they last as long as the process. To compile every statement
anew for each test was a quarter of the processor time of those that open a store.
"""

from functools import cache
from typing import Any

from sqlalchemy import Engine

MOST = 10_000


def share() -> None:
    """Let all engines share what they compile, those of a database's kind with each other."""
    Engine._compiled_cache = property(lambda self: _of(self.dialect.name), lambda self, own: None)  # type: ignore[assignment]


@cache
def _of(database: str) -> "_Statements":
    return _Statements()


class _Statements(dict[Any, Any]):
    """Statements as SQLAlchemy looks for them, but whichever engine's dialect asks: that is the key's first part."""

    def get(self, key: tuple[Any, ...], other: Any = None) -> Any:
        return super().get(key[1:], other)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        if len(self) > MOST:
            self.clear()
        super().__setitem__(key[1:], compiled)
