"""How large a question may be before it is refused: what would fill the memory or take minutes."""

from __future__ import annotations

from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.readiness.chance.doses import Weighing

MOST_ENTRIES = 20_000_000
"""Numbers of the joint table; three such tables are held."""
MOST_STEPS = 20_000_000_000
"""Products of one answer: about half a minute."""


def too_large(asked: Weighing) -> Finding | None:
    """The reason against answering, or None."""
    most = max((one.most for one in asked.patients), default=0)
    days, slots = asked.horizon + 1, asked.most + 1
    one_number = days * (slots + most)
    joint, pairs = 0, 0
    needed = sum(one.most for one in asked.patients)
    if asked.delivery <= asked.horizon and asked.most < needed:
        brought = asked.most - asked.least
        sides = (slots, brought) if brought <= asked.least + 1 else (asked.least + 1, slots)
        joint = (days - asked.delivery) * sides[0] * (sides[1] + most)
        pairs = sum(min(15, len(one.courses)) for one in asked.patients if one.first < asked.delivery)
    steps = joint * pairs + 5 * one_number * len(asked.patients)
    if max(joint, one_number) <= MOST_ENTRIES and steps <= MOST_STEPS:
        return None
    return no("chance_file_too_large", "document", steps, most=MOST_STEPS)
