"""How many rows the tables of a store have, for comparing it with a backup."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select, table

from crs_desktop.store.columns import Row
from crs_desktop.store.store import Store


def counts_of(store: Store, names: Iterable[str]) -> dict[str, int]:
    """Rows of each of these tables that today's schema knows, in one snapshot."""
    known = [name for name in names if name in Row.metadata.tables]
    with store.read() as session:
        return {name: session.execute(select(func.count()).select_from(table(name))).scalar_one() for name in known}
