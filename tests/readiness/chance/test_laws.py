"""Laws that hold without knowing any answer: more supply never raises, more patients never lower, order is nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from crs_desktop.readiness.chance.binary import binary_chances
from crs_desktop.readiness.chance.doses import weighing
from crs_desktop.readiness.chance.exact import exact_chances
from crs_desktop.readiness.chance.model import Delivery, Patient, Question
from crs_desktop.readiness.chance.rules import running_out
from tests.readiness.chance.asking import made_up, understood

HALF = Fraction(1, 2)


def asked(seed: int) -> Question:
    draw = random.Random(1000 + seed)
    return understood(made_up(draw, draw.randint(1, 12), draw.randint(1, 14), rich=True))


def no_less(one: Question, other: Question) -> bool:
    """True when the first is never less likely to run out than the second."""
    days = zip(running_out(one).by_day, running_out(other).by_day, strict=True)
    return all(left >= right for left, right in days)


@pytest.mark.parametrize("seed", range(25))
def test_that_supply_never_raises_patients_never_lower_and_order_is_nothing(seed: int) -> None:
    question = asked(seed)
    by_day = running_out(question).by_day
    assert all(0 <= value <= 1 for value in by_day)
    assert all(earlier <= later for earlier, later in pairwise(by_day))
    assert no_less(question, replace(question, stock=question.stock + 1))
    fewer = replace(question, patients=question.patients[1:])
    assert no_less(question, fewer)
    backwards = replace(question, patients=tuple(reversed(question.patients)))
    assert running_out(backwards).by_day == by_day
    first, *rest = question.patients
    assert no_less(replace(question, patients=(replace(first, units=first.units + 1), *rest)), question)
    likelier = replace(first, need=(1 + first.need) / 2)
    assert no_less(replace(question, patients=(likelier, *rest)), question)
    if question.delivery is not None:
        day, units = question.delivery.day, question.delivery.units
        assert no_less(question, replace(question, delivery=Delivery(day, units + 1)))
        assert no_less(replace(question, delivery=Delivery(day + 1, units)), question)
        assert no_less(replace(question, delivery=None), question)


@pytest.mark.parametrize("seed", range(25))
def test_that_binary_numbers_stay_within_the_error_that_they_state(seed: int) -> None:
    draw = random.Random(2000 + seed)
    question = understood(made_up(draw, draw.randint(6, 20), draw.randint(4, 20), rich=True, most_units=4))
    for stock, more in ((question.stock, 3), (3, question.stock)):  # a small delivery, and one greater than the stock
        weighed = weighing(replace(question, stock=stock, delivery=Delivery(draw.randint(1, 6), more)))
        found, error = binary_chances(weighed)
        true = exact_chances(weighed)
        assert 0 < error < Fraction(1, 10**12)
        assert max(abs(one - other) for one, other in zip(found, true, strict=True)) <= error


def test_that_chances_with_many_digits_stay_within_the_error_too() -> None:
    odd = Fraction(10**17 + 3, 3 * 10**17)
    person = Patient(odd, (odd, 1 - odd), 3, 1, (odd, HALF, HALF - odd), 2)
    weighed = weighing(Question(9, 9, Delivery(3, 6), (person,) * 6))
    found, error = binary_chances(weighed)
    assert max(abs(one - two) for one, two in zip(found, exact_chances(weighed), strict=True)) <= error


def test_that_small_chances_keep_their_digits_in_binary_numbers() -> None:
    person = Patient(Fraction(1, 1000), (Fraction(1),), 1, 0, (HALF, HALF))
    weighed = weighing(Question(4, 3, Delivery(1, 1), (person,) * 8))
    true, (found, _) = exact_chances(weighed), binary_chances(weighed)
    assert true[3] < Fraction(1, 10**14)
    assert abs(found[3] / true[3] - 1) < Fraction(1, 10**12)


def test_that_nobody_and_nothing_are_answers() -> None:
    nobody = Question(0, 3, Delivery(2, 0), ())
    assert running_out(nobody).by_day == (0, 0, 0, 0)
    assert running_out(nobody, exact_work=-1).by_day == (0, 0, 0, 0)
    never = Patient(Fraction(0), (Fraction(1),), 2, 0)
    late = Patient(Fraction(1), (Fraction(1),), 2, 9)
    assert running_out(Question(0, 3, None, (never, late))).by_day == (0, 0, 0, 0)
    sure = Patient(Fraction(1), (Fraction(1),), 2, 0)
    for work in (10**9, -1):
        assert running_out(Question(1, 1, Delivery(0, 1), (sure,)), work).by_day == (0, 0)
        assert running_out(Question(1, 1, Delivery(1, 1), (sure,)), work).by_day == (1, 1)
        assert running_out(Question(0, 1, Delivery(9, 9), (sure,)), work).by_day == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"need": Fraction(2)}, {"doses": ()}, {"doses": (HALF,)}, {"doses": (Fraction(1, 5),) * 5}, {"onset": ()},
        {"onset": (Fraction(3, 2), -HALF)}, {"units": 0}, {"day": -1}, {"gap": -1},
    ],
)  # fmt: skip
def test_that_a_patient_who_cannot_be_is_a_defect(wrong: dict[str, object]) -> None:
    right: dict[str, object] = {"need": HALF, "doses": (Fraction(1),), "units": 1, "day": 0}
    with pytest.raises(ValueError, match=r"chance|chances|dose"):
        Patient(**{**right, **wrong})  # type: ignore[arg-type]


def test_that_supplies_below_nothing_are_a_defect() -> None:
    with pytest.raises(ValueError, match="delivery"):
        Delivery(1, -1)
    for stock, horizon in ((-1, 1), (1, -1)):
        with pytest.raises(ValueError, match="stock and horizon"):
            Question(stock, horizon, None, ())
