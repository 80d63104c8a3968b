"""The chance is the one that trying every outcome of every patient gives, to the last digit, delivery included."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from fractions import Fraction

import pytest

from crs_desktop.readiness.chance.binary import binary_chances
from crs_desktop.readiness.chance.document import chance_answer
from crs_desktop.readiness.chance.doses import weighing
from crs_desktop.readiness.chance.rules import running_out
from tests.readiness.chance.asking import made_up, understood
from tests.readiness.chance.enumerated import by_trying_everything, plain_shelf

SHAPES = [(1, True)] * 12 + [(2, True)] * 12 + [(3, True)] * 6 + [(5, False)] * 6 + [(7, False)] * 2 + [(8, False)] * 4


@pytest.mark.parametrize("seed", range(len(SHAPES)))
def test_that_the_chance_is_that_of_trying_everything(seed: int) -> None:
    draw = random.Random(seed)
    patients, rich = SHAPES[seed]
    document = made_up(draw, patients, draw.randint(0, 8), rich)
    true = by_trying_everything(
        document["patients"], document["horizon"], plain_shelf(document["stock"], document["delivery"])
    )
    question = understood(document)
    found = running_out(question)
    assert (list(found.by_day), found.error) == (true, 0)
    binary, error = binary_chances(weighing(question))
    assert error < Fraction(1, 10**12)
    assert all(abs(one - other) <= error for one, other in zip(binary, true, strict=True))


def test_that_demand_before_and_after_the_delivery_is_one_patients() -> None:
    # One patient, one dose of one vial, on day 0 or day 2; the shelf is empty until a vial comes on day 1.
    document = {
        "stock": 0, "horizon": 3, "delivery": {"day": 1, "vials": 1},
        "patients": [{"p": "1", "doses": ["1"], "units": 1, "day": 0, "onset": ["0.5", "0", "0.5"]}],
    }  # fmt: skip
    assert running_out(understood(document)).by_day == (Fraction(1, 2),) * 4


def test_that_running_out_before_the_delivery_is_not_mended_by_it() -> None:
    person = {"p": "0.5", "doses": ["1"], "units": 2, "day": 0}
    document = {"stock": 1, "horizon": 4, "delivery": {"day": 2, "vials": 9}, "patients": [person]}
    assert running_out(understood(document)).by_day == (Fraction(1, 2),) * 5


def test_that_the_printed_answer_is_the_exact_one_with_15_digits() -> None:
    person = {"p": "0.23", "doses": ["0.6", "0.25", "0.1", "0.05"], "units": 2, "day": 4}
    person["onset"] = ["0.1", "0.5", "0.4"]
    document = {
        "stock": 8, "horizon": 30, "delivery": {"day": 6, "vials": 4}, "patients": [{**person, "gap": 1}] * 3,
    }  # fmt: skip
    true = by_trying_everything(document["patients"], 30, plain_shelf(8, document["delivery"]))
    answer = json.loads(json.dumps(chance_answer(understood(document)).document))
    assert list(answer) == ["total", "by_day"]
    assert answer["total"] == answer["by_day"][-1]["p"]
    assert [entry["day"] for entry in answer["by_day"]] == list(range(31))
    for entry, value in zip(answer["by_day"], true, strict=True):
        assert entry["p"] == _fifteen(value)


def _fifteen(value: Fraction) -> str:
    """Fifteen significant digits by long division, to the nearest."""
    if value == 0:
        return "0"
    places = 0
    while value * 10**places < Fraction(1, 10):
        places += 1
    digits = round(value * 10 ** (places + 15))
    return format(Decimal(digits).scaleb(-places - 15), "f").rstrip("0").rstrip(".")
