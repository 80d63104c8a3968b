"""Rows of partners and loans in, partners and loans out."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.stock.moving.model import Direction, Loan, Partner
from crs_desktop.stock.moving.tables import LoanEndTable, LoanTable, PartnerTable


def partners(session: Session) -> dict[int, Partner]:
    """Every partner by id, in order of name."""
    rows = session.scalars(select(PartnerTable).order_by(PartnerTable.name))
    return {row.id: Partner(row.id, row.name, row.contact) for row in rows}


def add_partner(session: Session, name: str, contact: str, at: datetime, actor: str) -> int:
    """A new partner; answers its id."""
    row = PartnerTable(name=name, contact=contact, at=at, actor=actor)
    session.add(row)
    session.flush()
    return row.id


def loans(session: Session) -> dict[int, Loan]:
    """Every loan by id, newest first."""
    known = partners(session)
    ends = {row.loan_id: row.reason for row in session.scalars(select(LoanEndTable))}
    rows = session.scalars(select(LoanTable).order_by(LoanTable.id.desc()))
    return {
        row.id: Loan(
            row.id, known[row.partner_id], Direction(row.direction), row.due, row.reason, row.at, row.actor,
            ends.get(row.id),
        )
        for row in rows
    }  # fmt: skip


def add_loan(
    session: Session, partner: int, direction: Direction, due: date | None, reason: str, at: datetime, actor: str
) -> int:
    """A new loan; answers its id."""
    row = LoanTable(partner_id=partner, direction=direction.value, due=due, reason=reason, at=at, actor=actor)
    session.add(row)
    session.flush()
    return row.id


def end_loan(session: Session, loan: int, reason: str, at: datetime, actor: str) -> None:
    """What is outstanding is not expected any more."""
    session.add(LoanEndTable(loan_id=loan, reason=reason, at=at, actor=actor))
    session.flush()
