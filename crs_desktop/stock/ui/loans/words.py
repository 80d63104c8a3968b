"""Loans in the words of their tab."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import tr
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.days import day_text
from crs_desktop.stock.model import Movement
from crs_desktop.stock.moving.model import Direction, LoanPicture
from crs_desktop.stock.ui.words import signed


def standing(one: LoanPicture, today: date) -> tuple[State | None, str]:
    """A shape and a word: overdue, outstanding, given up, settled."""
    if one.overdue(today):
        return State.SHORT, tr("overdue")
    if one.open:
        return State.READY_BUT, tr("outstanding")
    return None, tr("settled") if one.loan.ended_because is None else tr("given up")


def outstanding_text(one: LoanPicture) -> str:
    """'2 × 400 mg, 1 × 80 mg', or a dash when nothing is."""
    return ", ".join(f"{vials} × {strength}" for strength, vials in one.outstanding) or "–"


def direction_text(one: LoanPicture) -> str:
    """Whose vials they are."""
    return tr("lent to") if one.loan.direction is Direction.LENT else tr("borrowed from")


def loan_columns(today: list[date], zone: ZoneInfo) -> list[Column[LoanPicture]]:
    """Loans; `today` holds the day as the page last read it."""
    return [
        Column(
            tr("Partner"), lambda one: one.loan.partner.name, strong=True, below=direction_text,
        ),
        Column(
            tr("State"), lambda one: standing(one, today[0])[1], state=lambda one: standing(one, today[0])[0],
            below=lambda one: one.loan.ended_because or "", hint=lambda one: one.loan.ended_because or "",
        ),
        Column(tr("Still to come back"), outstanding_text, strong=True),
        Column(
            tr("Due"), lambda one: "–" if one.loan.due is None else day_text(one.loan.due, year=True),
            sort_key=lambda one: one.loan.due or date.max,
        ),
        Column(
            tr("Since, why"), lambda one: local_text(one.loan.at, zone).partition(" (")[0], stretch=True,
            below=lambda one: " · ".join(filter(None, (one.loan.actor, one.loan.reason))),
            hint=lambda one: one.loan.reason, sort_key=lambda one: one.loan.at,
        ),
    ]  # fmt: skip


def line_columns(zone: ZoneInfo) -> list[Column[Movement]]:
    """The lines of the ledger that belong to a loan."""
    return [
        Column(tr("Line"), lambda line: str(line.id), "right"),
        Column(tr("When, who"), lambda line: local_text(line.at, zone).partition(" (")[0],
               below=lambda line: line.actor),
        Column(tr("Lot"), lambda line: f"{line.lot.brand} {line.lot.strength}", stretch=True,
               below=lambda line: tr("lot {number}").format(number=line.lot.number)),
        Column(tr("Vials, place"), lambda line: signed(line.vials), "right", below=lambda line: line.place.name),
    ]  # fmt: skip
