"""Rows of filed sheets in, models out. The bytes have a table of their own: no list reads them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.documents.filed import FiledSheet
from crs_desktop.documents.tables import FiledSheetTable, PaperContentTable

_NAMES = tuple(FiledSheet.__dataclass_fields__)


def sheets(session: Session) -> list[FiledSheet]:
    """Every filed sheet, newest first."""
    columns = [getattr(FiledSheetTable, name) for name in _NAMES]
    return [FiledSheet(*row) for row in session.execute(select(*columns).order_by(FiledSheetTable.id.desc()))]


def sheet(session: Session, number: int) -> FiledSheet | None:
    """One filed sheet."""
    columns = [getattr(FiledSheetTable, name) for name in _NAMES]
    row = session.execute(select(*columns).where(FiledSheetTable.id == number)).first()
    return None if row is None else FiledSheet(*row)


def add(session: Session, filed: FiledSheet, content: bytes) -> int:
    """Append a filed sheet with its bytes; answers its id."""
    keep(session, filed.sha256, content)
    values = asdict(filed)
    del values["id"]
    row = FiledSheetTable(**values)
    session.add(row)
    session.flush()
    return row.id


def keep(session: Session, sha256: str, content: bytes) -> bool:
    """Append these bytes; False when the store holds them already."""
    if held(session, (sha256,)):
        return False
    session.add(PaperContentTable(sha256=sha256, size=len(content), content=content))
    session.flush()
    return True


def content(session: Session, sha256: str) -> bytes | None:
    """The bytes of this digest, None when the store does not hold them."""
    return session.scalar(select(PaperContentTable.content).where(PaperContentTable.sha256 == sha256))


def held(session: Session, digests: Collection[str]) -> frozenset[str]:
    """Which of these the store holds, from the index alone."""
    wanted = select(PaperContentTable.sha256).where(PaperContentTable.sha256.in_(digests))
    return frozenset(session.scalars(wanted))


def without_content(session: Session) -> dict[int, tuple[str, str]]:
    """Sheets whose bytes the store does not hold: id, file name and digest."""
    known = select(PaperContentTable.sha256)
    rows = session.execute(
        select(FiledSheetTable.id, FiledSheetTable.file_name, FiledSheetTable.sha256)
        .where(FiledSheetTable.sha256.not_in(known))
        .order_by(FiledSheetTable.id)
    )
    return {number: (name, sha256) for number, name, sha256 in rows}


def digests_of(session: Session, file_name: str) -> frozenset[str]:
    """What was filed under this name."""
    return frozenset(session.scalars(select(FiledSheetTable.sha256).where(FiledSheetTable.file_name == file_name)))
