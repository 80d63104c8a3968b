"""Rows of confirmed packs in, known packs out: the latest row of a product number holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crs_desktop.stock.scanning.model import KnownPack, PackConfirmed, Use
from crs_desktop.stock.scanning.tables import PackTable

_BETWEEN = ","


def confirmed_packs(session: Session) -> list[KnownPack]:
    """What persons here confirmed, one pack for each number."""
    latest = select(func.max(PackTable.id)).group_by(PackTable.gtin)
    return [_pack(row) for row in session.scalars(select(PackTable).where(PackTable.id.in_(latest)))]


def add_pack(session: Session, confirmed: PackConfirmed, at: datetime, actor: str) -> int:
    """A pack that a person compared with the pack in hand; answers its id."""
    pack = confirmed.pack
    row = PackTable(
        gtin=pack.gtin, use=pack.use.value, brand=pack.brand, strength=pack.strength, vials=pack.vials, ndc=pack.ndc,
        differs=_BETWEEN.join(confirmed.differs), reason=confirmed.reason, at=at, actor=actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _pack(row: PackTable) -> KnownPack:
    use = Use(row.use)
    return KnownPack(
        row.gtin, use, row.brand, row.strength, row.vials, row.ndc, confirmed=True,
        note=row.reason if use is Use.OTHER else "",
    )  # fmt: skip
