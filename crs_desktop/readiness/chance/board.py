"""The chance of running out for the board: exact where the law is known, else at most, or nothing where too few."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from crs_desktop.kernel.refusal import beware
from crs_desktop.readiness.chance.model import (
    Assumption,
    Basis,
    BoardFacts,
    ChanceAnswer,
    DayChance,
    Standing,
)
from crs_desktop.readiness.chance.rules import at_most, exactly, in_whole_sets, mattering, running_out
from crs_desktop.readiness.chance.standing import shown, standing_of

HOUSE = Basis(Standing.HOUSE)


def chances_for(facts: BoardFacts) -> ChanceAnswer:
    """By day 0 to the horizon, the chance that by its end demand has ever exceeded supply."""
    standing, reasons = standing_of(facts.patients)
    own = tuple(assumption for one in facts.patients for assumption in one.assumptions)
    assumptions = (*_of_the_supply(facts), *facts.notes, *own)
    bounded = any(assumption.cautious for assumption in assumptions)
    days = range(facts.horizon + 1)
    if standing is Standing.TOO_FEW:
        unsaid = tuple(DayChance(day, None, bounded) for day in days)
        return ChanceAnswer(unsaid, assumptions, standing, reasons)
    patients = tuple(one.patient for one in facts.patients if one.patient is not None)
    if facts.in_sets:
        patients = in_whole_sets(patients)
    question = exactly(facts.batches, facts.horizon, patients)
    found = at_most(facts.batches, facts.horizon, patients) if question is None else running_out(question)
    values = [min(Fraction(1), value + found.error) if bounded else value for value in found.by_day]
    answer = tuple(
        DayChance(day, shown(value, standing, bounded), bounded) for day, value in zip(days, values, strict=True)
    )
    return ChanceAnswer(answer, assumptions, standing, reasons)


def _of_the_supply(facts: BoardFacts) -> Iterator[Assumption]:
    """What every answer takes for granted, and what this supply made necessary."""
    there = mattering(facts.batches, facts.horizon)
    yield Assumption(beware("chance_independent"), HOUSE)
    yield Assumption(beware("chance_horizon", "", facts.horizon), HOUSE)
    if facts.in_sets:
        yield Assumption(beware("chance_whole_sets", "", sum(one.units for one in there)), HOUSE, True)
    expiring = sum(one.units for one in there if one.last is not None and one.last < facts.horizon)
    if expiring:
        yield Assumption(beware("chance_expiring_absent", "", expiring, day=facts.horizon), HOUSE, True)
    coming = sorted({one.first for one in there if one.first > 0})
    if coming:
        yield Assumption(beware("chance_delivery_on_day", "", ", ".join(map(str, coming))), HOUSE)
    if len(coming) > 1:
        yield Assumption(beware("chance_deliveries_joined", "", len(coming)), HOUSE, True)
