"""What a page of doses shows, read in one snapshot: each patient's episode, last dose and next time, and the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.doses import acts, repository
from crs_desktop.doses.entry import DoseCheck, DoseEntry
from crs_desktop.doses.model import Limits, NextDose
from crs_desktop.doses.rules.interval import interval_rule, next_dose
from crs_desktop.doses.second_looks import caught, checks
from crs_desktop.episodes import repository as episodes
from crs_desktop.episodes.model import Episode
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.refusal import Finding
from crs_desktop.patients import repository as patients
from crs_desktop.patients.model import Patient
from crs_desktop.policy.service import policy_on
from crs_desktop.staff.signing.model import Catches, Standing
from crs_desktop.stock import repository as stock
from crs_desktop.stock.model import Lot, Place


@dataclass(frozen=True, slots=True)
class PatientDoses:
    """One patient: the open episode, the last dose that stands, and when a next one may start."""

    patient: Patient
    episode: Episode | None
    last: DoseEntry | None
    next: NextDose


@dataclass(frozen=True, slots=True)
class LogLine:
    """A dose of the log with the patient who had it; `check` is None for one that was taken back."""

    entry: DoseEntry
    patient: Patient
    check: DoseCheck | None = None

    @property
    def waits(self) -> bool:
        """True while somebody else still has to look at it."""
        return self.check is not None and self.check.standing is not Standing.CHECKED


@dataclass(frozen=True, slots=True)
class DoseOverview:
    """Everything at one instant; patients with an open episode first, the newest dose first."""

    at: datetime
    limits: Limits
    rule: Finding
    patients: tuple[PatientDoses, ...]
    log: tuple[LogLine, ...]
    lots: Mapping[int, Lot]
    places: Mapping[int, Place]
    caught: Catches

    @property
    def waiting(self) -> tuple[LogLine, ...]:
        """Doses that wait for their second check, newest first."""
        return tuple(line for line in self.log if line.waits)


def overview(session: Session, at: datetime, zone: ZoneInfo) -> DoseOverview:
    """The overview at an instant, inside an open snapshot."""
    limits = acts.limits_of(policy_on(session, local_day(at, zone)))
    known = {patient.id: patient for patient in patients.patients(session)}
    opened = {episode.patient_id: episode for episode in episodes.episodes(session) if episode.open}
    entries = repository.doses(session)
    standing: dict[int, list[DoseEntry]] = defaultdict(list)
    for entry in acts.standing(entries):
        standing[entry.patient_id].append(entry)
    lines = []
    for patient in known.values():
        mine, episode = standing[patient.id], opened.get(patient.id)
        given = [entry.given(None if episode is None else episode.id) for entry in mine]
        last = max(mine, key=lambda entry: (entry.started_at, entry.id), default=None)
        lines.append(PatientDoses(patient, episode, last, next_dose(given, at, limits, zone=zone)))
    lines.sort(key=lambda line: (line.episode is None, line.patient.name, line.patient.id))
    looks = checks(session, entries)
    log = tuple(LogLine(entry, known[entry.patient_id], looks[entry.id]) for entry in reversed(entries))
    return DoseOverview(
        at, limits, interval_rule(limits), tuple(lines), log, stock.lots(session), stock.places(session),
        caught(session, zone),
    )  # fmt: skip
