"""Puts what a transaction logged at the end of the chain, with a digest of every row that it wrote beside the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, event, inspect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.orm import Mapper, Session

from crs_desktop.store import audit
from crs_desktop.store.audit import UNSEALED, AuditKey, Head
from crs_desktop.store.columns import Row
from crs_desktop.store.tables import ChangeRow

Wrote = dict[str, dict[str, str]]


def listen(session: Session) -> Wrote:
    """What the session writes from now on: table, key, digest."""
    wrote: Wrote = {}

    @event.listens_for(session, "after_flush")
    def _after_flush(flushed: Session, _context: object) -> None:
        row: Row
        for row in (*flushed.new, *flushed.dirty):
            table = row.__tablename__
            if table not in UNSEALED:
                values = stored(row)
                wrote.setdefault(table, {})[key_text(values, _keys(type(row)))] = audit.digest_of(table, values)

    return wrote


def append(session: Session, key: AuditKey | None, logged: Sequence[ChangeRow], wrote: Wrote) -> Head:
    """Number the rows without a gap, chain them, and add them; the last one carries what was written beside the log."""
    session.flush()
    head = head_of(session.connection())
    last = logged[-1]
    last.wrote = wrote or None
    for row in logged:
        row.id = head.last + 1
        columns = stored(row)
        del columns[audit.MAC]
        row.mac = audit.mac_of(key, head.mac, columns)
        head = Head(head.count + 1, row.id, row.mac)
        session.add(row)
    return head


def head_of(connection: Connection) -> Head:
    """The end of the chain. The rows have no gap, so that the last number is also how many there are."""
    row = connection.exec_driver_sql("SELECT id, mac FROM change_log ORDER BY id DESC LIMIT 1").first()
    return audit.EMPTY if row is None else Head(row[0], row[0], row[1])


def stored(row: Row) -> dict[str, Any]:
    """The columns of a row as the store holds them."""
    return {name: bind(getattr(row, attribute)) for name, attribute, bind in _columns(type(row))}


def key_text(values: dict[str, Any], keys: Sequence[str]) -> str:
    """The key of a row in one text."""
    return "/".join(str(values[name]) for name in keys)


@cache
def _columns(kind: type[Row]) -> tuple[tuple[str, str, Callable[[Any], Any]], ...]:
    dialect = SQLiteDialect()
    mapper: Mapper[Any] = inspect(kind)
    found = []
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        bind = column.type.dialect_impl(dialect).bind_processor(dialect)
        found.append((str(column.name), attribute.key, bind or _as_it_is))
    return tuple(found)


@cache
def _keys(kind: type[Row]) -> tuple[str, ...]:
    return tuple(column.name for column in inspect(kind).primary_key)


def _as_it_is(value: Any) -> Any:
    return value
