"""Use cases of risk: the picture of one patient, a score worked out, a score recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day, to_milliseconds
from crs_desktop.kernel.entry import read_local_instant, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.kernel.wording import say
from crs_desktop.patients import repository as patients
from crs_desktop.patients.commands import still_to_confirm
from crs_desktop.patients.model import Course, Infusion, PatientRecord
from crs_desktop.patients.risk import repository
from crs_desktop.patients.risk.model import Measured, RecordedScore, Score, ScoreResult
from crs_desktop.patients.risk.rules import doubts, population_findings, read_values, timing_findings, worked_out
from crs_desktop.patients.risk.scores_file import score_of, shipped_scores
from crs_desktop.patients.rules import infusions
from crs_desktop.store.store import Request, Result, Store, Writing
from crs_desktop.therapies.rules.demand import DemandFacts, demand_facts

_AHEAD = timedelta(days=56)


@dataclass(frozen=True, slots=True)
class ScoreTyped:
    """A score as typed: (input, number, unit) each, and the local time at which the blood was taken."""

    score: str
    values: tuple[tuple[str, str, str], ...]
    measured_at: str


@dataclass(frozen=True, slots=True)
class RecordScore:
    """A score to record; `confirmed` names what was asked again and answered with yes, `corrects` an earlier result."""

    request_id: str
    patient_id: int
    course_id: int | None
    typed: ScoreTyped
    note: str = ""
    corrects: int | None = None
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A score with all that is to be said of it for this patient; `doubts` are asked before it is recorded."""

    score: Score
    measured: tuple[Measured, ...]
    measured_at: datetime
    result: ScoreResult
    doubts: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class RiskPicture:
    """One patient as the risk page shows them: the chosen course with its figures, the scores, what was recorded."""

    record: PatientRecord
    today: date
    course: Course | None
    demand: DemandFacts | None
    scores: tuple[Score, ...]
    recorded: tuple[RecordedScore, ...]

    def open_results(self) -> tuple[RecordedScore, ...]:
        """What was recorded and not corrected since."""
        corrected = {item.corrects for item in self.recorded}
        return tuple(item for item in self.recorded if item.id not in corrected)


