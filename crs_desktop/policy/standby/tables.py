"""Rows of standby rules: how many sets a window is owed, by jurisdiction, class or product. Append-only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class StandbyTable(Row):
    """One dated rule with owner, reason and citation; `further_sets` of the sets may lie within 8 hours."""

    __tablename__ = "standby_rules"
    __table_args__ = (
        CheckConstraint("sets >= 0 AND further_sets >= 0 AND further_sets <= sets", "sets"),
        CheckConstraint("extra_days >= 0", "extra_days"),
        STRICT,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str]
    scope_kind: Mapped[str]
    scope: Mapped[str]
    kind: Mapped[str]
    sets: Mapped[int]
    further_sets: Mapped[int]
    extra_days: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    owner: Mapped[str]
    reason: Mapped[str]
    citation: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
