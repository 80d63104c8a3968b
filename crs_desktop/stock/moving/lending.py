"""What a loan does inside one write: vials leave for a partner or come from one, and the line names the loan."""

from __future__ import annotations

from datetime import date

from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.stock import repository
from crs_desktop.stock.acts import append, receive
from crs_desktop.stock.commands import ReadLot
from crs_desktop.stock.following import cannot_part, live_promises
from crs_desktop.stock.model import Lot, LotState, MovementKind, OnHand, VialLine
from crs_desktop.stock.moving import repository as book
from crs_desktop.stock.moving.model import Direction, Loan
from crs_desktop.stock.moving.rules import cannot_leave, cannot_return, outstanding
from crs_desktop.stock.rules import cannot_take
from crs_desktop.store.store import Result, Writing


def lend(
    writing: Writing, partner_id: int, line: VialLine, due: date | None, reason: str, today: date
) -> Result | Refused:  # fmt: skip
    """Vials go to a partner. Refused for what must not be used, and for what is promised to somebody."""
    found = _leaving(writing, line, today)
    if isinstance(found, Refused):
        return found
    loan = _open(writing, partner_id, Direction.LENT, due, reason)
    if isinstance(loan, Refused):
        return loan
    number = append(writing, found.lot, found.place, -line.vials, MovementKind.LOAN, reason, loan=loan)
    return {"loan": loan, "movement": number}


def borrow(
    writing: Writing, partner_id: int, receipt: ReadLot, place_id: int, due: date | None, reason: str
) -> Result | Refused:  # fmt: skip
    """Vials come from a partner: a receipt like any other, recalls and warm places included."""
    loan = _open(writing, partner_id, Direction.BORROWED, due, reason)
    if isinstance(loan, Refused):
        return loan
    came = receive(writing, receipt, place_id, loan_id=loan, kind=MovementKind.LOAN)
    return came if isinstance(came, Refused) else {"loan": loan, **came}


def give_back(writing: Writing, loan_id: int, line: VialLine, reason: str, today: date) -> Result | Refused:
    """Vials that were borrowed go back, of whatever lot of that strength."""
    loan = book.loans(writing.session).get(loan_id)
    if loan is None or loan.direction is not Direction.BORROWED:
        return refuse(no("loan_unknown", "loan", loan_id))
    found = _leaving(writing, line, today)
    if isinstance(found, Refused):
        return found
    finding = _too_many(writing, loan, found.lot, line.vials)
    if finding is not None:
        return finding
    return {
        "loan": loan.id,
        "movement": append(writing, found.lot, found.place, -line.vials, MovementKind.LOAN, reason, loan=loan.id),
    }


def take_back(writing: Writing, loan_id: int, receipt: ReadLot, place_id: int) -> Result | Refused:
    """Vials that were lent come back: a receipt, of whatever lot of that strength."""
    loan = book.loans(writing.session).get(loan_id)
    if loan is None or loan.direction is not Direction.LENT:
        return refuse(no("loan_unknown", "loan", loan_id))
    finding = cannot_return(loan, repository.movements(writing.session, loan=loan.id), receipt.strength, receipt.vials)
    if finding is not None:
        return refuse(finding)
    came = receive(writing, receipt, place_id, loan_id=loan.id, kind=MovementKind.LOAN)
    return came if isinstance(came, Refused) else {"loan": loan.id, **came}


def end(writing: Writing, loan_id: int, reason: str) -> Result | Refused:
    """What is outstanding is not expected any more; of a loan that is settled there is nothing to end."""
    loan = book.loans(writing.session).get(loan_id)
    if loan is None:
        return refuse(no("loan_unknown", "loan", loan_id))
    if loan.ended_because is not None:
        return refuse(no("loan_over", "loan", loan_id, reason=loan.ended_because))
    left = outstanding(loan.direction, repository.movements(writing.session, loan=loan.id))
    if not left:
        return refuse(no("loan_settled", "loan", loan_id))
    book.end_loan(writing.session, loan.id, reason, writing.at, writing.actor.name)
    writing.log("loan", loan.id, "end", reason=reason, after={str(strength): vials for strength, vials in left.items()})
    return {"loan": loan.id}


def _open(
    writing: Writing, partner_id: int, direction: Direction, due: date | None, reason: str
) -> int | Refused:  # fmt: skip
    if partner_id not in book.partners(writing.session):
        return refuse(no("loan_partner_unknown", "partner", partner_id))
    loan = book.add_loan(writing.session, partner_id, direction, due, reason, writing.at, writing.actor.name)
    after = {"partner": partner_id, "direction": direction.value, "due": None if due is None else due.isoformat()}
    writing.log("loan", loan, "open", after=after, reason=reason)
    return loan


def _leaving(writing: Writing, line: VialLine, today: date) -> OnHand | Refused:
    """The vials, when they are there, may be used and are promised to nobody."""
    session = writing.session
    lot, place = repository.lots(session).get(line.lot_id), repository.places(session).get(line.place_id)
    if lot is None or place is None:
        return refuse(no("stock_lot_unknown", "lot", line.lot_id))
    there = repository.balances(session)
    here = repository.states_by_place(session).get(line.key, (LotState.AVAILABLE, ""))
    item = OnHand(lot, place, there.get(line.key, 0), *here)
    finding = cannot_take(there, line, (lot.number, place.name)) or cannot_leave(item, today)
    if finding is not None:
        return refuse(finding)
    return cannot_part(live_promises(writing), line, item.vials, (lot.number, place.name), lent=True) or item


def _too_many(writing: Writing, loan: Loan, lot: Lot, vials: int) -> Refused | None:
    finding = cannot_return(loan, repository.movements(writing.session, loan=loan.id), lot.strength, vials)
    return None if finding is None else refuse(finding)
