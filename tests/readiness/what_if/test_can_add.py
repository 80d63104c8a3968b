"""Can we add this patient: the answer of the whole board, its reason, its fix, and the first day on which it is yes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crs_desktop.doses.planned.model import PlannedNeed
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.answer import question_of
from crs_desktop.readiness.gather import Situation
from crs_desktop.readiness.model import MoveFix, OrderFix
from crs_desktop.readiness.rules.fixes import followed
from crs_desktop.readiness.what_if.asking import can_add, with_extra
from crs_desktop.readiness.what_if.model import Answer, Extra, WhatIf
from crs_desktop.readiness.what_if.rules import coverable
from crs_desktop.stock.ordering.deliveries import Delivery
from tests.patients.courses import course_of
from tests.readiness.board.situations import NOW, TODAY, Told, patient, policy_of, situation
from tests.readiness.board.test_board_laws import LINES, PEOPLE, SITES, told

ONE = "1 x 400 mg until 06-30"


def extra(therapy: str = "step-up", ahead: int = 0, kg: str = "50") -> Extra:
    course = course_of(therapy, f"{TODAY:%m-%d}", {}, 1)
    day = TODAY + timedelta(days=ahead)
    return Extra("Neu", course.protocol, course.regimen_id, BodyWeight.of_kg(kg), day, policy_of({}))


def asked(
    people: Sequence[Told], stock: Sequence[str], ahead: int = 0, therapy: str = "step-up", kg: str = "50"
) -> WhatIf:
    return can_add(situation(people, stock), extra(therapy, ahead, kg))


def codes(found: WhatIf) -> list[str]:
    return [finding.code for finding in found.findings]


def test_that_the_answer_is_yes_when_the_vials_are_there() -> None:
    found = asked([patient()], [ONE, ONE], ahead=3)
    assert (found.answer, found.fix, found.first_yes) == (Answer.YES, None, None)
    assert found.window is not None and len(found.window.sets) == found.window.owed == 1
    assert found.days is not None and found.days.first == TODAY + timedelta(days=3)


def test_that_a_board_that_is_short_already_says_so_with_its_own_fixes_first() -> None:
    found = asked([patient("Berg", start="12-12"), patient()], [ONE], ahead=3)
    assert (found.answer, found.already, codes(found)) == (Answer.NO, True, ["whatif_already_short"])
    assert "Berg, Ruth" in say(found.findings[0]) and "Sat 12 Dec" in say(found.findings[0])
    assert isinstance(found.own_fixes[0], OrderFix) and found.fix == found.own_fixes[0]
    assert found.first_yes is None


def test_that_no_names_who_collides_the_smallest_fix_and_the_first_day_of_yes() -> None:
    """Adler holds the one set through 18 December; from the 19th it is free."""
    found = asked([patient()], [ONE], ahead=3)
    assert (found.answer, found.already) == (Answer.NO, False)
    assert "Adler, Ruth; Neu" in say(found.findings[0]) and "1 x 400 mg" in say(found.findings[0])
    assert isinstance(found.fix, OrderFix) and [str(one.strength) for one in found.fix.vials] == ["400 mg"]
    assert [type(fix) for fix in found.others] == [MoveFix]
    assert found.first_yes == date(2026, 12, 19)


def test_that_with_nothing_on_the_shelf_no_later_day_helps() -> None:
    found = asked([], [], ahead=2)
    assert (found.answer, found.first_yes, found.looked_ahead) == (Answer.NO, None, 60)
    assert codes(found) == ["plan_no_vials"] and "Neu" in say(found.findings[0])


@pytest.mark.parametrize(
    ("people", "adopted", "code"),
    [([patient(kg="")], "checked", "whatif_cannot_say_of"), ([patient()], "", "whatif_cannot_say_of")],
    ids=["somebody's weight is unknown", "a therapy nobody has adopted"],
)
def test_that_what_is_not_known_of_others_is_never_a_yes(people: list[Told], adopted: str, code: str) -> None:
    found = can_add(situation(people, [ONE, ONE, ONE], adopted=adopted), extra())
    assert found.answer is Answer.CANNOT_SAY and codes(found)[0] == code
    short = can_add(situation(people, [], adopted=adopted), extra())
    assert short.answer is Answer.NO, "what is too much already is no all the same"


def test_that_a_therapy_that_nobody_here_has_adopted_is_not_a_yes() -> None:
    found = can_add(situation([patient()], [ONE] * 4), extra("CAR-T"))
    assert found.answer is Answer.CANNOT_SAY and "readiness_not_adopted" in codes(found)


def test_that_the_horizon_reaches_to_the_day_asked_about() -> None:
    """Two who begin after the horizon of 30 days: each alone could have the set."""
    later = [patient("Berg", start="01-18")]
    assert asked(later, [ONE], ahead=40).answer is Answer.NO
    assert asked(later, [ONE], ahead=3).answer is Answer.YES


def test_that_a_planned_dose_before_a_later_window_is_a_reason() -> None:
    plan = PlannedNeed(1, 1, TODAY + timedelta(days=1), "before step 2", NOW, "A. Weber")
    whole = replace(situation([patient(start="12-16")], ["1 x 400 mg until 06-30"]), planned=(plan,))
    found = can_add(whole, extra(ahead=9))
    assert (found.answer, found.already) == (Answer.NO, True)
    enough = replace(situation([patient(start="12-16")], [ONE, ONE, ONE]), planned=(plan,))
    assert can_add(enough, extra(ahead=9)).answer is Answer.YES


def test_that_a_planned_dose_that_the_new_patient_leaves_without_vials_is_a_no() -> None:
    """Ours has a dose planned on the 11th and a window from the 19th, for which a vial will have been delivered."""
    plan = PlannedNeed(1, 1, TODAY + timedelta(days=1), "before step 2", NOW, "A. Weber")
    there = TODAY + timedelta(days=5)
    delivery = Delivery(7, "Medline", "Actemra", Mass.of_mg(400), 1, there, None, there + timedelta(days=200))
    base = situation([patient(start="12-19")], [ONE])
    found = can_add(replace(base, planned=(plan,), deliveries=(delivery,)), extra())
    assert (found.answer, found.already, codes(found)) == (Answer.NO, False, ["whatif_planned_first"])
    assert isinstance(found.fix, OrderFix) and found.fix.by == plan.day


def test_that_a_policy_of_no_sets_owes_nothing_and_says_so() -> None:
    nothing = replace(extra(), policy=policy_of({"sets_bispecific": "0"}))
    found = can_add(situation([], [], demo=True), nothing)
    assert (found.answer, codes(found)) == (Answer.YES, ["whatif_nothing_owed"])


def again(found: WhatIf, before: Situation, day: date) -> bool | None:
    one = replace(found.extra, first_day=day)
    wide = replace(before, horizon_days=max(before.horizon_days, (day - TODAY).days))
    return coverable(question_of(with_extra(wide, one)))


@settings(max_examples=60 if os.environ.get("CRS_LONG") else 6)
@given(
    PEOPLE, st.lists(LINES, max_size=5), SITES, st.sampled_from(["CAR-T", "step-up"]), st.integers(0, 25), st.randoms()
)
def test_that_each_fix_leads_to_yes_and_no_earlier_day_does(
    people: list[tuple[str, int, str, bool]], stock: list[str], policy: dict[str, str], therapy: str, ahead: int,
    chance: object,
) -> None:  # fmt: skip
    before = situation([told(number, what) for number, what in enumerate(people)], stock, policy)
    one = replace(extra(therapy, ahead), policy=before.policy)
    found = can_add(before, one)
    if found.answer is not Answer.NO:
        return
    wide = replace(before, horizon_days=max(before.horizon_days, ahead))
    whole = question_of(wide if found.already else with_extra(wide, one))
    for fix in (*found.own_fixes, *([] if found.fix is None else [found.fix]), *found.others):
        assert coverable(followed(whole, fix))
    assert found.findings
    if found.first_yes is not None:
        assert again(found, before, found.first_yes)
        between = (found.first_yes - one.first_day).days
        assert not any(again(found, before, one.first_day + timedelta(days=n)) for n in range(between))
    shuffled = list(before.records)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    mixed = can_add(replace(before, records=tuple(shuffled), windows=tuple(reversed(before.windows))), one)
    assert (mixed.answer, mixed.already, mixed.findings, mixed.fix) == (
        found.answer, found.already, found.findings, found.fix,
    )  # fmt: skip
    assert mixed.first_yes == found.first_yes
