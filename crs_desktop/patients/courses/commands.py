"""What forms send about a course that goes on otherwise: another version, a step-up again, a phase entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crs_desktop.kernel.entry import read_day, read_text
from crs_desktop.kernel.refusal import Finding, Refused, refuse


@dataclass(frozen=True, slots=True)
class MoveCourse:
    """A course that follows another adopted version of its protocol from now on."""

    request_id: str
    course_id: int
    fingerprint: str
    reason: str


@dataclass(frozen=True, slots=True)
class RestartCourse:
    """A step-up that starts again: by the restart row `row_id` of the version that the course follows."""

    request_id: str
    course_id: int
    row_id: str
    start: str
    reason: str


@dataclass(frozen=True, slots=True)
class EnterPhase:
    """A phase that needs a judgement, entered by a prescriber; `day` is the day of its first dose."""

    request_id: str
    course_id: int
    phase_id: str
    day: str
    reason: str


def read_day_and_reason(day: str, field: str, reason: str) -> tuple[date, str] | Refused:
    """A day that exists and a reason, or what is wrong with each."""
    read, why = read_day(day, field), read_text(reason, "reason")
    findings = [item for item in (read, why) if isinstance(item, Finding)]
    if findings:
        return refuse(*findings)
    assert isinstance(read, date) and isinstance(why, str)
    return read, why
