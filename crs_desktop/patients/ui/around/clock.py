"""The clock times of the medicines around an infusion, where its start is known."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crs_desktop.desktop.words import phrase
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.entry import read_local_instant
from crs_desktop.kernel.refusal import Finding
from crs_desktop.patients.model import Infusion, Outcome
from crs_desktop.therapies.model.dated import PremedicationTime
from crs_desktop.therapies.rules.premedication import premedication_times


def medicine_times(infusion: Infusion, zone: ZoneInfo, conditional: bool) -> tuple[PremedicationTime, ...]:
    """Each medicine with its times; none of them while nobody has said when the infusion starts."""
    return premedication_times(infusion.dose, start_of(infusion, zone), _minutes(infusion), conditional)


def start_of(infusion: Infusion, zone: ZoneInfo) -> datetime | None:
    """When it was given, else when it is planned; None without a time of day, or where that day has no such time."""
    if infusion.given_at is not None and infusion.outcome is Outcome.GIVEN:
        return infusion.given_at
    if not infusion.clock_time:
        return None
    read = read_local_instant(f"{infusion.day.isoformat()} {infusion.clock_time}", zone, "clock_time")
    return None if isinstance(read, Finding) else read


def _minutes(infusion: Infusion) -> int | None:
    """How long it runs, where that is one number whatever the dose before did."""
    dose = infusion.dose
    rows = (*dose.infusion_times, *dose.conditional_times)
    known = {row.minutes for row in rows}
    only = known.pop() if len(known) == 1 else None
    return only[0] if only is not None and only[0] == only[1] else None


def times_text(timed: PremedicationTime, infusion: Infusion, zone: ZoneInfo) -> str:
    """'Fri 4 Dec 06:30 to 08:30; again Sat 5 Dec', or '' while the start or the offset is not known."""
    planned = infusion.dose.planned
    others = ", ".join(day_text(day) for day in timed.days if day != planned)
    here = planned in timed.days
    said = [phrase("patients_around_again" if here else "patients_around_on", days=others)] if others else []
    if here and timed.earliest is not None and timed.latest is not None:
        start = start_of(infusion, zone)
        first, last = (_clock(one, start, zone) for one in (timed.earliest, timed.latest))
        day = day_text(timed.earliest.astimezone(zone).date())
        later = timed.latest.astimezone(zone).date()
        end = last if later == timed.earliest.astimezone(zone).date() else f"{day_text(later)} {last}"
        span = f"{first}" if timed.earliest == timed.latest else phrase("patients_range", first=first, last=end)
        said.insert(0, f"{day} {span}")
    return "; ".join(said)


def _clock(instant: datetime, start: datetime | None, zone: ZoneInfo) -> str:
    """'06:30'; with the offset where the clocks change between it and the start."""
    local = instant.astimezone(UTC).astimezone(zone)
    same = start is not None and start.astimezone(zone).utcoffset() == local.utcoffset()
    return f"{local:%H:%M}" if same else f"{local:%H:%M} (UTC{local:%z})"
