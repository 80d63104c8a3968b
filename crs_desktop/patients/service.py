"""Use cases of patients: enrol, weigh, reschedule, mark what became of an infusion, end a course."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day, to_milliseconds
from crs_desktop.kernel.entry import read_clock_time, read_day, read_local_instant, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.patients import acts, repository
from crs_desktop.patients.commands import (
    EndCourse,
    Enrol,
    MarkInfusion,
    Reschedule,
    Weigh,
    read_enrolment,
    read_weight_typed,
)
from crs_desktop.patients.model import CourseEnd, EndKind, EventKind, InfusionEvent, Patient, PatientRecord, Weighing
from crs_desktop.patients.rules import infusions
from crs_desktop.store.store import Request, Result, Store, Writing
from crs_desktop.therapies.catalogue import Catalogue

_TOPICS = [Topic.PATIENTS, Topic.READINESS]
_Work = Callable[[Writing], Result | Refused]


def records(session: Session, today: date, until: date) -> list[PatientRecord]:
    """Every patient with weights, courses and dated infusions, inside an open snapshot."""
    weighings, courses, events = repository.weighings(session), repository.courses(session), repository.events(session)
    result = []
    for patient in repository.patients(session):
        weights = tuple(weighings.get(patient.id, ()))
        weight = max(weights, key=lambda item: (item.measured_at, item.id)).weight if weights else None
        mine = tuple(courses.get(patient.id, ()))
        infused = [
            item for course in mine for item in infusions(course, events.get(course.id, ()), weight, today, until)
        ]
        infused.sort(key=lambda item: (item.day, item.course_id))
        result.append(PatientRecord(patient, weights, mine, tuple(infused)))
    return result


class PatientRegister:
    """The site's patients."""

    def __init__(self, store: Store, catalogue: Catalogue, zone: ZoneInfo) -> None:
        self._store = store
        self._catalogue = catalogue
        self._zone = zone

    @property
    def today(self) -> date:
        """The site's present day."""
        return local_day(self._store.clock.now(), self._zone)

    def records(self, horizon_days: int = 56) -> list[PatientRecord]:
        """Every patient, with infusions so far ahead."""
        with self._store.read() as session:
            return records(session, self.today, self.today + timedelta(days=horizon_days))

    def record(self, patient_id: int, horizon_days: int = 56) -> PatientRecord | None:
        """One patient."""
        return next((item for item in self.records(horizon_days) if item.patient.id == patient_id), None)

    def events(self, patient_id: int) -> list[InfusionEvent]:
        """What was recorded about a patient's infusions, newest first."""
        with self._store.read() as session:
            mine = {course.id for course in repository.courses(session).get(patient_id, ())}
            found = [item for key, items in repository.events(session).items() if key in mine for item in items]
        return sorted(found, key=lambda item: -item.id)

    def enrol(self, command: Enrol, actor: Actor) -> Patient | Refused:
        """A new patient with weight, allergies and therapy. Refused with every finding; nothing is saved by half."""
        read = read_enrolment(command, self._store.clock.now(), self._zone)
        findings = list(read.findings) if isinstance(read, Refused) else []
        if command.therapy_id not in self._catalogue.ids():
            findings.append(no("therapy_unknown", "therapy", command.therapy_id))
        elif self._catalogue.protocol(command.therapy_id).regimen(command.regimen_id) is None:
            findings.append(no("regimen_unknown", "regimen", command.regimen_id, therapy=command.therapy_id))
        if findings:
            return refuse(*findings)
        assert not isinstance(read, Refused)
        protocol = self._catalogue.protocol(command.therapy_id)
        content = acts.enrolment_content(read, protocol, command.regimen_id)
        request = Request(command.request_id, "enrol patient", content)
        result = self._store.perform(
            request, actor, _TOPICS, lambda writing: acts.enrol(writing, read, protocol, command.regimen_id)
        )
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            return repository.patients(session, [result["patient"]])[0]

    def weigh(self, command: Weigh, actor: Actor) -> Weighing | Refused:
        """A new weight."""
        read = read_weight_typed(command.weight, self._store.clock.now(), self._zone)
        if isinstance(read, Refused):
            return read
        content = {
            "patient": command.patient_id, "grams": read.weight.grams, "at": to_milliseconds(read.measured_at),
            "method": read.method.value,
        }  # fmt: skip
        request = Request(command.request_id, "weigh patient", content)
        result = self._store.perform(
            request, actor, _TOPICS, lambda writing: acts.weigh(writing, command.patient_id, read)
        )
        if isinstance(result, Refused):
            return result
        return Weighing(result["weighing"], command.patient_id, read.weight, read.measured_at, read.method)

    def reschedule(self, command: Reschedule, actor: Actor) -> Result | Refused:
        """Move a planned or held infusion to another day, with the reason."""
        day, clock_time = read_day(command.day, "day"), read_clock_time(command.clock_time, "clock_time")
        reason = read_text(command.reason, "reason")
        findings = [item for item in (day, clock_time, reason) if isinstance(item, Finding)]
        if findings:
            return refuse(*findings)
        assert isinstance(day, date) and isinstance(clock_time, str) and isinstance(reason, str)
        return self._event(
            command.request_id, command.course_id, command.dose_key, EventKind.RESCHEDULED, day, clock_time, None,
            reason, actor,
        )  # fmt: skip

    def mark(self, command: MarkInfusion, actor: Actor) -> Result | Refused:
        """Record that an infusion was given (actual local time), held or not given (with the reason)."""
        kind = EventKind(command.outcome)
        if kind is EventKind.GIVEN:
            given = read_local_instant(command.given_at, self._zone, "given_at")
            reason = read_text(command.reason, "reason", needed=False)
            findings = [item for item in (given, reason) if isinstance(item, Finding)]
            if isinstance(given, datetime) and given > self._store.clock.now():
                findings.append(no("time_in_the_future", "given_at", command.given_at))
            if findings:
                return refuse(*findings)
            assert isinstance(given, datetime) and isinstance(reason, str)
            day, clock_time = local_day(given, self._zone), f"{given.astimezone(self._zone):%H:%M}"
            return self._event(
                command.request_id, command.course_id, command.dose_key, kind, day, clock_time, given, reason, actor
            )
        read = read_text(command.reason, "reason")
        if isinstance(read, Finding):
            return refuse(read)
        return self._event(
            command.request_id, command.course_id, command.dose_key, kind, self.today, "", None, read, actor
        )

    def end_course(self, command: EndCourse, actor: Actor) -> Result | Refused:
        """End a course early; its promised vials are let go with the next plan."""
        day, reason = read_day(command.day, "day"), read_text(command.reason, "reason")
        findings = [item for item in (day, reason) if isinstance(item, Finding)]
        if findings:
            return refuse(*findings)
        assert isinstance(day, date) and isinstance(reason, str)
        end = CourseEnd(EndKind(command.kind), day, reason)
        content = {"course": command.course_id, "kind": end.kind.value, "day": day.isoformat(), "reason": reason}
        request = Request(command.request_id, "end course", content)
        return self._store.perform(
            request, actor, [*_TOPICS, Topic.STOCK], lambda writing: acts.end_course(writing, command.course_id, end)
        )

    def _event(
        self, request_id: str, course_id: int, dose_key: str, kind: EventKind, day: date, clock_time: str,
        given_at: datetime | None, reason: str, actor: Actor,
    ) -> Result | Refused:  # fmt: skip
        content = {
            "course": course_id, "dose": dose_key, "kind": kind.value, "day": day.isoformat(), "time": clock_time,
            "given_at": None if given_at is None else to_milliseconds(given_at), "reason": reason,
        }  # fmt: skip

        def work(writing: Writing) -> Result | Refused:
            event = InfusionEvent(
                0, course_id, dose_key, kind, day, clock_time, given_at, reason, writing.at, writing.actor.name
            )
            return acts.record_event(writing, event)

        return self._store.perform(Request(request_id, f"infusion {kind.value}", content), actor, _TOPICS, work)
