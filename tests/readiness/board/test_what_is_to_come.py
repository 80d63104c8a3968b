"""Deliveries, places within 8 hours, hours of infusions and planned prophylactic doses on the board."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from crs_desktop.command_line.text.board import board_text
from crs_desktop.doses.planned.model import PlannedNeed
from crs_desktop.doses.planned.service import PlanDose, PlannedDoses
from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.patients.model import Window
from crs_desktop.readiness.answer import answer, question_of
from crs_desktop.readiness.around_document import around
from crs_desktop.readiness.board import Board, Verdict
from crs_desktop.readiness.gather import Situation
from crs_desktop.readiness.rules.question import demand, first_minute
from crs_desktop.stock.ordering.commands import AddSupplier, LineTyped, PlaceOrder
from crs_desktop.stock.ordering.deliveries import Delivery
from crs_desktop.stock.ordering.service import OrderBook
from tests.readiness.board.site import ACTOR, ZONE, Site, day, must
from tests.readiness.board.situations import NOW, TODAY, Told, patient, policy_of, situation
from tests.stock.ordering.conftest import TERMS

ONE = "1 x 400 mg until 06-30"


def coming(
    ahead: int, minute: int | None = None, good: int | None = 200, vials: int = 1, dated: bool = True
) -> Delivery:
    until = None if good is None else TODAY + timedelta(days=ahead + good)
    return Delivery(
        7, "Medline", "Actemra", Mass.of_mg(400), vials, TODAY + timedelta(days=ahead), minute, until, dated
    )


def with_delivery(told: Told, *deliveries: Delivery) -> Board:
    return answer(replace(situation([told], []), deliveries=deliveries))


def codes(board: Board) -> list[str]:
    return [finding.code for one in board.windows for finding in one.findings]


@pytest.mark.parametrize(
    ("delivery", "verdict"),
    [
        (coming(1), Verdict.READY_BUT),
        (coming(2), Verdict.SHORT),
        (coming(1, good=None), Verdict.SHORT),
        (coming(1, good=8), Verdict.SHORT),
        (coming(1, good=9), Verdict.READY_BUT),
        (coming(-1), Verdict.SHORT),
        (coming(1, dated=False), Verdict.SHORT),
    ],
    ids=[
        "the day before", "on the day, no hour known", "no shelf life guaranteed", "a day too short",
        "just long enough", "overdue", "nobody knows when",
    ],
)  # fmt: skip
def test_that_a_delivery_counts_from_the_day_after_it_to_its_guaranteed_life(
    delivery: Delivery, verdict: Verdict
) -> None:
    """Adler's window is 12 to 20 December; today is the 10th."""
    board = with_delivery(patient(start="12-12"), delivery)
    assert board.verdict is verdict
    if verdict is Verdict.READY_BUT:
        (window,) = board.windows
        assert "readiness_on_delivery" in codes(board) and "Medline" in say(window.findings[0])
        assert window.sets[0].lots == () and window.sets[0].coming[0].vials == 1
    assert board.deliveries == (delivery,)


def test_that_a_delivery_of_the_day_counts_only_before_a_known_hour() -> None:
    base = replace(situation([patient(start="12-12")], []), deliveries=(coming(2, minute=600),))
    assert answer(base).verdict is Verdict.SHORT
    assert answer(_timed(base, "11:00")).verdict is Verdict.READY_BUT
    assert answer(_timed(base, "10:00")).verdict is Verdict.SHORT


def _timed(found: Situation, clock: str) -> Situation:
    (record,) = found.records
    infusions = tuple(
        replace(item, clock_time=clock) if item.day == date(2026, 12, 12) else item for item in record.infusions
    )
    return replace(found, records=(replace(record, infusions=infusions),))


def test_that_the_hour_is_that_of_the_first_day_and_of_nothing_that_has_begun() -> None:
    (record,) = situation([patient(start="12-12")], []).records
    window = situation([patient(start="12-12")], []).windows[0]
    timed = [replace(item, clock_time="09:30") for item in record.infusions]
    assert first_minute(window, timed, TODAY) == 570
    assert first_minute(window, record.infusions, TODAY) is None
    assert first_minute(window, timed, window.days.first + timedelta(days=1)) is None
    assert first_minute(window, [], TODAY) is None


