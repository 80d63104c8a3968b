"""How many rows the tables of a store have, and how large they are, for comparing it with a backup."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import column, func, select, table

from crs_desktop.kernel.clock import to_milliseconds
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
        total: int | None = session.execute(select(func.sum(column(what))).select_from(table(name))).scalar_one()
        return total or 0


def changes_since(store: Store, at: datetime, number: int, but: Iterable[str]) -> int:
    """How many rows the change log has after this instant or beyond this number, those of some intents left out."""
    newer = (column("at") > to_milliseconds(at)) | (column("id") > number)
    wanted = newer & column("intent").not_in(list(but))
    with store.read() as session:
        return session.execute(select(func.count()).select_from(table("change_log")).where(wanted)).scalar_one()
