"""A sheet as it was filed: what it is about, where its bytes lie, and which facts it claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crs_desktop.kernel.refusal import Finding


@dataclass(frozen=True, slots=True)
class FiledSheet:
    """A sheet as it was filed. `facts` is the fingerprint of what it claims."""

    id: int
    code: str
    kind: str
    patient_id: int | None
    course_id: int | None
    dose_key: str
    day: date
    file_name: str
    sha256: str
    facts: str
    valid_until: datetime
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class About:
    """What a sheet is about, as its row keeps it; no patient for a sheet of the shelf."""

    patient_id: int | None
    course_id: int | None
    dose_key: str
    day: date


@dataclass(frozen=True, slots=True)
class DayFiled:
    """The checklists of a day, and why others are not there."""

    filed: tuple[FiledSheet, ...]
    refused: tuple[Finding, ...]
