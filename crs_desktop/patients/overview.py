"""What a page shows of every patient, read in one snapshot: record, windows, age of the weight, adoption, events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from crs_desktop.kernel.clock import local_day
from crs_desktop.patients.model import Course, Infusion, InfusionEvent, PatientRecord, Window
from crs_desktop.patients.rules import next_infusion, windows_of
from crs_desktop.policy.model import Policy
from crs_desktop.therapies.adoption import Adoption


@dataclass(frozen=True, slots=True)
class PatientLine:
    """One patient on a day. `weight_days` is None without a weight; `adoptions` has an entry a course, by its id."""

    record: PatientRecord
    day: date
    windows: tuple[Window, ...]
    weight_days: int | None
    weight_limit: int
    adoptions: Mapping[int, Adoption | None]
    events: tuple[InfusionEvent, ...]

    @property
    def id(self) -> int:
        """The patient's id."""
        return self.record.patient.id

    @property
    def stale(self) -> bool:
        """True when the weight is older than policy allows."""
        return self.weight_days is not None and self.weight_days > self.weight_limit

    @property
    def next(self) -> Infusion | None:
        """The infusion to come, or the one that nobody has recorded."""
        return next_infusion(self.record.infusions)

    @property
    def course(self) -> Course | None:
        """The course of the infusion to come, else the latest."""
        coming = self.next
        if coming is not None:
            return self.record.course(coming.course_id)
        return self.record.courses[-1] if self.record.courses else None

    @property
    def window(self) -> Window | None:
        """The window that is open or comes next; None when all are closed."""
        return next((window for window in self.windows if window.days.last >= self.day), None)

    def event_of(self, infusion: Infusion) -> InfusionEvent | None:
        """What was last recorded about an infusion."""
        mine = [e for e in self.events if (e.course_id, e.dose_key) == (infusion.course_id, infusion.dose.key)]
        return max(mine, key=lambda item: item.id, default=None)


@dataclass(frozen=True, slots=True)
class Overview:
    """Every patient on a day under the policy of that day."""

    day: date
    policy: Policy
    lines: tuple[PatientLine, ...]


def line_of(
    record: PatientRecord,
    policy: Policy,
    zone: ZoneInfo,
    adoptions: Mapping[int, Adoption | None],
    events: tuple[InfusionEvent, ...],
) -> PatientLine:
    """One patient as shown on the policy's day."""
    weighing = record.weighing
    days = None if weighing is None else (policy.day - local_day(weighing.measured_at, zone)).days
    return PatientLine(
        record, policy.day, windows_of(record, policy), days, policy.whole("weight_age"), adoptions, events
    )
