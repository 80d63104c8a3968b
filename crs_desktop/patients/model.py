"""Nouns of patients: a person with two identifiers, a dated weight, a course, what became of an infusion, a window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from crs_desktop.kernel.amounts import BodyWeight, plain
from crs_desktop.kernel.days import DayRange, day_text
from crs_desktop.kernel.refusal import Finding
from crs_desktop.therapies.model.dated import ScheduledDose
from crs_desktop.therapies.model.protocol import Protocol


class HeightMethod(Enum):
    """How a height came about."""

    STANDING = "standing"
    LYING = "lying"
    STATED = "stated"
    ESTIMATED = "estimated"


class WeighingMethod(Enum):
    """How a weight came about."""

    STANDING_SCALE = "standing scale"
    CHAIR_SCALE = "chair scale"
    BED_SCALE = "bed scale"
    STATED = "stated"
    ESTIMATED = "estimated"


class Outcome(Enum):
    """What became of a scheduled infusion."""

    PLANNED = "planned"
    GIVEN = "given"
    HELD = "held"
    NOT_GIVEN = "not given"


class EventKind(Enum):
    """What was recorded about an infusion."""

    RESCHEDULED = "rescheduled"
    GIVEN = "given"
    HELD = "held"
    NOT_GIVEN = "not given"


class EndKind(Enum):
    """Why a course ended."""

    WITHDRAWN = "withdrawn"
    DIED = "died"
    RESTARTED = "restarted"


@dataclass(frozen=True, slots=True)
class Patient:
    """A person. The record number is text; allergies None means that nobody has asked yet."""

    id: int
    mrn: str
    family_name: str
    given_name: str
    birth_date: date
    allergies: str | None

    @property
    def name(self) -> str:
        """'Family, Given'; somebody who is only asked about may have one name."""
        return ", ".join(filter(None, (self.family_name, self.given_name)))

    @property
    def born_text(self) -> str:
        """'12 Mar 1961'; the second identifier as it is shown."""
        return day_text(self.birth_date, year=True).partition(" ")[2]

    @property
    def initials(self) -> str:
        """'G.F.', for a headline."""
        return f"{self.given_name[:1]}.{self.family_name[:1]}."


@dataclass(frozen=True, slots=True)
class Weighing:
    """A weight with the instant it was measured and how."""

    id: int
    patient_id: int
    weight: BodyWeight
    measured_at: datetime
    method: WeighingMethod


@dataclass(frozen=True, slots=True)
class Height:
    """A height in whole millimetres with the instant it was measured and how."""

    id: int
    patient_id: int
    millimetres: int
    measured_at: datetime
    method: HeightMethod

    @property
    def cm(self) -> Decimal:
        """Centimetres, exact."""
        return Decimal(self.millimetres) / 10

    def __str__(self) -> str:
        return f"{plain(self.cm)} cm"


@dataclass(frozen=True, slots=True)
class Body:
    """What the doses of a person depend on: the latest weight, the latest height, and the birth date."""

    weight: BodyWeight | None = None
    height: Height | None = None
    born: date | None = None


@dataclass(frozen=True, slots=True)
class InfusionEvent:
    """Something recorded about one infusion of a course. Append-only; the latest decides."""

    id: int
    course_id: int
    dose_key: str
    kind: EventKind
    day: date
    clock_time: str
    given_at: datetime | None
    reason: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class CourseEnd:
    """The end of a course before its time."""

    kind: EndKind
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Course:
    """A therapy of a patient from a start day, on the protocol version of the enrolment until it is moved to another.

    A restarted step-up `follows` the course it takes the place of: by the restart row, after the dose `last_key`.
    `entered` are the phases that need a judgement and that a prescriber has entered, each with the day of its first
    dose. `died` is True when a course that follows this one ended with the person's death.
    """

    id: int
    patient_id: int
    protocol: Protocol
    regimen_id: str
    start: date
    end: CourseEnd | None
    restart_row: str = ""
    last_key: str = ""
    follows: int | None = None
    entered: tuple[tuple[str, date], ...] = ()
    died: bool = False


@dataclass(frozen=True, slots=True)
class Infusion:
    """One scheduled dose with what became of it. `day` is the actual day once given."""

    course_id: int
    dose: ScheduledDose
    day: date
    clock_time: str
    outcome: Outcome
    given_at: datetime | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """Days in which rescue may be needed, with the sets owed by the standby rule; merged courses are all named.

    `further` of the sets may lie within 8 hours instead of the reach that policy counts.
    """

    patient_id: int
    course_ids: tuple[int, ...]
    days: DayRange
    sets: int
    further: int = 0

    @property
    def holder(self) -> str:
        """The opaque name under which stock holds vials for this window."""
        return f"course:{self.course_ids[0]}"


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """Everything of one patient that the other rooms ask for, read in one snapshot."""

    patient: Patient
    weighings: tuple[Weighing, ...]
    courses: tuple[Course, ...]
    infusions: tuple[Infusion, ...]
    heights: tuple[Height, ...] = ()

    @property
    def height(self) -> Height | None:
        """The latest height by the instant it was measured."""
        return max(self.heights, key=lambda item: (item.measured_at, item.id), default=None)

    @property
    def body(self) -> Body:
        """What the doses depend on."""
        weighing = self.weighing
        return Body(None if weighing is None else weighing.weight, self.height, self.patient.birth_date)

    @property
    def weighing(self) -> Weighing | None:
        """The latest weight by the instant it was measured."""
        return max(self.weighings, key=lambda item: (item.measured_at, item.id), default=None)

    def course(self, course_id: int) -> Course:
        """The course of this id. Raises KeyError when it is another patient's."""
        for course in self.courses:
            if course.id == course_id:
                return course
        raise KeyError(course_id)
