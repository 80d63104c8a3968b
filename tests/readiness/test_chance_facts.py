"""What the chance on the board looks at: vials of one kind as vials, anything else as whole sets, each course apart."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest

from crs_desktop.kernel.amounts import Mass
from crs_desktop.readiness.answer import answer
from crs_desktop.readiness.chance.model import Batch, BoardFacts, Standing
from crs_desktop.readiness.chance_facts import Risk, board_facts, most_sets, vials_for
from crs_desktop.readiness.model import PlannedUse, PlanQuestion, SupplyLine
from crs_desktop.readiness.rules.sets import Band
from tests.patients.courses import CATALOGUE
from tests.readiness.board.situations import Given, patient, situation

TODAY = date(2026, 12, 10)
AXI = CATALOGUE.protocol("axicabtagene_ciloleucel")
RISK = Risk("Adler", AXI, "single", TODAY, Mass.of_mg(580))


def line(lot: str, mg: int, vials: int, days: int = 200, brand: str = "A", first: int | None = None) -> SupplyLine:
    start = None if first is None else TODAY + timedelta(days=first)
    return SupplyLine(lot, lot, brand, Mass.of_mg(mg), vials, TODAY + timedelta(days=days), "", start)


def facts(*lines: SupplyLine, risks: tuple[Risk, ...] = (RISK,), rounding: int = 0) -> BoardFacts:
    return board_facts(PlanQuestion(TODAY, Decimal(rounding), lines, ()), risks, 29)


def codes(found: BoardFacts) -> list[str]:
    return [one.said.code for one in (*found.notes, *(a for p in found.patients for a in p.assumptions))]


def test_that_one_brand_and_strength_are_counted_in_vials() -> None:
    found = facts(line("a", 400, 3), line("b", 400, 2, 10), line("c", 400, 4, first=5))
    assert (found.in_sets, found.batches) == (False, (Batch(3, 0, None), Batch(2, 0, 10), Batch(4, 5, None)))
    assert [one.patient.units for one in found.patients if one.patient is not None] == [2]


@pytest.mark.parametrize(
    ("mg", "rounding", "vials"),
    [("400", 0, 1), ("400.1", 0, 2), ("420", 5, 1), ("422", 5, 2), ("800", 10, 2), ("580", 10, 2)],
)
def test_that_a_dose_takes_the_vials_that_the_plan_would_take(mg: str, rounding: int, vials: int) -> None:
    assert vials_for(Mass.of_mg(mg).mcg, 400_000, Decimal(rounding)) == vials


def test_that_far_blocked_and_expired_vials_are_left_out() -> None:
    found = facts(
        line("a", 400, 3), replace(line("far", 400, 9), far=True), replace(line("held", 400, 9), usable=False),
        line("gone", 400, 9, -1), line("late", 400, 9, first=40),
    )  # fmt: skip
    assert found.batches == (Batch(3, 0, None),)


def test_that_mixed_strengths_are_whole_sets_for_the_largest_dose() -> None:
    big = replace(RISK, name="Berg", dose=Mass.of_mg(800))
    found = facts(line("a", 400, 5), line("b", 200, 2), line("c", 80, 9, brand="B"), risks=(RISK, big))
    assert (found.in_sets, found.batches) == (True, (Batch(3, 0, None),))  # 2 x 400, 2 x 400, 400 + 2 x 200
    assert {one.patient.units for one in found.patients if one.patient is not None} == {1}


def test_that_sets_do_not_mix_brands_and_those_that_expire_are_told_apart() -> None:
    found = facts(line("a", 400, 1), line("b", 200, 1), line("c", 400, 1, brand="B"), line("d", 200, 1, 5))
    assert found.batches == (Batch(1, 0, None),)
    assert facts(line("a", 400, 1), line("c", 400, 1, brand="B")).batches == ()
    found = facts(line("a", 400, 2), line("b", 200, 3, 5))
    assert sorted(found.batches, key=lambda one: one.last or 99) == [Batch(1, 0, 5), Batch(1, 0, None)]


def test_that_never_more_sets_are_counted_than_can_be_made() -> None:
    draw = random.Random(5)
    for _ in range(60):
        vials = {mg * 1000: draw.randint(0, 4) for mg in (80, 200, 400)}
        band = Band.of(draw.choice([300, 384, 580, 704, 800]) * 1000, Decimal(draw.choice([0, 10])))
        made, left = most_sets(Counter(vials), band)
        assert made <= can_be_made(tuple(vials.items()), band)
        assert sum(left.values()) <= sum(vials.values()) and min(left.values(), default=0) >= 0


def can_be_made(vials: tuple[tuple[int, int], ...], band: Band) -> int:
    """The most sets, by trying every one."""
    sizes = tuple(mcg for mcg, _ in vials)

    @cache
    def best(counts: tuple[int, ...], content: int) -> int:
        most = 0
        for place, count in enumerate(counts):
            if count:
                rest = (*counts[:place], count - 1, *counts[place + 1 :])
                whole = content + sizes[place]
                most = max(most, best(rest, whole))
                if band.covers(whole):
                    most = max(most, 1 + best(rest, 0))
        return most

    return best(tuple(count for _, count in vials), 0)


def test_that_planned_doses_count_as_spent_and_make_it_at_most() -> None:
    use = PlannedUse("plan", TODAY + timedelta(days=3), Mass.of_mg(580))
    asked = PlanQuestion(TODAY, Decimal(0), (line("a", 400, 3, 9), line("b", 400, 3)), (), (use,))
    found = board_facts(asked, (RISK,), 29)
    assert sum(batch.units for batch in found.batches) == 4
    assert Batch(1, 0, None) in found.batches  # what lasts longest is missed most
    assert codes(found)[0] == "chance_planned_absent" and found.notes[0].cautious


def test_that_nobody_without_a_weight_makes_it_look_better() -> None:
    unweighed = replace(RISK, dose=None)
    found = facts(line("a", 400, 3), risks=(unweighed,))
    assert found.patients[0].patient is not None and found.patients[0].patient.units == 2
    first = found.patients[0].assumptions[0]
    assert (first.said.code, first.cautious) == ("chance_weight_unknown", True)
    unknown = replace(unweighed, protocol=CATALOGUE.protocol("blinatumomab"), regimen="rr")
    assert codes(facts(line("a", 400, 3), risks=(unknown,))) == ["chance_need_unknown"]


def test_that_no_vials_and_no_patients_are_no_mixed_strengths() -> None:
    assert facts().in_sets is False and facts().batches == ()
    assert facts(line("a", 400, 1), line("b", 80, 1), risks=()).in_sets is False


# --- on the board ---------------------------------------------------------------------------------------------------


def test_that_the_board_brings_its_chance_for_every_day_of_its_chart() -> None:
    board = answer(situation([patient(), patient("Berg", therapy="CAR-T", start="12-14")], ["4 x 400 mg until 06-30"]))
    assert board.chances is not None
    assert [one.day for one in board.chances.days] == list(range(len(board.days)))
    values = [one.chance for one in board.chances.days if one.chance is not None]
    assert values == sorted(values) and 0 < values[-1] <= 1


def test_that_a_patient_with_doses_needs_the_next_one_today() -> None:
    board = answer(situation([patient()], ["2 x 400 mg until 06-30"], doses=[Given("Adler", "12-10")]))
    assert board.chances is not None
    assert "chance_after_doses" in [one.said.code for one in board.chances.assumptions]


def test_that_one_patient_of_two_courses_is_named_by_each() -> None:
    whole = situation([patient()], ["2 x 400 mg until 06-30"])
    record = whole.records[0]
    second = replace(record.courses[0], id=99)
    both = replace(record, courses=(*record.courses, second))
    window = replace(whole.windows[0], course_ids=(record.courses[0].id, 99))
    board = answer(replace(whole, records=(both,), windows=(window,)))
    assert board.chances is not None
    named = {one.said.value or dict(one.said.values).get("holder") for one in board.chances.assumptions}
    assert any("teclistamab" in str(one) for one in named)


def test_that_without_any_figure_no_number_is_shown() -> None:
    whole = situation([patient()], ["2 x 400 mg until 06-30"])
    record = whole.records[0]
    course = replace(record.courses[0], protocol=CATALOGUE.protocol("blinatumomab"), regimen_id="rr")
    board = answer(replace(whole, records=(replace(record, courses=(course,)),)))
    assert board.chances is not None and board.chances.standing is Standing.TOO_FEW
    assert {one.chance for one in board.chances.days} == {None}
