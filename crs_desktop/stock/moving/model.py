"""Nouns of loans: another pharmacy, vials lent to it or borrowed from it, and what is still to come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from crs_desktop.kernel.amounts import Mass
from crs_desktop.stock.model import Movement


class Direction(Enum):
    """Whose vials they are."""

    LENT = "lent"
    BORROWED = "borrowed"


@dataclass(frozen=True, slots=True)
class Partner:
    """Another pharmacy, and how to reach it."""

    id: int
    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Loan:
    """Vials that went to a partner, or came from one. `ended_because` when the rest is not expected any more."""

    id: int
    partner: Partner
    direction: Direction
    due: date | None
    reason: str
    at: datetime
    actor: str
    ended_because: str | None = None


@dataclass(frozen=True, slots=True)
class LoanPicture:
    """A loan, its lines of the ledger (oldest first), and the vials of each strength that are still to come back."""

    loan: Loan
    lines: tuple[Movement, ...]
    outstanding: tuple[tuple[Mass, int], ...]

    @property
    def open(self) -> bool:
        """True while vials are expected back."""
        return bool(self.outstanding) and self.loan.ended_because is None

    def overdue(self, today: date) -> bool:
        """True when they should have been back by now."""
        return self.open and self.loan.due is not None and self.loan.due < today
