"""How far a chance can be trusted: the worst thing it rests on, why, and how many digits it may therefore show."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.refusal import Finding, beware
from crs_desktop.readiness.chance.model import Assumption, PatientFacts, Standing
from crs_desktop.readiness.chance.rules import DIGITS, written

FEWEST_PEOPLE = 20
"""Figures of fewer people are too few to say. A choice of this house, from no source: among 20 people who need nothing,
a need in one of seven would still pass unseen one time in twenty-two."""
DIGITS_OF_MEMORY = 1
"""Significant digits that are shown of a chance that rests on memory. A choice of this house."""
_ORDER = (Standing.READ, Standing.SITE, Standing.HOUSE, Standing.MEMORY, Standing.TOO_FEW)


def standing_of(patients: Iterable[PatientFacts]) -> tuple[Standing, tuple[Finding, ...]]:
    """The worst standing of all inputs, and the reasons against trusting the answer."""
    worst, reasons = Standing.READ, list[Finding]()
    for one in patients:
        if one.patient is None:
            reasons.extend(assumption.said for assumption in one.assumptions)
            worst = Standing.TOO_FEW
        for assumption in one.assumptions:
            standing = judged(assumption)
            worst = max(worst, standing, key=_ORDER.index)
            if standing is Standing.TOO_FEW and one.patient is not None:
                reasons.append(
                    beware(
                        "chance_too_few", one.holder, assumption.basis.people, source=assumption.basis.source,
                        holder=one.holder, fewest=FEWEST_PEOPLE,
                    )
                )  # fmt: skip
            elif standing is Standing.MEMORY:
                reasons.append(
                    beware("chance_from_memory", one.holder, one.holder, source=assumption.basis.source or "?")
                )
    return worst, tuple(dict.fromkeys(reasons))


def judged(assumption: Assumption) -> Standing:
    """The standing of one input; counts of too few people are too few, whoever has read them."""
    people = assumption.basis.people
    return Standing.TOO_FEW if people is not None and people < FEWEST_PEOPLE else assumption.basis.standing


def shown(value: Fraction, standing: Standing, at_most: bool) -> Decimal:
    """The chance as it may be shown: rounded up when it is at most; from memory one digit, up."""
    if standing is Standing.MEMORY:
        return written(value, DIGITS_OF_MEMORY, upward=True)
    return written(value, DIGITS, upward=at_most)


def percent_of(share: Fraction) -> str:
    """A share in percent with three significant digits."""
    return plain(written(share * 100, 3))
