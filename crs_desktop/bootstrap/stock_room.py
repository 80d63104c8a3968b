"""The tabs of stock: which page stands where, and which service it gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import PageEntry, SecondPerson
from crs_desktop.desktop.tabbed_page import TabbedPage
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.staff.signing.model import Asked, SecondSignature

if TYPE_CHECKING:
    from crs_desktop.house import House
    from crs_desktop.stock.ordering.model import Need
    from crs_desktop.stock.ui.page import HolderNames


def stock_room(
    tasks: Tasks,
    house: House,
    actor: Callable[[], Actor],
    names: HolderNames,
    second: SecondPerson[Asked, SecondSignature] | None,
) -> Page:
    """Everything between the fridge and the board."""

    def shelf() -> Page:
        from crs_desktop.stock.ui.page import StockPage

        return StockPage(tasks, house.stock, actor, names, second)

    def orders() -> Page:
        from crs_desktop.stock.ui.ordering.page import OrdersPage

        return OrdersPage(tasks, house.orders, actor, house.stock.places, lambda: needs_of(house))

    entries = [
        PageEntry("shelf", tr("Shelf"), "stock", shelf),
        PageEntry("orders", tr("Orders"), "stock", orders),
    ]
    return TabbedPage(tasks, tr("Stock"), entries)


def needs_of(house: House) -> list[Need]:
    """What the board would have ordered, for the proposal that stands in stock, which knows no board."""
    from crs_desktop.readiness.model import OrderFix
    from crs_desktop.stock.ordering.model import Need

    fix = next((fix for fix in house.readiness.board().fixes if isinstance(fix, OrderFix)), None)
    return [] if fix is None else [Need(one.brand, one.strength, one.count, fix.by) for one in fix.vials]
