"""Made-up questions for the chance: drawn by a fixed seed, written as the document of the verb, read by the program."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from typing import Any

from crs_desktop.readiness.chance.document import read_question
from crs_desktop.readiness.chance.model import Question


def shares(draw: random.Random, parts: int) -> list[str]:
    """Chances with two decimals that add up to 1; some may be 0."""
    cuts = [0, *sorted(draw.randint(0, 20) for _ in range(parts - 1)), 20]
    return [two(5 * (right - left)) for left, right in pairwise(cuts)]


def two(hundredths: int) -> str:
    """So many hundredths as a decimal."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def made_up(draw: random.Random, patients: int, horizon: int, rich: bool, most_units: int = 3) -> dict[str, Any]:
    """A question. `rich`: up to four doses on up to three days each; else three outcomes a patient at most."""
    people = []
    for _ in range(patients):
        doses, onset = (draw.randint(1, 4), draw.randint(1, 3)) if rich else draw.choice([(2, 1), (1, 2)])
        people.append(
            {
                "p": two(draw.randint(0, 100)), "doses": shares(draw, doses), "units": draw.randint(1, most_units),
                "day": draw.randint(0, horizon + 1), "onset": shares(draw, onset), "gap": draw.randint(0, 3),
            }
        )  # fmt: skip
    delivery = {"day": draw.randint(0, horizon + 2), "vials": draw.randint(0, 6)} if draw.random() < 0.8 else None
    return {"stock": draw.randint(0, 3 * patients), "horizon": horizon, "delivery": delivery, "patients": people}


def understood(document: dict[str, Any]) -> Question:
    """The document as the program reads it."""
    return read_question(json.dumps(document))
