"""The second look at a dose inside its write transaction: the record is there already, and never waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.doses import repository
from crs_desktop.doses.entry import DoseCheck, DoseEntry, ToCheck, read_amount
from crs_desktop.doses.rules.second_look import (
    DOSE,
    DOSE_FIELD,
    WEIGHT_FIELD,
    asked_about,
    products,
    recalculated,
    waits,
)
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.entry import read_weight
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.policy.model import Policy
from crs_desktop.staff.signing import repository as signing
from crs_desktop.staff.signing.acts import Countersigning
from crs_desktop.staff.signing.model import Asked, Catches, Standing
from crs_desktop.staff.signing.rules import catches
from crs_desktop.stock import repository as stock
from crs_desktop.store.store import Result, Writing


def look(writing: Writing, sign: Countersigning, dose_id: int) -> Result | Refused:
    """A second person signs a dose that was recorded by somebody else, or the first one alone at night."""
    entry = open_record(writing.session, dose_id)
    if isinstance(entry, Refused):
        return entry
    signed = sign.sign(asked_of(writing.session, entry), entry.actor)
    return signed if isinstance(signed, Refused) else {"check": signed.check_id}


def open_record(session: Session, dose_id: int) -> DoseEntry | Refused:
    """The record, unless nobody has to look at it any more."""
    entry = next((one for one in repository.doses(session) if one.id == dose_id), None)
    if entry is None:
        return refuse(no("dose_unknown", "dose", dose_id))
    if entry.reversed_because is not None:
        return refuse(no("dose_already_reversed", "dose", dose_id, reason=entry.reversed_because))
    found = checks(session, [entry])[entry.id]
    if found is not None and found.standing is Standing.CHECKED and found.last is not None:
        return refuse(no("second_dose_done", "dose", dose_id, by=found.last.second or found.last.first))
    return entry


def to_check(session: Session, dose_id: int) -> ToCheck | Refused:
    """What a second person may know of a dose beforehand: whose it is and when it started."""
    entry = open_record(session, dose_id)
    if isinstance(entry, Refused):
        return entry
    rows = signing.checks(session, DOSE, str(dose_id))
    standing = waits(rows, taken_back=False) or Standing.WAITING
    return ToCheck(dose_id, entry.patient_id, entry.started_at, entry.actor, products(), standing)


def asked_of(session: Session, entry: DoseEntry) -> Asked:
    """What is true of a record, to be entered blind."""
    lots = stock.lots(session)
    return asked_about(entry.id, entry.weight, [lots[spent.line.lot_id].brand for spent in entry.vials], entry.amount)


def checks(session: Session, entries: list[DoseEntry]) -> Mapping[int, DoseCheck | None]:
    """Where each of these stands; None for one that was taken back."""
    rows = signing.by_thing(session, DOSE)
    found: dict[int, DoseCheck | None] = {}
    for entry in entries:
        mine = rows.get(str(entry.id), ())
        standing = waits(mine, entry.reversed_because is not None)
        found[entry.id] = None if standing is None else DoseCheck(standing, mine[-1] if mine else None)
    return found


def caught(session: Session, zone: ZoneInfo) -> Catches:
    """What second checks of doses have caught, by month."""
    return catches(signing.checks(session, DOSE), zone)


def calculated(entered: Mapping[str, str], policy: Policy) -> Finding | None:
    """What the program makes of an entered weight, beside the entered dose; None while one of them cannot be read."""
    weight, dose = read_weight(entered.get(WEIGHT_FIELD, "")), read_amount(entered.get(DOSE_FIELD, ""))
    if isinstance(weight, BodyWeight) and isinstance(dose, Mass):
        return recalculated(weight, dose, policy.rounding)
    return None
