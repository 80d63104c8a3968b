"""The pure rules: the fold, promises by day, the shelf as it stands, the running balance."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.days import DayRange
from crs_desktop.stock.model import (
    BrandTotal,
    Condition,
    Earmark,
    Lot,
    LotState,
    Movement,
    MovementKind,
    OnHand,
    Place,
    VialLine,
)
from crs_desktop.stock.rules import (
    cannot_take,
    held_on,
    most_held,
    on_hand,
    over_promised,
    running,
    shelf,
    totals,
)

AT = datetime(2026, 12, 2, tzinfo=UTC)
TODAY = date(2026, 12, 2)
NEAR, FAR = Place(1, "Main pharmacy", timedelta(minutes=15)), Place(2, "Riverside", timedelta(hours=3))
MARGIN, COUNTED = timedelta(days=7), timedelta(hours=2)


def lot(number: int = 1, expires: date = date(2027, 2, 28), state: LotState = LotState.AVAILABLE, mg: int = 400) -> Lot:
    return Lot(number, "Actemra", Mass.of_mg(mg), f"B{number}", expires, state)


def moved(number: int, vials: int, place: Place = NEAR) -> Movement:
    return Movement(number, lot(), place, vials, MovementKind.RECEIVE, "", AT, "A. Weber")


def promise(first: int, last: int, vials: int, number: int = 1) -> Earmark:
    held = DayRange(date(2026, 12, first), date(2026, 12, last))
    return Earmark(number, f"course:{number}", 1, held, (VialLine(1, 1, vials),), AT, "A. Weber")


def test_that_on_hand_is_the_sum_of_movements_by_lot_and_place() -> None:
    assert on_hand([moved(1, 6), moved(2, -2), moved(3, 1, FAR)]) == {(1, 1): 4, (1, 2): 1}


def test_that_a_lot_never_holds_fewer_than_no_vials() -> None:
    with pytest.raises(ValueError, match="never holds fewer"):
        OnHand(lot(), NEAR, -1)


def test_that_promises_count_by_day_and_the_busiest_day_decides() -> None:
    promises = [promise(2, 5, 2, 1), promise(5, 9, 1, 2), promise(20, 21, 2, 3)]
    assert [held_on(promises, (1, 1), date(2026, 12, day)) for day in (1, 2, 5, 9, 10)] == [0, 2, 3, 1, 0]
    assert most_held(promises, (1, 1)) == 3
    assert most_held([], (1, 1)) == most_held(promises, (9, 9)) == 0


def test_that_only_lots_promised_beyond_what_is_there_are_named() -> None:
    promises = [promise(2, 5, 2, 1), promise(5, 9, 1, 2)]
    assert over_promised(promises, {(1, 1): 3}) == []
    assert over_promised(promises, {(1, 1): 2}) == [((1, 1), 3, 2)]
    assert over_promised(promises, {}) == [((1, 1), 3, 0)]


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(0, 5), st.integers(1, 4)), max_size=6))
def test_that_the_most_held_is_the_most_of_every_single_day(spans: list[tuple[int, int, int]]) -> None:
    promises = [
        promise(first, min(31, first + more), vials, at) for at, (first, more, vials) in enumerate(spans, start=1)
    ]
    days = [date(2026, 12, day) for day in range(1, 32)]
    assert most_held(promises, (1, 1)) == max(held_on(promises, (1, 1), day) for day in days)


def test_that_more_vials_than_the_ledger_holds_cannot_leave() -> None:
    assert cannot_take({(1, 1): 2}, VialLine(1, 1, 2), ("B1", "Main pharmacy")) is None
    finding = cannot_take({(1, 1): 2}, VialLine(1, 1, 3), ("B1", "Main pharmacy"))
    assert finding is not None
    assert (finding.code, finding.field, finding.value, finding.get("holds")) == ("stock_too_few", "vials", "3", "2")
    assert cannot_take({}, VialLine(1, 1, 1), ("B1", "Main pharmacy")) is not None


CONDITIONS = [
    # what lies there, promised, what has to be known about it, usable, free
    ("a plain lot", lot(), NEAR, 0, (), 4, 4),
    ("half of it promised", lot(), NEAR, 2, (), 4, 2),
    ("more promised than there is", lot(), NEAR, 5, (Condition.OVER_PROMISED,), 4, 0),
    ("the last day is today", lot(expires=TODAY), NEAR, 0, (Condition.EXPIRES_SOON,), 4, 4),
    ("expired yesterday", lot(expires=date(2026, 12, 1)), NEAR, 0, (Condition.EXPIRED,), 0, 0),
    ("the last day of the margin", lot(expires=date(2026, 12, 9)), NEAR, 0, (Condition.EXPIRES_SOON,), 4, 4),
    ("one day past the margin", lot(expires=date(2026, 12, 10)), NEAR, 0, (), 4, 4),
    ("too far away", lot(), FAR, 0, (Condition.TOO_FAR,), 4, 4),
    ("quarantined", lot(state=LotState.QUARANTINED), NEAR, 0, (Condition.QUARANTINED,), 0, 0),
    ("after an excursion", lot(state=LotState.EXCURSION), NEAR, 0, (Condition.EXCURSION,), 0, 0),
    ("recalled and expired", lot(expires=date(2026, 1, 1), state=LotState.RECALLED), NEAR, 0,
     (Condition.RECALLED, Condition.EXPIRED), 0, 0),
    ("soon and far", lot(expires=TODAY), FAR, 0, (Condition.TOO_FAR, Condition.EXPIRES_SOON), 4, 4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("item", "place", "promised", "conditions", "usable", "free"),
    [row[1:] for row in CONDITIONS],
    ids=[row[0] for row in CONDITIONS],
)
def test_that_a_shelf_says_what_has_to_be_known(
    item: Lot, place: Place, promised: int, conditions: tuple[Condition, ...], usable: int, free: int
) -> None:
    held = DayRange(TODAY, TODAY)
    promises = [Earmark(1, "course:1", 1, held, (VialLine(item.id, place.id, promised),), AT, "W")] if promised else []
    (line,) = shelf([OnHand(item, place, 4)], promises, TODAY, MARGIN, COUNTED)
    assert (line.conditions, line.usable, line.free) == (conditions, usable, free)
    assert line.promised == promised and line.key == (item.id, place.id)
    assert line.days_left == (item.expires - TODAY).days


def test_that_a_promise_that_ended_before_today_holds_nothing() -> None:
    (line,) = shelf([OnHand(lot(), NEAR, 4)], [promise(1, 1, 2)], TODAY, MARGIN, COUNTED)
    assert (line.promised, line.free) == (0, 4)


def test_that_totals_add_up_by_brand_and_strength_and_far_and_blocked_vials_stand_apart() -> None:
    held = [
        OnHand(lot(1), NEAR, 4),
        OnHand(lot(1), FAR, 1),
        OnHand(lot(2, state=LotState.QUARANTINED), NEAR, 3),
        OnHand(lot(3, mg=80), NEAR, 2),
    ]
    lines = shelf(held, [promise(2, 3, 3)], TODAY, MARGIN, COUNTED)
    assert totals(lines) == [
        BrandTotal("Actemra", Mass.of_mg(400), 4, 1, 1, 3),
        BrandTotal("Actemra", Mass.of_mg(80), 2, 2, 0, 0),
    ]


@given(st.lists(st.integers(-5, 9), max_size=12))
def test_that_the_running_balance_ends_where_the_fold_ends(steps: list[int]) -> None:
    newest_first = [moved(at, vials) for at, vials in enumerate(steps, start=1)][::-1]
    lines = running(newest_first)
    assert [line.movement for line in lines] == newest_first
    assert [line.balance for line in lines] == [sum(steps[: len(steps) - at]) for at in range(len(steps))]
    assert (lines[0].balance if lines else 0) == sum(on_hand(newest_first).values())
