"""Random small questions, and the way from plain data to the program's own words."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.days import DayRange
from crs_desktop.readiness.model import Demand, Earmark, PlannedUse, PlanQuestion, SupplyLine

TODAY = date(2026, 12, 1)


def day(number):
    return TODAY + timedelta(days=number)


def mass(mg):
    mcg = Fraction(mg) * 1000
    assert mcg.denominator == 1
    return Mass(mcg.numerator)


def question(lots, patients, planned=(), earmarks=(), percent=0, **other):
    return PlanQuestion(
        today=TODAY,
        rounding=Decimal(percent),
        supply=tuple(
            SupplyLine(
                key, lot, brand, mass(mg), n, day(last), place, None if there is None else day(there), usable, *more
            )
            for key, lot, brand, mg, n, last, there, usable, place, *more in lots
        ),
        demands=tuple(
            Demand(who, mass(dose), sets, DayRange(day(a), day(b)), *more) for who, dose, sets, a, b, *more in patients
        ),
        planned_use=tuple(PlannedUse(who, day(on), mass(dose)) for who, on, dose in planned),
        earmarks=tuple(Earmark(who, n, vials, sure) for n, (who, vials, sure) in enumerate(earmarks, 1)),
        **other,
    )


def plain(asked):
    """The way back: plain data of a question."""

    def number(on):
        return None if on is None else (on - asked.today).days

    def mg(amount):
        return Fraction(amount.mcg, 1000)

    lots = [
        (
            x.key, x.lot, x.brand, mg(x.strength), x.vials, number(x.expires), number(x.available_from), x.usable,
            x.place, x.far, x.hour,
        )
        for x in asked.supply
    ]  # fmt: skip
    patients = [
        (d.holder, mg(d.dose), d.sets, number(d.window.first), number(d.window.last), d.further, d.first_minute)
        for d in asked.demands
    ]
    planned = [(use.holder, number(use.day), mg(use.dose)) for use in asked.planned_use]
    earmarks = [(mark.holder, mark.vials, mark.confirmed) for mark in asked.earmarks]
    return lots, patients, planned, earmarks, asked.rounding


def random_case(seed):
    """Two brands, three lots, staggered windows, some deliveries, planned use and earmarks; often too little."""
    pick = random.Random(seed)
    lots = []
    for number in range(3):
        brand = pick.choice(["Actemra", "Tyenne"]) if number else "Actemra"
        lots.append(
            (
                f"k{number}", pick.choice(["L1", "L2", f"M{number}"]), brand, pick.choice([400, 200, 80, 80]),
                pick.randint(1, 4), pick.choice([9, 14, 25, 25, 40]), pick.choice([None, None, None, 2, 6]),
                pick.random() < 0.93, pick.choice(["", "night cupboard"]),
            )
        )  # fmt: skip
    patients = []
    for number in range(pick.choice([2, 3, 3, 4])):
        start = pick.choice([-3, 0, 0, 2, 5, 9])
        dose = Fraction(pick.choice([80, 88, 160, 200, 236, 280, 320, 400, 418, 480, 580, 800]))
        dose += pick.choice([0, 0, Fraction(1, 2), Fraction(8, 1000)]) if dose < 800 else 0
        patients.append((f"P{number}", dose, pick.choice([1, 1, 2]), start, start + pick.choice([2, 4, 9, 14])))
    pick.shuffle(patients)
    planned = []
    if pick.random() < 0.3:
        planned.append((pick.choice(["P0", "Q"]), pick.choice([0, 3, 5, 9]), Fraction(pick.choice([80, 160, 400]))))
    earmarks = []
    while pick.random() < 0.55:
        some = tuple(sorted({pick.choice(lots)[0] for _ in range(pick.choice([1, 1, 2]))}))
        vials = tuple((key, pick.randint(1, 2)) for key in some)
        earmarks.append((f"P{pick.randint(0, 3)}", vials, pick.random() < 0.5))
    return lots, patients, planned, earmarks, pick.choice([0, 10])


def full_case(seed):
    """The same with lots far away, sets that may be, deliveries with an hour and infusions with theirs."""
    lots, patients, planned, earmarks, percent = random_case(seed)
    pick = random.Random(f"full {seed}")
    lots = [
        (*lot, pick.random() < 0.35, None if lot[6] is None else pick.choice([None, 540, 720])) for lot in lots
    ]
    begins = [lot[6] - 1 for lot in lots if lot[6] is not None]
    fuller = []
    for who, dose, sets, first, last in patients:
        # Some begin on the day of a delivery, at, before or after its hour.
        moved = pick.choice(begins) if begins and pick.random() < 0.6 else first
        minute = pick.choice([None, 480, 540, 541, 900])
        fuller.append((who, dose, sets, moved, moved + last - first, pick.randint(0, sets), minute))
    return lots, fuller, planned, earmarks, percent
