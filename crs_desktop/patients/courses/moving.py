"""A course on another version of its protocol: what stands in the way, and which dates and amounts would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.patients.dating import dated_doses, dose_label, phase_of, restart_row_of, without_place
from crs_desktop.patients.model import Body, Course, Infusion, InfusionEvent
from crs_desktop.patients.rules import settled_days
from crs_desktop.therapies.model.protocol import Protocol


@dataclass(frozen=True, slots=True)
class DoseChange:
    """A dose that would stand otherwise. A day of None: it is not in that schedule."""

    label: str
    before: date | None
    after: date | None
    amount_before: str
    amount_after: str


def on_version(course: Course, after: Protocol) -> Course:
    """The course as it would be on that version."""
    return replace(course, protocol=after)


def obstacles(course: Course, events: Iterable[InfusionEvent], after: Protocol) -> tuple[Finding, ...]:
    """Why this course cannot follow that version; none means that everything recorded keeps its place."""
    if after.id != course.protocol.id:
        return (no("course_other_therapy", "fingerprint", after.name),)
    moved = on_version(course, after)
    if after.regimen(course.regimen_id) is None:
        return (no("course_version_without_regimen", "fingerprint", course.regimen_id),)
    found = []
    if course.restart_row and restart_row_of(moved) is None:
        found.append(no("course_version_without_row", "fingerprint", course.restart_row))
    found += [
        no("course_version_without_phase", "fingerprint", name)
        for name, _ in course.entered
        if phase_of(moved, name) is None
    ]
    keys = dict.fromkeys(event.dose_key for event in sorted(events, key=lambda event: event.id))
    if course.last_key:
        keys[course.last_key] = None
    found += [
        no("course_version_without_dose", "fingerprint", dose_label(course, key) or key)
        for key in keys
        if dose_label(moved, key) is None
    ]
    return tuple(found) or tuple(_left_behind(course, moved, events))


def _left_behind(course: Course, moved: Course, events: Iterable[InfusionEvent]) -> Iterator[Finding]:
    """What has a name in the other version and still no place in this course there."""
    if moved.restart_row and not dated_doses(moved, Body(), {}, moved.start):
        yield no("course_version_without_row", "fingerprint", course.restart_row)
    for key in without_place(moved, settled_days(events)):
        yield no("course_version_without_dose", "fingerprint", dose_label(course, key) or key)


def dose_changes(before: Sequence[Infusion], after: Sequence[Infusion]) -> tuple[DoseChange, ...]:
    """The doses whose day or amount differs, in the order of the days."""
    old, new = ({item.dose.key: item for item in items} for items in (before, after))
    changes = []
    for key in dict.fromkeys((*old, *new)):
        one, two = old.get(key), new.get(key)
        change = DoseChange(
            (two or old[key]).dose.label, None if one is None else one.day, None if two is None else two.day,
            "" if one is None else one.dose.amount_text, "" if two is None else two.dose.amount_text,
        )  # fmt: skip
        if (change.before, change.amount_before) != (change.after, change.amount_after):
            changes.append(change)
    return tuple(sorted(changes, key=lambda change: change.after or change.before or date.max))