class RiskBook:
    """Risk of the site's patients."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store, self._zone = store, zone

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return self._zone

    def picture(self, patient_id: int, course_id: int | None = None) -> RiskPicture | None:
        """One patient with the course of this id, else the latest that has not ended, else the latest."""
        today = local_day(self._store.clock.now(), self._zone)
        with self._store.read() as session:
            record = _record(session, patient_id, today)
            kept = tuple(repository.recorded(session, patient_id))
        if record is None:
            return None
        course = _course(record.courses, course_id)
        demand = None if course is None else demand_facts(course.protocol, course.regimen_id)
        return RiskPicture(record, today, course, demand, shipped_scores(), kept)

    def work_out(self, record: PatientRecord, course_id: int | None, typed: ScoreTyped) -> WorkedOut | Refused:
        """The result of what was typed, with everything to beware of; nothing is written."""
        score = score_of(typed.score)
        if score is None:
            return refuse(no("risk_score_unknown", "score", typed.score))
        measured = read_values(score, {name: (number, unit) for name, number, unit in typed.values})
        taken = read_local_instant(typed.measured_at, self._zone, "measured_at")
        findings = list(measured.findings) if isinstance(measured, Refused) else []
        if isinstance(taken, Finding):
            findings.append(taken)
        elif taken > self._store.clock.now():
            findings.append(no("time_in_the_future", "measured_at", typed.measured_at))
        course = next((item for item in record.courses if item.id == course_id), None)
        if course_id is not None and course is None:
            findings.append(no("risk_course_not_theirs", "course", course_id))
        if findings:
            return refuse(*findings)
        assert not isinstance(measured, Refused) and isinstance(taken, datetime)
        result, day = worked_out(score, measured), local_day(taken, self._zone)
        around = (
            *population_findings(score, course, record.patient.birth_date, day),
            *timing_findings(score, course, record.infusions, day),
        )
        return WorkedOut(
            score, measured, taken, replace(result, findings=(*around, *result.findings)), doubts(score, measured)
        )  # fmt: skip

    def record(self, command: RecordScore, actor: Actor) -> RecordedScore | Refused:
        """Record a score, worked out anew from what was typed and from the patient as they are at that moment."""
        note = read_text(command.note, "note", needed=False)
        if isinstance(note, Finding):
            return refuse(note)
        if command.corrects is not None and not note:
            return refuse(no("risk_correction_reason", "note"))
        typed = command.typed
        content = {
            "patient": command.patient_id, "course": command.course_id, "score": typed.score,
            "values": [list(value) for value in typed.values], "measured_at": typed.measured_at, "note": note,
            "corrects": command.corrects,
        }  # fmt: skip
        result = self._store.perform(
            Request(command.request_id, "record risk score", content), actor, [Topic.PATIENTS],
            lambda writing: self._add(writing, command, note),
        )  # fmt: skip
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            found = repository.recorded(session, command.patient_id)
        return next(item for item in found if item.id == result["score"])

    def _add(self, writing: Writing, command: RecordScore, note: str) -> Result | Refused:
        record = _record(writing.session, command.patient_id, local_day(writing.at, self._zone))
        if record is None:
            return refuse(no("patient_unknown", "patient", command.patient_id))
        made = self.work_out(record, command.course_id, command.typed)
        if isinstance(made, Refused):
            return made
        ask = still_to_confirm(made.doubts, command.confirmed)
        if ask:
            return refuse(*ask)
        wrong = _correction(repository.recorded(writing.session, command.patient_id), command.corrects)
        if wrong is not None:
            return refuse(wrong)
        kept = _kept(writing, command, made, note)
        number = repository.add(writing.session, kept)
        after = {
            "score": kept.name, "result": kept.shown, "taken": to_milliseconds(kept.measured_at),
            "corrects": kept.corrects,
        }  # fmt: skip
        writing.log("patient", command.patient_id, "risk score", after=after, reason=note)
        return {"score": number, "patient": command.patient_id}


def _kept(writing: Writing, command: RecordScore, made: WorkedOut, note: str) -> RecordedScore:
    result, band = made.result, made.result.band
    bewares = tuple(say(finding) for finding in (*made.doubts, *result.findings))
    values = tuple((one.input, plain(one.typed), one.unit) for one in made.measured)
    return RecordedScore(
        0, command.patient_id, command.course_id, made.score.id, made.score.version, made.score.name, values,
        plain(result.shown), "" if band is None else band.text, result.confidence, result.unverified, bewares,
        made.measured_at, note, command.corrects, writing.at, writing.actor.name,
    )  # fmt: skip


def _correction(known: Sequence[RecordedScore], corrects: int | None) -> Finding | None:
    """Why this result cannot be corrected: it is another patient's, or somebody has done it."""
    if corrects is None:
        return None
    if all(item.id != corrects for item in known):
        return no("risk_corrects_nothing", "corrects", corrects)
    if any(item.corrects == corrects for item in known):
        return no("risk_corrected_already", "corrects", corrects)
    return None


def _course(courses: Sequence[Course], course_id: int | None) -> Course | None:
    """The wanted one, else the latest that has not ended, else the latest."""
    wanted = next((item for item in courses if item.id == course_id), None)
    going = next((item for item in reversed(courses) if item.end is None), None)
    return wanted or going or (courses[-1] if courses else None)


def _record(session: Session, patient_id: int, today: date) -> PatientRecord | None:
    """One patient with every infusion that is near the start of a course, also of one that begins in months."""
    found = patients.patients(session, [patient_id])
    if not found:
        return None
    weights = tuple(patients.weighings(session).get(patient_id, ()))
    heights = tuple(patients.heights(session).get(patient_id, ()))
    courses = tuple(patients.courses(session).get(patient_id, ()))
    bare = PatientRecord(found[0], weights, courses, (), heights)
    events = patients.events(session)
    infused: list[Infusion] = []
    for course in courses:
        until = max(today, course.start) + _AHEAD
        infused += infusions(course, events.get(course.id, ()), bare.body, today, until)
    return replace(bare, infusions=tuple(infused))
