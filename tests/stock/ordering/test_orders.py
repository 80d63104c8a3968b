"""Orders from being placed to the last vial: what still counts, what does not, and that nothing counts twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.commands import ReceiveLot, ReverseMovement
from crs_desktop.stock.model import Movement
from crs_desktop.stock.ordering import repository
from crs_desktop.stock.ordering.calendar import Arrival
from crs_desktop.stock.ordering.commands import LineTyped, PlaceOrder, StateDay, StateTerms
from crs_desktop.stock.ordering.deliveries import Delivery, coming, overdue
from crs_desktop.stock.ordering.model import Order, OrderState
from tests.staff.signing.made_up import second
from tests.stock.conftest import WEBER, ZONE, codes
from tests.stock.ordering.conftest import TERMS, Site
from tests.store.pharmacy import NOW

THURSDAY, FRIDAY = date(2026, 12, 3), date(2026, 12, 4)


def counted(site: Site) -> dict[tuple[int, str], int]:
    """Vials by order and strength on which the plan counts now."""
    owed = coming(site.book.deliveries(), site.clock.now(), ZONE)
    return {(item.order_id, str(item.strength)): item.vials for item in owed}


def test_that_an_order_is_expected_on_the_day_of_the_terms_with_their_hour_and_shelf_life(site: Site) -> None:
    order = site.placed()
    assert (order.arrival, order.shelf_life_days) == (Arrival(THURSDAY, 8 * 60), 180)
    (delivery,) = site.book.deliveries()
    assert (delivery.day, delivery.minute, delivery.good_until) == (THURSDAY, 480, date(2027, 6, 1))
    assert (delivery.vials, delivery.brand, str(delivery.strength)) == (4, "Actemra", "400 mg")


def test_that_what_has_come_counts_once_on_the_shelf_and_never_on_the_way(site: Site) -> None:
    order = site.placed(LineTyped("Actemra", "400", "4"), LineTyped("Actemra", "80", "2"))
    site.later(minutes=1)
    site.came(order, 3)
    site.later(minutes=1)
    site.expect(order, "2026-12-04")
    shelf = sum(item.vials for item in site.ledger.on_hand())
    assert shelf == 3 and counted(site) == {(order.id, "400 mg"): 1, (order.id, "80 mg"): 2}
    site.later(minutes=1)
    site.came(order, 1, lot="B7102")
    site.came(order, 2, mg="80", lot="B7103")
    assert site.book.deliveries() == [] and site.book.order(order.id).state is OrderState.RECEIVED
    assert sum(item.vials for item in site.ledger.on_hand()) == 6


def test_that_more_than_was_ordered_is_taken_in_and_owes_nothing(site: Site) -> None:
    order = site.placed()
    site.came(order, 6)
    assert site.book.deliveries() == []
    assert sum(item.vials for item in site.ledger.on_hand()) == 6


def test_that_the_rest_of_an_order_does_not_count_until_somebody_says_when_it_comes(site: Site) -> None:
    order = site.placed()
    site.later(minutes=1)
    site.came(order, 3)
    assert counted(site) == {}
    assert [item.vials for item in overdue(site.book.deliveries(), site.clock.now(), ZONE)] == [1]
    site.later(minutes=1)
    site.expect(order, "2026-12-04")
    assert counted(site) == {(order.id, "400 mg"): 1}


def test_that_a_receipt_that_is_reversed_is_owed_again(site: Site) -> None:
    order = site.placed()
    moved = site.came(order, 4)
    command = ReverseMovement(site.key(), moved.id, "Entered twice")
    signed = site.ledger.reverse(command, WEBER, second(site.ledger.asked(command), site.clock.now()))
    assert not isinstance(signed, Refused), signed
    assert counted(site) == {(order.id, "400 mg"): 4}


def test_that_an_overdue_order_does_not_count_and_is_said(site: Site) -> None:
    order = site.placed()
    site.clock.instant = datetime(2026, 12, 4, 4, 59, tzinfo=UTC)  # Thu 3 Dec 23:59 there
    assert counted(site) == {(order.id, "400 mg"): 4} and site.book.picture().overdue == ()
    site.later(minutes=1)
    assert counted(site) == {}
    assert [item.order_id for item in site.book.picture().overdue] == [order.id]


def test_that_an_hour_that_has_passed_is_not_known_any_more(site: Site) -> None:
    site.placed()
    site.clock.instant = datetime(2026, 12, 3, 12, 59, tzinfo=UTC)
    assert [item.minute for item in coming(site.book.deliveries(), site.clock.now(), ZONE)] == [480]
    site.later(minutes=1)  # it is 08:00 and nothing has come
    assert [item.minute for item in coming(site.book.deliveries(), site.clock.now(), ZONE)] == [None]


def test_that_an_order_closed_short_or_cancelled_owes_nothing(site: Site) -> None:
    part, nothing = site.placed(), site.placed()
    site.came(part, 1)
    closed, cancelled = site.close(part), site.close(nothing)
    assert isinstance(closed, Order) and closed.state is OrderState.CLOSED
    assert isinstance(cancelled, Order) and cancelled.state is OrderState.CANCELLED
    assert site.book.deliveries() == [] and closed.deliveries() == cancelled.deliveries() == ()
    for order in (part, nothing):
        assert codes(site.close(order)) == ["order_ended"]
        assert codes(site.expect(order, "2026-12-09")) == ["order_ended"]
        assert codes(site.receive(order, 1)) == ["order_ended"]


def test_that_one_order_stated_twice_is_refused_so_that_it_is_not_counted_twice(site: Site) -> None:
    first = site.place(reference="PO-77")
    assert isinstance(first, Order)
    assert codes(site.place(reference=" po-77 ")) == ["order_reference_known"]
    site.close(first)
    assert isinstance(site.place(reference="PO-77"), Order)  # cancelled, so this is another one


def test_that_the_same_request_places_one_order(site: Site) -> None:
    command = PlaceOrder("same", 1, "PO-1", (LineTyped("Actemra", "400", "4"),))
    one, again = site.book.place(command, WEBER), site.book.place(command, WEBER)
    assert isinstance(one, Order) and one == again and len(site.book.orders()) == 1


def test_that_another_day_than_that_of_the_terms_needs_who_promised_it(site: Site) -> None:
    assert codes(site.place(expected="2026-12-04")) == ["order_day_needs_reason"]
    order = site.place(expected="2026-12-04", time="09:30", reason="Ms Elm promised it")
    assert isinstance(order, Order) and order.arrival == Arrival(FRIDAY, 570)
    assert codes(site.place(expected="2026-12-01", reason="x")) == ["order_day_past"]
    assert codes(site.expect(order, "2026-12-01")) == ["order_day_past"]


def test_that_an_order_seen_before_the_cut_off_is_looked_at_again_after_it(site: Site) -> None:
    seen = THURSDAY.isoformat()
    site.clock.instant = datetime(2026, 12, 2, 19, 0, tzinfo=UTC)  # 14:00 there, the last minute
    assert isinstance(site.place(seen=seen), Order)
    site.later(minutes=1)
    assert codes(site.place(seen=seen)) == ["order_day_moved"]
    assert isinstance(site.place(seen=FRIDAY.isoformat()), Order)


def test_that_other_terms_and_closed_days_hold_from_now_on_and_leave_placed_orders_alone(site: Site) -> None:
    before = site.placed()
    longer = TERMS.__class__("3", "10:00", "12345", "us", " ny ", "", "", "new contract")
    site.book.state_terms(StateTerms(site.key(), 1, longer), WEBER)
    site.book.state_day(StateDay(site.key(), 1, "2026-12-03", False, "stock taking"), WEBER)
    after = site.placed()
    assert site.book.order(before.id).arrival == Arrival(THURSDAY, 480)
    assert after.arrival == Arrival(date(2026, 12, 8), None) and after.shelf_life_days is None
    (supplier,) = site.book.suppliers()
    assert (supplier.terms.country, supplier.terms.subdivision, supplier.reason) == ("US", "NY", "new contract")
    site.book.state_day(StateDay(site.key(), 1, "2026-12-03", True, "they work after all"), WEBER)
    assert site.placed().arrival.day == date(2026, 12, 7)


def test_that_without_a_guaranteed_shelf_life_an_order_counts_to_its_own_day_only(site: Site) -> None:
    unknown = TERMS.__class__("1", "14:00", "12345", "US", reason="contract")
    site.book.state_terms(StateTerms(site.key(), 1, unknown), WEBER)
    site.placed()
    assert [item.good_until for item in site.book.deliveries()] == [None]


def test_that_vials_which_are_not_on_an_order_are_not_received_against_it(site: Site) -> None:
    order = site.placed()
    assert codes(site.receive(order, 1, mg="80")) == ["order_without_this"]
    assert site.ledger.on_hand() == []


def test_that_past_deliveries_are_those_of_that_instant(site: Site) -> None:
    order = site.placed()
    placed = site.clock.now()
    site.later(hours=1)
    site.came(order, 3)
    part = site.clock.now()
    site.later(hours=1)
    site.close(order)
    assert site.book.deliveries() == []
    assert [(item.vials, item.dated) for item in site.book.deliveries(part)] == [(1, False)]
    assert [(item.vials, item.dated) for item in site.book.deliveries(placed)] == [(4, True)]
    assert site.book.deliveries(NOW) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), ["order_empty"]),
        ((LineTyped("Actemra", "400", "0"),), ["count_out_of_range"]),
        ((LineTyped("Actemra", "400", "-2"),), ["count_not_understood"]),
        ((LineTyped("Actemra", "400", "1001"),), ["count_out_of_range"]),
        ((LineTyped("Aspirin", "162", "x"),), ["stock_brand", "stock_strength", "count_not_understood"]),
        ((LineTyped("Actemra", "80", "1"), LineTyped("actemra", "80", "2")), ["order_line_twice"]),
    ],
)
def test_that_lines_that_are_none_are_refused(site: Site, lines: tuple[LineTyped, ...], said: list[str]) -> None:
    assert codes(site.place(lines)) == said
    assert site.book.orders() == []


def test_that_an_order_says_everything_that_is_wrong_at_once(site: Site) -> None:
    command = PlaceOrder(site.key(), 1, " ", (LineTyped("Actemra", "400", "4"),), "2026-02-30", "25:00", "\x07")
    assert codes(site.book.place(command, WEBER)) == [
        "text_missing", "day_does_not_exist", "clock_time_not_understood", "text_unprintable",
    ]  # fmt: skip
    alone = PlaceOrder(site.key(), 1, "PO-1", (LineTyped("Actemra", "400", "4"),), "", "08:00")
    assert codes(site.book.place(alone, WEBER)) == ["order_time_without_day"]


def test_that_what_is_not_there_is_answered(site: Site) -> None:
    ghost = site.placed().__class__(99, 1, "x", "y", (), FRIDAY, None, None, "", NOW, "")
    assert codes(site.expect(ghost, "2026-12-09")) == ["order_unknown"]
    assert codes(site.close(ghost)) == codes(site.receive(ghost, 1)) == ["order_unknown"]
    command = PlaceOrder(site.key(), 9, "PO-9", (LineTyped("Actemra", "400", "4"),))
    assert codes(site.book.place(command, WEBER)) == ["order_supplier_unknown"]
    with pytest.raises(LookupError):
        site.book.order(99)


def test_that_a_board_finds_what_is_on_the_way_by_index_in_a_long_ledger(site: Site) -> None:
    site.came(site.placed(), 1)
    asked: list[tuple[str, tuple[object, ...]]] = []

    def hear(*said: Any) -> None:
        asked.append((said[2], said[3]))

    with site.store.read() as session:
        event.listen(session.get_bind(), "before_cursor_execute", hear)
        repository.deliveries(session)
        event.remove(session.get_bind(), "before_cursor_execute", hear)
        steps = [
            str(row[3])
            for statement, values in asked
            if "movements" in statement
            for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    # Receipts of all orders, the newest line, receipts of those that are awaited; never line by line.
    assert sum("ix_movements_order" in step for step in steps) == 2
    assert [step for step in steps if "SCAN movements" in step or "SCAN back" in step] == []


def test_that_what_was_typed_wrong_about_an_order_is_said_at_once(site: Site) -> None:
    order = site.placed()
    assert codes(site.expect(order, "x", "9", "")) == [
        "day_not_understood", "clock_time_not_understood", "text_missing",
    ]  # fmt: skip
    assert codes(site.close(order, " ")) == ["text_missing"]
    assert codes(site.receive(order, 0)) == ["count_out_of_range"]
    assert site.book.zone == ZONE
    with pytest.raises(ValueError, match="vials"):
        Delivery(1, "Elm", "Actemra", Mass.of_mg(400), 0, FRIDAY, None, None)


def without_order(site: Site, vials: int, *, mg: str = "400", lot: str = "N1") -> Movement:
    command = ReceiveLot(site.key(), "Actemra", mg, lot, "2027-06-30", str(vials), 1)
    moved = site.ledger.receive(command, WEBER)
    assert isinstance(moved, Movement), moved
    return moved


def test_that_vials_which_came_without_naming_the_order_are_not_counted_on_the_way_as_well(site: Site) -> None:
    without_order(site, 9, lot="B0")
    site.later(minutes=1)
    order = site.placed()
    site.later(minutes=1)
    assert counted(site) == {(order.id, "400 mg"): 4}  # what came before has nothing to do with it
    without_order(site, 2, mg="80", lot="B2")
    assert counted(site) == {(order.id, "400 mg"): 4}  # nor has another strength
    first = without_order(site, 3, lot="B1")
    assert counted(site) == {(order.id, "400 mg"): 1}
    without_order(site, 3, lot="B1")
    assert counted(site) == {} and [item.here for item in site.book.deliveries()] == [4]
    assert [item.order_id for item in site.book.picture().here] == [order.id]
    command = ReverseMovement(site.key(), first.id, "Entered twice")
    site.later(minutes=1)
    assert not isinstance(
        site.ledger.reverse(command, WEBER, second(site.ledger.asked(command), site.clock.now())), Refused
    )
    assert counted(site) == {(order.id, "400 mg"): 1}
    site.later(minutes=1)
    site.expect(order, "2026-12-03", "08:00", "they were of the ward: the order is still to come")
    assert counted(site) == {(order.id, "400 mg"): 4}


def test_that_vials_which_came_without_an_order_make_every_order_of_such_vials_wait(site: Site) -> None:
    one, other = site.placed(), site.placed(LineTyped("Actemra", "400", "6"))
    site.later(minutes=1)
    before = site.clock.now()
    site.later(minutes=1)
    without_order(site, 4)
    assert counted(site) == {(other.id, "400 mg"): 2}
    assert [(item.order_id, item.here) for item in site.book.deliveries(before)] == [(one.id, 0), (other.id, 0)]
    site.later(minutes=1)
    after = site.placed()
    assert counted(site) == {(other.id, "400 mg"): 2, (after.id, "400 mg"): 4}  # ordered since then
    site.later(days=9)
    without_order(site, 1, lot="N2")
    assert counted(site) == {}
