"""Databases as earlier versions left them."""

from pathlib import Path

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.pool import NullPool

from storage.database import schema

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "storage" / "migrations"


def connected(url):
    """Return a connection to the database as it is, whatever its tables; who writes commits."""
    if url.startswith("sqlite"):
        return sa.create_engine(url, poolclass=NullPool).connect()
    return sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool).connect()


def brought_to(path, version):
    """Make a database with the tables of that step."""
    with connected(f"sqlite:///{path}") as connection:
        upgrade(connection, version)
        connection.commit()


def upgrade(connection, version):
    """Run the steps up to that one."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def begin_on_postgresql(connection):
    """Make the tables with which PostgreSQL began, as the program of then made them."""
    first = (Path(__file__).parent / "postgres_0013.sql").read_text()
    for statement in first.split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{schema.FIRST_ON_POSTGRESQL}')")
    connection.exec_driver_sql("INSERT INTO archive_revision VALUES (1, 'made at the first start')")
