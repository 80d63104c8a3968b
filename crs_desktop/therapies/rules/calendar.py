"""What stands around the doses by day: lead-in, daily checks, staying near, no driving, end of an infusion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase
from itertools import pairwise

from crs_desktop.kernel.days import DayRange
from crs_desktop.therapies.model.care import LeadIn
from crs_desktop.therapies.model.dated import CalendarNote, ScheduledDose
from crs_desktop.therapies.model.protocol import Protocol


def calendar_notes(protocol: Protocol, regimen_id: str, doses: Sequence[ScheduledDose]) -> tuple[CalendarNote, ...]:
    """Notes in the order of their first day; those without a known length stand last."""
    notes = [*_lead_in(protocol, regimen_id, doses), *_durations(protocol, regimen_id, doses), *_infusions(doses)]
    return tuple(sorted(notes, key=lambda note: note.days.first if note.days is not None else date.max))


def _lead_in(protocol: Protocol, regimen_id: str, doses: Sequence[ScheduledDose]) -> list[CalendarNote]:
    if not doses:
        return []
    origin = doses[0].planned - timedelta(days=doses[0].day_number)
    return [
        _on(row, origin + timedelta(days=number))
        for row in protocol.lead_in
        if regimen_id in row.regimens
        for number in row.days
    ]


def _on(row: LeadIn, day: date) -> CalendarNote:
    return CalendarNote(
        row.kind, row.drug, DayRange(day, day), str(row.amount) if row.amount is not None else "", row.path
    )


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
