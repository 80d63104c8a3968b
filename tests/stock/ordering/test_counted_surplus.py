"""Vials that a count found too many may be those on the way: they are not counted twice."""

from __future__ import annotations

from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.counting.commands import EndCount, EnterCount, OpenCount
from crs_desktop.stock.counting.service import CountBook
from crs_desktop.stock.ordering.deliveries import coming
from tests.readiness.board.site import must
from tests.staff.signing.made_up import second
from tests.stock.conftest import WEBER, ZONE
from tests.stock.ordering.conftest import Site


def counted(site: Site, vials: int) -> None:
    """A count of the pharmacy by two people who find so many vials of the one lot there."""
    book = CountBook(site.store, ZONE)
    opened = must(book.open(OpenCount(site.key(), 1), WEBER))
    number, found = opened.count.id, ((opened.lots[0].lot.id, str(vials)),)
    must(book.enter(EnterCount(site.key(), number, found), WEBER))
    must(book.enter(EnterCount(site.key(), number, found), WEBER, second(None, site.clock)))
    must(book.post(EndCount(site.key(), number), WEBER))


def lay(site: Site, vials: int) -> None:
    command = ReceiveLot(site.key(), "Actemra", "400", "B7101", "2027-06-30", str(vials), 1)
    must(site.ledger.receive(command, WEBER))


def awaited(site: Site) -> int:
    return sum(item.vials for item in coming(site.book.deliveries(), site.clock.now(), ZONE))


def test_that_vials_found_by_a_count_are_not_counted_on_the_way_as_well(site: Site) -> None:
    lay(site, 1)
    site.placed()
    site.later(minutes=5)
    assert awaited(site) == 4
    counted(site, 4)
    (delivery,) = site.book.deliveries()
    assert (delivery.vials, delivery.here, awaited(site)) == (4, 3, 1)


def test_that_vials_that_a_count_missed_change_nothing_about_what_is_on_the_way(site: Site) -> None:
    lay(site, 2)
    site.placed()
    site.later(minutes=5)
    counted(site, 1)
    assert awaited(site) == 4
    assert [item.vials for item in site.ledger.on_hand()] == [1]
