"""The clock times of a dose's premedication, counted back from the start of the dose in exact elapsed time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from crs_desktop.therapies.model.care import Premedication
from crs_desktop.therapies.model.dated import PremedicationTime, ScheduledDose


def premedication_times(dose: ScheduledDose, starts_at: datetime | None) -> tuple[PremedicationTime, ...]:
    """Each medicine of the dose with earliest and latest instant (UTC); None without a start or without an offset."""
    return tuple(_timed(item, dose, starts_at) for item in dose.premedication)


def _timed(item: Premedication, dose: ScheduledDose, starts_at: datetime | None) -> PremedicationTime:
    days = tuple(_day(dose, number) for number in item.days) or (dose.planned,)
    return PremedicationTime(
        item, _before(starts_at, item.earliest_minutes), _before(starts_at, item.latest_minutes), days
    )


def _day(dose: ScheduledDose, number: int) -> date:
    return dose.planned + timedelta(days=number - dose.day_number)


def _before(starts_at: datetime | None, minutes: int | None) -> datetime | None:
    """Elapsed time is exact in UTC only: the start is taken there first, so a clock change cannot move it."""
    if starts_at is None or minutes is None:
        return None
    return starts_at.astimezone(UTC) - timedelta(minutes=minutes)
