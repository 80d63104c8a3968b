"""Facts of the labels for vials set aside, from the promises of one patient as they stand, or why there are none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.documents.gather.common import patient_facts, protocol_facts, vial_facts
from crs_desktop.documents.sheets.facts import Stamp
from crs_desktop.documents.sheets.set_aside_label import LabelFacts, SetAsideFacts
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.patients.model import Course, Patient
from crs_desktop.stock.model import Earmark, LotState, OnHand

Shelf = Mapping[tuple[int, int], OnHand]


def running(promises: Sequence[Earmark], today: date, only: Collection[int] = ()) -> list[Earmark]:
    """Promises that hold today or later, by set; with `only` just these."""
    found = [one for one in promises if one.held.last >= today and (not only or one.id in only)]
    return sorted(found, key=lambda one: (one.set_no, one.id))


def set_aside_facts(
    patient: Patient, course: Course, promises: Sequence[Earmark], on_hand: Sequence[OnHand], policy: str,
    zone: ZoneInfo, printed: tuple[str, datetime],
) -> SetAsideFacts | Refused:  # fmt: skip
    """The labels of these promises. Vials that must not be used, or are not there, get none: the reason is said."""
    if not promises:
        return refuse(no("label_no_promise", "patient", patient.name))
    shelf = {(item.lot.id, item.place.id): item for item in on_hand}
    if wrong := [finding for promise in promises for finding in _wrong(promise, shelf)]:
        return Refused(tuple(dict.fromkeys(wrong)))
    said_by, at = printed
    last = min(promise.held.last for promise in promises)
    until = datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    return SetAsideFacts(
        patient_facts(patient), course.protocol.name, tuple(_label(promise, shelf) for promise in promises),
        protocol_facts(course.protocol), policy, Stamp(said_by, at, max(until, at), zone),
    )  # fmt: skip


def _label(promise: Earmark, shelf: Shelf) -> LabelFacts:
    lots = [(shelf[line.lot_id, line.place_id], line.vials) for line in promise.vials]
    return LabelFacts(
        promise.id, promise.set_no, vial_facts((item.lot, item.place, vials) for item, vials in lots),
        promise.held.first, promise.held.last, promise.actor, promise.at,
    )  # fmt: skip


def _wrong(promise: Earmark, shelf: Shelf) -> list[Finding]:
    found = []
    for line in promise.vials:
        item = shelf.get((line.lot_id, line.place_id))
        if item is None or item.vials < line.vials:
            found.append(no("label_vials_gone", "promise", promise.id))
        elif item.state is not LotState.AVAILABLE:
            found.append(no("label_lot_blocked", "lot", item.lot.number, state=item.state.value))
        elif item.lot.expires < promise.held.last:
            found.append(no("label_lot_expires", "lot", item.lot.number))
    return found
