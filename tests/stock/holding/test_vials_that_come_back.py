"""Vials whose going is corrected lay in their place all the while: what happened there has happened to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crs_desktop.stock.commands import ReverseMovement
from crs_desktop.stock.counting.commands import EndCount, EnterCount, OpenCount
from crs_desktop.stock.counting.service import CountBook
from crs_desktop.stock.holding.commands import ReleaseLot, TellExcursion
from crs_desktop.stock.holding.service import HoldingBook
from crs_desktop.stock.model import LotState, MovementKind, OnHand
from tests.readiness.board.site import ACTOR, ZONE, Site, must, site_in
from tests.staff.signing.made_up import second


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """One lot since yesterday."""
    yesterday = site_in(tmp_path)
    yesterday.receive("A", "400", 1)
    yesterday.store.close()
    today = yesterday.later(1)
    yield today
    today.store.close()


def warm(site: Site, over: bool = True) -> None:
    """Told now: the pharmacy was too warm from seven, until a quarter past eight or still is."""
    ended = "2026-12-03 08:15" if over else ""
    told = TellExcursion(site.key(), str(site.place().id), "2026-12-03 07:00", ended, "", "12", "door left open")
    must(HoldingBook(site.store, ZONE).tell(told, ACTOR))


def release(site: Site) -> None:
    line = site.line("A")
    command = ReleaseLot(site.key(), line.lot_id, line.place_id, "stable for 24 h", "the manufacturer")
    must(HoldingBook(site.store, ZONE).release(command, ACTOR))


def correct_the_waste(site: Site) -> None:
    wasted = next(one for one in site.stock.movements() if one.kind is MovementKind.WASTE)
    must(site.stock.reverse(ReverseMovement(site.key(), wasted.id, "another vial"), ACTOR, None))


def held(site: Site) -> OnHand:
    (item,) = site.stock.on_hand()
    return item


@pytest.mark.parametrize("over", [False, True])
def test_that_vials_of_a_corrected_waste_come_back_under_the_excursion_told_meanwhile(site: Site, over: bool) -> None:
    site.waste("A", 1)
    warm(site, over)
    correct_the_waste(site)
    assert held(site).state is LotState.EXCURSION and "door left open" in held(site).here_reason


@pytest.mark.parametrize("over", [False, True])
def test_that_vials_of_a_dose_taken_back_come_back_under_the_excursion_told_meanwhile(site: Site, over: bool) -> None:
    dose = site.dose(site.enrol("Adler"), {"A": 1})
    warm(site, over)
    must(site.doses.reverse(site.key(), dose, "it was another lot", ACTOR))
    assert held(site).state is LotState.EXCURSION


def test_that_what_somebody_has_judged_since_stays(site: Site) -> None:
    site.receive("A", "400", 1)
    site.waste("A", 1)
    warm(site)
    release(site)
    correct_the_waste(site)
    assert (held(site).vials, held(site).state) == (2, LotState.AVAILABLE)


def test_that_an_excursion_that_was_told_before_they_left_is_not_laid_on_twice(site: Site) -> None:
    warm(site)
    release(site)
    later = site.later(1)
    later.waste("A", 1)
    correct_the_waste(later)
    assert held(later).state is LotState.AVAILABLE
    later.store.close()


def test_that_vials_that_came_after_the_excursion_come_back_as_they_were(site: Site) -> None:
    site.waste("A", 1)
    site.receive("B", "400", 1)
    site.waste("B", 1)
    warm(site)
    wasted = next(one for one in site.stock.movements() if one.kind is MovementKind.WASTE and one.lot.number == "B")
    must(site.stock.reverse(ReverseMovement(site.key(), wasted.id, "another vial"), ACTOR, None))
    assert held(site).state is LotState.AVAILABLE


def counted(site: Site, vials: int) -> None:
    """A count of the place, whose one lot is not there by the ledger."""
    book, found = CountBook(site.store, ZONE), ((1, str(vials)),)
    number = must(book.open(OpenCount(site.key(), site.place().id), ACTOR)).count.id
    must(book.enter(EnterCount(site.key(), number, found), ACTOR))
    must(book.enter(EnterCount(site.key(), number, found), ACTOR, second(None, site.store.clock)))
    must(book.post(EndCount(site.key(), number), ACTOR))


def test_that_vials_found_by_a_count_may_have_lain_in_the_excursion_told_meanwhile(site: Site) -> None:
    site.waste("A", 1)
    warm(site)
    counted(site, 1)
    assert (held(site).vials, held(site).state) == (1, LotState.EXCURSION)


def test_that_vials_found_where_nothing_happened_are_as_they_were(site: Site) -> None:
    site.waste("A", 1)
    counted(site, 1)
    assert held(site).state is LotState.AVAILABLE
