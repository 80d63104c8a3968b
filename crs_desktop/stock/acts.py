"""What each act of stock does inside its one write transaction; also used by the recording of a dose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.kernel.wording import say
from crs_desktop.staff.signing.acts import Countersigning
from crs_desktop.stock import repository
from crs_desktop.stock.commands import UNDER_RECALL, ConfirmEarmark, ReadLot
from crs_desktop.stock.following import bring_state, take_along
from crs_desktop.stock.laying import come_back, come_under_excursion, set_state
from crs_desktop.stock.model import (
    Discrepancy,
    Earmark,
    Lot,
    LotState,
    Movement,
    MovementKind,
    Place,
    VialLine,
    WasteCause,
    heavier,
)
from crs_desktop.stock.rules import asked_about, cannot_take, over_promised, together
from crs_desktop.store.store import Result, Writing


def receive(
    writing: Writing, receipt: ReadLot, place_id: int, order_id: int | None = None, loan_id: int | None = None,
    kind: MovementKind = MovementKind.RECEIVE,
) -> Result | Refused:  # fmt: skip
    """Take vials in. A known lot number with another expiry is refused: one of the two is misread.

    A lot that a running recall names is recalled from its first minute here; vials that come into a place which is too
    warm come under its excursion.
    """
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
    _hold_as_recalled(writing, lot)
    moved = append(writing, lot, place, receipt.vials, kind, order=order_id, loan=loan_id)
    come_under_excursion(writing, lot, place)
    return {"movement": moved}


def _hold_for_check(writing: Writing, lot: Lot) -> None:
    """A new lot of a brand under recall waits in quarantine until a person has checked it and makes it available."""
    set_state(writing, lot, LotState.QUARANTINED, say(no("stock_brand_recall", "brand", lot.brand)))


def _hold_as_recalled(writing: Writing, lot: Lot) -> None:
    """A recall that names the lot, and was not laid on it yet, holds from now on."""
    recall = repository.recall_naming(writing.session, lot.brand, lot.number)
    if recall is None or any(mark.recall == recall for mark in repository.marks_of(writing.session, lot.id)):
        return
    set_state(writing, lot, LotState.RECALLED, say(no("stock_lot_recalled", "lot", lot.number)), recall=recall)


def count_difference(writing: Writing, line: VialLine, count_id: int, reason: str) -> Result | Refused:
    """Bring the ledger to what was counted: `vials` is the difference, above 0 found, below 0 missing."""
    session = writing.session
    lot, place = repository.lots(session).get(line.lot_id), repository.places(session).get(line.place_id)
    if lot is None or place is None:
        return refuse(no("stock_lot_unknown", "lot", line.lot_id))
    taken = VialLine(line.lot_id, line.place_id, -line.vials)
    finding = cannot_take(repository.balances(session), taken, (lot.number, place.name))
    if finding is not None:
        return refuse(finding)
    moved = append(writing, lot, place, line.vials, MovementKind.COUNT, reason, count=count_id)
    if line.vials > 0:
        _found(writing, lot, place)
    return {"movement": moved}


def _found(writing: Writing, lot: Lot, place: Place) -> None:
    """Vials that a count found may have lain there ever since the ledger last let some of their lot go."""
    lines = repository.movements(writing.session, lot.id, place_id=place.id)
    gone = max((line.at for line in lines if line.vials < 0), default=None)
    if gone is None:
        come_under_excursion(writing, lot, place)
    else:
        come_back(writing, lot, place, gone)


def waste(
    writing: Writing, line: VialLine, reason: str, cause: WasteCause = WasteCause.OTHER, today: date | None = None
) -> Result | Refused:  # fmt: skip
    """Take vials out as waste; refused when the ledger holds fewer, and as expired while the lot is not."""
    session = writing.session
    lot, place = repository.lots(session).get(line.lot_id), repository.places(session).get(line.place_id)
    if lot is None or place is None:
        return refuse(no("stock_lot_unknown", "lot", line.lot_id))
    if cause is WasteCause.EXPIRED and today is not None and lot.expires >= today:
        return refuse(no("waste_not_expired", "cause", lot.number, expires=lot.expires.isoformat()))
    finding = cannot_take(repository.balances(session), line, (lot.number, place.name))
    if finding is not None:
        return refuse(finding)
    return {"movement": append(writing, lot, place, -line.vials, MovementKind.WASTE, reason, cause=cause.value)}


def prepared(writing: Writing, holder: str, lines: Sequence[VialLine], reason: str) -> Result | Refused:
    """Take out the vials of a dose that was prepared for somebody and not given: it is no dose, and they are gone.

    A promise to the same holder loses its vials with them, so it ends: what is owed is owed again and has to be
    promised anew. The promise of exactly these vials goes, else the first that names one of them.
    """
    session, lines = writing.session, together(lines)
    lots, places, there = repository.lots(session), repository.places(session), repository.balances(session)
    if any(line.lot_id not in lots or line.place_id not in places for line in lines) or not lines:
        return refuse(no("stock_lot_unknown", "lot", len(lines)))
    if len({lots[line.lot_id].brand for line in lines}) != 1:
        return refuse(no("stock_set_mixes_brands", "vials", len(lines)))
    names = [(line, (lots[line.lot_id].number, places[line.place_id].name)) for line in lines]
    findings = [found for line, said in names if (found := cannot_take(there, line, said)) is not None]
    if findings:
        return refuse(*findings)
    numbers = [
        append(writing, lots[line.lot_id], places[line.place_id], -line.vials, MovementKind.PREPARED, reason,
               cause=WasteCause.PREPARED.value, holder=holder)
        for line in lines
    ]  # fmt: skip
    return {"movement": numbers[0], "movements": numbers, "ended": _end_prepared(writing, holder, lines)}


def _end_prepared(writing: Writing, holder: str, lines: Sequence[VialLine]) -> int | None:
    keys = {line.key for line in lines}
    promised = repository.earmarks(writing.session, holder)
    naming = [item for item in promised if keys & {line.key for line in item.vials}]
    if not naming:
        return None
    used = min(naming, key=lambda item: (item.vials != tuple(sorted(lines)), item.set_no, item.id))
    reason = say(no("prepared_ends_promise", "set", used.set_no))
    repository.release(writing.session, [used.id], writing.at, reason)
    writing.log("earmark", used.id, "end", reason=reason, after={"holder": holder})
    return used.id


def reverse(
    writing: Writing, movement_id: int, reason: str, signing: Countersigning | None = None
) -> Result | Refused:  # fmt: skip
    """Append the opposite of a line; of a receipt only with the signature of a second person.

    A move is reversed whole: both its lines, and promises that followed the vials follow them back.
    """
    found = reversible(writing.session, movement_id)
    if isinstance(found, Refused):
        return found
    if found.is_receipt:
        if signing is None:
            return refuse(no("stock_second_needed", "second", found.id))
        signed = signing.sign(asked_about(found))
        if isinstance(signed, Refused):
            return signed
    lines = both_lines(writing.session, found)
    if len(lines) == 2:
        went, came = lines
        line = VialLine(came.lot.id, came.place.id, came.vials)
        followed = take_along(writing, line, came.lot, came.place, went.place)
        if isinstance(followed, Refused):
            return followed
        bring_state(writing, came.lot, came.place, went.place)
    numbers = {line.id: _opposite(writing, line, reason) for line in lines}
    return {"movement": numbers[found.id]}


def _opposite(writing: Writing, line: Movement, reason: str, dose: int | None = None) -> int:
    """The opposite line. Vials that are there again come under what was told of their place meanwhile."""
    number = append(
        writing, line.lot, line.place, -line.vials, MovementKind.REVERSAL, reason, line.id, dose, order=line.order,
        count=line.count, loan=line.loan,
    )  # fmt: skip
    if line.vials < 0:
        come_back(writing, line.lot, line.place, line.at)
    return number


def both_lines(session: Session, line: Movement) -> list[Movement]:
    """The line by which vials went and the one by which they came; of what is no move, the line itself."""
    if line.kind is not MovementKind.MOVE:
        return [line]
    if line.pair is not None:
        other = repository.movement(session, line.pair)
        return [line] if other is None else [other, line]
    return [line, *repository.movements(session, pair=line.id)]


def reversible(session: Session, movement_id: int) -> Movement | Refused:
    """The line that may be reversed. Refused when reversed before, a reversal, part of a dose, or an overdraw."""
    found = repository.movement(session, movement_id)
    if found is None:
        return refuse(no("stock_movement_unknown", "movement", movement_id))
    if found.reversed_by is not None or found.kind is MovementKind.REVERSAL:
        return refuse(no("stock_already_reversed", "movement", movement_id))
    if found.dose is not None:
        return refuse(no("stock_movement_of_dose", "movement", movement_id, dose=found.dose))
    there = repository.balances(session)
    for came in both_lines(session, found):
        line = VialLine(came.lot.id, came.place.id, came.vials)
        finding = cannot_take(there, line, (came.lot.number, came.place.name))
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
    if state is not LotState.RECALLED and repository.recall_naming(writing.session, lot.brand, lot.number) is not None:
        return refuse(no("stock_recall_runs", "lot", lot.number))
    set_state(writing, lot, state, reason)
    return {"lot": lot.id}


def confirm(writing: Writing, command: ConfirmEarmark) -> Result | Refused:
    """Promise a set. The check and the promise are one transaction, so two desks cannot promise one vial twice."""
    session = writing.session
    command = replace(command, vials=together(command.vials))
    lots, places, here = repository.lots(session), repository.places(session), repository.states_by_place(session)
    for line in command.vials:
        lot = lots.get(line.lot_id)
        if lot is None or line.place_id not in places or line.vials < 1:
            return refuse(no("stock_lot_unknown", "lot", line.lot_id))
        state = heavier(lot.state, here.get(line.key))
        if state is not LotState.AVAILABLE:
            return refuse(no("stock_lot_not_available", "lot", lot.number, state=state.value))
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
        append(writing, lot, place, -spent, MovementKind.DOSE, dose=dose)
    if missing := line.vials - spent:
        found = Discrepancy(0, lot, place, missing, dose, writing.at)
        number = repository.add_discrepancy(writing.session, found)
        writing.log("discrepancy", number, "open", after={"lot": lot.id, "vials": missing, "dose": dose})
    return spent, line.vials - spent


def give_back(writing: Writing, dose: int, reason: str) -> int:
    """Reverse every movement of a dose that is taken back, and close what it left open; answers how many lines."""
    lines = [item for item in repository.movements(writing.session, dose=dose) if item.vials < 0]
    for line in lines:
        _opposite(writing, line, reason, dose)
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


def append(
    writing: Writing, lot: Lot, place: Place, vials: int, kind: MovementKind, reason: str = "",
    reverses: int | None = None, dose: int | None = None, pair: int | None = None, order: int | None = None,
    count: int | None = None, loan: int | None = None, cause: str = "", holder: str = "",
) -> int:  # fmt: skip
    """One more line of the ledger, logged; answers its number."""
    moved = Movement(
        0, lot, place, vials, kind, reason, writing.at, writing.actor.name, reverses, None, dose, pair, order, count,
        loan, cause, holder,
    )  # fmt: skip
    number = repository.add_movement(writing.session, moved)
    links = {"dose": dose, "pair": pair, "order": order, "count": count, "loan": loan, "cause": cause, "holder": holder}
    writing.log("movement", number, kind.value, reason=reason,
                after={"lot": lot.id, "place": place.id, "vials": vials, "reverses": reverses,
                       **{name: value for name, value in links.items() if value}})  # fmt: skip
    return number
