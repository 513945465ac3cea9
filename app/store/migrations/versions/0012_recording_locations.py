"""Which recordings have the same path: a later one may have replaced the file of another."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index; by hash, since PostgreSQL's other indexes take no long texts."""
    some = sa.text("location <> ''")
    op.create_index(
        "ix_recordings_location",
        "recordings",
        ["location"],
        postgresql_using="hash",
        postgresql_where=some,
        sqlite_where=some,
    )
