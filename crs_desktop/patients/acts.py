"""What each act on a patient does inside its one write transaction."""

from __future__ import annotations

from datetime import timedelta

from crs_desktop.kernel.clock import to_milliseconds
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.patients import repository
from crs_desktop.patients.commands import ReadEnrolment, ReadWeight
from crs_desktop.patients.model import Course, CourseEnd, EventKind, InfusionEvent, Patient, Weighing
from crs_desktop.patients.rules import latest_events
from crs_desktop.store.store import Result, Writing
from crs_desktop.therapies import repository as therapies
from crs_desktop.therapies.model import Protocol
from crs_desktop.therapies.rules.schedule import schedule

# Far enough for every dose key that can be asked for, also after long delays.
_REACH = timedelta(days=400)


def enrol(writing: Writing, read: ReadEnrolment, protocol: Protocol, regimen_id: str) -> Result | Refused:
    """Add the patient, the weight, the allergies and the course together."""
    session, at, actor = writing.session, writing.at, writing.actor.name
    known = repository.find_mrn(session, read.mrn)
    if known is not None:
        return refuse(no("mrn_known", "mrn", read.mrn, name=known.name, born=known.birth_date.isoformat()))
    patient = Patient(0, read.mrn, read.family_name, read.given_name, read.birth_date, read.allergies or None)
    number = repository.add_patient(session, patient, at, actor)
    if read.allergies:
        repository.add_allergies(session, number, read.allergies, at, actor)
    writing.log("patient", number, "enrol", after=enrolment_content(read, protocol, regimen_id))
    if read.weight is not None:
        weigh(writing, number, read.weight)
    therapies.keep(session, protocol, at)
    course = repository.add_course(session, Course(0, number, protocol, regimen_id, read.start, None), at, actor)
    return {"patient": number, "course": course}


def enrolment_content(read: ReadEnrolment, protocol: Protocol, regimen_id: str) -> Result:
    """The enrolment as it is compared and logged."""
    weight = read.weight
    return {
        "mrn": read.mrn, "family": read.family_name, "given": read.given_name, "born": read.birth_date.isoformat(),
        "allergies": read.allergies, "therapy": protocol.id, "fingerprint": protocol.fingerprint,
        "regimen": regimen_id, "start": read.start.isoformat(),
        "grams": None if weight is None else weight.weight.grams,
        "weighed_at": None if weight is None else to_milliseconds(weight.measured_at),
        "method": None if weight is None else weight.method.value,
    }  # fmt: skip


def weigh(writing: Writing, patient_id: int, read: ReadWeight) -> Result | Refused:
    """Add a weight."""
    if not repository.patients(writing.session, [patient_id]):
        return refuse(no("patient_unknown", "patient", patient_id))
    weighing = Weighing(0, patient_id, read.weight, read.measured_at, read.method)
    number = repository.add_weighing(writing.session, weighing, writing.at, writing.actor.name)
    after = {"grams": read.weight.grams, "at": to_milliseconds(read.measured_at), "method": read.method.value}
    writing.log("patient", patient_id, "weigh", after=after)
    return {"weighing": number}


def record_event(writing: Writing, event: InfusionEvent) -> Result | Refused:
    """Add an infusion event; only the impossible is refused.

    An infusion recorded as given is not moved; another outcome needs a reason.
    """
    session = writing.session
    patient_id = repository.patient_of_course(session, event.course_id)
    if patient_id is None:
        return refuse(no("course_unknown", "course", event.course_id))
    course = next(item for item in repository.courses(session)[patient_id] if item.id == event.course_id)
    keys = {
        dose.key for dose in schedule(course.protocol, course.regimen_id, course.start, None, {}, course.start + _REACH)
    }
    if event.dose_key not in keys:
        return refuse(no("infusion_unknown", "infusion", event.dose_key))
    latest = latest_events(repository.events(session).get(event.course_id, ())).get(event.dose_key)
    if latest is not None and latest.kind is EventKind.GIVEN and event.kind is not EventKind.GIVEN and not event.reason:
        return refuse(no("infusion_already_given", "infusion", event.dose_key))
    if event.kind is EventKind.RESCHEDULED and latest is not None and latest.kind is EventKind.GIVEN:
        return refuse(no("infusion_already_given", "infusion", event.dose_key))
    number = repository.add_event(session, event)
    before = None if latest is None else {"kind": latest.kind.value, "day": latest.day.isoformat()}
    writing.log("infusion", f"{event.course_id}/{event.dose_key}", event.kind.value, before=before, reason=event.reason,
                after={"day": event.day.isoformat(), "time": event.clock_time})  # fmt: skip
    return {"event": number, "patient": patient_id}


def end_course(writing: Writing, course_id: int, end: CourseEnd) -> Result | Refused:
    """End a course once."""
    patient_id = repository.patient_of_course(writing.session, course_id)
    if patient_id is None:
        return refuse(no("course_unknown", "course", course_id))
    course = next(item for item in repository.courses(writing.session)[patient_id] if item.id == course_id)
    if course.end is not None:
        return refuse(no("course_ended", "course", course.protocol.name, day=course.end.day.isoformat()))
    repository.end_course(writing.session, course_id, end, writing.at, writing.actor.name)
    writing.log("course", course_id, end.kind.value, reason=end.reason, after={"day": end.day.isoformat()})
    return {"course": course_id, "patient": patient_id}
