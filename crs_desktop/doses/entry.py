"""A dose as it stands in the log, and what is sent to log one; reading answers every finding at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from crs_desktop.doses.model import DoseGiven, Purpose
from crs_desktop.episodes.service import GradeTyped, ReadGrade, read_grade
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.entry import read_count, read_local_instant, read_name, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.patients.model import Weighing
from crs_desktop.staff.signing.model import SecondCheck, SecondSignature, Standing
from crs_desktop.stock.model import VialLine

_AMOUNT = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")
OURS, ELSEWHERE = "ours", "elsewhere"
# More of one lot in one dose is a slip of the keyboard: 99 vials of the smallest size hold ten times the largest dose.
MOST_VIALS = 99


@dataclass(frozen=True, slots=True)
class VialsSpent:
    """Vials of one lot in a dose; `missing` of them were not on the ledger."""

    line: VialLine
    missing: int


@dataclass(frozen=True, slots=True)
class DoseEntry:
    """One line of the dose log."""

    id: int
    patient_id: int
    episode_id: int | None
    purpose: Purpose
    started_at: datetime
    ended_at: datetime | None
    amount: Mass
    calculated: Mass | None
    weight: BodyWeight | None
    supply: str
    vials: tuple[VialsSpent, ...]
    prescriber: str
    given_by: str
    note: str
    deviations: tuple[Finding, ...]
    deviation_reason: str
    deviation_name: str
    at: datetime
    actor: str
    reversed_because: str | None = None

    def given(self, episode_id: int | None) -> DoseGiven:
        """As the interval rules see it, from inside an episode."""
        inside = self.episode_id is not None and self.episode_id == episode_id
        return DoseGiven(self.started_at, self.ended_at, self.purpose, inside)


@dataclass(frozen=True, slots=True)
class VialsTyped:
    """Vials of one lot from one place, the number as typed."""

    lot_id: int
    place_id: int
    vials: str


@dataclass(frozen=True, slots=True)
class LogDose:
    """A dose given, as typed. `supply` is 'ours' or 'elsewhere' (spends none of ours)."""

    request_id: str
    patient_id: int
    started_at: str
    ended_at: str
    amount_mg: str
    purpose: str
    supply: str
    vials: tuple[VialLine | VialsTyped, ...]
    grade: GradeTyped | None
    prescriber: str
    given_by: str
    note: str
    deviation_reason: str = ""
    deviation_name: str = ""


@dataclass(frozen=True, slots=True)
class SecondLook:
    """A second person's look at a dose: what they entered blind, or why nobody else is here."""

    request_id: str
    dose_id: int
    signature: SecondSignature


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A dose to be checked, without anything that the second person has to enter themselves."""

    dose_id: int
    patient_id: int
    started_at: datetime
    recorded_by: str
    products: tuple[tuple[str, str], ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class DoseCheck:
    """Where the second check of a dose stands, and who looked last."""

    standing: Standing
    last: SecondCheck | None = None


@dataclass(frozen=True, slots=True)
class CheckedDose:
    """What a second look came to; `calculated` is what the program makes of the weight that was entered."""

    entry: DoseEntry
    check: SecondCheck
    calculated: Finding | None


@dataclass(frozen=True, slots=True)
class ReadDose:
    """A dose that was understood."""

    patient_id: int
    started_at: datetime
    ended_at: datetime | None
    amount: Mass
    purpose: Purpose
    supply: str
    vials: tuple[VialLine, ...]
    grade: ReadGrade | None
    prescriber: str
    given_by: str
    note: str
    deviation_reason: str
    deviation_name: str


@dataclass(frozen=True, slots=True)
class NewDose:
    """A dose to be appended to the log: what was read, and the facts and rules of that moment."""

    request_id: str
    read: ReadDose
    episode_id: int | None
    grade_id: int | None
    calculated: Mass | None
    weighing: Weighing | None
    deviations: tuple[Finding, ...]
    policy_fingerprint: str
    protocol_fingerprint: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class LoggedDose:
    """What recording a dose did: its line of the log, and the promise that ended with it."""

    entry: DoseEntry
    released: int | None

    @property
    def id(self) -> int:
        """The dose's number in the log."""
        return self.entry.id


def read_amount(text: str, field: str = "amount") -> Mass | Finding:
    """Milligrams: 1 to 4 digits, a point and up to 3 decimals."""
    typed = text.strip()
    return Mass.of_mg(Decimal(typed)) if _AMOUNT.fullmatch(typed) else no("amount_not_understood", field, text)


def read_dose(command: LogDose, now: datetime, zone: ZoneInfo) -> ReadDose | Refused:
    """Understand a dose record, or every reason why not."""
    started = read_local_instant(command.started_at, zone, "start")
    ended = read_local_instant(command.ended_at, zone, "end") if command.ended_at.strip() else None
    amount = read_amount(command.amount_mg)
    grade = None if command.grade is None else read_grade(command.grade, now, zone)
    prescriber, given_by = read_name(command.prescriber, "prescriber"), read_name(command.given_by, "given_by")
    note = read_text(command.note, "note", needed=False)
    reason = read_text(command.deviation_reason, "deviation_reason", needed=False)
    name = read_text(command.deviation_name, "deviation_name", needed=False)
    values = (started, ended, amount, prescriber, given_by, note, reason, name)
    findings = [item for item in values if isinstance(item, Finding)]
    if isinstance(grade, Refused):
        findings.extend(grade.findings)
    vials = [_vials(typed) for typed in command.vials]
    findings += [item for item in vials if isinstance(item, Finding)]
    findings += _of_supply(command)
    if findings:
        return refuse(*findings)
    assert isinstance(started, datetime) and not isinstance(ended, Finding) and isinstance(amount, Mass)
    assert not isinstance(grade, Refused) and isinstance(prescriber, str) and isinstance(given_by, str)
    assert isinstance(note, str) and isinstance(reason, str) and isinstance(name, str)
    lines = tuple(sorted(line for line in vials if isinstance(line, VialLine)))
    return ReadDose(
        command.patient_id, started, ended, amount, Purpose(command.purpose), command.supply, lines, grade,
        prescriber, given_by, note, reason, name,
    )  # fmt: skip


def _vials(typed: VialLine | VialsTyped) -> VialLine | Finding:
    if isinstance(typed, VialLine):
        return typed
    if typed.lot_id < 1:
        return no("dose_vials_unnamed", "vials", typed.vials)
    if not typed.vials.strip():
        return no("dose_vials_uncounted", "vials")
    count = read_count(typed.vials, "vials", 1, MOST_VIALS)
    return count if isinstance(count, Finding) else VialLine(typed.lot_id, typed.place_id, count)


def _of_supply(command: LogDose) -> list[Finding]:
    findings = []
    if command.purpose not in [purpose.value for purpose in Purpose]:
        findings.append(no("dose_purpose", "purpose", command.purpose))
    if command.supply not in (OURS, ELSEWHERE):
        findings.append(no("dose_supply", "supply", command.supply))
    if command.supply == OURS and not command.vials:
        findings.append(no("dose_vials_missing", "vials", ""))
    if command.supply == ELSEWHERE and command.vials:
        findings.append(no("dose_vials_of_elsewhere", "vials", ""))
    keys = [(line.lot_id, line.place_id) for line in command.vials]
    if len(set(keys)) != len(keys):
        findings.append(no("dose_vials_repeated", "vials", ""))
    return findings
