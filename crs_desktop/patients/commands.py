"""What forms and the command line send to patients, as typed; reading it answers every finding at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from crs_desktop.kernel.amounts import BodyWeight, plain
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.entry import read_day, read_local_instant, read_mrn, read_name, read_text, read_weight
from crs_desktop.kernel.refusal import Finding, Refused, beware, no, refuse
from crs_desktop.patients.model import CourseEnd, EndKind, EventKind, HeightMethod, WeighingMethod

_HEIGHT = re.compile(r"[0-9]{1,3}(\.[0-9])?")
_USUAL_MM = (200, 2600)
# How a course ends when somebody says so; a restart ends it by itself.
TOLD_ENDS = (EndKind.WITHDRAWN, EndKind.DIED)


@dataclass(frozen=True, slots=True)
class WeightTyped:
    """A weight as typed: kilograms, local time of measuring, method (a WeighingMethod value)."""

    kg: str
    measured_at: str
    method: str


@dataclass(frozen=True, slots=True)
class Enrol:
    """A new patient with a therapy. `weight` None when nobody has weighed yet; allergies '' when nobody has asked.

    `confirmed` names what was asked again and answered with yes (`confirmation` of the finding). `fingerprint` is the
    version that was shown, '' for the one in use whichever it is.
    """

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
    confirmed: tuple[str, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Weigh:
    """A new weight of a known patient; `confirmed` as in `Enrol`."""

    request_id: str
    patient_id: int
    weight: WeightTyped
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordHeight:
    """A height of a known patient as typed: centimetres, local time of measuring, method (a HeightMethod value)."""

    request_id: str
    patient_id: int
    cm: str
    measured_at: str
    method: str
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordAllergies:
    """What is known of a known patient's allergies now; 'no known allergies' is an answer, nothing typed is none."""

    request_id: str
    patient_id: int
    allergies: str


@dataclass(frozen=True, slots=True)
class AddCourse:
    """A next therapy of a known patient; `fingerprint` as in `Enrol`."""

    request_id: str
    patient_id: int
    therapy_id: str
    regimen_id: str
    start: str
    reason: str
    fingerprint: str = ""


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
class ReadHeight:
    """A height that was understood."""

    millimetres: int
    measured_at: datetime
    method: HeightMethod

    @property
    def text(self) -> str:
        """'171.5 cm'."""
        return f"{plain(Decimal(self.millimetres) / 10)} cm"


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


@dataclass(frozen=True, slots=True)
class ReadMark:
    """What became of an infusion, understood. `given_at` None unless it was given."""

    kind: EventKind
    day: date
    clock_time: str
    given_at: datetime | None
    reason: str


def confirmation(finding: Finding) -> str:
    """What a form sends back when the user says yes to this finding. It holds the value: another value asks anew."""
    return f"{finding.code}: {finding.value}"


def still_to_confirm(findings: Iterable[Finding], confirmed: Iterable[str]) -> tuple[Finding, ...]:
    """The findings to which nobody has said yes yet."""
    answered = set(confirmed)
    return tuple(finding for finding in findings if confirmation(finding) not in answered)


def read_weight_typed(typed: WeightTyped, now: datetime, zone: ZoneInfo) -> ReadWeight | Refused:
    """Understand a weight; its time lies in the past."""
    weight = read_weight(typed.kg)
    measured = read_local_instant(typed.measured_at, zone, "measured_at")
    findings = [item for item in (weight, measured) if isinstance(item, Finding)]
    method = next((known for known in WeighingMethod if known.value == typed.method.strip()), None)
    if not typed.method.strip():
        findings.append(no("text_missing", "method"))
    elif method is None:
        findings.append(no("weighing_method", "method", typed.method, known=", ".join(m.value for m in WeighingMethod)))
    if isinstance(measured, datetime) and measured > now:
        findings.append(no("time_in_the_future", "measured_at", typed.measured_at))
    if findings:
        return refuse(*findings)
    assert isinstance(weight, BodyWeight) and isinstance(measured, datetime) and method is not None
    return ReadWeight(weight, measured, method)


def read_height_typed(typed: RecordHeight, now: datetime, zone: ZoneInfo) -> ReadHeight | Refused:
    """Understand a height: centimetres with at most one decimal; its time lies in the past."""
    measured = read_local_instant(typed.measured_at, zone, "measured_at")
    findings = [measured] if isinstance(measured, Finding) else []
    said = typed.cm.strip()
    if not _HEIGHT.fullmatch(said) or Decimal(said) == 0:
        findings.append(no("height_not_understood", "height_cm", typed.cm))
    method = next((known for known in HeightMethod if known.value == typed.method.strip()), None)
    if not typed.method.strip():
        findings.append(no("text_missing", "method"))
    elif method is None:
        findings.append(no("height_method", "method", typed.method, known=", ".join(m.value for m in HeightMethod)))
    if isinstance(measured, datetime) and measured > now:
        findings.append(no("time_in_the_future", "measured_at", typed.measured_at))
    if findings:
        return refuse(*findings)
    assert isinstance(measured, datetime) and method is not None
    return ReadHeight(int(Decimal(said) * 10), measured, method)


def unusual_height(height: ReadHeight) -> Finding | None:
    """Outside 20 to 260 cm: asked again."""
    low, high = _USUAL_MM
    return None if low <= height.millimetres <= high else beware("height_unusual", "height_cm", height.text)


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


def read_mark(command: MarkInfusion, now: datetime, zone: ZoneInfo) -> ReadMark | Refused:
    """Understand what became of an infusion: given needs its actual time, held and not given a reason."""
    kinds = {"given": EventKind.GIVEN, "held": EventKind.HELD, "not given": EventKind.NOT_GIVEN}
    kind = kinds.get(command.outcome)
    if kind is None:
        return refuse(no("infusion_outcome", "outcome", command.outcome, known=", ".join(kinds)))
    reason = read_text(command.reason, "reason", needed=kind is not EventKind.GIVEN)
    if kind is not EventKind.GIVEN:
        return refuse(reason) if isinstance(reason, Finding) else ReadMark(kind, local_day(now, zone), "", None, reason)
    given = read_local_instant(command.given_at, zone, "given_at")
    findings = [item for item in (given, reason) if isinstance(item, Finding)]
    if isinstance(given, datetime) and given > now:
        findings.append(no("time_in_the_future", "given_at", command.given_at))
    if findings:
        return refuse(*findings)
    assert isinstance(given, datetime) and isinstance(reason, str)
    return ReadMark(kind, local_day(given, zone), f"{given.astimezone(zone):%H:%M}", given, reason)


def read_end(command: EndCourse, now: datetime, zone: ZoneInfo) -> CourseEnd | Refused:
    """Understand the end of a course; it lies in the past or is today."""
    day, reason = read_day(command.day, "day"), read_text(command.reason, "reason")
    findings = [item for item in (day, reason) if isinstance(item, Finding)]
    kind = next((known for known in TOLD_ENDS if known.value == command.kind), None)
    if not command.kind:
        findings.append(no("text_missing", "kind"))
    elif kind is None:
        findings.append(no("course_end_kind", "kind", command.kind, known=" or ".join(k.value for k in TOLD_ENDS)))
    if isinstance(day, date) and day > local_day(now, zone):
        findings.append(no("time_in_the_future", "day", command.day))
    if findings:
        return refuse(*findings)
    assert isinstance(day, date) and isinstance(reason, str) and kind is not None
    return CourseEnd(kind, day, reason)
