"""Rows of loans between pharmacies. Append-only; vials move by lines of the ledger that name the loan."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class PartnerTable(Row):
    """Another pharmacy."""

    __tablename__ = "partners"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    contact: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class LoanTable(Row):
    """Vials lent out or borrowed, with the day on which they are due back, if agreed."""

    __tablename__ = "loans"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    direction: Mapped[str]
    due: Mapped[date | None]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class LoanEndTable(Row):
    """Why a loan is over although vials are outstanding."""

    __tablename__ = "loan_ends"
    __table_args__ = STRICT
    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"), primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
