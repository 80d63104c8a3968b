"""Vials that are held back the moment they arrive are not counted on while they are on the way, and not ordered."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from crs_desktop.kernel.wording import say
from crs_desktop.readiness.board import Verdict
from crs_desktop.readiness.model import Fix, OrderFix
from crs_desktop.readiness.what_if.service import CanAdd
from crs_desktop.readiness.words import delivery_text
from crs_desktop.stock.commands import UNDER_RECALL
from crs_desktop.stock.ordering.commands import AddSupplier, LineTyped, PlaceOrder
from crs_desktop.stock.ordering.service import OrderBook
from crs_desktop.stock.recalls.commands import EndRecall, RecordRecall
from crs_desktop.stock.recalls.service import RecallBook
from tests.readiness.board.site import ACTOR, STEPS, TODAY, ZONE, Site, day, must
from tests.stock.ordering.conftest import TERMS


def order(site: Site, brand: str = "Actemra") -> None:
    book = OrderBook(site.store, ZONE)
    must(book.add_supplier(AddSupplier(site.key(), "Elm", TERMS), ACTOR))
    must(book.place(PlaceOrder(site.key(), 1, "PO-1", (LineTyped(brand, "400", "4"),), "", "", "", ""), ACTOR))


def recall(site: Site, *, every: bool = True) -> int:
    notice = RecordRecall(
        site.key(), f"D-{every:d}", "I", "Actemra", "" if every else "B7", every, str(TODAY), "glass", "letter"
    )
    return must(RecallBook(site.store, ZONE).record(notice, ACTOR)).id


def ordered(fixes: Iterable[Fix]) -> set[str]:
    return {one.brand for fix in fixes if isinstance(fix, OrderFix) for one in fix.vials}


def test_that_a_delivery_of_a_brand_of_which_every_lot_is_recalled_does_not_count(site: Site) -> None:
    patient = site.enrol("Adler", starts=10)
    order(site)
    recall(site, every=False)
    assert site.verdict(patient) is Verdict.READY_BUT
    number = recall(site)
    assert site.verdict(patient) is Verdict.SHORT
    (delivery,) = site.board().deliveries
    assert delivery_text(delivery, TODAY).endswith("are held back when they arrive, and they do not count.")
    must(RecallBook(site.store, ZONE).end(EndRecall(site.key(), number, "not for us"), ACTOR))
    assert site.verdict(patient) is Verdict.READY_BUT


def test_that_a_delivery_of_a_brand_whose_lots_wait_for_their_check_does_not_count(site: Site) -> None:
    patient = site.enrol("Adler", starts=10)
    order(site, UNDER_RECALL[0])
    assert site.verdict(patient) is Verdict.SHORT


@pytest.mark.parametrize("every", [False, True])
def test_that_no_fix_orders_a_brand_of_which_every_lot_is_recalled(site: Site, every: bool) -> None:
    """Neither of the board nor of the what-if, whether something of the brand lies on the shelf or nothing."""
    wanted = set() if every else {"Actemra"}
    site.enrol("Adler", starts=10)
    recall(site, every=every)
    assert ordered(site.board().fixes) == wanted
    site.receive("B7", "400", 4)
    assert ordered(site.board().fixes) == wanted
    asked = must(site.readiness.can_add(CanAdd(STEPS, "mono", "50", day(3).isoformat())))
    assert asked.already and ordered(asked.own_fixes) == wanted


def test_that_a_board_of_the_past_knows_the_recalls_of_then(site: Site) -> None:
    site.enrol("Adler", starts=10)
    order(site)
    later = site.later(1)
    recall(later)
    assert later.board().verdict is Verdict.SHORT
    was = must(later.readiness.past.what_was(site.store.clock.now(), {})).board
    assert was.verdict is Verdict.READY_BUT, [say(one) for window in was.windows for one in window.findings]
    later.store.close()
