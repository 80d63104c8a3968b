"""Pure rules of loans: what is still to come back, and what must not be lent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.stock.model import LotState, Movement, OnHand
from crs_desktop.stock.moving.model import Direction, Loan


def outstanding(direction: Direction, lines: Iterable[Movement]) -> dict[Mass, int]:
    """Vials of each strength still to come back, the strongest first; another lot or brand of that strength counts."""
    total: Counter[Mass] = Counter()
    for line in lines:
        total[line.lot.strength] += -line.vials if direction is Direction.LENT else line.vials
    return {strength: vials for strength, vials in sorted(total.items(), reverse=True) if vials > 0}


def cannot_return(loan: Loan, lines: Iterable[Movement], strength: Mass, vials: int) -> Finding | None:
    """Why so many vials cannot come back: the loan is over, or fewer are out."""
    if loan.ended_because is not None:
        return no("loan_over", "loan", loan.id, reason=loan.ended_because)
    left = outstanding(loan.direction, lines).get(strength, 0)
    return None if vials <= left else no("loan_returns_more", "vials", vials, left=left, strength=strength)


def cannot_leave(item: OnHand, today: date) -> Finding | None:
    """Why vials must not go to another pharmacy: they must not be used here."""
    if item.state is not LotState.AVAILABLE:
        return no("loan_lot_blocked", "lot", item.lot.number, state=item.state.value)
    if item.lot.expires < today:
        return no("loan_lot_expired", "lot", item.lot.number, expires=item.lot.expires.isoformat())
    return None
