"""The chance for the board: exact or at most, one digit from memory, nothing when too few; every assumption is said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from crs_desktop.kernel.refusal import beware
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.chance.board import chances_for
from crs_desktop.readiness.chance.demand import patient_facts
from crs_desktop.readiness.chance.model import (
    Assumption,
    Basis,
    Batch,
    BoardFacts,
    ChanceAnswer,
    Patient,
    PatientFacts,
    Standing,
)
from crs_desktop.readiness.chance.standing import FEWEST_PEOPLE
from crs_desktop.therapies.rules.demand import DemandFact, DemandFacts, DosesGiven

THIRD = Fraction(1, 3)
ONE = Patient(THIRD, (Fraction(1),), 2, 0)


def known(standing: Standing = Standing.READ, people: int | None = 200, patient: Patient | None = ONE) -> PatientFacts:
    """A patient whose one figure stands so."""
    said = beware("chance_need_from", "P1", "33.3", holder="P1", trial="made up", people=people)
    return PatientFacts("P1", patient, (Assumption(said, Basis(standing, people, "risk.made_up")),))


def asked(*patients: PatientFacts, batches: tuple[Batch, ...] = (Batch(1),), in_sets: bool = False) -> ChanceAnswer:
    answer = chances_for(BoardFacts(5, in_sets, batches, patients))
    assert [day.day for day in answer.days] == list(range(6))
    assert all(say(one.said) for one in answer.assumptions)
    assert all(say(one) for one in answer.reasons)
    return answer


def codes(answer: ChanceAnswer) -> list[str]:
    return [one.said.code for one in answer.assumptions]


def test_that_known_figures_give_the_exact_chance() -> None:
    answer = asked(known())
    assert (answer.days[0].chance, answer.days[0].at_most) == (Decimal("0.333333333333333"), False)
    assert (answer.standing, answer.reasons) == (Standing.READ, ())
    assert codes(answer) == ["chance_independent", "chance_horizon", "chance_need_from"]
    assert asked(known(Standing.SITE)).standing is Standing.SITE


def test_that_what_is_at_most_is_rounded_up_and_says_so() -> None:
    answer = asked(known(), batches=(Batch(1), Batch(1, 0, 4)))
    assert (answer.days[0].chance, answer.days[0].at_most) == (Decimal("0.333333333333334"), True)
    assert "chance_expiring_absent" in codes(answer)


def test_that_whole_sets_take_one_a_dose_and_are_at_most() -> None:
    assert [day.chance for day in asked(known(), in_sets=True).days] == [Decimal(0)] * 6
    answer = asked(known(), known(), in_sets=True)
    assert (answer.days[0].chance, answer.days[0].at_most) == (Decimal("0.111111111111112"), True)
    assert "chance_whole_sets" in codes(answer)


def test_that_several_deliveries_are_at_most_and_one_is_exact() -> None:
    one, two = (Batch(1), Batch(1, 1)), (Batch(1), Batch(1, 1), Batch(1, 2))
    assert not asked(known(), batches=one).days[0].at_most
    answer = asked(known(), batches=two)
    assert answer.days[0].at_most
    assert {"chance_delivery_on_day", "chance_deliveries_joined"} <= set(codes(answer))


def test_that_memory_shows_one_digit_never_below_and_says_why() -> None:
    answer = asked(known(), known(Standing.MEMORY))
    assert [day.chance for day in answer.days][:1] == [Decimal("0.6")]
    assert answer.standing is Standing.MEMORY
    assert [reason.code for reason in answer.reasons] == ["chance_from_memory"]


@pytest.mark.parametrize(
    "facts", [known(people=FEWEST_PEOPLE - 1), known(Standing.SITE, 3), known(Standing.MEMORY, 0), known(patient=None)]
)
def test_that_too_few_is_said_instead_of_a_number(facts: PatientFacts) -> None:
    answer = asked(known(), facts)
    assert answer.standing is Standing.TOO_FEW
    assert {day.chance for day in answer.days} == {None}
    assert len(answer.reasons) == 1


def test_that_enough_people_and_people_untold_are_not_too_few() -> None:
    assert asked(known(people=FEWEST_PEOPLE)).standing is Standing.READ
    assert asked(known(people=None)).standing is Standing.READ


NEED = DemandFact(
    "tocilizumab_pct_of_all", Fraction(40), None, "percent of all patients", 50, "MADE-UP 1", "adults", "risk.a",
    ("risk.a.x",), "stated", "high", False, (),
)  # fmt: skip
FIGURES = DemandFacts(None, None, NEED, None, (), None, None, None, ())


def counted(**by: int) -> tuple[DosesGiven, ...]:
    return tuple(
        DosesGiven(doses.replace("_", " "), replace(NEED, value=Fraction(n), unit="patients"))
        for doses, n in by.items()
    )


def made(facts: DemandFacts, first: int = 3, had: int = 0) -> Patient:
    found = patient_facts("P1", facts, first, 2, had)
    assert found.patient is not None
    assert asked(found).days[0].at_most
    return found.patient


def test_that_what_no_figure_says_is_read_in_the_cautious_way() -> None:
    assert made(FIGURES) == Patient(Fraction(2, 5), (Fraction(0),) * 3 + (Fraction(1),), 2, 3)
    assert made(replace(FIGURES, tocilizumab=replace(NEED, most=Fraction(60)))).need == Fraction(3, 5)
    assert made(replace(FIGURES, tocilizumab=replace(NEED, value=Fraction(0)))).need == 0
    none = patient_facts("P1", replace(FIGURES, tocilizumab=None), 3, 2)
    assert (none.patient, asked(none).standing) == (None, Standing.TOO_FEW)


@pytest.mark.parametrize(
    ("figures", "doses"),
    [
        (counted(**{"1": 15, "more_than_1": 5}), (15, 0, 0, 5)),
        (counted(**{"1": 10, "2": 4, "3": 2, "more_than_1": 8}), (10, 4, 2, 4)),
        (counted(**{"2": 6, "3": 2}), (0, 6, 2, 12)),
        (counted(**{"1": 20, "more_than_1": 5}), (20, 0, 0, 5)),
        (tuple(replace(one, fact=replace(one.fact, row="risk.b")) for one in counted(**{"1": 15})), (0, 0, 0, 20)),
        (tuple(replace(one, fact=replace(one.fact, unit="events")) for one in counted(**{"1": 15})), (0, 0, 0, 20)),
        (tuple(replace(one, fact=replace(one.fact, patients=None)) for one in counted(**{"1": 15})), (0, 0, 0, 20)),
    ],
)
def test_that_doses_are_as_counted_and_the_rest_gets_the_most(
    figures: tuple[DosesGiven, ...], doses: tuple[int, ...]
) -> None:
    patient = made(replace(FIGURES, doses_given=figures))
    assert patient.doses == tuple(Fraction(n, sum(doses)) for n in doses)
    assert patient.need == Fraction(max(20, sum(doses)), 50)


@pytest.mark.parametrize(
    ("median", "unit", "first", "day", "onset"),
    [
        (Fraction(2), "days", 3, 3, (1, 0, 1)),
        (Fraction(7, 2), "days", 3, 3, (1, 0, 0, 1)),
        (Fraction(49), "hours", 3, 3, (1, 0, 1)),
        (Fraction(3), "days", -2, 0, (1, 1)),
        (Fraction(3), "days", -3, 0, (1,)),
        (Fraction(3), "days", -9, 0, (1,)),
        (Fraction(5), "hours", 3, 3, (1,)),
        (Fraction(5), "cycles", 3, 3, (1,)),
    ],
)
def test_that_onset_is_the_earliest_with_the_median(
    median: Fraction, unit: str, first: int, day: int, onset: tuple[int, ...]
) -> None:
    patient = made(replace(FIGURES, onset=replace(NEED, value=median, unit=unit)), first)
    assert (patient.day, patient.onset) == (day, tuple(Fraction(n, sum(onset)) for n in onset))


@pytest.mark.parametrize(
    ("had", "need", "doses"),
    [
        (1, Fraction(1, 2), (Fraction(2, 5), Fraction(1, 5), Fraction(2, 5))),
        (2, Fraction(3, 5), (Fraction(1, 3), Fraction(2, 3))),
        (3, Fraction(2, 3), (Fraction(1),)),
    ],
)
def test_that_after_doses_the_next_one_is_needed_today(had: int, need: Fraction, doses: tuple[Fraction, ...]) -> None:
    figures = replace(FIGURES, doses_given=counted(**{"1": 10, "2": 4, "3": 2, "more_than_1": 10}), onset=NEED)
    assert made(figures, -3, had) == Patient(need, doses, 2, 0)


def test_that_nothing_is_needed_after_the_most_and_the_most_where_no_figure_reaches() -> None:
    assert made(FIGURES, -3, 4).need == 0
    assert made(FIGURES, -3, 7).need == 0
    all_one = replace(FIGURES, doses_given=counted(**{"1": 20}))
    assert made(all_one, -3, 2) == Patient(Fraction(1), (Fraction(0), Fraction(1)), 2, 0)
