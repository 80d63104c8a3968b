"""Use cases of patients: enrol, weigh, allergies, courses added and ended, infusions moved and marked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day, to_milliseconds
from crs_desktop.kernel.entry import read_clock_time, read_day, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.patients import acts, repository
from crs_desktop.patients.commands import (
    AddCourse,
    EndCourse,
    Enrol,
    MarkInfusion,
    RecordAllergies,
    RecordHeight,
    Reschedule,
    Weigh,
    read_end,
    read_enrolment,
    read_height_typed,
    read_mark,
    read_weight_typed,
)
from crs_desktop.patients.courses.service import CourseBook
from crs_desktop.patients.courses.versions import Offer, offers
from crs_desktop.patients.model import (
    Course,
    EventKind,
    Height,
    Infusion,
    InfusionEvent,
    Patient,
    PatientRecord,
    Weighing,
)
from crs_desktop.patients.over import all_told, over_on
from crs_desktop.patients.overview import Overview, line_of
from crs_desktop.patients.rules import infusions
from crs_desktop.policy.service import policy_on
from crs_desktop.store.store import Request, Result, Store, Writing
from crs_desktop.therapies.catalogue import Catalogue
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.service import adoption_of, in_use

_TOPICS = [Topic.PATIENTS, Topic.READINESS]
_Work = Callable[[Writing], Result | Refused]


def records(
    session: Session,
    today: date,
    until: date,
    ids: Collection[int] | None = None,
    as_of: datetime | None = None,
    *,
    to_come_only: bool = False,
) -> list[PatientRecord]:
    """Every patient, or those of these ids, with weights, courses and dated infusions, inside an open snapshot.

    With `as_of` only what had been written by then. `to_come_only` leaves out doses that an ended course would have
    come to after its end and that nobody recorded: years of them, not given.
    """
    weighings = repository.weighings(session, ids, as_of)
    heights, courses = repository.heights(session, ids, as_of), repository.courses(session, ids, as_of)
    mine = None if ids is None else [course.id for listed in courses.values() for course in listed]
    events = repository.events(session, mine, as_of)
    result = []
    for patient in repository.patients(session, ids, as_of):
        weights, measured = tuple(weighings.get(patient.id, ())), tuple(heights.get(patient.id, ()))
        bare = PatientRecord(patient, weights, tuple(courses.get(patient.id, ())), (), measured)
        body = bare.body
        infused = [
            item
            for course in bare.courses
            for item in infusions(
                course, events.get(course.id, ()), body, today,
                min(until, course.end.day) if to_come_only and course.end is not None else until,
            )
        ]  # fmt: skip
        infused.sort(key=lambda item: (item.day, item.course_id))
        result.append(replace(bare, infusions=tuple(infused)))
    return result


def newly_over(session: Session, known: Iterable[PatientRecord], today: date) -> dict[int, date]:
    """Courses that stand open and of which the rules find that they are over, each with its last day."""
    still = repository.open_courses(session)
    told = [
        (record, course, infused)
        for record in known
        for course in record.courses
        if course.id in still
        and all_told(infused := [item for item in record.infusions if item.course_id == course.id])
    ]
    events = repository.events(session, [course.id for _, course, _ in told])
    found: dict[int, date] = {}
    for record, course, infused in told:
        ahead = partial(_ahead, record, events.get(course.id, ()), today)
        day = over_on(course, infused, ahead, today)
        if day is not None:
            found[course.id] = day
    return found


def keep_over(session: Session, found: Mapping[int, date]) -> None:
    """Keep which courses are over, and since when: whatever is recorded of the patient opens them again."""
    repository.set_over(session, found)


def _ahead(
    record: PatientRecord, events: Sequence[InfusionEvent], today: date, course: Course, until: date
) -> tuple[Infusion, ...]:
    return infusions(course, events, record.body, today, until)


class PatientRegister:
    """The site's patients."""

    def __init__(self, store: Store, catalogue: Catalogue, zone: ZoneInfo) -> None:
        self._store = store
        self._catalogue = catalogue
        self._zone = zone
        self.courses = CourseBook(store, zone)

    @property
    def catalogue(self) -> Catalogue:
        """The therapies that can be chosen."""
        return self._catalogue

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return self._zone

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

    def overview(self, horizon_days: int = 56) -> Overview:
        """Every patient as a page shows them, in one snapshot."""
        today = self.today
        with self._store.read() as session:
            policy = policy_on(session, today)
            known, events = records(session, today, today + timedelta(days=horizon_days)), repository.events(session)
            used = {course.protocol.fingerprint: course.protocol for record in known for course in record.courses}
            adopted = {name: adoption_of(session, protocol) for name, protocol in used.items()}
            lines = []
            for record in known:
                signed = {course.id: adopted[course.protocol.fingerprint] for course in record.courses}
                mine = tuple(event for course in record.courses for event in events.get(course.id, ()))
                lines.append(line_of(record, policy, self._zone, signed, mine))
        return Overview(today, policy, tuple(lines))

    def offers(self) -> tuple[Offer, ...]:
        """Every therapy that can be chosen, in the version that is in use."""
        with self._store.read() as session:
            return offers(session, self._catalogue)

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
        protocol = self._chosen(command.therapy_id, command.regimen_id)
        if isinstance(protocol, Finding):
            findings.append(protocol)
        if findings:
            return refuse(*findings)
        assert not isinstance(read, Refused) and isinstance(protocol, Protocol)
        shown = command.fingerprint or protocol.fingerprint
        content = {**acts.enrolment_content(read, protocol, command.regimen_id), "fingerprint": command.fingerprint}
        request = Request(command.request_id, "enrol patient", content)

        def work(writing: Writing) -> Result | Refused:
            other = acts.other_version(writing, self._catalogue, protocol, shown)
            return other or acts.enrol(writing, read, protocol, command.regimen_id, command.confirmed)

        result = self._store.perform(request, actor, _TOPICS, work)
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
            request, actor, _TOPICS, lambda writing: acts.weigh(writing, command.patient_id, read, command.confirmed)
        )
        if isinstance(result, Refused):
            return result
        return Weighing(result["weighing"], command.patient_id, read.weight, read.measured_at, read.method)

    def record_height(self, command: RecordHeight, actor: Actor) -> Height | Refused:
        """A new height."""
        read = read_height_typed(command, self._store.clock.now(), self._zone)
        if isinstance(read, Refused):
            return read
        content = {
            "patient": command.patient_id, "millimetres": read.millimetres, "at": to_milliseconds(read.measured_at),
            "method": read.method.value,
        }  # fmt: skip
        result = self._store.perform(
            Request(command.request_id, "record height", content), actor, _TOPICS,
            lambda writing: acts.measure(writing, command.patient_id, read, command.confirmed),
        )  # fmt: skip
        if isinstance(result, Refused):
            return result
        return Height(result["height"], command.patient_id, read.millimetres, read.measured_at, read.method)

    def record_allergies(self, command: RecordAllergies, actor: Actor) -> Patient | Refused:
        """What is known of a patient's allergies now."""
        text = read_text(command.allergies, "allergies")
        if isinstance(text, Finding):
            return refuse(text)
        content = {"patient": command.patient_id, "allergies": text}
        request = Request(command.request_id, "record allergies", content)
        result = self._store.perform(
            request, actor, _TOPICS, lambda writing: acts.record_allergies(writing, command.patient_id, text)
        )
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            return repository.patients(session, [result["patient"]])[0]

    def add_course(self, command: AddCourse, actor: Actor) -> Course | Refused:
        """A next course of a known patient, on the version of its protocol that is in use at the site."""
        protocol = self._chosen(command.therapy_id, command.regimen_id)
        start, reason = read_day(command.start, "start"), read_text(command.reason, "reason")
        findings = [item for item in (protocol, start, reason) if isinstance(item, Finding)]
        if findings:
            return refuse(*findings)
        assert isinstance(protocol, Protocol) and isinstance(start, date) and isinstance(reason, str)
        patient_id, regimen_id = command.patient_id, command.regimen_id
        shown = command.fingerprint or protocol.fingerprint
        content = acts.course_content(patient_id, protocol, regimen_id, start)
        content |= {"fingerprint": command.fingerprint, "reason": reason}

        def work(writing: Writing) -> Result | Refused:
            other = acts.other_version(writing, self._catalogue, protocol, shown)
            return other or acts.add_course(writing, patient_id, protocol, regimen_id, start, reason)

        result = self._store.perform(Request(command.request_id, "add course", content), actor, _TOPICS, work)
        if isinstance(result, Refused):
            return result
        return Course(result["course"], patient_id, protocol, regimen_id, start, None)

    def reschedule(self, command: Reschedule, actor: Actor) -> Result | Refused:
        """Move a planned or held infusion to another day, with the reason."""
        day, clock_time = read_day(command.day, "day"), read_clock_time(command.clock_time, "clock_time")
        reason = read_text(command.reason, "reason")
        findings = [item for item in (day, clock_time, reason) if isinstance(item, Finding)]
        if isinstance(day, date) and day < self.today:
            findings.append(no("moved_into_the_past", "day", command.day))
        if findings:
            return refuse(*findings)
        assert isinstance(day, date) and isinstance(clock_time, str) and isinstance(reason, str)
        return self._event(
            command.request_id, command.course_id, command.dose_key, EventKind.RESCHEDULED, day, clock_time, None,
            reason, actor,
        )  # fmt: skip

    def mark(self, command: MarkInfusion, actor: Actor) -> Result | Refused:
        """Record that an infusion was given (actual local time), held or not given (with the reason)."""
        read = read_mark(command, self._store.clock.now(), self._zone)
        if isinstance(read, Refused):
            return read
        return self._event(
            command.request_id, command.course_id, command.dose_key, read.kind, read.day, read.clock_time,
            read.given_at, read.reason, actor,
        )  # fmt: skip

    def end_course(self, command: EndCourse, actor: Actor) -> Result | Refused:
        """End a course early; when no window of it is left, its promised vials are let go with it."""
        end = read_end(command, self._store.clock.now(), self._zone)
        if isinstance(end, Refused):
            return end
        content = {
            "course": command.course_id, "kind": end.kind.value, "day": end.day.isoformat(), "reason": end.reason,
        }  # fmt: skip
        request = Request(command.request_id, "end course", content)
        return self._store.perform(
            request, actor, [*_TOPICS, Topic.STOCK], lambda writing: acts.end_course(writing, command.course_id, end)
        )

    def _chosen(self, therapy_id: str, regimen_id: str) -> Protocol | Finding:
        """The protocol that was chosen, in the version in use here, or why it cannot be."""
        if not therapy_id.strip():
            return no("text_missing", "therapy")
        if therapy_id not in self._catalogue.ids():
            return no("therapy_unknown", "therapy", therapy_id)
        if not regimen_id.strip():
            return no("text_missing", "regimen")
        with self._store.read() as session:
            protocol = in_use(session, self._catalogue, therapy_id)
        if protocol.regimen(regimen_id) is None:
            return no("regimen_unknown", "regimen", regimen_id, therapy=therapy_id)
        return protocol

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
