"""How a function that works inside a transaction becomes a method of the store."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

from storage.database.database import Database

P = ParamSpec("P")
T = TypeVar("T")


class OverDatabase(Protocol):
    """A store over one database."""

    @property
    def database(self) -> Database:
        """Return the open database."""


class OverIndex(OverDatabase, Protocol):
    """A store with a search index, which may stand in another database."""

    async def index(self) -> Database:
        """Return the database of the search index, brought to the state of the archive."""


Method = Callable[Concatenate[OverDatabase, P], Coroutine[Any, Any, T]]


def writes(work: Callable[Concatenate[Connection, P], T]) -> Method[P, T]:
    """Return the method that does ``work`` in a writing transaction of its own."""

    async def method(store: OverDatabase, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await store.database.write(lambda connection: work(connection, *args, **kwargs))

    update_wrapper(method, work)
    return method


def reads(work: Callable[Concatenate[Connection, P], T]) -> Method[P, T]:
    """Return the method that does ``work`` on one consistent state of the database."""

    async def method(store: OverDatabase, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await store.database.read(lambda connection: work(connection, *args, **kwargs))

    update_wrapper(method, work)
    return method


def searches(
    work: Callable[Concatenate[Connection, P], T],
) -> Callable[Concatenate[OverIndex, P], Coroutine[Any, Any, T]]:
    """Return the method that does ``work`` on one consistent state of the search index, and the papers beside it."""

    async def method(store: OverIndex, /, *args: P.args, **kwargs: P.kwargs) -> T:
        index = await store.index()
        return await index.read(lambda connection: work(connection, *args, **kwargs))

    update_wrapper(method, work)
    return method


def steps(work: Callable[Concatenate[Database, P], Awaitable[T]]) -> Method[P, T]:
    """Return the method that does ``work`` in several transactions, so that others get their turn between them."""

    async def method(store: OverDatabase, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await work(store.database, *args, **kwargs)

    update_wrapper(method, work)
    return method
