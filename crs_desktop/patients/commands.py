"""What forms and the command line send to patients, as typed; reading it answers every finding at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.entry import read_day, read_local_instant, read_mrn, read_name, read_text, read_weight
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.patients.model import WeighingMethod


@dataclass(frozen=True, slots=True)
class WeightTyped:
    """A weight as typed: kilograms, local time of measuring, method (a WeighingMethod value)."""

    kg: str
    measured_at: str
    method: str


@dataclass(frozen=True, slots=True)
class Enrol:
    """A new patient with a therapy. `weight` None when nobody has weighed yet; allergies '' when nobody has asked."""

    request_id: str
    mrn: str
    family_name: str
    given_name: str
    birth_date: str
    allergies: str
    weight: WeightTyped | None
    therapy_id: str
    regimen_id: str
    start: str


@dataclass(frozen=True, slots=True)
class Weigh:
    """A new weight of a known patient."""

    request_id: str
    patient_id: int
    weight: WeightTyped


@dataclass(frozen=True, slots=True)
class Reschedule:
    """An infusion moved to another day, with an optional time of day."""

    request_id: str
    course_id: int
    dose_key: str
    day: str
    clock_time: str
    reason: str


@dataclass(frozen=True, slots=True)
class MarkInfusion:
    """What became of an infusion: `outcome` is 'given', 'held' or 'not given'; given needs its actual local time."""

    request_id: str
    course_id: int
    dose_key: str
    outcome: str
    given_at: str
    reason: str


@dataclass(frozen=True, slots=True)
class EndCourse:
    """A course that ends early: `kind` is 'withdrawn' or 'died'."""

    request_id: str
    course_id: int
    kind: str
    day: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadWeight:
    """A weight that was understood."""

    weight: BodyWeight
    measured_at: datetime
    method: WeighingMethod


@dataclass(frozen=True, slots=True)
class ReadEnrolment:
    """An enrolment that was understood."""

    mrn: str
    family_name: str
    given_name: str
    birth_date: date
    allergies: str
    weight: ReadWeight | None
    start: date


def read_weight_typed(typed: WeightTyped, now: datetime, zone: ZoneInfo) -> ReadWeight | Refused:
    """Understand a weight; its time lies in the past."""
    weight = read_weight(typed.kg)
    measured = read_local_instant(typed.measured_at, zone, "measured_at")
    findings = [item for item in (weight, measured) if isinstance(item, Finding)]
    method = next((known for known in WeighingMethod if known.value == typed.method.strip()), None)
    if method is None:
        findings.append(no("weighing_method", "method", typed.method, known=", ".join(m.value for m in WeighingMethod)))
    if isinstance(measured, datetime) and measured > now:
        findings.append(no("time_in_the_future", "measured_at", typed.measured_at))
    if findings:
        return refuse(*findings)
    assert isinstance(weight, BodyWeight) and isinstance(measured, datetime) and method is not None
    return ReadWeight(weight, measured, method)


def read_enrolment(command: Enrol, now: datetime, zone: ZoneInfo) -> ReadEnrolment | Refused:
    """Understand an enrolment, or every reason why not."""
    mrn = read_mrn(command.mrn)
    family = read_name(command.family_name, "family_name")
    given = read_name(command.given_name, "given_name")
    born = read_day(command.birth_date, "birth_date")
    allergies = read_text(command.allergies, "allergies", needed=False)
    start = read_day(command.start, "start")
    weight = None if command.weight is None else read_weight_typed(command.weight, now, zone)
    findings = [item for item in (mrn, family, given, born, allergies, start) if isinstance(item, Finding)]
    if isinstance(born, date) and born > now.astimezone(zone).date():
        findings.append(no("born_in_the_future", "birth_date", command.birth_date))
    if isinstance(weight, Refused):
        findings.extend(weight.findings)
    if findings:
        return refuse(*findings)
    assert isinstance(mrn, str) and isinstance(family, str) and isinstance(given, str)
    assert isinstance(born, date) and isinstance(allergies, str) and isinstance(start, date)
    assert not isinstance(weight, Refused)
    return ReadEnrolment(mrn, family, given, born, allergies, weight, start)
