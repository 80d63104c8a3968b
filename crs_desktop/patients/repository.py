"""Rows of patients in, records out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from crs_desktop.patients.model import (
    Course,
    CourseEnd,
    EndKind,
    EventKind,
    Height,
    HeightMethod,
    InfusionEvent,
    Patient,
    Weighing,
    WeighingMethod,
)
from crs_desktop.patients.tables import (
    AllergyTable,
    CourseEndTable,
    CourseStandingTable,
    CourseTable,
    CourseVersionTable,
    HeightTable,
    InfusionEventTable,
    PatientTable,
    PhaseEntryTable,
    WeighingTable,
)
from crs_desktop.store.moment import among, known
from crs_desktop.therapies.repository import pinned

Ids = Iterable[int] | None


# Every list below: of all, or of some (`ids`); as it is, or as the store knew it at an instant (`as_of`).
def patients(session: Session, ids: Ids = None, as_of: datetime | None = None) -> list[Patient]:
    """Patients by name; all of them, or those of these ids."""
    wanted = None if ids is None else list(ids)
    query = select(PatientTable).order_by(PatientTable.family_name, PatientTable.given_name, PatientTable.id)
    query = known(among(query, PatientTable.id, wanted), PatientTable.at, as_of)
    latest = select(func.max(AllergyTable.id)).group_by(AllergyTable.patient_id)
    latest = known(among(latest, AllergyTable.patient_id, wanted), AllergyTable.at, as_of)
    allergies = {
        row.patient_id: row.text for row in session.scalars(select(AllergyTable).where(AllergyTable.id.in_(latest)))
    }
    return [
        Patient(row.id, row.mrn, row.family_name, row.given_name, row.birth_date, allergies.get(row.id))
        for row in session.scalars(query)
    ]


def find_mrn(session: Session, mrn: str) -> Patient | None:
    """The patient with exactly this record number."""
    found = session.scalar(select(PatientTable.id).where(PatientTable.mrn == mrn))
    return None if found is None else patients(session, [found])[0]


def add_patient(session: Session, patient: Patient, at: datetime, actor: str) -> int:
    """A new patient; answers the id."""
    row = PatientTable(
        mrn=patient.mrn, family_name=patient.family_name, given_name=patient.given_name,
        birth_date=patient.birth_date, at=at, actor=actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def add_allergies(session: Session, patient_id: int, text: str, at: datetime, actor: str) -> None:
    """What is known of the allergies now."""
    session.add(AllergyTable(patient_id=patient_id, text=text, at=at, actor=actor))


def weighings(session: Session, ids: Ids = None, as_of: datetime | None = None) -> dict[int, list[Weighing]]:
    """Every weight by patient, oldest first."""
    found: dict[int, list[Weighing]] = defaultdict(list)
    query = among(select(WeighingTable), WeighingTable.patient_id, ids)
    query = known(query, WeighingTable.at, as_of).order_by(WeighingTable.measured_at, WeighingTable.id)
    for row in session.scalars(query):
        found[row.patient_id].append(
            Weighing(row.id, row.patient_id, row.weight, row.measured_at, WeighingMethod(row.method))
        )
    return found


def add_weighing(session: Session, weighing: Weighing, at: datetime, actor: str) -> int:
    """A new weight; answers the id."""
    row = WeighingTable(
        patient_id=weighing.patient_id, weight=weighing.weight, measured_at=weighing.measured_at,
        method=weighing.method.value, at=at, actor=actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def heights(session: Session, ids: Ids = None, as_of: datetime | None = None) -> dict[int, list[Height]]:
    """Every height by patient, oldest first."""
    found: dict[int, list[Height]] = defaultdict(list)
    query = among(select(HeightTable), HeightTable.patient_id, ids)
    query = known(query, HeightTable.at, as_of).order_by(HeightTable.measured_at, HeightTable.id)
    for row in session.scalars(query):
        found[row.patient_id].append(
            Height(row.id, row.patient_id, row.millimetres, row.measured_at, HeightMethod(row.method))
        )
    return found


def add_height(session: Session, height: Height, at: datetime, actor: str) -> int:
    """A new height; answers the id."""
    row = HeightTable(
        patient_id=height.patient_id, millimetres=height.millimetres, measured_at=height.measured_at,
        method=height.method.value, at=at, actor=actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def courses(session: Session, ids: Ids = None, as_of: datetime | None = None) -> dict[int, list[Course]]:
    """Every course by patient, in order of start, each on the protocol version that it follows now."""
    query = known(among(select(CourseTable), CourseTable.patient_id, ids), CourseTable.at, as_of)
    rows = list(session.scalars(query.order_by(CourseTable.start, CourseTable.id)))
    mine = None if ids is None else [row.id for row in rows]
    ends = {
        row.course_id: CourseEnd(EndKind(row.kind), row.day, row.reason)
        for row in session.scalars(
            known(among(select(CourseEndTable), CourseEndTable.course_id, mine), CourseEndTable.at, as_of)
        )
    }
    versions = among(select(CourseVersionTable), CourseVersionTable.course_id, mine)
    versions = known(versions, CourseVersionTable.at, as_of)
    moved = {row.course_id: row.fingerprint for row in session.scalars(versions.order_by(CourseVersionTable.id))}
    entered: dict[int, dict[str, date]] = defaultdict(dict)
    entries = known(among(select(PhaseEntryTable), PhaseEntryTable.course_id, mine), PhaseEntryTable.at, as_of)
    for entry in session.scalars(entries.order_by(PhaseEntryTable.id)):
        entered[entry.course_id][entry.phase_id] = entry.day
    found: dict[int, list[Course]] = defaultdict(list)
    for row in rows:
        protocol = pinned(session, moved.get(row.id, row.fingerprint))
        found[row.patient_id].append(
            Course(
                row.id, row.patient_id, protocol, row.regimen_id, row.start, ends.get(row.id),
                row.restart_row or "", row.last_key or "", row.follows, tuple(entered[row.id].items()),
            )
        )  # fmt: skip
    return {patient_id: _chained(listed) for patient_id, listed in found.items()}


def _chained(mine: list[Course]) -> list[Course]:
    """A course that follows another one goes on in the phases entered there; a death told of it closes both."""
    known: dict[int, Course] = {}
    for one in sorted(mine, key=lambda item: item.id):
        before = known.get(one.follows) if one.follows is not None else None
        entered = {**dict(before.entered if before is not None else ()), **dict(one.entered)}
        known[one.id] = replace(one, entered=tuple(entered.items()))
    for one in sorted(known.values(), key=lambda item: -item.id):
        if one.follows in known and (one.died or (one.end is not None and one.end.kind is EndKind.DIED)):
            known[one.follows] = replace(known[one.follows], died=True)
    return [known[one.id] for one in mine]


def course(session: Session, course_id: int) -> Course | None:
    """The course of this id."""
    patient_id = patient_of_course(session, course_id)
    mine = [] if patient_id is None else courses(session, [patient_id])[patient_id]
    return next((item for item in mine if item.id == course_id), None)


def move_course(session: Session, course_id: int, fingerprint: str, reason: str, at: datetime, actor: str) -> int:
    """The version that a course follows from now on; answers the id."""
    row = CourseVersionTable(course_id=course_id, fingerprint=fingerprint, reason=reason, at=at, actor=actor)
    session.add(row)
    session.flush()
    return row.id


def enter_phase(
    session: Session, course_id: int, phase_id: str, day: date, reason: str, at: datetime, actor: str
) -> int:
    """A phase entered by a prescriber; answers the id."""
    row = PhaseEntryTable(course_id=course_id, phase_id=phase_id, day=day, reason=reason, at=at, actor=actor)
    session.add(row)
    session.flush()
    return row.id


def add_course(session: Session, course: Course, at: datetime, actor: str) -> int:
    """A new course; answers the id."""
    row = CourseTable(
        patient_id=course.patient_id, fingerprint=course.protocol.fingerprint, regimen_id=course.regimen_id,
        start=course.start, at=at, actor=actor, restart_row=course.restart_row or None,
        last_key=course.last_key or None, follows=course.follows,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def end_course(session: Session, course_id: int, end: CourseEnd, at: datetime, actor: str) -> None:
    """The end of a course."""
    session.add(
        CourseEndTable(course_id=course_id, kind=end.kind.value, day=end.day, reason=end.reason, at=at, actor=actor)
    )


def events(session: Session, ids: Ids = None, as_of: datetime | None = None) -> dict[int, list[InfusionEvent]]:
    """Every infusion event by course, oldest first; of all courses, or of these."""
    found: dict[int, list[InfusionEvent]] = defaultdict(list)
    query = known(among(select(InfusionEventTable), InfusionEventTable.course_id, ids), InfusionEventTable.at, as_of)
    for row in session.scalars(query.order_by(InfusionEventTable.id)):
        found[row.course_id].append(
            InfusionEvent(
                row.id, row.course_id, row.dose_key, EventKind(row.kind), row.day, row.clock_time, row.given_at,
                row.reason, row.at, row.actor,
            )
        )  # fmt: skip
    return found


def add_event(session: Session, event: InfusionEvent) -> int:
    """A new infusion event; answers the id."""
    row = InfusionEventTable(
        course_id=event.course_id, dose_key=event.dose_key, kind=event.kind.value, day=event.day,
        clock_time=event.clock_time, given_at=event.given_at, reason=event.reason, at=event.at, actor=event.actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def open_patients(session: Session, not_before: date, as_of: datetime | None = None) -> set[int]:
    """Patients with a course that may still come to something, or was over on this day at the earliest.

    What was recorded after the instant that is asked about may have ended a course, so all that it touches counts.
    """
    standing = CourseStandingTable
    courses = open_courses(session)
    courses |= set(session.scalars(select(standing.course_id).where(standing.over_on >= not_before)))
    if as_of is not None:
        for kind in (InfusionEventTable, CourseEndTable, CourseVersionTable, PhaseEntryTable):
            courses |= set(session.scalars(select(kind.course_id).where(kind.at > as_of).distinct()))
    found = set(session.scalars(among(select(CourseTable.patient_id), CourseTable.id, courses)))
    if as_of is not None:
        found |= set(session.scalars(select(CourseTable.patient_id).where(CourseTable.at > as_of)))
    return found


def open_courses(session: Session) -> set[int]:
    """Courses of which nobody has found that they are over."""
    return set(session.scalars(select(CourseStandingTable.course_id).where(CourseStandingTable.over_on.is_(None))))


def set_over(session: Session, found: Mapping[int, date]) -> None:
    """Keep for these courses the last day of anything of them."""
    if found:
        rows = [{"course_id": course_id, "over_on": day} for course_id, day in found.items()]
        session.execute(update(CourseStandingTable), rows)


def patient_of_course(session: Session, course_id: int) -> int | None:
    """The patient of a course."""
    return session.scalar(select(CourseTable.patient_id).where(CourseTable.id == course_id))
