"""The chance of running out by day: which arithmetic answers, how it is written, and the bound where no exact law is.

**Which arithmetic.** Whole numbers give the exact fraction and take no library; where they would take long, binary
numbers answer within an error that they state (`binary`), 1e-12 and less for a hundred patients over thirty days.

**The bound, and why it is never below the true chance.** Running out by the end of day t means here: the doses needed
by then could not all have been made from what was there, however well the vials were chosen. Keep one outcome of all
patients fixed and look at it in two pharmacies, ours and a poorer one in which

- what can no longer be used on the last day of the horizon is not there at all,
- of several deliveries those up to the k-th all come on the day of the k-th, and later ones never,
- where strengths are mixed, the vials stand in whole sets, each of vials of its own and good for any dose of any
  patient; what belongs to no set is not there, and every dose takes one set.

If the poorer pharmacy serves the outcome through day t, ours serves it with the same vials on the same days: it has
all of them, and has them no later. So whenever ours runs out the poorer one has run out, in every outcome, and its
chance is at least as great. In the poorer pharmacy units are equal, last, and arrive at most once: its chance is
computed. Each k gives a bound; the least of them is one too. What rounding may have taken away is added, and the last
digit is rounded up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from crs_desktop.readiness.chance.binary import binary_chances
from crs_desktop.readiness.chance.doses import weighing
from crs_desktop.readiness.chance.exact import exact_chances, work_of
from crs_desktop.readiness.chance.model import Batch, Chances, Delivery, Patient, Question

DIGITS = 15
"""Significant digits of a chance, as COMMAND_LINE says."""
EXACT_WORK = 1_000_000_000
"""The most work (`exact.work_of`) done in whole numbers: about 20 ms."""


def running_out(question: Question, exact_work: int = EXACT_WORK) -> Chances:
    """By day, the chance that by its end demand has ever exceeded supply."""
    asked = weighing(question)
    if work_of(asked) <= exact_work:
        return Chances(exact_chances(asked), Fraction(0))
    return Chances(*binary_chances(asked))


def at_most(
    batches: Sequence[Batch], horizon: int, patients: tuple[Patient, ...], exact_work: int = EXACT_WORK
) -> Chances:
    """By day, a chance that is never below the true one. For whole sets every patient's dose takes 1 unit."""
    lasting = [one for one in mattering(batches, horizon) if one.last is None or one.last >= horizon]
    stock = sum(one.units for one in lasting if one.first <= 0)
    days = sorted({one.first for one in lasting if one.first > 0})
    poorer = [
        Question(stock, horizon, Delivery(day, sum(one.units for one in lasting if 0 < one.first <= day)), patients)
        for day in days
    ] or [Question(stock, horizon, None, patients)]
    answers = [running_out(question, exact_work) for question in poorer]
    least = zip(*([value + one.error for value in one.by_day] for one in answers), strict=True)
    return Chances(tuple(min(Fraction(1), *values) for values in least), Fraction(0))


def exactly(batches: Sequence[Batch], horizon: int, patients: tuple[Patient, ...]) -> Question | None:
    """The question with an exact answer: nothing expires within the horizon, and one delivery at most. Else None."""
    there = mattering(batches, horizon)
    days = sorted({one.first for one in there if one.first > 0})
    if len(days) > 1 or any(one.last is not None and one.last < horizon for one in there):
        return None
    stock = sum(one.units for one in there if one.first <= 0)
    brought = sum(one.units for one in there if one.first > 0)
    return Question(stock, horizon, Delivery(days[0], brought) if days else None, patients)


def mattering(batches: Sequence[Batch], horizon: int) -> list[Batch]:
    """The batches that can be used on any day from today through the horizon."""
    return [
        one
        for one in batches
        if one.units and one.first <= horizon and (one.last is None or one.last >= max(one.first, 0))
    ]


def in_whole_sets(patients: Sequence[Patient]) -> tuple[Patient, ...]:
    """The same patients where a dose takes one whole set."""
    return tuple(replace(one, units=1) for one in patients)


def written(value: Fraction, digits: int = DIGITS, upward: bool = False) -> Decimal:
    """The chance with so many significant digits, to the nearest, or never below it."""
    context = Context(prec=digits, rounding=ROUND_CEILING if upward else ROUND_HALF_EVEN)
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))
