"""The clock times of the medicines around a dose, in exact elapsed time from the start or the end of the dose."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from crs_desktop.therapies.model.care import Premedication
from crs_desktop.therapies.model.dated import PremedicationTime, ScheduledDose


def premedication_times(
    dose: ScheduledDose, starts_at: datetime | None, infusion_minutes: int | None = None, conditional: bool = False
) -> tuple[PremedicationTime, ...]:
    """Each medicine of the dose with earliest and latest instant (UTC); None without a start or without an offset.

    What is given afterwards counts from the end, so it has times only when somebody says how long the infusion runs.
    `conditional`: those that hang on the grade of the dose before, which nobody has said.
    """
    rows = dose.conditional if conditional else dose.premedication
    # elapsed time is exact in UTC only: the start is taken there first, so a clock change cannot move it
    start = None if starts_at is None else starts_at.astimezone(UTC)
    end = None if start is None or infusion_minutes is None else start + timedelta(minutes=infusion_minutes)
    return tuple(_timed(item, dose, start, end) for item in rows)


def _timed(item: Premedication, dose: ScheduledDose, start: datetime | None, end: datetime | None) -> PremedicationTime:
    if item.minutes_after is not None:
        least, most = item.minutes_after
        return PremedicationTime(item, _from(end, least), _from(end, most), _days(item, dose))
    earliest = None if item.earliest_minutes is None else -item.earliest_minutes
    latest = None if item.latest_minutes is None else -item.latest_minutes
    return PremedicationTime(item, _from(start, earliest), _from(start, latest), _days(item, dose))


def _days(item: Premedication, dose: ScheduledDose) -> tuple[date, ...]:
    """The days as the label counts them, or the day of the dose; and those after the dose on which it is given too."""
    named = [number - dose.day_number for number in item.days] or [0]
    return tuple(dose.planned + timedelta(days=apart) for apart in dict.fromkeys((*named, *item.following_days)))


def _from(instant: datetime | None, minutes: int | None) -> datetime | None:
    return None if instant is None or minutes is None else instant + timedelta(minutes=minutes)
