"""What the calculator says from a weight and from times alone: no patient, no stock, no store, shipped limits only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from crs_desktop.doses.model import DoseGiven, IntervalFrom, Limits, NextDose, VialSet
from crs_desktop.doses.rules import arithmetic
from crs_desktop.doses.rules.facts import dosing_facts
from crs_desktop.doses.rules.interval import default_limits, instant_words, next_dose
from crs_desktop.doses.rules.vial_set import best_vial_set, unlimited
from crs_desktop.kernel.amounts import BodyWeight, Mass, Volume
from crs_desktop.kernel.entry import read_local_instant, read_weight, unusual_weight
from crs_desktop.kernel.refusal import Finding, no

_KG_OF_A_POUND = Decimal("0.45359237")  # exact by definition since 1959


@dataclass(frozen=True, slots=True)
class Calculated:
    """The dose for a weight, and how it is made up from as many vials as wanted."""

    weight: BodyWeight
    mg_per_kg: int
    uncapped: Mass
    dose: Mass
    vials: VialSet
    volume: Volume
    bag_ml: int
    minutes: int
    rate_ml_per_hour: Decimal
    near_boundary: Finding | None
    unusual: Finding | None

    @property
    def capped(self) -> bool:
        """True when the cap lowered the dose."""
        return self.dose < self.uncapped


@dataclass(frozen=True, slots=True)
class Following:
    """When the next dose may start, by the shipped clock and, for a site that counts otherwise, from the end."""

    starts: tuple[datetime, ...]
    limits: Limits
    next: NextDose
    from_end: NextDose


def calculated(weight_text: str) -> Calculated | Finding:
    """From what was typed as kilograms."""
    weight = read_weight(weight_text)
    if isinstance(weight, Finding):
        return weight
    dose = arithmetic.calculated_dose(weight)
    vials = best_vial_set(dose, unlimited())
    if vials is None:
        raise AssertionError("vials without limit make every dose")
    return Calculated(
        weight=weight,
        mg_per_kg=arithmetic.mg_per_kg(weight),
        uncapped=arithmetic.uncapped_dose(weight),
        dose=dose,
        vials=vials,
        volume=arithmetic.volume_of(vials.drawn),
        bag_ml=arithmetic.bag_ml(weight),
        minutes=arithmetic.infuse_minutes(),
        rate_ml_per_hour=arithmetic.rate_ml_per_hour(weight),
        near_boundary=arithmetic.near_boundary(weight),
        unusual=unusual_weight(weight),
    )


def following(times_text: str, now: datetime, zone: ZoneInfo) -> Following | tuple[Finding, ...]:
    """From the local starts of doses already given, one a line; every line that is wrong is named."""
    lines = [line for line in times_text.splitlines() if line.strip()]
    read = [_start(line, now, zone) for line in lines]
    wrong = tuple(one for one in read if isinstance(one, Finding))
    if wrong:
        return wrong
    starts = tuple(sorted(one for one in read if isinstance(one, datetime)))
    given = [DoseGiven(start) for start in starts]
    limits, later = default_limits(), default_limits(IntervalFrom.END)
    return Following(
        starts, limits, next_dose(given, now, limits, zone=zone), next_dose(given, now, later, zone=zone)
    )


def pounds(weight: BodyWeight) -> Decimal:
    """The same weight in pounds to one decimal, to be compared with what somebody said, never to be calculated with."""
    return (weight.kg / _KG_OF_A_POUND).quantize(Decimal("0.1"), ROUND_HALF_UP)


def source_of(*names: str) -> str:
    """Where these shipped facts were read, and when."""
    facts = [fact for fact in dosing_facts().cited if fact.name in names]
    where = dict.fromkeys(source for fact in facts for source in fact.sources)
    return f"{'; '.join(where)} ({max(fact.read for fact in facts).isoformat()})"


def _start(line: str, now: datetime, zone: ZoneInfo) -> datetime | Finding:
    start = read_local_instant(line, zone, "starts")
    if isinstance(start, datetime) and start > now:
        return no("calculator_start_in_future", "starts", line.strip(), now=instant_words(now, zone))
    return start
