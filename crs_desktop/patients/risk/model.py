"""Nouns of risk scores: what a publication asks for and says, what was measured, what came of it, what was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from crs_desktop.kernel.refusal import Finding

CONFIDENCES = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class ScoreSource:
    """Where something about a score was read. `memory`: second-hand or recalled, so what rests on it is unverified."""

    id: str
    title: str
    url: str
    note: str
    memory: bool


@dataclass(frozen=True, slots=True)
class Backing:
    """What a part of a score rests on, and how sure that is."""

    sources: tuple[str, ...]
    confidence: str
    note: str
    memory: bool

    @property
    def unverified(self) -> bool:
        """Nobody has read it in a source that can be relied upon."""
        return self.memory or self.confidence == "low"


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers between two limits, each included or not; None is open."""

    least: Decimal | None
    least_in: bool
    most: Decimal | None
    most_in: bool

    def holds(self, value: Fraction) -> bool:
        """True when the value lies in it."""
        if self.least is not None and not (value > self.least or (self.least_in and value == self.least)):
            return False
        return self.most is None or value < self.most or (self.most_in and value == self.most)

    @property
    def limits(self) -> tuple[Decimal, ...]:
        """The limits that it has."""
        return tuple(limit for limit in (self.least, self.most) if limit is not None)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in which a value may be typed; times `factor` it is in the unit of the formula."""

    text: str
    factor: Fraction


@dataclass(frozen=True, slots=True)
class Points:
    """How many points a value in this span is worth."""

    points: int
    span: Span


@dataclass(frozen=True, slots=True)
class Input:
    """A value that a score needs. The first unit is that of the formula; `plausible` only asks, it refuses nothing."""

    id: str
    name: str
    units: tuple[Unit, ...]
    plausible: Span
    points: tuple[Points, ...]
    backing: Backing | None

    def unit(self, text: str) -> Unit | None:
        """The unit of this name."""
        return next((unit for unit in self.units if unit.text == text), None)


@dataclass(frozen=True, slots=True)
class Band:
    """What the publication says of results in a span."""

    id: str
    span: Span
    text: str
    backing: Backing


@dataclass(frozen=True, slots=True)
class Score:
    """A published score as its file says it.

    `kind` ratio multiplies some inputs and divides by one; points adds up. `made_for` names products, each with its
    regimens (none named: all). Without bands `no_bands` says why, and only the number is shown.
    """

    id: str
    version: str
    name: str
    long_name: str
    read: date
    sources: tuple[ScoreSource, ...]
    kind: str
    multiply: tuple[str, ...]
    divide: str
    decimals: int
    formula: str
    formula_backing: Backing
    what: str
    population: str
    adults: bool
    timing_text: str
    about_backing: Backing
    made_for: tuple[tuple[str, tuple[str, ...]], ...]
    inputs: tuple[Input, ...]
    bands: tuple[Band, ...]
    no_bands: str

    @property
    def backings(self) -> tuple[Backing, ...]:
        """Everything that it rests on."""
        parts = [self.formula_backing, self.about_backing, *(band.backing for band in self.bands)]
        return (*parts, *(item.backing for item in self.inputs if item.backing is not None))

    @property
    def confidence(self) -> str:
        """That of the least sure part."""
        return max((backing.confidence for backing in self.backings), key=CONFIDENCES.index)

    @property
    def unverified(self) -> bool:
        """True when any part is."""
        return any(backing.unverified for backing in self.backings)

    def input(self, input_id: str) -> Input:
        """The input of this id. Raises KeyError for one that it does not need."""
        for item in self.inputs:
            if item.id == input_id:
                return item
        raise KeyError(input_id)


@dataclass(frozen=True, slots=True)
class Measured:
    """One value as typed with its unit, and exact in the unit of the formula."""

    input: str
    typed: Decimal
    unit: str
    value: Fraction


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """What came of it: the exact value, the rounded one that is shown, its band, and what to beware of."""

    score: str
    version: str
    exact: Fraction
    shown: Decimal
    points: tuple[tuple[str, int], ...]
    band: Band | None
    confidence: str
    unverified: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Begins:
    """The days on which lymphodepletion may begin by the protocol."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class RecordedScore:
    """A score as somebody recorded it, in the words of that day. Append-only; a correction names the one before."""

    id: int
    patient_id: int
    course_id: int | None
    score: str
    version: str
    name: str
    values: tuple[tuple[str, str, str], ...]
    shown: str
    band: str
    confidence: str
    unverified: bool
    bewares: tuple[str, ...]
    measured_at: datetime
    note: str
    corrects: int | None
    at: datetime
    actor: str
