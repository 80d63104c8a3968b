"""Rows of recalls in, models out, and the alerts that came with the program."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from datetime import datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.kernel.resources import resource
from crs_desktop.stock.recalls.commands import ReadRecall
from crs_desktop.stock.recalls.model import Alert, Notice, NoticeEnd
from crs_desktop.stock.recalls.tables import RecallEndTable, RecallLotTable, RecallTable


def notices(session: Session) -> list[Notice]:
    """Every notice, oldest first."""
    lots: dict[int, list[str]] = defaultdict(list)
    for line in session.scalars(select(RecallLotTable).order_by(RecallLotTable.lot_number)):
        lots[line.recall_id].append(line.lot_number)
    ends = {row.recall_id: NoticeEnd(row.reason, row.at, row.actor) for row in session.scalars(select(RecallEndTable))}
    return [
        Notice(
            row.id, row.number, row.recall_class, row.brand, row.every_lot == 1, tuple(lots[row.id]), row.noticed,
            row.reason, row.source, row.at, row.actor, ends.get(row.id),
        )
        for row in session.scalars(select(RecallTable).order_by(RecallTable.id))
    ]  # fmt: skip


def notice(session: Session, recall_id: int) -> Notice | None:
    """One notice."""
    return next((item for item in notices(session) if item.id == recall_id), None)


def add_notice(session: Session, read: ReadRecall, at: datetime, actor: str) -> int:
    """A new notice with the lots that it names; answers its id."""
    row = RecallTable(
        number=read.number, recall_class=read.recall_class, brand=read.brand, every_lot=int(read.every_lot),
        noticed=read.noticed, reason=read.reason, source=read.source, at=at, actor=actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for number in read.lots:
        session.add(RecallLotTable(recall_id=row.id, lot_number=number))
    session.flush()
    return row.id


def add_end(session: Session, recall_id: int, reason: str, at: datetime, actor: str) -> None:
    """Why a notice no longer holds."""
    session.add(RecallEndTable(recall_id=recall_id, reason=reason, at=at, actor=actor))
    session.flush()


@cache
def alerts() -> tuple[Alert, ...]:
    """The alerts of the shipped file."""
    table = tomllib.loads(resource("recalls", "alerts.toml").read_text("utf-8"))
    return tuple(Alert(**row) for row in table["alert"])
