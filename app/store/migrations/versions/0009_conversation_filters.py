"""What conversations are filtered by: the tools that were called or failed, and kinds of errors.

Figures say of how many conversations nothing was counted, so all hours are counted again.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the indexes, of the rows that have a name, and of errors that happened.

    Delete the figures, which are derived from conversations: an hour without a row is counted.
    """
    op.create_index(
        "ix_conversation_items_name",
        "conversation_items",
        ["server", "name", "kind", "failed", "job"],
        **_where("name <> ''"),
    )
    op.create_index(
        "ix_conversation_errors_times",
        "conversation_errors",
        ["server", "kind", "job", "times"],
        **_where("times > 0"),
    )
    op.execute("DELETE FROM conversation_figures")


def _where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}
