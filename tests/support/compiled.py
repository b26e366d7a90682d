"""All stores of a test process share the statements that SQLAlchemy compiled, and what it asked PostgreSQL once.

Each store has engines of its own, as in the program, where they last as long as the process. To compile every statement
anew for each test was a quarter of the processor time of those that open a store.
"""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

MOST = 10_000


def share() -> None:
    """Let all engines share what they compile, those of a database's kind with each other."""
    Engine._compiled_cache = property(lambda self: _of(self.dialect.name), lambda self, own: None)  # type: ignore[assignment]
    PGDialect_psycopg.initialize = _initialize  # type: ignore[method-assign]


_ask = PGDialect_psycopg.initialize
_ANSWERS: dict[object, dict[str, Any]] = {}
"""What the servers of this run say of themselves, all of them alike, by the isolation level of the engine that asked."""


def _initialize(self: PGDialect_psycopg, connection: Connection) -> None:
    level = self._on_connect_isolation_level
    if level not in _ANSWERS:
        before = {**vars(self)}
        _ask(self, connection)
        _ANSWERS[level] = {name: value for name, value in vars(self).items() if before.get(name, before) is not value}
    vars(self).update(_ANSWERS[level])


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
