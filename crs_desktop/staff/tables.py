"""Rows of the people. Append-only: what somebody may do now is their latest row, and every earlier one stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class PersonTable(Row):
    """Somebody with a sign-in. `sign_in_key` is the sign-in without case, which nobody else ever gets."""

    __tablename__ = "people"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    sign_in: Mapped[str]
    sign_in_key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    actor: Mapped[str]


class PersonEventTable(Row):
    """What happened to or with a person. A change of the person carries name, roles and active as they are after it.

    `person_id` is None for who came by the emergency code: then `name` is what they typed. `ends_at` and `about` belong
    to emergency access: when it ends by itself, and which beginning a later row is about. `minutes` is when
    an untouched screen locks.
    """

    __tablename__ = "person_events"
    __table_args__ = (
        Index(None, "person_id", "kind"),
        Index(None, "kind"),
        CheckConstraint("active IN (0, 1)", "active"),
        CheckConstraint("misses >= 0", "misses"),
        CheckConstraint("minutes BETWEEN 1 AND 15", "minutes"),
        STRICT,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    name: Mapped[str | None]
    roles: Mapped[list[Any] | None]
    active: Mapped[int | None]
    reason: Mapped[str]
    misses: Mapped[int | None]
    minutes: Mapped[int | None]
    ends_at: Mapped[datetime | None]
    about: Mapped[int | None] = mapped_column(ForeignKey("person_events.id"), index=True)
    desk: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
