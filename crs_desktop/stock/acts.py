"""What each act of stock does inside its one write transaction; also used by the recording of a dose."""

from __future__ import annotations

from sqlalchemy.orm import Session

from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.kernel.wording import say
from crs_desktop.staff.signing.acts import Countersigning
from crs_desktop.stock import repository
from crs_desktop.stock.commands import UNDER_RECALL, ConfirmEarmark, ReadLot
from crs_desktop.stock.model import (
    Discrepancy,
    Earmark,
    Lot,
    LotState,
    Movement,
    MovementKind,
    Place,
    VialLine,
)
from crs_desktop.stock.rules import asked_about, cannot_take, over_promised
from crs_desktop.store.store import Result, Writing


def receive(writing: Writing, receipt: ReadLot, place_id: int) -> Result | Refused:
    """Take vials in. A known lot number with another expiry is refused: one of the two is misread."""
    session = writing.session
    place = repository.places(session).get(place_id)
    if place is None:
        return refuse(no("stock_place_unknown", "place", place_id))
    wanted = Lot(0, receipt.brand, receipt.strength, receipt.number, receipt.expires, LotState.AVAILABLE)
    lot = repository.find_lot(session, wanted)
    if lot is not None and lot.expires != receipt.expires:
        known = lot.expires.isoformat()
        return refuse(no("stock_lot_other_expiry", "expires", receipt.expires, lot=lot.number, known=known))
    if lot is None:
        lot = repository.add_lot(session, wanted)
        if lot.brand in UNDER_RECALL:
            _hold_for_check(writing, lot)
    return {"movement": _move(writing, lot, place, receipt.vials, MovementKind.RECEIVE)}


def _hold_for_check(writing: Writing, lot: Lot) -> None:
    """A new lot of a brand under recall waits in quarantine until a person has checked it and makes it available."""
    reason = say(no("stock_brand_recall", "brand", lot.brand))
    repository.add_state(writing.session, lot.id, LotState.QUARANTINED, reason, writing.at, writing.actor.name)
    writing.log("lot", lot.id, LotState.QUARANTINED.value, after={"state": LotState.QUARANTINED.value}, reason=reason)


def waste(writing: Writing, line: VialLine, reason: str) -> Result | Refused:
    """Take vials out as waste; refused when the ledger holds fewer."""
    session = writing.session
    lot, place = repository.lots(session).get(line.lot_id), repository.places(session).get(line.place_id)
    if lot is None or place is None:
        return refuse(no("stock_lot_unknown", "lot", line.lot_id))
    finding = cannot_take(repository.balances(session), line, (lot.number, place.name))
    if finding is not None:
        return refuse(finding)
    return {"movement": _move(writing, lot, place, -line.vials, MovementKind.WASTE, reason)}


def reverse(
    writing: Writing, movement_id: int, reason: str, signing: Countersigning | None = None
) -> Result | Refused:  # fmt: skip
    """Append the opposite of a line; of a receipt only with the signature of a second person."""
    found = reversible(writing.session, movement_id)
    if isinstance(found, Refused):
        return found
    if found.kind is MovementKind.RECEIVE:
        if signing is None:
            return refuse(no("stock_second_needed", "second", found.id))
        signed = signing.sign(asked_about(found))
        if isinstance(signed, Refused):
            return signed
    movement = _move(writing, found.lot, found.place, -found.vials, MovementKind.REVERSAL, reason, reverses=found.id)
    return {"movement": movement}


def reversible(session: Session, movement_id: int) -> Movement | Refused:
    """The line that may be reversed. Refused when reversed before, a reversal, part of a dose, or an overdraw."""
    found = repository.movement(session, movement_id)
    if found is None:
        return refuse(no("stock_movement_unknown", "movement", movement_id))
    if found.reversed_by is not None or found.kind is MovementKind.REVERSAL:
        return refuse(no("stock_already_reversed", "movement", movement_id))
    if found.dose is not None:
        return refuse(no("stock_movement_of_dose", "movement", movement_id, dose=found.dose))
    if found.vials > 0:
        line = VialLine(found.lot.id, found.place.id, found.vials)
        finding = cannot_take(repository.balances(session), line, (found.lot.number, found.place.name))
        if finding is not None:
            return refuse(finding)
    return found


def change_state(writing: Writing, lot_id: int, state: LotState, reason: str) -> Result | Refused:
    """Set what may be done with a lot, in all places. Refused when it is so already: somebody else was faster."""
    lot = repository.lots(writing.session).get(lot_id)
    if lot is None:
        return refuse(no("stock_lot_unknown", "lot", lot_id))
    if lot.state is state:
        return refuse(no("stock_state_already", "state", state.value, lot=lot.number))
    repository.add_state(writing.session, lot.id, state, reason, writing.at, writing.actor.name)
    writing.log("lot", lot.id, state.value, after={"state": state.value}, before={"state": lot.state.value},
                reason=reason)  # fmt: skip
    return {"lot": lot.id}


