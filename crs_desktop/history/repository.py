"""The change log in, entries out. Pages by number, never by counting, so that a long log stays quick."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnClause, ColumnElement, Row, Select, Text, and_, column, func, or_, select, table
from sqlalchemy.orm import Session

from crs_desktop.history.model import Entry, Filters, Shown, Wanted
from crs_desktop.store.audit import UNKEYED
from crs_desktop.store.columns import InstantColumn, JsonColumn

# So many rows are looked through for one page; a word that is rarer is searched further on request.
REACH = 50_000
_MOST_CHOICES = 200
# The log belongs to the store, which alone writes it. History reads these columns of it.
_WORDS = ("actor", "role", "desk", "intent", "subject", "subject_id", "action", "reason")
_LOG = table(
    "change_log", column("id"), column("at", InstantColumn), *(column(name, Text) for name in _WORDS),
    column("before", JsonColumn), column("after", JsonColumn), column("mac", Text),
)  # fmt: skip
_ROW = _LOG.c
_SEARCHED = ("actor", "desk", "intent", "subject_id", "action", "reason", "before", "after")


def page(
    session: Session, wanted: Wanted, between: tuple[datetime, datetime] | None, named: Collection[str],
    before: int | None, limit: int,
) -> Shown:  # fmt: skip
    """So many entries older than number `before`. `named` are patients whose name holds the text."""
    start = before if before is not None else (session.scalar(select(func.max(_ROW.id))) or 0) + 1
    floor = start - REACH if wanted.text else 0
    query = select(_LOG).where(_ROW.id < start, _ROW.id >= floor, *_exact(wanted, between))
    if wanted.text:
        query = query.where(_holds(wanted.text, named))
    rows = session.execute(_newest_first(query).limit(limit + 1)).all()
    entries = tuple(_entry(row) for row in rows[:limit])
    if len(rows) > limit:
        return Shown(entries, entries[-1].id, start - entries[-1].id)
    return Shown(entries, floor if floor > 1 else None, start - max(floor, 1))


def filters(session: Session) -> Filters:
    """Everybody who wrote and every kind of thing; each name costs one step in an index, however long the log is."""
    return Filters(tuple(_each(session, _ROW.actor)), tuple(_each(session, _ROW.subject)))


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(_ROW.id.desc())


def _exact(wanted: Wanted, between: tuple[datetime, datetime] | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if between is not None:
        found += [_ROW.at >= between[0], _ROW.at < between[1]]
    if wanted.actor:
        found.append(_ROW.actor == wanted.actor)
    if wanted.subject:
        found.append(_ROW.subject == wanted.subject)
    if wanted.item:
        found.append(_ROW.subject_id == wanted.item)
    return found


def _holds(text: str, named: Collection[str]) -> ColumnElement[bool]:
    """The text somewhere in the entry, whatever its case; or it is about a patient of that name."""
    found = [func.coalesce(_ROW[name], "", type_=Text).icontains(text, autoescape=True) for name in _SEARCHED]
    if named:
        found.append(and_(_ROW.subject == "patient", _ROW.subject_id.in_(sorted(named))))
    return or_(*found)


def _each(session: Session, name: ColumnClause[str]) -> Sequence[str]:
    found: list[str] = []
    value = session.scalar(select(func.min(name)))
    while value is not None and len(found) < _MOST_CHOICES:
        found.append(value)
        value = session.scalar(select(func.min(name)).where(name > value))
    return found


def _entry(row: Row[Any]) -> Entry:
    values = dict(row._mapping)
    mac = values.pop("mac")
    return Entry(**values, proved=bool(mac) and not mac.startswith(f"{UNKEYED}:"))