FURTHER = [ONE + ", 5 h away"]


@pytest.mark.parametrize(
    ("stock", "further", "verdict"),
    [
        (FURTHER, 1, Verdict.READY_BUT),
        (FURTHER, 0, Verdict.SHORT),
        ([ONE + ", 9 h away"], 1, Verdict.SHORT),
        ([ONE + ", 8 h away"], 1, Verdict.READY_BUT),
        ([ONE + ", 5 h away, quarantined"], 1, Verdict.SHORT),
    ],
)
def test_that_vials_within_eight_hours_count_where_a_rule_says_so(
    stock: list[str], further: int, verdict: Verdict
) -> None:
    found = situation([patient()], stock)
    found = replace(found, windows=tuple(replace(one, further=further) for one in found.windows))
    board = answer(found)
    assert board.verdict is verdict
    assert ("readiness_on_transfer" in codes(board)) is (verdict is Verdict.READY_BUT)


def test_that_after_rescue_doses_the_near_sets_are_still_owed_first() -> None:
    window: Window = replace(situation([patient(therapy="CAR-T")], []).windows[0], further=1)
    weight = situation([patient()], []).records[0].weighings[0].weight
    owed = [(sets, demand(window, weight, sets, TODAY).further) for sets in (2, 1, 0)]
    assert owed == [(2, 1), (1, 0), (0, 0)]


def planned(ahead: int, number: int = 1, **became: str) -> PlannedNeed:
    return PlannedNeed(number, 1, TODAY + timedelta(days=ahead), "before step 2", NOW, "A. Weber", **became)  # type: ignore[arg-type]


def test_that_a_planned_dose_finds_its_vials_or_is_a_finding_of_its_own_and_never_short() -> None:
    board = answer(replace(situation([patient()], [ONE, ONE]), planned=(planned(2),)))
    (met,) = board.planned
    assert board.verdict is Verdict.READY and met.met and met.findings == () and met.lots[0].vials == 1
    less = answer(replace(situation([patient()], [ONE]), planned=(planned(2),)))
    (unmet,) = less.planned
    assert less.verdict is Verdict.READY_BUT and all(one.verdict is Verdict.READY for one in less.windows)
    assert not unmet.met and "Adler, Ruth" in say(unmet.findings[0]) and "Sat 12 Dec" in say(unmet.findings[0])
    assert "Adler, Ruth" in board_text(less, ZONE)


@pytest.mark.parametrize(
    ("plan", "kg", "code"),
    [
        (planned(-1), "50", "planned_not_recorded"),
        (planned(2), "", "planned_no_weight"),
        (planned(31), "", None),
        (planned(31), "50", None),
        (planned(2, withdrawn="held"), "50", None),
    ],
    ids=["not recorded", "no weight", "beyond the horizon", "beyond the horizon", "withdrawn"],
)
def test_that_planned_doses_that_need_a_look_are_shown(plan: PlannedNeed, kg: str, code: str | None) -> None:
    board = answer(replace(situation([patient(kg=kg)], [ONE]), planned=(plan,)))
    assert [finding.code for one in board.planned for finding in one.findings] == ([] if code is None else [code])


def test_that_a_planned_dose_on_a_delivery_says_so() -> None:
    board = answer(replace(situation([], []), planned=()))
    assert board.planned == ()
    found = replace(situation([patient()], [ONE]), planned=(planned(3),), deliveries=(coming(1),))
    (one,) = answer(found).planned
    assert one.met and [finding.code for finding in one.findings] == ["planned_on_delivery"]
    document = around(answer(found))
    assert document["planned_use"][0]["coming"][0]["supplier"] == "Medline"  # type: ignore[index, call-overload]
    assert document["deliveries"][0]["overdue"] is False  # type: ignore[index, call-overload]


