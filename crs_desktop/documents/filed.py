"""A sheet as it was filed: what it is about, where its bytes lie, and which facts it claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


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
