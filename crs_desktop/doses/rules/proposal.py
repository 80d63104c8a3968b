"""What to order now: dose, vials, bag and the time after it, from plain facts. A proposal may be refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from crs_desktop.doses.model import DoseGiven, Limits, Proposal, Purpose, VialSet
from crs_desktop.doses.rules import arithmetic
from crs_desktop.doses.rules.interval import next_dose
from crs_desktop.doses.rules.vial_set import Stock, best_of_brands, set_of, stock_words
from crs_desktop.kernel.amounts import BodyWeight, Mass, plain
from crs_desktop.kernel.entry import unusual_weight
from crs_desktop.kernel.refusal import Finding, Refused, beware, no, refuse


@dataclass(frozen=True, slots=True)
class Earmarked:
    """The vials set aside for this dose."""

    brand: str
    vials: Mapping[Mass, int]


@dataclass(frozen=True, slots=True)
class Question:
    """Everything a proposal rests on. `stock` holds the usable vials that nobody else holds, by brand."""

    weight: BodyWeight | None
    weight_age_days: int | None
    max_weight_age_days: int
    given: Sequence[DoseGiven]
    at: datetime
    limits: Limits
    rounding_percent: Decimal = arithmetic.NO_ROUNDING
    purpose: Purpose = Purpose.RESCUE
    earmarked: Earmarked | None = None
    stock: Mapping[str, Stock] = field(default_factory=dict)
    zone: tzinfo = UTC


def propose(question: Question) -> Proposal | Refused:
    """The proposal, or every reason against it at once."""
    following = next_dose(question.given, question.at, question.limits, question.purpose, question.zone)
    reasons = list(following.reasons)
    if question.weight is None:
        return refuse(no("proposal_without_weight", "weight_kg"), *reasons)
    calculated = arithmetic.calculated_dose(question.weight)
    brand, vials, notes = _vials(calculated, question)
    if vials is None:
        reasons.append(no("proposal_without_vials", "vials", calculated, held=_held_words(question.stock)))
    if reasons or vials is None:
        return refuse(*reasons)
    this = DoseGiven(question.at, None, question.purpose)
    after = next_dose((*question.given, this), question.at, question.limits, Purpose.RESCUE, question.zone)
    return Proposal(
        weight=question.weight,
        mg_per_kg=arithmetic.mg_per_kg(question.weight),
        calculated=calculated,
        capped=arithmetic.is_capped(question.weight),
        brand=brand,
        vials=vials,
        volume=arithmetic.volume_of(vials.drawn),
        bag_ml=arithmetic.bag_ml(question.weight),
        minutes=arithmetic.infuse_minutes(),
        rate_ml_per_hour=arithmetic.rate_ml_per_hour(question.weight),
        start=this.start,
        after=after,
        steps=arithmetic.withdraw_first(question.weight, vials.drawn),
        findings=(*_of_weight(question.weight, question), *notes, *following.findings),
    )


def _vials(calculated: Mass, question: Question) -> tuple[str, VialSet | None, tuple[Finding, ...]]:
    """The earmarked vials when they cover the dose, else the best set of the stock, with what to say about it."""
    notes: list[Finding] = []
    chosen: tuple[str, VialSet] | None = None
    if question.earmarked is not None:
        held = set_of(calculated, question.earmarked.vials, question.rounding_percent)
        if held is not None:
            chosen = (question.earmarked.brand, held)
        else:
            content = Mass(sum(mass.mcg * count for mass, count in question.earmarked.vials.items()))
            notes.append(beware("proposal_earmark_too_small", "vials", content, dose=calculated))
    if chosen is None:
        chosen = best_of_brands(calculated, question.stock, question.rounding_percent)
    if chosen is None:
        return "", None, tuple(notes)
    brand, vials = chosen
    if vials.drawn != calculated:
        percent = f"{plain(question.rounding_percent)} %"
        notes.append(beware("proposal_rounded", "drawn", vials.drawn, calculated=calculated, rounding=percent))
    return brand, vials, tuple(notes)


def _held_words(stocks: Mapping[str, Stock]) -> str:
    return "; ".join(f"{brand}: {stock_words(stocks[brand])}" for brand in sorted(stocks)) or "nothing"


def _of_weight(weight: BodyWeight, question: Question) -> list[Finding]:
    age, oldest = question.weight_age_days, question.max_weight_age_days
    found = [unusual_weight(weight), arithmetic.near_boundary(weight)]
    if age is None:
        found.append(beware("proposal_weight_undated", "weight_kg", weight, oldest=oldest))
    elif age > oldest:
        found.append(beware("proposal_weight_stale", "weight_kg", weight, age=age, oldest=oldest))
    return [finding for finding in found if finding is not None]
