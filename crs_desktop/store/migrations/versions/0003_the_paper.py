"""The bytes of filed sheets lie inside the store: encrypted with it, in each backup of it, held against the log."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STRICT: Any = {"sqlite_strict": True}


def upgrade() -> None:
    """Add the table and its guards. The content stands last: what comes before it is read without its pages."""
    op.create_table(
        "paper_contents",
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_paper_contents")),
        sa.CheckConstraint("size > 0 AND length(content) = size", name=op.f("ck_paper_contents_size")),
        **STRICT,
    )
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER paper_contents_no_{act.lower()} BEFORE {act} ON paper_contents "
            "BEGIN SELECT RAISE(ABORT, 'paper_contents is append-only'); END"
        )
