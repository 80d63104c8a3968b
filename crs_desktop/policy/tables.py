"""Rows of policy. Append-only: a changed mind is a new row."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class PolicyTable(Row):
    """One dated decision."""

    __tablename__ = "policy_rows"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    value: Mapped[str]
    valid_from: Mapped[date]
    owner: Mapped[str]
    reason: Mapped[str]
    citation: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
