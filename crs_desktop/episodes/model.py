"""Nouns of episodes: an episode opens with the first grade or rescue dose and closes by a named act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# Grades may be entered on any of these scales; they are kept as told and never converted.
SCALES = ("ASTCT 2019", "CTCAE v5", "Lee 2014", "Penn")
KINDS = ("CRS", "ICANS")


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade as somebody told it: not derived here from findings at the bedside."""

    id: int
    episode_id: int
    kind: str
    grade: int
    scale: str
    told_by: str
    graded_at: datetime
    actor: str

    @property
    def text(self) -> str:
        """'CRS grade 2 (ASTCT 2019), as told by N. Berg, not derived'."""
        return f"{self.kind} grade {self.grade} ({self.scale}), as told by {self.told_by}, not derived"


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode of a patient with its grades, oldest first."""

    id: int
    patient_id: int
    opened_at: datetime
    closed_at: datetime | None
    grades: tuple[Grade, ...]

    @property
    def open(self) -> bool:
        """True until somebody closes it."""
        return self.closed_at is None
