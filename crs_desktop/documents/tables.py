"""Rows of filed sheets: what was printed, for whom, from which facts, and the bytes themselves. Append-only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class FiledSheetTable(Row):
    """A sheet that was laid out and filed as a PDF."""

    __tablename__ = "filed_sheets"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patients.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    dose_key: Mapped[str]
    day: Mapped[date]
    file_name: Mapped[str]
    sha256: Mapped[str]
    facts: Mapped[str]
    valid_until: Mapped[datetime]
    at: Mapped[datetime]
    actor: Mapped[str]


class PaperContentTable(Row):
    """The bytes of a filed sheet, named by their digest. A table of its own, so that no list ever reads them."""

    __tablename__ = "paper_contents"
    __table_args__ = (CheckConstraint("size > 0 AND length(content) = size", name="size"), STRICT)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    content: Mapped[bytes]
