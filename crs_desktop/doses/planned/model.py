"""Nouns of planned prophylactic doses: one on the schedule, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PlannedNeed:
    """A prophylactic dose on the schedule of a patient.

    `done_by` is the recorded dose that was it; `withdrawn` says why it will not be given.
    """

    id: int
    patient_id: int
    day: date
    reason: str
    at: datetime
    actor: str
    withdrawn: str | None = None
    done_by: int | None = None

    @property
    def open(self) -> bool:
        """True while it is still to be given."""
        return self.withdrawn is None and self.done_by is None

    def overdue(self, today: date) -> bool:
        """True when its day has passed and nobody has recorded it or taken it off the schedule."""
        return self.open and self.day < today
