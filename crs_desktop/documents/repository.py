"""Rows of filed sheets in, models out."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.documents.filed import FiledSheet
from crs_desktop.documents.tables import FiledSheetTable


def sheets(session: Session) -> list[FiledSheet]:
    """Every filed sheet, newest first."""
    rows = session.scalars(select(FiledSheetTable).order_by(FiledSheetTable.id.desc()))
    names = list(FiledSheet.__dataclass_fields__)
    return [FiledSheet(**{name: getattr(row, name) for name in names}) for row in rows]


def add(session: Session, sheet: FiledSheet) -> int:
    """Append a filed sheet; answers its id."""
    values = asdict(sheet)
    del values["id"]
    row = FiledSheetTable(**values)
    session.add(row)
    session.flush()
    return row.id
