"""What each act on a patient does inside its one write transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from crs_desktop.kernel.clock import to_milliseconds
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.entry import changed_weight, unusual_weight
from crs_desktop.kernel.refusal import Finding, Refused, beware, no, refuse
from crs_desktop.patients import repository
from crs_desktop.patients.commands import ReadEnrolment, ReadHeight, ReadWeight, still_to_confirm, unusual_height
from crs_desktop.patients.dating import dated_doses, dose_label, without_place
from crs_desktop.patients.model import (
    Body,
    Course,
    CourseEnd,
    EndKind,
    EventKind,
    Height,
    InfusionEvent,
    Patient,
    Weighing,
)
from crs_desktop.patients.rules import latest_events, same_name, settled_days
from crs_desktop.stock import repository as stock
from crs_desktop.store.store import Result, Writing
from crs_desktop.therapies import repository as therapies
from crs_desktop.therapies.catalogue import Catalogue
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.service import in_use

# Further from the planned day than this an infusion given needs a reason; a habit of this program, from no source.
_FAR = timedelta(days=14)


def enrol(
    writing: Writing, read: ReadEnrolment, protocol: Protocol, regimen_id: str, confirmed: tuple[str, ...] = ()
) -> Result | Refused:
    """Add the patient, the weight, the allergies and the course together."""
    session, at, actor = writing.session, writing.at, writing.actor.name
    known = repository.find_mrn(session, read.mrn)
    if known is not None:
        return refuse(no("mrn_known", "mrn", read.mrn, name=known.name, born=known.born_text))
    ask = still_to_confirm(_doubts(writing, read), confirmed)
    if ask:
        return refuse(*ask)
    patient = Patient(0, read.mrn, read.family_name, read.given_name, read.birth_date, read.allergies or None)
    number = repository.add_patient(session, patient, at, actor)
    if read.allergies:
        repository.add_allergies(session, number, read.allergies, at, actor)
    writing.log("patient", number, "enrol", after=enrolment_content(read, protocol, regimen_id))
    if read.weight is not None:
        weigh(writing, number, read.weight, confirmed)
    therapies.keep(session, protocol, at)
    course = repository.add_course(session, Course(0, number, protocol, regimen_id, read.start, None), at, actor)
    return {"patient": number, "course": course}


def other_version(writing: Writing, catalogue: Catalogue, protocol: Protocol, shown: str) -> Refused | None:
    """Refused when the version in use is not the one that was read, or not the one that was shown."""
    if in_use(writing.session, catalogue, protocol.id).fingerprint == protocol.fingerprint == shown:
        return None
    return refuse(no("therapy_version_changed", "therapy", protocol.name))


def _doubts(writing: Writing, read: ReadEnrolment) -> list[Finding]:
    """What is asked again before an enrolment: a name that is already here, a weight that few people have."""
    found: list[Finding] = []
    namesakes = [
        item for item in repository.patients(writing.session) if same_name(item, read.family_name, read.given_name)
    ]
    if namesakes:
        others = "; ".join(f"{item.mrn}, born {item.born_text}" for item in namesakes)
        found.append(beware("patient_name_known", "family_name", namesakes[0].name, others=others))
    unusual = None if read.weight is None else unusual_weight(read.weight.weight)
    return found if unusual is None else [*found, unusual]


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


def weigh(writing: Writing, patient_id: int, read: ReadWeight, confirmed: tuple[str, ...] = ()) -> Result | Refused:
    """Add a weight; one that few people have, or far from the one before, is asked again."""
    if not repository.patients(writing.session, [patient_id]):
        return refuse(no("patient_unknown", "patient", patient_id))
    weighings = repository.weighings(writing.session).get(patient_id, [])
    known = [item for item in weighings if item.measured_at <= read.measured_at]
    before = max(known, key=lambda item: (item.measured_at, item.id), default=None)
    doubts = [unusual_weight(read.weight), None if before is None else changed_weight(read.weight, before.weight)]
    ask = still_to_confirm([item for item in doubts if item is not None], confirmed)
    if ask:
        return refuse(*ask)
    weighing = Weighing(0, patient_id, read.weight, read.measured_at, read.method)
    number = repository.add_weighing(writing.session, weighing, writing.at, writing.actor.name)
    after = {"grams": read.weight.grams, "at": to_milliseconds(read.measured_at), "method": read.method.value}
    writing.log("patient", patient_id, "weigh", after=after)
    return {"weighing": number}


def measure(writing: Writing, patient_id: int, read: ReadHeight, confirmed: tuple[str, ...] = ()) -> Result | Refused:
    """Add a height; one that few people have is asked again."""
    if not repository.patients(writing.session, [patient_id]):
        return refuse(no("patient_unknown", "patient", patient_id))
    doubt = unusual_height(read)
    ask = still_to_confirm([] if doubt is None else [doubt], confirmed)
    if ask:
        return refuse(*ask)
    height = Height(0, patient_id, read.millimetres, read.measured_at, read.method)
    number = repository.add_height(writing.session, height, writing.at, writing.actor.name)
    after = {"millimetres": read.millimetres, "at": to_milliseconds(read.measured_at), "method": read.method.value}
    writing.log("patient", patient_id, "height", after=after)
    return {"height": number}


def record_allergies(writing: Writing, patient_id: int, text: str) -> Result | Refused:
    """Add what is known of the allergies now; what was known before stays in the store."""
    known = repository.patients(writing.session, [patient_id])
    if not known:
        return refuse(no("patient_unknown", "patient", patient_id))
    repository.add_allergies(writing.session, patient_id, text, writing.at, writing.actor.name)
    writing.log("patient", patient_id, "allergies", {"allergies": text}, before={"allergies": known[0].allergies})
    return {"patient": patient_id}


def add_course(
    writing: Writing, patient_id: int, protocol: Protocol, regimen_id: str, start: date, reason: str
) -> Result | Refused:
    """Add a course to a known patient, on the version in use today; the courses before it stay as they are."""
    session = writing.session
    if not repository.patients(session, [patient_id]):
        return refuse(no("patient_unknown", "patient", patient_id))
    before = {"courses": [course.id for course in repository.courses(session).get(patient_id, ())]}
    therapies.keep(session, protocol, writing.at)
    course = Course(0, patient_id, protocol, regimen_id, start, None)
    number = repository.add_course(session, course, writing.at, writing.actor.name)
    after = course_content(patient_id, protocol, regimen_id, start)
    writing.log("course", number, "add", after, before=before, reason=reason)
    return {"course": number, "patient": patient_id}


def course_content(patient_id: int, protocol: Protocol, regimen_id: str, start: date) -> Result:
    """A next course as it is compared and logged."""
    return {
        "patient": patient_id, "therapy": protocol.id, "fingerprint": protocol.fingerprint, "regimen": regimen_id,
        "start": start.isoformat(),
    }  # fmt: skip


def record_event(writing: Writing, event: InfusionEvent) -> Result | Refused:
    """Add an infusion event; only the impossible is refused.

    An infusion recorded as given is not moved; giving it again needs a reason, because it corrects the record.
    """
    session = writing.session
    patient_id = repository.patient_of_course(session, event.course_id)
    if patient_id is None:
        return refuse(no("course_unknown", "course", event.course_id))
    course = next(item for item in repository.courses(session)[patient_id] if item.id == event.course_id)
    label = dose_label(course, event.dose_key)
    recorded = repository.events(session).get(event.course_id, [])
    days = {**settled_days(recorded), event.dose_key: event.day}
    if label is None or event.dose_key in without_place(course, days):
        return refuse(no("infusion_unknown", "infusion", event.dose_key))
    latest = latest_events(recorded).get(event.dose_key)
    given = latest is not None and latest.kind is EventKind.GIVEN
    if given and event.kind is EventKind.RESCHEDULED:
        return refuse(no("infusion_already_given", "", label))
    if given and not event.reason:
        return refuse(no("infusion_given_again", "reason", label))
    if event.kind is EventKind.GIVEN and not event.reason and _far_from_plan(writing, course, event):
        return refuse(no("infusion_given_far", "reason", label, day=day_text(event.day, year=True)))
    if course.end is not None and event.kind is EventKind.RESCHEDULED:
        return refuse(no("course_ended", "", course.protocol.name, day=day_text(course.end.day, year=True)))
    number = repository.add_event(session, event)
    before = None if latest is None else {"kind": latest.kind.value, "day": latest.day.isoformat()}
    writing.log("infusion", f"{event.course_id}/{event.dose_key}", event.kind.value, before=before, reason=event.reason,
                after={"day": event.day.isoformat(), "time": event.clock_time})  # fmt: skip
    return {"event": number, "patient": patient_id}


def _far_from_plan(writing: Writing, course: Course, event: InfusionEvent) -> bool:
    """True when a given infusion lies so far from its planned day that the year or month may be a slip.

    Such a slip moves the rescue window away from the patient without a word, so a reason is asked for.
    """
    placed = settled_days(repository.events(writing.session).get(course.id, ()))
    doses = dated_doses(course, Body(), placed, event.day + _FAR)
    planned = next((dose.planned for dose in doses if dose.key == event.dose_key), None)
    return planned is None or abs(event.day - planned) > _FAR


def end_course(writing: Writing, course_id: int, end: CourseEnd) -> Result | Refused:
    """End a course once."""
    patient_id = repository.patient_of_course(writing.session, course_id)
    if patient_id is None:
        return refuse(no("course_unknown", "course", course_id))
    course = next(item for item in repository.courses(writing.session)[patient_id] if item.id == course_id)
    if course.end is not None:
        return refuse(no("course_ended", "", course.protocol.name, day=day_text(course.end.day, year=True)))
    repository.end_course(writing.session, course_id, end, writing.at, writing.actor.name)
    writing.log("course", course_id, end.kind.value, reason=end.reason, after={"day": end.day.isoformat()})
    events = latest_events(repository.events(writing.session).get(course_id, ()))
    if end.kind is EndKind.DIED:
        for one in _and_before(repository.courses(writing.session)[patient_id], course):
            release_promises(writing, one, end)
    elif not any(event.kind is EventKind.GIVEN for event in events.values()):
        release_promises(writing, course_id, end)
    return {"course": course_id, "patient": patient_id}


def _and_before(courses: Sequence[Course], course: Course) -> list[int]:
    """A course with those that it took the place of: vials may still be promised under their names."""
    known, chain = {item.id: item for item in courses}, [course.id]
    while (before := known[chain[-1]].follows) is not None:
        chain.append(before)
    return chain


def release_promises(writing: Writing, course_id: int, end: CourseEnd) -> None:
    """No window is left, so nobody waits for these vials any more. They may be promised to others from now on."""
    for promise in stock.earmarks(writing.session, f"course:{course_id}"):
        stock.release(writing.session, [promise.id], writing.at, f"course {course_id} {end.kind.value}")
        writing.log("earmark", promise.id, "release", after={"course": course_id}, reason=end.reason)
