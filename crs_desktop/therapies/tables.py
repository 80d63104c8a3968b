"""Rows of therapies: every protocol version ever used, kept as its file, and the adoptions. Append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class ProtocolVersionTable(Row):
    """The text of a protocol under its fingerprint, so that a patient stays on the version of the enrolment."""

    __tablename__ = "protocol_versions"
    __table_args__ = STRICT
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    therapy_id: Mapped[str]
    text: Mapped[bytes]
    at: Mapped[datetime]


class AdoptionTable(Row):
    """A signature under a protocol version."""

    __tablename__ = "adoptions"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    therapy_id: Mapped[str] = mapped_column(index=True)
    fingerprint: Mapped[str] = mapped_column(ForeignKey("protocol_versions.fingerprint"))
    pharmacist: Mapped[str]
    checked: Mapped[list[Any]]
    note: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
