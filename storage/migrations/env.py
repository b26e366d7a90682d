"""What alembic runs: the steps, on the connection it is given, inside the transaction that stands."""

from alembic import context

from storage.database import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.TABLES,
    # SQLite cannot alter most of a table: alembic copies it instead.
    render_as_batch=True,
)
context.run_migrations()
