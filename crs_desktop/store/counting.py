"""How many rows the tables of a store have, and how large they are, for comparing it with a backup."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import column, func, select, table

from crs_desktop.store.columns import Row
from crs_desktop.store.store import Store


def counts_of(store: Store, names: Iterable[str]) -> dict[str, int]:
    """Rows of each of these tables that today's schema knows, in one snapshot."""
    known = [name for name in names if name in Row.metadata.tables]
    with store.read() as session:
        return {name: session.execute(select(func.count()).select_from(table(name))).scalar_one() for name in known}


def sum_of(store: Store, name: str, what: str) -> int:
    """The sum of a column, such as the sizes of papers."""
    with store.read() as session:
        asked = select(func.coalesce(func.sum(column(what)), 0)).select_from(table(name))
        return int(session.execute(asked).scalar_one())
