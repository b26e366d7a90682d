"""Databases as earlier versions left them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

ROOT = Path(__file__).parents[2]


def brought_to(path, version):
    """Make a database with the tables of that step."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
