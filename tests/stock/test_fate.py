"""What becomes of the vials: needed until when, and wasted on their last day, by the windows that are known."""

from __future__ import annotations

from datetime import date, timedelta

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.days import DayRange
from crs_desktop.stock.model import Earmark, Lot, LotState, OnHand, Place, ShelfLine, VialLine
from crs_desktop.stock.rules_fate import Claim, Fate, claims_of, fates
from tests.stock.conftest import NOW, TODAY


def line(vials: int, expires_in: int) -> ShelfLine:
    lot = Lot(1, "Actemra", Mass.of_mg(400), "B1", TODAY + timedelta(days=expires_in), LotState.AVAILABLE)
    return ShelfLine(OnHand(lot, Place(1, "Main", timedelta(0)), vials), 0, expires_in, ())


def claim(vials: int, first: int, last: int, place: int = 1) -> Claim:
    return Claim((1, place), vials, DayRange(TODAY + timedelta(days=first), TODAY + timedelta(days=last)))


def fate(shelf: ShelfLine, *claims: Claim) -> Fate:
    return fates([shelf], claims, TODAY)[1, 1]


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


def test_that_vials_that_nobody_holds_are_wasted_on_their_last_day() -> None:
    assert fate(line(4, 30)) == Fate(0, None, 4, 0)
    assert fate(line(4, 30), claim(4, 1, 5, place=2), claim(4, -9, -1)) == Fate(0, None, 4, 0)


def test_that_the_most_held_on_one_day_is_needed_until_the_last_day_of_all() -> None:
    assert fate(line(6, 30), claim(2, -3, 5), claim(3, 5, 9), claim(1, 12, 14)) == Fate(5, day(14), 1, 0)
    assert fate(line(6, 30), claim(2, 0, 4), claim(3, 5, 9)) == Fate(3, day(9), 3, 0)


def test_that_no_more_are_needed_than_there_are_and_none_after_their_last_day() -> None:
    assert fate(line(2, 30), claim(5, 0, 4)) == Fate(2, day(4), 0, 0)
    assert fate(line(2, 3), claim(1, 0, 14), claim(1, 9, 14)) == Fate(1, day(3), 1, 0)
    assert fate(line(2, 5), claim(1, 0, 1), claim(1, 9, 14)) == Fate(1, day(1), 1, 0)


def test_that_expired_vials_are_lost_and_the_last_day_is_not_over() -> None:
    assert fate(line(3, -1), claim(1, 0, 4)) == Fate(0, None, 0, 3)
    assert fate(line(3, 0)) == Fate(0, None, 3, 0)


def test_that_promises_are_claims() -> None:
    held = DayRange(TODAY, day(3))
    promise = Earmark(1, "course:1", 1, held, (VialLine(1, 1, 2), VialLine(2, 1, 1)), NOW, "x")
    assert claims_of([promise]) == [Claim((1, 1), 2, held), Claim((2, 1), 1, held)]