def confirm(writing: Writing, command: ConfirmEarmark) -> Result | Refused:
    """Promise a set. The check and the promise are one transaction, so two desks cannot promise one vial twice."""
    session = writing.session
    lots, places = repository.lots(session), repository.places(session)
    for line in command.vials:
        lot = lots.get(line.lot_id)
        if lot is None or line.place_id not in places or line.vials < 1:
            return refuse(no("stock_lot_unknown", "lot", line.lot_id))
        if lot.state is not LotState.AVAILABLE:
            return refuse(no("stock_lot_not_available", "lot", lot.number, state=lot.state.value))
        if lot.expires < command.held.last:
            return refuse(no("stock_lot_expires_within", "lot", lot.number, expires=lot.expires.isoformat()))
    if not command.vials or len({lots[line.lot_id].brand for line in command.vials}) != 1:
        return refuse(no("stock_set_mixes_brands", "vials", command.set_no))
    held = repository.earmarks(session)
    same = [item for item in held if (item.holder, item.set_no) == (command.holder, command.set_no)]
    meanwhile = [item for item in held if item.held.first <= command.held.last and command.held.first <= item.held.last]
    others = [item for item in meanwhile if item not in same]
    promised = Earmark(
        0, command.holder, command.set_no, command.held, tuple(sorted(command.vials)), writing.at, writing.actor.name
    )
    over = over_promised([*others, promised], repository.balances(session))
    mine = {(line.lot_id, line.place_id) for line in command.vials}
    taken = [item for item in over if item[0] in mine]
    if taken:
        (lot_id, place_id), most, there = taken[0]
        return refuse(
            no(
                "stock_promised_already",
                "vials",
                lots[lot_id].number,
                place=places[place_id].name,
                there=there,
                wanted=most,
                by=_promisers(others, (lot_id, place_id)),
            )
        )
    repository.release(session, [item.id for item in same], writing.at, "replaced by a new promise")
    earmark = repository.add_earmark(session, promised)
    writing.log("earmark", earmark, "confirm", after=command_content(command))
    return {"earmark": earmark}


def spend(writing: Writing, line: VialLine, dose: int) -> tuple[int, int]:
    """Take the vials of a dose given out of the ledger; answers vials spent and vials the ledger did not hold.

    Never refused: what the ledger lacks becomes an open discrepancy, never a negative lot.
    """
    lot, place = repository.lots(writing.session)[line.lot_id], repository.places(writing.session)[line.place_id]
    holds = repository.balances(writing.session).get((line.lot_id, line.place_id), 0)
    spent = min(holds, line.vials)
    if spent:
        _move(writing, lot, place, -spent, MovementKind.DOSE, dose=dose)
    if missing := line.vials - spent:
        found = Discrepancy(0, lot, place, missing, dose, writing.at)
        number = repository.add_discrepancy(writing.session, found)
        writing.log("discrepancy", number, "open", after={"lot": lot.id, "vials": missing, "dose": dose})
    return spent, line.vials - spent


def give_back(writing: Writing, dose: int, reason: str) -> int:
    """Reverse every movement of a dose that is taken back, and close what it left open; answers how many lines."""
    lines = [item for item in repository.movements(writing.session) if item.dose == dose and item.vials < 0]
    for line in lines:
        _move(writing, line.lot, line.place, -line.vials, MovementKind.REVERSAL, reason, line.id, dose)
    for found in repository.discrepancies(writing.session):
        if found.dose == dose:
            explain(writing, found.id, reason)
    return len(lines)


def explain(writing: Writing, discrepancy_id: int, reason: str) -> Result | Refused:
    """Close a discrepancy with its explanation; vials move only by lines of their own."""
    if not any(item.id == discrepancy_id for item in repository.discrepancies(writing.session)):
        return refuse(no("stock_discrepancy_unknown", "discrepancy", discrepancy_id))
    repository.close_discrepancy(writing.session, discrepancy_id, reason, writing.at, writing.actor.name)
    writing.log("discrepancy", discrepancy_id, "explain", reason=reason)
    return {"discrepancy": discrepancy_id}


def command_content(command: ConfirmEarmark) -> Result:
    """The promise as it is logged."""
    return {
        "holder": command.holder, "set": command.set_no, "from": command.held.first.isoformat(),
        "until": command.held.last.isoformat(),
        "vials": [[line.lot_id, line.place_id, line.vials] for line in command.vials],
    }  # fmt: skip


def _promisers(others: list[Earmark], key: tuple[int, int]) -> str:
    names = {item.actor for item in others if any((line.lot_id, line.place_id) == key for line in item.vials)}
    return ", ".join(sorted(names)) or "nobody"


def _move(
    writing: Writing, lot: Lot, place: Place, vials: int, kind: MovementKind, reason: str = "",
    reverses: int | None = None, dose: int | None = None,
) -> int:  # fmt: skip
    moved = Movement(0, lot, place, vials, kind, reason, writing.at, writing.actor.name, reverses=reverses, dose=dose)
    number = repository.add_movement(writing.session, moved)
    writing.log("movement", number, kind.value, reason=reason,
                after={"lot": lot.id, "place": place.id, "vials": vials, "reverses": reverses})  # fmt: skip
    return number
