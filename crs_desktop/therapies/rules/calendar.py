"""What stands around the doses by day: lead-in, daily checks, staying near, no driving, end of an infusion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase
from itertools import pairwise

from crs_desktop.kernel.days import DayRange
from crs_desktop.therapies.model.care import RestartRow
from crs_desktop.therapies.model.dated import CalendarNote, ScheduledDose
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.lead_in import lead_in_notes

_HOURS = 24


def calendar_notes(
    protocol: Protocol, regimen_id: str, doses: Sequence[ScheduledDose], restart: RestartRow | None = None
) -> tuple[CalendarNote, ...]:
    """Notes in the order of their first day; those without known days stand last. `restart`: the row the doses follow.

    Kinds are codes: those of lead_in_notes and of the durations, symptom_free, infusion_end, treatment_free.
    """
    notes = [
        *lead_in_notes(protocol, regimen_id, doses, restart),
        *_durations(protocol, regimen_id, doses),
        *_symptom_free(protocol, regimen_id, doses),
        *_infusions(doses),
    ]
    return tuple(sorted(notes, key=lambda note: note.days.first if note.days is not None else date.max))


def _symptom_free(protocol: Protocol, regimen_id: str, doses: Sequence[ScheduledDose]) -> list[CalendarNote]:
    """The days before each later dose in which the hours without symptoms begin; one without days where not read."""
    regimen = protocol.regimen(regimen_id)
    if regimen is None or len(doses) < 2:
        return []
    path, hours = f"{regimen.path}.symptom_free_hours", regimen.symptom_free_hours
    if hours is None:
        return [CalendarNote("symptom_free", "", None, "", path)] if protocol.fact(path) is not None else []
    whole = timedelta(days=-(-hours // _HOURS))
    return [
        CalendarNote("symptom_free", dose.label, DayRange(dose.planned - whole, dose.planned), f"{hours} h", path)
        for dose in doses[1:]
    ]


def _durations(protocol: Protocol, regimen_id: str, doses: Sequence[ScheduledDose]) -> list[CalendarNote]:
    return [
        CalendarNote(
            rule.kind,
            dose.label,
            None if rule.days is None else DayRange(dose.planned, dose.planned + timedelta(days=rule.days)),
            rule.text,
            rule.path,
        )
        for dose in doses
        for rule in protocol.durations
        if rule.holds_in(regimen_id) and rule.in_force(dose.planned)
        if any(fnmatchcase(dose.key, pattern) for pattern in rule.applies_to)
    ]


def _infusions(doses: Sequence[ScheduledDose]) -> list[CalendarNote]:
    running = [dose for dose in doses if dose.ends is not None]
    notes = [
        CalendarNote("infusion_end", dose.label, DayRange(dose.ends, dose.ends), "", "")
        for dose in running
        if dose.ends is not None
    ]
    for dose, following in pairwise(running):
        if dose.ends is not None and following.planned > dose.ends:
            free = DayRange(dose.ends, following.planned - timedelta(days=1))
            notes.append(CalendarNote("treatment_free", dose.label, free, "", ""))
    return notes
