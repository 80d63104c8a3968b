"""Rows of second checks and of the night rule. Append-only: an explanation or a look afterwards is a row of its own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class SecondCheckTable(Row):
    """One look at what another person recorded. `second_person` is None when there was nobody else.

    `kind` is 'person' or 'alone'; `outcome` is 'agreed', 'differs', 'explained', 'alone' or 'looked_over'.
    """

    __tablename__ = "second_checks"
    __table_args__ = (Index("ix_second_checks_subject", "subject", "subject_id"), STRICT)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    subject: Mapped[str]
    subject_id: Mapped[str]
    first_person: Mapped[str]
    second_person: Mapped[str | None]
    kind: Mapped[str]
    outcome: Mapped[str]
    entered: Mapped[dict[str, Any]]
    differences: Mapped[list[Any]]
    explanation: Mapped[str]
    request_id: Mapped[str]


class NightRuleTable(Row):
    """When one pharmacist may act alone, from a day on: minutes of the local day; `stands` 0 takes the rule away."""

    __tablename__ = "night_rules"
    __table_args__ = (
        CheckConstraint("from_minute BETWEEN 0 AND 1439", "from_minute"),
        CheckConstraint("until_minute BETWEEN 0 AND 1439", "until_minute"),
        CheckConstraint("stands IN (0, 1)", "stands"),
        STRICT,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    valid_from: Mapped[date]
    from_minute: Mapped[int]
    until_minute: Mapped[int]
    stands: Mapped[int]
    text: Mapped[str]
    stated_by: Mapped[str]
    request_id: Mapped[str]
