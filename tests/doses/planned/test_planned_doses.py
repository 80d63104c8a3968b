"""Planned prophylactic doses: planned, withdrawn, done when one is recorded, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crs_desktop.doses.planned.model import PlannedNeed
from crs_desktop.doses.planned.rules import Given, settled
from crs_desktop.doses.planned.service import PlanDose, PlannedDoses, WithdrawPlanned
from crs_desktop.kernel.refusal import Refused
from tests.doses.made_up import ACTOR, NOW, ZONE, dose, must, pharmacy, stocked

TODAY = date(2026, 12, 2)
AT = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def plan(number: int, ahead: int, patient: int = 1, at: datetime = AT, withdrawn: str | None = None) -> PlannedNeed:
    return PlannedNeed(number, patient, TODAY + timedelta(days=ahead), "before step 2", at, "M. Okafor", withdrawn)


def given(number: int, ahead: int, patient: int = 1) -> Given:
    start = datetime(2026, 12, 2, 12, 0, tzinfo=UTC) + timedelta(days=ahead)
    return Given(number, patient, start, TODAY + timedelta(days=ahead), start + timedelta(hours=1))


@pytest.mark.parametrize(
    ("plans", "doses", "done"),
    [
        ([plan(1, 0)], [given(7, 0)], {1: 7}),
        ([plan(1, 0)], [given(7, 2)], {1: 7}),
        ([plan(1, 2)], [given(7, 1)], {}),
        ([plan(1, 0, patient=2)], [given(7, 0)], {}),
        ([plan(1, 0, withdrawn="held")], [given(7, 0)], {}),
        ([plan(2, 3), plan(1, 1)], [given(7, 4)], {1: 7}),
        ([plan(2, 3), plan(1, 1)], [given(8, 5), given(7, 4)], {1: 7, 2: 8}),
        ([plan(1, 0, at=AT + timedelta(days=3))], [given(7, 0)], {}),
    ],
    ids=[
        "on its day", "later", "the day before", "another patient's", "withdrawn", "one dose is one planned dose",
        "two doses are two", "recorded before it was planned",
    ],
)  # fmt: skip
def test_that_a_planned_dose_is_done_by_one_recorded_dose_on_or_after_its_day(
    plans: list[PlannedNeed], doses: list[Given], done: dict[int, int]
) -> None:
    assert {one.id: one.done_by for one in settled(plans, doses) if one.done_by is not None} == done


def test_that_it_is_overdue_only_while_it_is_open_and_its_day_has_passed() -> None:
    assert plan(1, -1).overdue(TODAY)
    assert not plan(1, 0).overdue(TODAY)
    assert not plan(1, -1, withdrawn="held").overdue(TODAY)


def test_that_a_dose_is_planned_done_by_a_recorded_one_and_open_again_when_that_is_taken_back(tmp_path: Path) -> None:
    shop, patient = stocked(tmp_path, NOW - timedelta(days=1))
    made = must(PlannedDoses(shop.store, ZONE).plan(PlanDose("u1", patient, "2026-12-02", "before step 2"), ACTOR))
    assert made.open and made.day == TODAY
    shop.store.close()
    later = pharmacy(tmp_path)
    book = PlannedDoses(later.store, ZONE)
    vials = (later.line("B7101", 1), later.line("C2201", 1))
    logged = must(later.doses.log_dose(dose(patient, vials, purpose="prophylactic"), ACTOR))
    assert [one.done_by for one in book.all(patient)] == [logged.entry.id]
    refused = book.withdraw(WithdrawPlanned("w1", made.id, "held"), ACTOR)
    assert isinstance(refused, Refused) and refused.findings[0].code == "planned_over"
    must(later.doses.reverse("b1", logged.entry.id, "mistaken", ACTOR))
    assert book.all(patient)[0].open
    later.store.close()


def test_that_a_rescue_dose_is_not_the_planned_one(tmp_path: Path) -> None:
    shop, patient = stocked(tmp_path, NOW - timedelta(days=1))
    must(PlannedDoses(shop.store, ZONE).plan(PlanDose("u1", patient, "2026-12-02", "before step 2"), ACTOR))
    shop.store.close()
    later = pharmacy(tmp_path)
    must(later.doses.log_dose(dose(patient, (later.line("B7101", 1), later.line("C2201", 1))), ACTOR))
    assert PlannedDoses(later.store, ZONE).all(patient)[0].open
    later.store.close()


def test_that_a_withdrawn_dose_keeps_its_reason_and_its_day_is_free_again(tmp_path: Path) -> None:
    shop, patient = stocked(tmp_path)
    book = PlannedDoses(shop.store, ZONE)
    made = must(book.plan(PlanDose("u1", patient, "2026-12-04", "before step 2"), ACTOR))
    assert must(book.withdraw(WithdrawPlanned("w1", made.id, "therapy held"), ACTOR)).withdrawn == "therapy held"
    assert must(book.plan(PlanDose("u2", patient, "2026-12-04", "again"), ACTOR)).open
    assert [one.open for one in book.all(patient)] == [False, True]
    shop.store.close()


def test_that_what_cannot_be_planned_is_refused_with_every_reason(tmp_path: Path) -> None:
    shop, patient = stocked(tmp_path)
    book = PlannedDoses(shop.store, ZONE)
    must(book.plan(PlanDose("u1", patient, "2026-12-04", "before step 2"), ACTOR))
    for command, codes in (
        (PlanDose("u2", patient, "2026-12-01", "late"), ["planned_in_the_past"]),
        (PlanDose("u3", patient, "2026-12-04", "twice"), ["planned_already"]),
        (PlanDose("u4", 99, "2026-12-04", "whose"), ["patient_unknown"]),
        (PlanDose("u5", patient, "soon", ""), ["day_not_understood", "text_missing"]),
    ):
        answer = book.plan(command, ACTOR)
        assert isinstance(answer, Refused) and [one.code for one in answer.findings] == codes
    for wrong, code in ((WithdrawPlanned("w1", 99, "held"), "planned_unknown"),):
        answer = book.withdraw(wrong, ACTOR)
        assert isinstance(answer, Refused) and answer.findings[0].code == code
    no_reason = book.withdraw(WithdrawPlanned("w2", 1, " "), ACTOR)
    assert isinstance(no_reason, Refused)
    shop.store.close()
