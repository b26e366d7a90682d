"""What alembic runs: the steps, on the connection it is given, inside the transaction that stands."""

from alembic import context

from storage import rows

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=rows.papers.metadata,
    # SQLite cannot alter most of a table: alembic copies it instead.
    render_as_batch=True,
)
context.run_migrations()
