"""What each act on a course that goes on otherwise does inside its one write transaction."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.patients import repository
from crs_desktop.patients.acts import release_promises
from crs_desktop.patients.courses.moving import obstacles
from crs_desktop.patients.courses.restarting import begins_again, last_given, restarted
from crs_desktop.patients.dating import first_of_phase, phase_of
from crs_desktop.patients.model import Body, Course, CourseEnd, EndKind
from crs_desktop.patients.rules import course_window, infusions, merged
from crs_desktop.policy.service import policy_on
from crs_desktop.store.store import Result, Writing
from crs_desktop.therapies import repository as therapies
from crs_desktop.therapies.rules.numbering import is_entered

# How far a schedule is looked at for the windows that follow from it.
_AHEAD = timedelta(days=120)


def running_course(writing: Writing, course_id: int) -> Course | Refused:
    """The course of this id, unless it has ended."""
    course = repository.course(writing.session, course_id)
    if course is None:
        return refuse(no("course_unknown", "course", course_id))
    if course.end is not None:
        return refuse(no("course_ended", "", course.protocol.name, day=day_text(course.end.day, year=True)))
    return course


def move(writing: Writing, course_id: int, fingerprint: str, reason: str) -> Result | Refused:
    """The course follows another adopted version from now on; what was recorded keeps its place."""
    session = writing.session
    course = running_course(writing, course_id)
    if isinstance(course, Refused):
        return course
    signed = {item.fingerprint for item in therapies.adoptions(session) if item.therapy_id == course.protocol.id}
    if fingerprint == course.protocol.fingerprint:
        return refuse(no("course_moved_nowhere", "fingerprint", course.protocol.name))
    if fingerprint not in signed:
        return refuse(no("course_version_not_adopted", "fingerprint", course.protocol.name))
    after = therapies.pinned(session, fingerprint)
    found = obstacles(course, repository.events(session).get(course_id, ()), after)
    if found:
        return refuse(*found)
    number = repository.move_course(session, course_id, fingerprint, reason, writing.at, writing.actor.name)
    writing.log("course", course_id, "move", reason=reason, before={"fingerprint": course.protocol.fingerprint},
                after={"fingerprint": fingerprint, "label": after.label_revision})  # fmt: skip
    return {"version": number, "patient": course.patient_id}


def restart(
    writing: Writing, course_id: int, row_id: str, start: date, reason: str, zone: ZoneInfo
) -> Result | Refused:
    """End the course as restarted and add the one that follows it, on the same version, after the last dose given."""
    session, actor = writing.session, writing.actor.name
    course = running_course(writing, course_id)
    if isinstance(course, Refused):
        return course
    mine, events = repository.courses(session)[course.patient_id], repository.events(session)
    recorded = [event for one in mine for event in events.get(one.id, ())]
    last = last_given(course, mine, recorded)
    row = next((row for row in course.protocol.restart if row.id == row_id), None)
    if row is None or course.regimen_id not in row.regimens:
        return refuse(no("restart_row_unknown", "row", row_id))
    if last is None:
        return refuse(no("restart_nothing_given", "row", course.protocol.name))
    if not begins_again(row):
        return refuse(no("restart_row_goes_on", "row", row_id))
    if start < last.day:
        return refuse(no("restart_before_last", "start", start.isoformat(), day=day_text(last.day, year=True)))
    following = restarted(course, row, last, start)
    if not infusions(following, (), Body(), start, start):
        return refuse(no("restart_row_without_doses", "row", row_id))
    end = CourseEnd(EndKind.RESTARTED, local_day(writing.at, zone), reason)
    repository.end_course(session, course_id, end, writing.at, actor)
    number = repository.add_course(session, following, writing.at, actor)
    after = {"course": number, "row": row_id, "last": last.dose_key, "start": start.isoformat()}
    writing.log("course", course_id, end.kind.value, after, reason=reason)
    _let_go_unless_taken_over(writing, course, end)
    return {"course": number, "patient": course.patient_id}


def _let_go_unless_taken_over(writing: Writing, course: Course, end: CourseEnd) -> None:
    """Vials promised to the old course stay while a window under its name is open; else nobody waits for them."""
    session, today = writing.session, end.day
    until = today + _AHEAD
    policy, events = policy_on(session, today), repository.events(session)
    windows = merged(
        window
        for one in repository.courses(session)[course.patient_id]
        if (window := course_window(one, infusions(one, events.get(one.id, ()), Body(), today, until), policy))
    )
    if not any(window.holder == f"course:{course.id}" and window.days.last >= today for window in windows):
        release_promises(writing, course.id, end)


def enter_phase(writing: Writing, course_id: int, phase_id: str, day: date, reason: str) -> Result | Refused:
    """A prescriber has entered a phase that needs a judgement; its first dose stands on this day."""
    session = writing.session
    course = running_course(writing, course_id)
    if isinstance(course, Refused):
        return course
    found = _not_to_be_entered(course, phase_id, day)
    if found is not None:
        return refuse(found)
    number = repository.enter_phase(session, course_id, phase_id, day, reason, writing.at, writing.actor.name)
    before = {"phases": [name for name, _ in course.entered]}
    writing.log("course", course_id, "enter", {"phase": phase_id, "day": day.isoformat()}, before, reason)
    return {"entry": number, "patient": course.patient_id}


def _not_to_be_entered(course: Course, phase_id: str, day: date) -> Finding | None:
    phase = phase_of(course, phase_id)
    if phase is None:
        return no("phase_unknown", "phase", phase_id)
    if is_entered(phase, frozenset()):
        return no("phase_follows_by_itself", "phase", first_of_phase(course, phase_id))
    if phase_id in dict(course.entered):
        return no("phase_entered_already", "phase", first_of_phase(course, phase_id))
    return no("phase_before_course", "day", day.isoformat()) if day < course.start else None
