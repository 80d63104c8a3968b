"""Rows of packs that somebody compared with the pack in hand. Append-only; the latest of a number holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.kernel.amounts import Mass
from crs_desktop.store.columns import STRICT, Row


class PackTable(Row):
    """What stands behind a GTIN, as a person confirmed it; `differs` names in what the shipped table said otherwise."""

    __tablename__ = "packs"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    gtin: Mapped[str] = mapped_column(index=True)
    use: Mapped[str]
    brand: Mapped[str]
    strength: Mapped[Mass | None]
    vials: Mapped[int | None]
    ndc: Mapped[str]
    differs: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
