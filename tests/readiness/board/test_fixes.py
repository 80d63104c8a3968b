"""Fixes of every kind: what each is, that it is the smallest, and that it makes the board ready."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from crs_desktop.kernel.days import DayRange
from crs_desktop.readiness.answer import answer, question_of
from crs_desktop.readiness.board import Board
from crs_desktop.readiness.fix_words import fix_text
from crs_desktop.readiness.model import (
    BrandFix,
    Fix,
    Movable,
    MoveFix,
    OrderFix,
    PlanQuestion,
    Reserves,
    RoundingFix,
    TransferFix,
)
from crs_desktop.readiness.plan_document import later
from crs_desktop.readiness.rules.fixes import fixes, followed
from crs_desktop.readiness.rules.plan import solve
from tests.readiness.board.situations import patient, situation
from tests.readiness.cases import TODAY, day, mass, question, random_case

ONE = "1 x 400 mg until 06-30"
CASES = 1500 if os.environ.get("CRS_LONG") else 30


def board(stock: list[str], kg: str = "50", **site: object) -> Board:
    return answer(situation([patient(kg=kg)], stock, **site))  # type: ignore[arg-type]


def kinds(found: Board) -> list[type[Fix]]:
    return [type(fix) for fix in found.fixes]


def test_that_vials_elsewhere_are_brought_to_the_nearest_place_that_counts() -> None:
    found = board(["1 x 80 mg until 06-30", ONE + ", 5 h away", ONE + ", 3 h away"])
    transfer = found.fixes[0]
    assert isinstance(transfer, TransferFix)
    assert [(one.lot, one.count, one.place) for one in transfer.vials] == [("L3", 1, "Shelf 3")]
    assert transfer.to == "Shelf 1"
    assert fix_text(transfer, found) == "bring 1 x 400 mg Actemra lot L3, Shelf 3 to Shelf 1, there by Thu 10 Dec"
    assert found.way_out == transfer


@pytest.mark.parametrize(
    "stock",
    [[ONE + ", 3 h away"], ["1 x 80 mg until 06-30", ONE + ", 3 h away, quarantined"], ["1 x 80 mg until 06-30"],
     ["1 x 80 mg until 06-30", "1 x 400 mg until 12-17, 3 h away"]],
    ids=["no place here counts", "held there too", "nothing elsewhere", "expires before the window ends"],
)  # fmt: skip
def test_that_there_is_no_transfer_without_vials_that_would_count(stock: list[str]) -> None:
    assert TransferFix not in kinds(board(stock))


def test_that_a_brand_that_waits_for_its_check_only_is_named_and_not_in_the_headline() -> None:
    found = board(["1 x 400 mg until 06-30, Tyenne, unchecked"])
    brand = found.fixes[0]
    assert isinstance(brand, BrandFix)
    assert "check 1 x 400 mg Tyenne lot L1" in fix_text(brand, found)
    assert isinstance(found.way_out, OrderFix)


@pytest.mark.parametrize("state", ["quarantined", "recalled", "excursion"])
def test_that_vials_held_for_anything_else_are_never_a_fix(state: str) -> None:
    assert kinds(board([f"1 x 400 mg until 06-30, Tyenne, {state}"])) == [OrderFix]
    assert BrandFix not in kinds(board([f"1 x 400 mg until 06-30, {state}"]))


def test_that_rounding_nobody_has_decided_about_is_offered_with_the_least_that_covers() -> None:
    found = board([ONE], kg="52.5")  # 420 mg from 400: 4.77 percent less
    rounding = found.fixes[0]
    assert rounding == RoundingFix(Decimal("4.8"), ("course:1",))
    assert "4.8 %" in fix_text(rounding, found) and "Adler" in fix_text(rounding, found)
    assert isinstance(found.way_out, OrderFix)


@pytest.mark.parametrize("decided", ["0", "4.7"])
def test_that_a_site_that_has_decided_about_rounding_is_not_asked_again(decided: str) -> None:
    assert RoundingFix not in kinds(board([ONE], kg="52.5", policy={"rounding": decided}))


def test_that_rounding_beyond_ten_percent_is_never_offered() -> None:
    assert RoundingFix not in kinds(board([ONE], kg="56"))  # 448 mg: 10.7 percent less


def test_that_a_board_that_is_ready_has_no_fix_and_no_way_out() -> None:
    found = board([ONE])
    assert found.fixes == () and found.way_out is None and found.conflict is None


def case(seed: int) -> tuple[PlanQuestion, Reserves, list[Movable]]:
    """A random question in which half of what does not count could count."""
    lots, patients, planned, earmarks, percent = random_case(seed)
    pick = random.Random(seed + 7)
    lots += [
        (f"e{n}", f"E{n}", pick.choice(["Actemra", "Tyenne"]), pick.choice([400, 200, 80]), pick.randint(1, 3),
         pick.choice([9, 25, 40]), None, False, f"place {n}")
        for n in range(3)
    ]  # fmt: skip
    asked = question(lots, patients, planned, earmarks, percent)
    asked = replace(asked, demands=tuple(replace(one, further=pick.choice([0, one.sets])) for one in asked.demands))
    asked = replace(
        asked,
        supply=tuple(replace(one, far=one.usable and pick.random() < 0.3) for one in asked.supply),
    )
    away = [replace(one, usable=True) for one in asked.supply if not one.usable or one.far]
    pick.shuffle(away)
    reserves = Reserves(tuple(away[:2]), "here", tuple(away[2:]), Decimal(10))
    movable = [Movable(one.holder, later(one.window, 14)) for one in asked.demands if one.window.first > TODAY]
    return asked, reserves, movable


def test_that_every_fix_of_every_kind_covers_every_set() -> None:
    met: set[type[Fix]] = set()
    for seed in range(2000, 2000 + CASES):
        asked, reserves, movable = case(seed)
        plan = solve(asked)
        found = fixes(asked, plan, movable, None, reserves)
        assert not (plan.ready and found)
        order = [TransferFix, BrandFix, RoundingFix, OrderFix, MoveFix]
        assert [type(fix) for fix in found] == [kind for kind in order if kind in {type(fix) for fix in found}]
        for fix in found:
            assert solve(followed(asked, fix)).ready
            met.add(type(fix))
            if isinstance(fix, TransferFix | BrandFix):
                assert_one_vial_less_is_short(asked, fix)
            if isinstance(fix, RoundingFix):
                less = replace(fix, percent=fix.percent - Decimal("0.1"))
                assert not solve(followed(asked, less)).ready
    assert met == {TransferFix, BrandFix, RoundingFix, OrderFix, MoveFix}


def assert_one_vial_less_is_short(asked: PlanQuestion, fix: TransferFix | BrandFix) -> None:
    for place, one in enumerate(fix.vials):
        fewer = (*fix.vials[:place], replace(one, count=one.count - 1), *fix.vials[place + 1 :])
        smaller = replace(fix, vials=tuple(item for item in fewer if item.count))
        assert not solve(followed(asked, smaller)).ready


def test_that_vials_counted_as_far_already_are_not_counted_twice() -> None:
    """The one far vial serves P1, who may have it there; brought here for P2 it is gone for P1."""
    lots = [("F", "F", "Actemra", 400, 1, 60, None, True, "away")]
    asked = question(lots, [("P1", 400, 1, 0, 6), ("P2", 400, 1, 0, 6)])
    far = replace(asked.supply[0], far=True)
    demands = (replace(asked.demands[0], further=1), asked.demands[1])
    asked = replace(asked, supply=(far,), demands=demands)
    assert not [
        fix for fix in fixes(asked, solve(asked), reserves=Reserves((far,), "here")) if type(fix) is TransferFix
    ]
    two = replace(asked, supply=(replace(far, vials=2),))
    (transfer, *_) = fixes(two, solve(two), reserves=Reserves(two.supply, "here"))
    assert isinstance(transfer, TransferFix) and [one.count for one in transfer.vials] == [1]


def test_that_a_fix_by_move_keeps_the_length_of_the_window() -> None:
    asked = question([("A", "A", "Actemra", 400, 1, 60, None, True, "")], [("P1", 400, 1, 0, 3), ("P2", 400, 1, 2, 6)])
    movable = [Movable("P2", (DayRange(day(4), day(8)),))]
    (move,) = [fix for fix in fixes(asked, solve(asked), movable) if isinstance(fix, MoveFix)]
    assert move.window.last - move.window.first == timedelta(days=4)
    assert mass(400) == asked.demands[0].dose


def test_that_a_conflict_stands_at_each_short_window_that_is_part_of_it() -> None:
    found = answer(situation([patient("Berg", start="12-12"), patient()], [ONE]))
    assert found.conflict is not None and found.conflict.value == "Adler, Ruth; Berg, Ruth"
    by_name = {one.patient.family_name: one for one in found.windows}
    assert found.conflict in by_name["Berg"].findings and found.conflict not in by_name["Adler"].findings
    assert all(row.window in found.windows for row in found.rows if row.window is not None)


def test_that_the_board_without_explanations_asks_the_same_question() -> None:
    whole = situation([patient("Berg", start="12-12"), patient()], [ONE])
    assert answer(whole, with_fixes=False).fingerprint == answer(whole).fingerprint
    assert question_of(whole) == question_of(whole)
