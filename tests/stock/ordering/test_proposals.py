"""What might be ordered: par levels and the board's need side by side, and what is said of an order beforehand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.commands import ChangeLotState
from crs_desktop.stock.model import BrandTotal
from crs_desktop.stock.ordering.commands import AddSupplier, LineTyped, StateDay, StatePar, StateTerms, TermsTyped
from crs_desktop.stock.ordering.deliveries import Delivery
from crs_desktop.stock.ordering.model import Need, OrderLine, Par
from crs_desktop.stock.ordering.rules import cautions, proposals
from tests.stock.conftest import WEBER, codes
from tests.stock.ordering.conftest import TERMS, Site
from tests.store.pharmacy import NOW

BIG, SMALL, FRIDAY = Mass.of_mg(400), Mass.of_mg(80), date(2026, 12, 4)


def par(least: int, target: int, strength: Mass = BIG) -> Par:
    return Par("Actemra", strength, least, target, "committee", NOW, "A. Weber")


def on_shelf(usable: int, strength: Mass = BIG) -> BrandTotal:
    return BrandTotal("Actemra", strength, usable, 0, 0, 0)


def on_the_way(vials: int) -> Delivery:
    return Delivery(1, "Elm", "Actemra", BIG, vials, FRIDAY, None, None)


@pytest.mark.parametrize(
    ("least", "target", "usable", "ordered", "short"),
    [(4, 8, 4, 0, 0), (4, 8, 3, 0, 5), (4, 8, 3, 1, 0), (4, 8, 2, 1, 5), (4, 8, 0, 0, 8), (4, 4, 3, 0, 1)],
)
def test_that_below_the_least_the_proposal_reaches_the_target(
    least: int, target: int, usable: int, ordered: int, short: int
) -> None:
    coming = [on_the_way(ordered)] if ordered else []
    (found,) = proposals([par(least, target)], [on_shelf(usable)], coming, [])
    assert (found.short, found.vials, found.usable, found.coming) == (short, short, usable, ordered)


def test_that_the_need_of_the_board_stands_beside_the_par_and_the_larger_is_proposed() -> None:
    needs = [Need("Actemra", BIG, 7, FRIDAY), Need("Avtozma", SMALL, 2, FRIDAY)]
    first, second, third = proposals([par(4, 8), par(1, 9, SMALL)], [on_shelf(3), on_shelf(0, SMALL)], [], needs)
    assert (first.short, first.needed, first.by, first.vials) == (5, 7, FRIDAY, 7)
    assert (second.short, second.needed, second.by, second.vials) == (9, 0, None, 9)
    assert (third.brand, third.least, third.target, third.short, third.vials) == ("Avtozma", None, None, 0, 2)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_that_ordering_the_proposal_leaves_nothing_to_propose(
    least: int, more: int, usable: int, ordered: int, needed: int
) -> None:
    levels, shelf = [par(least, least + more)], [on_shelf(usable)]
    way = [on_the_way(ordered)] if ordered else []
    needs = [Need("Actemra", BIG, needed, FRIDAY)] if needed else []
    for found in proposals(levels, shelf, way, needs):
        assert found.vials >= needed
        if found.vials:
            assert not any(left.vials for left in proposals(levels, shelf, [*way, on_the_way(found.vials)], []))


def test_that_a_par_level_ends_at_nought_and_its_target_is_not_below_its_least(site: Site) -> None:
    site.par("400", "4", "8")
    site.par("80", "2", "6")
    assert [(str(one.strength), one.vials) for one in site.book.picture().proposals] == [("400 mg", 8), ("80 mg", 6)]
    site.par("80", "0", "0")
    assert [str(one.strength) for one in site.book.picture().proposals] == ["400 mg"]
    assert codes(site.par("400", "5", "4")) == ["order_par_target"]
    wrong = StatePar(site.key(), "", "401", "-1", "x", "")
    said = ["text_missing", "stock_strength", "count_not_understood", "count_not_understood", "text_missing"]
    assert codes(site.book.state_par(wrong, WEBER)) == said
    with pytest.raises(ValueError, match="least"):
        par(5, 4)


def test_that_vials_in_quarantine_and_overdue_orders_do_not_fill_the_shelf(site: Site) -> None:
    site.par("400", "4", "8")
    moved = site.came(site.placed(), 4)
    assert [one.vials for one in site.book.picture().proposals] == [0]
    site.ledger.change_state(ChangeLotState(site.key(), moved.lot.id, "quarantined", "alarm"), WEBER)
    assert [one.vials for one in site.book.picture().proposals] == [8]
    site.placed()
    assert [(one.coming, one.vials) for one in site.book.picture().proposals] == [(4, 0)]
    site.later(days=2)
    assert [(one.coming, one.vials) for one in site.book.picture().proposals] == [(0, 8)]


def test_that_doubtful_brands_and_a_missing_shelf_life_are_said_before_an_order_is_placed() -> None:
    lines = [OrderLine(brand, BIG, 1) for brand in ("Tyenne", "Tofidence", "Actemra")]
    said = [(item.code, item.value) for item in cautions(lines, None)]
    assert said[:2] == [("order_brand_recall", "Tyenne"), ("order_brand_unconfirmed", "Tofidence")]
    assert [code for code, _ in said[2:]] == ["order_no_shelf_life"] and cautions(lines[2:], 180) == []


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("lead_days", "31", "count_out_of_range"),
        ("lead_days", "", "count_not_understood"),
        ("cut_off", "", "text_missing"),
        ("cut_off", "24:00", "clock_time_not_understood"),
        ("weekdays", "", "order_weekdays"),
        ("weekdays", "12349", "order_weekdays"),
        ("weekdays", "Mon", "order_weekdays"),
        ("country", "", "text_missing"),
        ("country", "ZZ", "order_country"),
        ("country", "U<b>", "order_country"),
        ("subdivision", "BY", "order_subdivision"),
        ("arrival", "8", "clock_time_not_understood"),
        ("shelf_life", "-1", "count_not_understood"),
        ("shelf_life", "4000", "count_out_of_range"),
    ],
)
def test_that_terms_that_are_none_are_refused(site: Site, field: str, typed: str, said: str) -> None:
    values = {name: getattr(TERMS, name) for name in TERMS.__dataclass_fields__} | {field: typed}
    terms = TermsTyped(**values)
    assert codes(site.book.add_supplier(AddSupplier(site.key(), "Oak", terms), WEBER)) == [said]
    assert codes(site.book.state_terms(StateTerms(site.key(), 1, terms), WEBER)) == [said]
    assert [one.name for one in site.book.suppliers()] == ["Elm Wholesale"]


def test_that_terms_need_a_reason_a_name_and_sense(site: Site) -> None:
    bare = TermsTyped("0", "14:00", "12345", "US", arrival="14:00")
    assert codes(site.book.add_supplier(AddSupplier(site.key(), " ", bare), WEBER)) == [
        "text_missing", "order_arrives_before",
    ]  # fmt: skip
    later = TermsTyped("0", "14:00", "1234567", "US", arrival="14:01")
    assert codes(site.book.state_terms(StateTerms(site.key(), 1, later), WEBER)) == ["text_missing"]
    assert codes(site.book.add_supplier(AddSupplier(site.key(), "", later), WEBER)) == ["text_missing"]
    assert codes(site.book.add_supplier(AddSupplier(site.key(), "elm wholesale", later), WEBER)) == [
        "order_supplier_known"
    ]
    assert not isinstance(site.book.add_supplier(AddSupplier(site.key(), "Oak", later), WEBER), Refused)
    assert codes(site.book.state_terms(StateTerms(site.key(), 9, TERMS), WEBER)) == ["order_supplier_unknown"]


def test_that_a_stated_day_needs_a_day_a_reason_and_a_supplier_that_is_there(site: Site) -> None:
    assert codes(site.book.state_day(StateDay(site.key(), 1, "2027-02-29", False, ""), WEBER)) == [
        "day_does_not_exist", "text_missing",
    ]  # fmt: skip
    unknown = StateDay(site.key(), 9, "2026-12-24", False, "closed")
    assert codes(site.book.state_day(unknown, WEBER)) == ["order_supplier_unknown"]
    site.book.state_day(StateDay(site.key(), None, "2026-12-24", False, "stock taking"), WEBER)
    assert [(one.supplier_id, one.day) for one in site.book.picture().stated_days] == [(None, date(2026, 12, 24))]
    assert [one.calendar.pharmacy_closed for one in site.book.suppliers()] == [frozenset({date(2026, 12, 24)})]


def test_that_a_supplier_whose_every_day_is_closed_needs_a_stated_day(site: Site) -> None:
    lunar = TermsTyped("1", "14:00", "7", "LK", reason="contract")
    assert not isinstance(site.book.state_terms(StateTerms(site.key(), 1, lunar), WEBER), Refused)
    site.later(days=365 * 80)
    assert site.book.arrival(1) is None and site.book.arrival(9) is None
    assert codes(site.place((LineTyped("Actemra", "400", "1"),))) == ["order_no_working_day"]
    assert [one.arrival for one in site.book.picture().standing] == [None]
    there = site.place((LineTyped("Actemra", "400", "1"),), expected="2106-12-24", reason="Ms Elm promised it")
    assert not isinstance(there, Refused)
