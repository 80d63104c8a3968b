"""The nouns of the chance of running out: who may need how much and when, what is there, and the answer by day.

Days are whole numbers counted from 0, which is today; the horizon is the last day that counts. Probabilities are exact
fractions. A *unit* is one vial of the one strength, or one whole set.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from crs_desktop.kernel.refusal import Finding

MOST_DOSES = 4
"""Doses of tocilizumab in one episode, as READINESS says."""


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient, independent of the others.

    `need` is the chance of needing any dose, `doses[j]` that of exactly j + 1 doses given need, `onset[k]` that of the
    first dose on `day` + k. Each dose takes `units`; from one dose to the next are `gap` whole days.
    """

    need: Fraction
    doses: tuple[Fraction, ...]
    units: int
    day: int
    onset: tuple[Fraction, ...] = (Fraction(1),)
    gap: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.need <= 1:
            raise ValueError("a chance lies between 0 and 1")
        if not 1 <= len(self.doses) <= MOST_DOSES or not is_distribution(self.doses):
            raise ValueError("the chances of 1 to 4 doses add up to 1")
        if not is_distribution(self.onset):
            raise ValueError("the chances of the days of onset add up to 1")
        if self.units < 1 or self.day < 0 or self.gap < 0:
            raise ValueError("a dose takes a unit or more, on a day from today on, and the next one is not earlier")


def is_distribution(chances: tuple[Fraction, ...]) -> bool:
    """None below 0, and all together exactly 1."""
    return all(chance >= 0 for chance in chances) and sum(chances) == 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """Units that are there from the start of `day` on."""

    day: int
    units: int

    def __post_init__(self) -> None:
        if self.units < 0:
            raise ValueError("a delivery brings 0 units or more")


@dataclass(frozen=True, slots=True)
class Question:
    """One pool of equal units, at most one delivery, and everybody who may draw on it. Days 0 to `horizon` count."""

    stock: int
    horizon: int
    delivery: Delivery | None
    patients: tuple[Patient, ...]

    def __post_init__(self) -> None:
        if self.stock < 0 or self.horizon < 0:
            raise ValueError("stock and horizon are 0 or more")


@dataclass(frozen=True, slots=True)
class Chances:
    """By day, the chance that by its end demand has ever exceeded supply. Each true value lies within `error`.

    An error of 0 says that the values are the exact fractions.
    """

    by_day: tuple[Fraction, ...]
    error: Fraction


class Standing(Enum):
    """What an input or an answer rests on, best first."""

    READ = "read"
    SITE = "site"
    HOUSE = "house"
    MEMORY = "memory"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Basis:
    """Where one input comes from: its standing, the people that were counted (None: not told), and the source."""

    standing: Standing
    people: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing the answer takes for granted: a code with the values that fill its sentence, and what it rests on.

    `cautious` says that it can only raise the chance, so that the answer is at most.
    """

    said: Finding
    basis: Basis
    cautious: bool = False


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """A patient for the board, with what each input rests on. No `patient`: nobody has said how often it is needed."""

    holder: str
    patient: Patient | None
    assumptions: tuple[Assumption, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Units that count from the start of day `first` through day `last` (None: beyond the horizon)."""

    units: int
    first: int = 0
    last: int | None = None

    def __post_init__(self) -> None:
        if self.units < 0:
            raise ValueError("a batch holds 0 units or more")


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """What the board knows.

    `in_sets` False: the batches are vials of one brand and one strength, and a dose takes its patient's units. True:
    strengths are mixed; the batches are whole sets, each made of vials of its own, each of which covers *any* dose of
    any of these patients, and a dose takes one. `notes`: what was taken for granted to come to these batches.
    """

    horizon: int
    in_sets: bool
    batches: tuple[Batch, ...]
    patients: tuple[PatientFacts, ...]
    notes: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class DayChance:
    """The chance that by the end of the day demand has ever exceeded supply. None: too few to say."""

    day: int
    chance: Decimal | None
    at_most: bool


@dataclass(frozen=True, slots=True)
class ChanceAnswer:
    """By day, what is taken for granted, and the worst standing of all that went in, with the reasons for it."""

    days: tuple[DayChance, ...]
    assumptions: tuple[Assumption, ...]
    standing: Standing
    reasons: tuple[Finding, ...]
