"""When a patient's doses fall, as whole-number weights: what both ways of adding patients up start from.

Two moments matter. `before` is the day before the delivery, and a day `t` from the delivery on is asked about. A
patient is then described by the pair (doses by the end of `before`, doses after it by the end of `t`), which one
onset day and one number of doses decide together: the two counts are dependent, and so they are kept as a pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from crs_desktop.readiness.chance.model import Patient, Question

Cells = dict[tuple[int, int], int]
"""(doses before the delivery, doses since) with its whole-number weight."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """A patient with whole-number weights: of `scale`, `none` falls to no dose at all.

    `courses` holds (day of the first dose, number of doses, weight) for every course of more than no weight.
    """

    units: int
    gap: int
    scale: int
    none: int
    courses: tuple[tuple[int, int, int], ...]

    @property
    def last(self) -> int:
        """The last day on which a dose can fall."""
        return max(first + (count - 1) * self.gap for first, count, _ in self.courses)

    @property
    def first(self) -> int:
        """The first day on which a dose can fall."""
        return min(first for first, _, _ in self.courses)

    @property
    def most(self) -> int:
        """The most units that can be needed."""
        return self.units * max(count for _, count, _ in self.courses)

    def doses_by(self, day: int, first: int, count: int) -> int:
        """Doses by the end of a day, of a course of so many that begins on `first`."""
        if day < first:
            return 0
        return count if self.gap == 0 else min(count, (day - first) // self.gap + 1)

    def cells(self, before: int, day: int) -> Cells:
        """The weight of each pair (doses by the end of `before`, doses after it by the end of `day`)."""
        found: Cells = {(0, 0): self.none} if self.none else {}
        for first, count, weight in self.courses:
            early = self.doses_by(before, first, count)
            pair = early, self.doses_by(day, first, count) - early
            found[pair] = found.get(pair, 0) + weight
        return found


@dataclass(frozen=True, slots=True)
class Weighing:
    """A question in whole numbers, in units of what all doses have in common.

    `delivery` is the day from which the delivery counts, one past the horizon when there is none that matters; a supply
    that can never be exceeded is cut to what all patients together can need.
    """

    horizon: int
    delivery: int
    least: int
    most: int
    patients: tuple[Weighted, ...]


def weighing(question: Question) -> Weighing:
    """Leave out who cannot need anything by the horizon, and divide by what all doses have in common.

    With g dividing every dose, a demand of g times x exceeds s exactly when x exceeds the whole part of s / g.
    """
    patients = [one for one in map(_weighted, question.patients) if one.courses and one.first <= question.horizon]
    common = gcd(*(one.units for one in patients)) or 1
    patients = [Weighted(one.units // common, one.gap, one.scale, one.none, one.courses) for one in patients]
    needed = sum(one.most for one in patients)
    stock, brought, day = question.stock, 0, question.horizon + 1
    if question.delivery is not None and question.delivery.day <= 0:
        stock += question.delivery.units
    elif question.delivery is not None and question.delivery.day <= question.horizon:
        brought, day = question.delivery.units, question.delivery.day
    least, most = min(stock // common, needed), min((stock + brought) // common, needed)
    return Weighing(question.horizon, day, least, most, tuple(patients))


def _weighted(patient: Patient) -> Weighted:
    below, onset = _whole(patient.onset)
    under, doses = _whole(patient.doses)
    scale = patient.need.denominator * below * under
    courses = [
        (patient.day + later, count, patient.need.numerator * one * given)
        for later, one in enumerate(onset)
        for count, given in enumerate(doses, 1)
        if patient.need and one and given
    ]
    common = gcd(scale, *(weight for _, _, weight in courses))
    whole = tuple((first, count, weight // common) for first, count, weight in courses)
    scale //= common
    return Weighted(patient.units, patient.gap, scale, scale - sum(weight for _, _, weight in whole), whole)


def _whole(chances: tuple[Fraction, ...]) -> tuple[int, list[int]]:
    """A common denominator and the numerators over it."""
    below = lcm(*(chance.denominator for chance in chances))
    return below, [chance.numerator * (below // chance.denominator) for chance in chances]
