"""Facts that several sheets share: patient, weight, dose, vials, protocol, stamp."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from crs_desktop.documents.model import Stated
from crs_desktop.documents.sheets.facts import (
    DoseFacts,
    PatientFacts,
    ProtocolFacts,
    SetFacts,
    VialFacts,
    WeightFacts,
)
from crs_desktop.doses.rules import arithmetic
from crs_desktop.doses.rules.facts import dosing_facts
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.patients.model import Patient, Weighing
from crs_desktop.policy.model import Policy
from crs_desktop.stock.model import Lot, Place
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.protocol import Protocol

# The molecule with the suffix of each brand, so that nobody takes two brands for two drugs (resources/dosing).
MOLECULES = {
    "Actemra": "tocilizumab",
    "Avtozma": "tocilizumab-anoh",
    "Tofidence": "tocilizumab-bavi",
    "Tyenne": "tocilizumab-aazg",
}
# The practice reference forbids the short form of the first and spells the second out; IV may stay.
_ROUTES = {"SC": "subcutaneous", "PO": "by mouth"}
_NONE_KNOWN = "no known allergies"


def patient_facts(patient: Patient) -> PatientFacts:
    """Who. A recorded 'no known allergies' is an answer; nothing recorded is not."""
    allergies: tuple[str, ...] | None = None
    if patient.allergies is not None:
        said = patient.allergies.strip()
        allergies = () if said.lower() == _NONE_KNOWN else (said,)
    return PatientFacts(patient.name, patient.birth_date, patient.mrn, allergies)


def weight_facts(weighing: Weighing, on: date, policy: Policy, zone: ZoneInfo) -> WeightFacts:
    """The weight with its age on the day of the sheet."""
    measured = local_day(weighing.measured_at, zone)
    age = max(0, (on - measured).days)
    return WeightFacts(weighing.weight, measured, weighing.method.value, age, policy.whole("weight_age"))


def dose_facts(weight: BodyWeight, drawn: Mass | None = None) -> DoseFacts:
    """The calculated dose of a weight, with how it came about."""
    calculated = arithmetic.calculated_dose(weight)
    taken = drawn or calculated
    return DoseFacts(
        arithmetic.mg_per_kg(weight), arithmetic.uncapped_dose(weight), calculated, taken,
        arithmetic.volume_of(taken), dosing_facts().mg_per_ml, arithmetic.bag_ml(weight),
        arithmetic.infuse_minutes(),
    )  # fmt: skip


def vial_facts(lots: Iterable[tuple[Lot, Place, int]]) -> tuple[VialFacts, ...]:
    """Vials by lot and shelf."""
    return tuple(
        VialFacts(
            lot.brand, MOLECULES.get(lot.brand, lot.brand), int(lot.strength.mg), vials, lot.number, lot.expires,
            place.name,
        )
        for lot, place, vials in lots
    )  # fmt: skip


def set_facts(
    number: int, lots: Iterable[tuple[Lot, Place, int]], drawn: Mass, opened: Mass, confirmed: bool
) -> SetFacts:
    """One set that is there."""
    return SetFacts(number, vial_facts(lots), drawn, opened - drawn, confirmed)


def protocol_facts(protocol: Protocol) -> ProtocolFacts:
    """The protocol a sheet rests on."""
    read = max((fact.read for fact in protocol.facts()), default=None)
    return ProtocolFacts(
        f"{protocol.name} ({protocol.brand})", protocol.label_revision, protocol.fingerprint[:12], read
    )


def route_words(route: str) -> str:
    """A route as paper may say it: 'subcutaneous', 'by mouth', 'IV, continuous infusion'."""
    return re.sub(r"\b(?:SC|PO)\b", lambda found: _ROUTES[found[0]], route)


def unknown_words(protocol: Protocol, paths: Iterable[str]) -> tuple[str, ...]:
    """What is not known, said in words and once each; a path is for the program, never for people."""
    return tuple(dict.fromkeys(_unknown(protocol, path) for path in paths))


def _unknown(protocol: Protocol, path: str) -> str:
    gaps = {f"unknowns.{gap.id}": gap.text for gap in protocol.unknowns}
    fact = protocol.fact(path)
    note = gaps.get(path) or (fact.note if fact is not None else "")
    if not note:
        return path.replace(".", ", ").replace("_", " ")
    drug = next((item.drug for item in protocol.premedication if path.startswith(f"{item.path}.")), "")
    return f"{drug}: {note}" if drug else note


def stated(protocol: Protocol, adoption: Adoption | None, text: str, *paths: str) -> Stated:
    """A text with its standing: unverified while any known fact below the paths is, and nobody has checked it.

    What was read in the text of another country says so, also when it was checked: it stays that country's rule. So
    does what this site does otherwise than the label.
    """
    checked = adoption.checked if adoption is not None else ()
    facts = [fact for fact in protocol.facts_under(*paths) if not fact.unknown]
    unsure = any(fact.unverified and fact.path not in checked for fact in facts)
    countries = dict.fromkeys(fact.jurisdiction for fact in facts if fact.foreign and not fact.by_site)
    said = say(no("sheet_foreign", text=text, country=", ".join(countries))) if countries else text
    said = say(no("sheet_own", text=said)) if any(fact.by_site for fact in facts) else said
    return Stated(said, unsure)


def local_start(day: date, clock_time: str, zone: ZoneInfo) -> datetime | None:
    """The planned start as an instant; None without a time of day. Of a repeated hour the first is meant."""
    if not clock_time:
        return None
    hour, minute = clock_time.split(":")
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=zone)
