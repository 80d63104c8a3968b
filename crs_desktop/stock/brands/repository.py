"""Rows of prices in, prices out."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.stock.brands.model import Price
from crs_desktop.stock.brands.tables import PriceTable


def prices(session: Session) -> list[Price]:
    """Every price that was ever stated, newest first."""
    rows = session.scalars(select(PriceTable).order_by(PriceTable.valid_from.desc(), PriceTable.id.desc()))
    return [
        Price(row.id, row.brand, row.strength, row.minor, row.currency, row.valid_from, row.reason, row.at, row.actor)
        for row in rows
    ]


def add_price(session: Session, price: Price) -> int:
    """A price from a day on; answers its id."""
    row = PriceTable(
        brand=price.brand, strength=price.strength, minor=price.minor, currency=price.currency,
        valid_from=price.valid_from, reason=price.reason, at=price.at, actor=price.actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id
