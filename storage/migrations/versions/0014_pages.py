"""The page for people that a paper's feed has, which was reckoned from the feed's name before."""

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Clean

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column; papers of the one feed that had pages get theirs."""
    op.add_column("paper", sa.Column("page", Clean(), server_default="", nullable=False))
    op.execute("UPDATE paper SET page = 'https://huggingface.co/papers/' || id WHERE feed = 'huggingface'")
