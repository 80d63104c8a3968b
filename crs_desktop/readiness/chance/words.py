"""A chance as people read it: percent with three digits, never 0 or 100 where it is not, and one in how many."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal

from crs_desktop.kernel.amounts import grouped, plain
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say

LEAST, MOST = Decimal("0.001"), Decimal("99.9")
_THREE = Context(prec=3, rounding=ROUND_HALF_EVEN)
_THREE_UP = Context(prec=3, rounding=ROUND_CEILING)


def percent(chance: Decimal, exact: bool = True, upward: bool = False) -> str:
    """The chance in percent. What is neither impossible nor certain never looks so; a 0 that is not exact is no 0.

    `upward`: of a chance that is at most no digit is rounded down.
    """
    value = chance * 100
    if value < LEAST and (value > 0 or not exact):
        return say(no("chance_percent_below", "", plain(LEAST)))
    if value > MOST and (value < 100 or not exact):
        return say(no("chance_percent_above", "", plain(MOST)))
    return say(no("chance_percent", "", plain((_THREE_UP if upward else _THREE).plus(value))))


def one_in(chance: Decimal) -> str:
    """How often that is, for a chance that is neither 0 nor so great that words would not help."""
    if not 0 < chance <= Decimal("0.5"):
        return ""
    if chance * 100 < LEAST:
        return say(no("chance_one_in_more", "", grouped(100_000)))
    return say(no("chance_one_in", "", grouped(Decimal(1 / chance).to_integral_value())))
