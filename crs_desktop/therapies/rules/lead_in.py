"""The calendar of what is given around the doses: lymphodepletion, pretreatment and companion drugs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from crs_desktop.kernel.days import DayRange
from crs_desktop.therapies.model.care import LeadIn, RestartRow
from crs_desktop.therapies.model.dated import CalendarNote, ScheduledDose
from crs_desktop.therapies.model.protocol import Protocol

COMPANION = "companion"
LAST_DAY, LATEST_START = "_last_day", "_latest_start"


def lead_in_notes(
    protocol: Protocol, regimen_id: str, doses: Sequence[ScheduledDose], restart: RestartRow | None
) -> list[CalendarNote]:
    """Notes of the kinds lymphodepletion, pretreatment and companion.

    A window before the first dose gives two: <kind>_last_day with the days on which its last day may lie, and
    <kind>_latest_start. On a restart only what the row repeats is given again; companions go on with the cycles.
    """
    if not doses:
        return []
    found: list[CalendarNote] = []
    for row in protocol.lead_in:
        if regimen_id not in row.regimens:
            continue
        if restart is None or (row.kind != COMPANION and restart.repeat_lead_in is True):
            found.extend(_dated(row, doses, _first_day(protocol, regimen_id, doses, restart), restart is not None))
        elif row.kind == COMPANION and row.cycles is not None:
            found.extend(_in_cycles(row, [dose for dose in doses if dose.phase]))
        elif row.kind != COMPANION and _not_read(protocol, restart):
            found.append(_note(row, None))
    return found


def _not_read(protocol: Protocol, restart: RestartRow) -> bool:
    fact = protocol.fact(f"{restart.path}.repeat_lead_in")
    return fact is not None and fact.unknown


def _first_day(protocol: Protocol, regimen_id: str, doses: Sequence[ScheduledDose], restart: RestartRow | None) -> date:
    """The day before day 1 as the regimen counts: on a restart its first dose stands where the first step stood."""
    number = doses[0].day_number
    regimen = protocol.regimen(regimen_id)
    if restart is not None and regimen is not None and regimen.steps:
        number = regimen.steps[0].day
    return doses[0].planned - timedelta(days=number)


def _dated(row: LeadIn, doses: Sequence[ScheduledDose], origin: date, restarted: bool) -> Iterator[CalendarNote]:
    if row.ends_before is not None:
        yield from _window(row, row.ends_before, doses[0].planned)
    elif row.cycles is not None and row.days and not restarted:
        yield from _in_cycles(row, doses)
    elif row.days:
        for number in row.days:
            yield _note(row, _one(origin + timedelta(days=number)))
    else:
        yield _note(row, None)


def _window(row: LeadIn, before: tuple[int, int], first: date) -> Iterator[CalendarNote]:
    last_days = DayRange(first - timedelta(days=before[1]), first - timedelta(days=before[0]))
    yield _note(row, last_days, LAST_DAY)
    latest = None if row.lasting_days is None else _one(last_days.last - timedelta(days=row.lasting_days - 1))
    yield _note(row, latest, LATEST_START)


def _in_cycles(row: LeadIn, doses: Sequence[ScheduledDose]) -> Iterator[CalendarNote]:
    """Each of the days in each of the cycles; a cycle begins where its first dose says. No cycles: unknown days."""
    begins: dict[int, date] = {}
    for dose in doses:
        if dose.cycle is not None:
            begins.setdefault(dose.cycle, dose.planned - timedelta(days=dose.day_number))
    if not begins:
        yield _note(row, None)
    assert row.cycles is not None
    for cycle, origin in begins.items():
        if row.cycles[0] <= cycle <= row.cycles[1]:
            for number in row.days:
                yield _note(row, _one(origin + timedelta(days=number)))


def _note(row: LeadIn, days: DayRange | None, part: str = "") -> CalendarNote:
    detail = str(row.amount) if row.amount is not None else ""
    return CalendarNote(row.kind + part, row.drug, days, detail, row.path, row.alternative, row.when)


def _one(day: date) -> DayRange:
    return DayRange(day, day)
