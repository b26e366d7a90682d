"""Brings a database to today's tables at start, under the lock that the writing process holds."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.errors import StoreError
from storage.database import dialect
from storage.database.tables import chats, deliveries, leases, papers, subscriptions, triggers

HEAD = "0020"
"""The newest step in storage/migrations/versions."""

NEXT = f"{int(HEAD) + 1:04}"
"""The step after it. It only adds to the tables, so this program can work on them; docs/decisions/workers.md."""

FIRST_ON_POSTGRESQL = "0013"
"""The step whose tables were the first on PostgreSQL: the steps up to it are SQLite's alone."""

UNFINISHED = "unfinished_copy"
"""A table that stands while storage.migrating copies into the database."""

TABLES = papers.papers.metadata
SUBJECTS = (papers, chats, subscriptions, deliveries, leases)
"""The modules that add their tables to it."""


def prepare(connection: Connection, *, read_only: bool) -> bool:
    """Make or change the tables where they are not today's; return whether there were others before."""
    version = _version(connection)
    if version and inspect(connection).has_table(UNFINISHED):
        raise StoreError("a copy into this database was not finished: repeat `paperwire migrate-storage`")
    must_be_known(version, "the database")
    if version in {HEAD, NEXT}:
        return False
    if "" < version < FIRST_ON_POSTGRESQL and dialect.is_postgresql(connection):
        raise StoreError(f"there never were tables {version} on PostgreSQL, only {FIRST_ON_POSTGRESQL} and later ones")
    held = set() if dialect.is_postgresql(connection) else {*inspect(connection).get_table_names()}
    if held and not version and not held & {*TABLES.tables}:
        raise StoreError("the database has tables of another program; name a file of its own in storage.url")
    if read_only:
        raise StoreError("the database is of an older Paperwire or empty; start `paperwire run` or `chat` once")
    if version or held:
        _migrate(connection)
        return True
    make(connection)
    return False


def must_be_known(version: str, named: object, newest: str = NEXT) -> None:
    """Raise StoreError where the tables are newer than any that this program may work on."""
    if version > newest:
        raise StoreError(f"{named} is of a newer Paperwire (tables {version}, this one knows {HEAD}); upgrade this one")


def must_be_todays(connection: Connection) -> None:
    """Raise StoreError where the tables are not all that this program knows, whether more or fewer."""
    must_be_known(_version(connection), "the database", HEAD)
    prepare(connection, read_only=True)


def make(connection: Connection) -> None:
    """Make today's tables in an empty database at once, far sooner than by all steps to them."""
    TABLES.create_all(connection, checkfirst=False)
    triggers.make(connection)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def _version(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _migrate(connection: Connection) -> None:
    from alembic import command  # a fifth of a second, needed once in a database's life
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    triggers.make(connection)
