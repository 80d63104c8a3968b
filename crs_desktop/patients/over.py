"""Which courses are told to their end, so that the board need not read the past again. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from crs_desktop.patients.model import Course, Infusion, Outcome, PatientRecord, Window

# No label knows a longer gap between two doses: a course that plans none within this time plans none.
LONGEST_GAP = timedelta(days=4 * 365)
_TOLD = (Outcome.GIVEN, Outcome.NOT_GIVEN)

Ahead = Callable[[Course, date], Sequence[Infusion]]
"""The infusions of a course through a later day."""


def over_on(course: Course, infused: Sequence[Infusion], ahead: Ahead, today: date) -> date | None:
    """The last day of anything of a course of which nothing is to come and nothing of the past is left untold.

    None while something may still come. How long a window lasts past that day is policy's, and not looked at here.
    """
    if not all_told(infused):
        return None
    if course.end is None and not all_told(ahead(course, today + LONGEST_GAP)):
        return None
    given = [item.day for item in infused if item.outcome is Outcome.GIVEN]
    ended = [] if course.end is None else [course.end.day]
    return max([course.start, *given, *ended])


def on_the_board(record: PatientRecord, windows: Iterable[Window], planned: bool, today: date) -> bool:
    """True when a board of this day may say anything of a patient.

    That is a window which is not over, an infusion to come or of which nothing is told, or a planned dose.
    """
    if planned or any(window.days.last >= today for window in windows):
        return True
    return any(
        item.outcome is not Outcome.NOT_GIVEN and (item.day >= today or item.outcome is not Outcome.GIVEN)
        for item in record.infusions
    )


def all_told(infused: Iterable[Infusion]) -> bool:
    """True when of each infusion is told what became of it, or it does not come any more."""
    return all(item.outcome in _TOLD for item in infused)

