"""The audit chain: each row of the change log carries a mac and a digest of what was written beside it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The newest row says that those before it were chained afterwards: that they are as they were when they happened is
# known only from the day of this step on.
GUARD = (
    "CREATE TRIGGER change_log_no_update BEFORE UPDATE ON change_log "
    "BEGIN SELECT RAISE(ABORT, 'change_log is append-only'); END"
)


def upgrade() -> None:
    """Add the columns, and chain the rows that are there while the guard against editing is taken down."""
    op.add_column("change_log", sa.Column("wrote", sa.Text, nullable=True))
    op.add_column("change_log", sa.Column("mac", sa.Text, nullable=False, server_default=sa.text("''")))
    op.create_index(op.f("ix_change_log_at"), "change_log", ["at"])
    op.create_index(op.f("ix_change_log_actor"), "change_log", ["actor"])
    op.create_index(op.f("ix_change_log_subject"), "change_log", ["subject", "subject_id"])
    chain: Any = context.config.attributes["chain"]
    op.execute("DROP TRIGGER change_log_no_update")
    chain(op.get_bind())
    op.execute(GUARD)