def test_that_what_is_to_come_changes_the_name_of_the_answer() -> None:
    base = situation([patient()], [ONE])
    names = {
        answer(one, with_fixes=False).fingerprint
        for one in (base, replace(base, deliveries=(coming(1),)), replace(base, planned=(planned(2),)))
    }
    assert len(names) == 3
    assert question_of(base).planned_use == ()


def test_that_a_brand_that_nobody_has_confirmed_for_crs_is_never_plain_green() -> None:
    board = answer(situation([patient()], [ONE + ", Tofidence"]))
    assert board.verdict is Verdict.READY_BUT and codes(board) == ["readiness_brand_unconfirmed"]
    assert policy_of({}).rounding == 0


def test_that_a_planned_dose_of_the_store_stands_on_the_board_until_it_is_given(site: Site) -> None:
    site.receive("B1", "400", 2)
    who = site.enrol("Adler")
    book = PlannedDoses(site.store, ZONE)
    must(book.plan(PlanDose(site.key(), who, day(0).isoformat(), "before step 2"), ACTOR))
    assert [one.met for one in site.board().planned] == [True]
    site.dose(who, {"B1": 1}, purpose="prophylactic")
    assert site.board().planned == ()
    assert isinstance(book.plan(PlanDose(site.key(), who, day(-1).isoformat(), "late"), ACTOR), Refused)


def test_that_an_order_of_the_store_is_counted_and_a_set_of_it_cannot_be_confirmed(site: Site) -> None:
    who = site.enrol("Adler", starts=5)
    orders = OrderBook(site.store, ZONE)
    must(orders.add_supplier(AddSupplier(site.key(), "Medline", TERMS), ACTOR))
    short = site.board()
    assert short.verdict is Verdict.SHORT and short.order_by is not None
    assert short.order_by.patient.id == who and "Medline" in board_text(short, ZONE)
    lines = (LineTyped("Actemra", "400", "1"),)
    must(orders.place(PlaceOrder(site.key(), 1, "PO-1", lines, "", "", ""), ACTOR))
    assert site.codes(who) == ["readiness_on_delivery"]
    refused = site.confirm(who)
    assert isinstance(refused, Refused) and refused.findings[0].code == "readiness_set_not_here"
    picture = site.readiness.refresh()
    assert picture.deliveries and picture.deliveries[0] in board_text(site.board(), ZONE).replace("\n  ", " ")
    assert site.board().windows[0].sets[0].planned.vials[0][0].startswith("order:")


def test_that_after_a_dose_the_smallest_fix_is_one_that_is_sure(site: Site) -> None:
    """Vials in a depot and vials of a brand that waits for its check: the depot is named, with when and what is new."""
    site.receive("B1", "400", 2)
    site.receive("D1", "400", 1, place=site.place("Depot", "300"))
    site.receive("T1", "400", 1, brand="Tyenne")
    adler = site.enrol("Adler")
    site.enrol("Berg", starts=1)
    site.policy("after_rescue", "refill")
    site.readiness.refresh()
    site.dose(adler, {"B1": 1})
    said = site.readiness.consequences()
    assert "Now short: Berg, Ruth" in said and "Thu 3 Dec" in said
    assert "Smallest fix: Bring 1 x 400 mg Actemra lot D1, Depot to Pharmacy, there by Thu 3 Dec." in said


def test_that_a_dose_planned_for_somebody_who_died_takes_no_vials(site: Site) -> None:
    adler = site.enrol("Adler")
    berg = site.enrol("Berg", starts=5)
    site.receive("A", "400", 1)
    must(PlannedDoses(site.store, ZONE).plan(PlanDose(site.key(), adler, day(2).isoformat(), "before cells"), ACTOR))
    site.end(adler, "withdrawn")
    assert site.board().planned and site.verdict(berg) is Verdict.SHORT
    other = site.enrol("Cole", starts=0)
    must(PlannedDoses(site.store, ZONE).plan(PlanDose(site.key(), other, day(1).isoformat(), "before cells"), ACTOR))
    site.end(other, "died")
    assert [one.patient.id for one in site.board().planned] == [adler]
