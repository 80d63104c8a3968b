"""Rows of counts in, models of counts out; of the ledger only which lines came after a freeze."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import column, func, select, table
from sqlalchemy.orm import Session

from crs_desktop.stock import repository as stock
from crs_desktop.stock.counting.model import Count, CountEnd, CountEntry, CountOutcome
from crs_desktop.stock.counting.rules import Moved
from crs_desktop.stock.counting.tables import CountEndTable, CountEntryTable, CountTable

# The ledger belongs to the room above; only these columns of it are read here.
_LEDGER = table("movements", column("id"), column("lot_id"), column("place_id"), column("vials"))


def counts(session: Session) -> list[Count]:
    """Every count, newest first."""
    places = stock.places(session)
    ends = {row.count_id: row for row in session.scalars(select(CountEndTable))}
    rows = session.scalars(select(CountTable).order_by(CountTable.id.desc()))
    return [
        Count(row.id, places[row.place_id], row.frozen_movement, row.note, row.at, row.actor, _end(ends.get(row.id)))
        for row in rows
    ]


def count(session: Session, count_id: int) -> Count | None:
    """One count."""
    return next((item for item in counts(session) if item.id == count_id), None)


def entries(session: Session, count_id: int) -> list[CountEntry]:
    """What was found in each round of a count."""
    rows = session.scalars(
        select(CountEntryTable).where(CountEntryTable.count_id == count_id).order_by(CountEntryTable.id)
    )
    return [CountEntry(row.lot_id, row.round, row.vials, row.ledger, row.at, row.actor) for row in rows]


def newest_line(session: Session) -> int:
    """The newest line of the ledger; 0 while it is empty."""
    return session.scalar(select(func.max(_LEDGER.c.id))) or 0


def moved_since(session: Session, line: int, place_id: int) -> list[Moved]:
    """Lines of a place that came after this line: which, of which lot, how many vials."""
    query = (
        select(_LEDGER.c.id, _LEDGER.c.lot_id, _LEDGER.c.vials)
        .where(_LEDGER.c.id > line, _LEDGER.c.place_id == place_id)
        .order_by(_LEDGER.c.id)
    )
    return [(found[0], found[1], found[2]) for found in session.execute(query)]


def add_count(session: Session, place_id: int, note: str, at: datetime, actor: str) -> int:
    """A new count, frozen at the newest line; answers its id."""
    row = CountTable(place_id=place_id, frozen_movement=newest_line(session), note=note, at=at, actor=actor)
    session.add(row)
    session.flush()
    return row.id


def add_entry(session: Session, count_id: int, entry: CountEntry) -> None:
    """What somebody found of a lot."""
    session.add(
        CountEntryTable(
            count_id=count_id, round=entry.round, lot_id=entry.lot_id, vials=entry.vials, ledger=entry.ledger,
            at=entry.at, actor=entry.actor,
        )
    )  # fmt: skip
    session.flush()


def add_end(session: Session, count_id: int, end: CountEnd) -> None:
    """How a count ended."""
    session.add(
        CountEndTable(count_id=count_id, outcome=end.outcome.value, reason=end.reason, at=end.at, actor=end.actor)
    )
    session.flush()


def _end(row: CountEndTable | None) -> CountEnd | None:
    return None if row is None else CountEnd(CountOutcome(row.outcome), row.reason, row.at, row.actor)
