"""How much: the dose from a weight, what a set of vials lets one draw, the volume and the bag. Whole numbers only."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from crs_desktop.doses.rules.facts import dosing_facts
from crs_desktop.kernel.amounts import BodyWeight, Mass, Volume, plain
from crs_desktop.kernel.refusal import Finding, beware

NO_ROUNDING = Decimal(0)


def mg_per_kg(weight: BodyWeight) -> int:
    """The dose per kilogram: the higher one below the boundary, the lower one from exactly the boundary."""
    facts = dosing_facts()
    return facts.mg_per_kg_below if weight < facts.boundary else facts.mg_per_kg_from


def uncapped_dose(weight: BodyWeight) -> Mass:
    """Weight times dose per kilogram, before the cap: 1 g at 1 mg/kg is 1 mcg."""
    return Mass(weight.grams * mg_per_kg(weight))


def calculated_dose(weight: BodyWeight) -> Mass:
    """The dose, exact, never above the cap.

    >>> str(calculated_dose(BodyWeight.of_kg("72.5"))), str(calculated_dose(BodyWeight.of_kg("29.9")))
    ('580 mg', '358.8 mg')
    """
    return min(uncapped_dose(weight), dosing_facts().cap)


def is_capped(weight: BodyWeight) -> bool:
    """True when the cap lowered the dose; at the weight where both are equal it did not."""
    return uncapped_dose(weight) > dosing_facts().cap


def volume_of(mass: Mass) -> Volume:
    """The volume of undiluted drug; 20 mg/mL makes 50 nL of each mcg."""
    return Volume(mass.mcg * 1000 // dosing_facts().mg_per_ml)


def bag_ml(weight: BodyWeight) -> int:
    """The final volume of the bag in mL."""
    facts = dosing_facts()
    return facts.bag_ml_below if weight < facts.boundary else facts.bag_ml_from


def infuse_minutes() -> int:
    """The length of the infusion in minutes."""
    return int(dosing_facts().infusion.total_seconds()) // 60


def rate_ml_per_hour(weight: BodyWeight) -> Decimal:
    """The pump rate that empties the bag in the infusion time."""
    return Decimal(bag_ml(weight) * 60) / infuse_minutes()


def near_boundary(weight: BodyWeight, field: str = "weight_kg") -> Finding | None:
    """A beware for a weight so near the boundary that a small error changes the dose by a third."""
    facts = dosing_facts()
    if abs(weight.grams - facts.boundary.grams) >= facts.near_boundary.grams:
        return None
    return beware(
        "weight_near_boundary",
        field,
        str(weight),
        boundary=facts.boundary,
        below=facts.mg_per_kg_below,
        at_or_above=facts.mg_per_kg_from,
        dose_below=Mass(facts.boundary.grams * facts.mg_per_kg_below),
        dose_from=calculated_dose(facts.boundary),
    )


def drawn_from(dose: Mass, content: Mass, rounding: Decimal = NO_ROUNDING) -> Mass:
    """What is drawn from vials of this content: all of it when policy's rounding allows, else the calculated dose.

    Rounding up never passes the cap. When the content holds less than the answer, it does not cover the dose.
    """
    least, most = rounding_range(dose, rounding)
    return content if least <= content <= most else dose


def covers(dose: Mass, content: Mass, rounding: Decimal = NO_ROUNDING) -> bool:
    """True when vials of this content hold at least what is to be drawn from them."""
    return content >= drawn_from(dose, content, rounding)


def rounding_range(dose: Mass, rounding: Decimal = NO_ROUNDING) -> tuple[Mass, Mass]:
    """The least and the most content that rounding lets one draw entirely; the most is never above the cap.

    Raises ValueError for a percentage outside 0 to 10.
    """
    if not 0 <= rounding <= 10:
        raise ValueError("rounding is 0 to 10 percent")
    part = Fraction(rounding) / 100
    return Mass(ceil(dose.mcg * (1 - part))), min(Mass(floor(dose.mcg * (1 + part))), dosing_facts().cap)


def withdraw_first(weight: BodyWeight, drawn: Mass) -> tuple[Finding, ...]:
    """The steps of preparation with their volumes filled in, as values for `wording.say`."""
    volume, bag = volume_of(drawn), bag_ml(weight)
    values = {"dose": drawn, "volume": volume, "bag": f"{bag} mL", "minutes": infuse_minutes()}
    rate = f"{plain(rate_ml_per_hour(weight))} mL/h"
    return tuple(beware(step, "preparation", str(volume), rate=rate, **values) for step in dosing_facts().steps)
