"""What the rooms below know of a few lots: doses, promises, lines of the ledger. Inside one open snapshot."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from crs_desktop.doses import repository as doses
from crs_desktop.doses.acts import standing
from crs_desktop.doses.entry import DoseEntry
from crs_desktop.patients import repository as patients
from crs_desktop.readiness.recall.rules import person_of
from crs_desktop.readiness.recall.rules import went_out as out
from crs_desktop.stock import repository as stock
from crs_desktop.stock.model import Earmark, Lot, LotState, Place
from crs_desktop.stock.moving import repository as moving
from crs_desktop.stock.recalls.model import DoseReceived, Person, Promise, VialsOf, WentOut

_HOLDER = "course:"


def received(session: Session, lots: Collection[int]) -> tuple[DoseReceived, ...]:
    """Doses that stand and were made of vials of these lots, in order of their start."""
    whose = doses.had_lots(session, lots)
    log = standing(doses.doses(session, patient_ids=whose)) if whose else []
    people = {patient.id: person_of(patient) for patient in patients.patients(session, whose)} if whose else {}
    known, places = stock.lots(session), stock.places(session)
    return tuple(
        _dose(entry, people[entry.patient_id], lots, known, places)
        for entry in log
        if any(spent.line.lot_id in lots for spent in entry.vials)
    )


def promised(session: Session, lots: Collection[int]) -> tuple[Promise, ...]:
    """Promises that hold and name vials of these lots, the first day first."""
    held = [item for item in stock.earmarks(session) if any(line.lot_id in lots for line in item.vials)]
    if not held:
        return ()
    known, places = stock.lots(session), stock.places(session)
    whose = {item.holder: _person(session, item.holder) for item in held}
    found = [_promise(item, whose[item.holder], lots, known, places) for item in held]
    return tuple(sorted(found, key=lambda item: (item.held.first, item.holder, item.set_no)))


def went_out(session: Session, lots: Collection[int]) -> tuple[WentOut, ...]:
    """Vials of these lots that left otherwise than in a dose."""
    lines = [line for lot_id in sorted(lots) for line in stock.movements(session, lot_id)]
    return out(lines, {number: loan.partner.name for number, loan in moving.loans(session).items()})


def doses_of_unknown_lots(session: Session) -> int:
    """Doses that stand and of whose vials nothing is known here: they came from elsewhere."""
    return doses.without_vials(session)


def state_without(session: Session, lot: Lot, recall_id: int) -> LotState:
    """The state of a lot everywhere, had this notice not been recorded: the last one that is not of the notice."""
    marks = [mark for mark in stock.marks_of(session, lot.id) if mark.place is None and mark.recall != recall_id]
    return marks[-1].state if marks else LotState.AVAILABLE


def _dose(
    entry: DoseEntry, person: Person, lots: Collection[int], known: dict[int, Lot], places: dict[int, Place]
) -> DoseReceived:  # fmt: skip
    vials = tuple(
        VialsOf(known[spent.line.lot_id], spent.line.vials, places.get(spent.line.place_id), spent.missing)
        for spent in entry.vials
        if spent.line.lot_id in lots
    )
    return DoseReceived(
        person, entry.id, entry.started_at, entry.amount, entry.purpose.value, vials, entry.prescriber, entry.given_by
    )  # fmt: skip


def _promise(
    item: Earmark, person: Person | None, lots: Collection[int], known: dict[int, Lot], places: dict[int, Place]
) -> Promise:  # fmt: skip
    vials = tuple(
        VialsOf(known[line.lot_id], line.vials, places.get(line.place_id)) for line in item.vials if line.lot_id in lots
    )
    return Promise(person, item.holder, item.set_no, item.held, vials, item.actor)


def _person(session: Session, holder: str) -> Person | None:
    """Whose course a holder names; None for a holder of another kind."""
    number = holder.removeprefix(_HOLDER)
    if holder == number or not number.isdigit():
        return None
    whose = patients.patient_of_course(session, int(number))
    found = [] if whose is None else patients.patients(session, [whose])
    return person_of(found[0]) if found else None
