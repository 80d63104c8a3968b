"""Clock times around a dose of the verb `schedule`: start, medicines, end of the infusion, changes of the bag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from crs_desktop.kernel.answers import instant_entry
from crs_desktop.kernel.entry import read_local_instant
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding
from crs_desktop.therapies.model.dated import PremedicationTime, ScheduledDose
from crs_desktop.therapies.rules.bags import bag_starts
from crs_desktop.therapies.rules.premedication import premedication_times

_NO_TIME: dict[str, Json] = {"starts_at": None, "ends_at": None, "bag_starts": []}


@dataclass(frozen=True, slots=True)
class Clocked:
    """One dose on the clock; `starts` None while nobody said a time, or where the zone has no such time that day."""

    entry: dict[str, Json]
    premedication: tuple[PremedicationTime, ...]
    conditional: tuple[PremedicationTime, ...]
    finding: Finding | None


def clocked(dose: ScheduledDose, clock: str, zone: tzinfo, bag_hours: int | None) -> Clocked:
    """Clock times of a dated dose that starts at this time of day ('' for none)."""
    starts = _start(dose.planned, clock, zone) if clock else None
    finding = starts if isinstance(starts, Finding) else None
    start = None if isinstance(starts, Finding) else starts
    span = _span(dose)
    minutes = span[0] if span is not None and span[0] == span[1] else None
    times = [premedication_times(dose, start, minutes, conditional) for conditional in (False, True)]
    entry = dict(_NO_TIME) if start is None else _entry(dose, start, zone, span, bag_hours)
    return Clocked(entry, times[0], times[1], finding)


def _start(day: date, clock: str, zone: tzinfo) -> datetime | Finding:
    if isinstance(zone, ZoneInfo):
        return read_local_instant(f"{day.isoformat()} {clock}", zone, "start_time")
    hour, minute = clock.split(":")
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=zone)


def _span(dose: ScheduledDose) -> tuple[int, int] | None:
    """The minutes an infusion runs, least and most, whatever the dose before did; None where nobody has read it."""
    rows = (*dose.infusion_times, *dose.conditional_times)
    known = [row.minutes for row in rows if row.minutes is not None]
    if not known or len(known) != len(rows):
        return None
    return min(least for least, _ in known), max(most for _, most in known)


def _entry(
    dose: ScheduledDose, start: datetime, zone: tzinfo, span: tuple[int, int] | None, bag_hours: int | None
) -> dict[str, Json]:
    ends: Json = None
    if dose.ends is not None:
        whole = timedelta(days=(dose.ends - dose.planned).days)
        ends = _range(start, whole, whole, zone)
    elif span is not None:
        ends = _range(start, timedelta(minutes=span[0]), timedelta(minutes=span[1]), zone)
    return {"starts_at": instant_entry(start, zone), "ends_at": ends, "bag_starts": _bags(dose, start, zone, bag_hours)}


def _range(start: datetime, least: timedelta, most: timedelta, zone: tzinfo) -> Json:
    """Elapsed time is added in UTC, so that a change of the clocks moves no end."""
    utc = start.astimezone(UTC)
    return {"earliest": instant_entry(utc + least, zone), "latest": instant_entry(utc + most, zone)}


def _bags(dose: ScheduledDose, start: datetime, zone: tzinfo, hours: int | None) -> Sequence[Json]:
    if hours is None or dose.ends is None:
        return []
    return [
        {"number": bag.number, "starts": instant_entry(bag.starts, zone), "ends": instant_entry(bag.ends, zone)}
        for bag in bag_starts(start, hours, (dose.ends - dose.planned).days)
    ]


def instants_entry(timed: PremedicationTime, zone: tzinfo) -> Json:
    """Earliest and latest clock time of one medicine; None while either is open."""
    if timed.earliest is None or timed.latest is None:
        return None
    return {"earliest": instant_entry(timed.earliest, zone), "latest": instant_entry(timed.latest, zone)}
