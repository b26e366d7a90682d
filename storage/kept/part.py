"""What every part of the store works on."""

from storage.database.engine import Database


class Part:
    """A part of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database
