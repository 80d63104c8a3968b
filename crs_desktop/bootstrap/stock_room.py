"""The tabs of stock: which page stands where, and which service it gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import PageEntry, SecondPerson
from crs_desktop.desktop.tabbed_page import TabbedPage
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.staff.signing.model import Asked, SecondSignature

if TYPE_CHECKING:
    from crs_desktop.house import House
    from crs_desktop.stock.model import Earmark
    from crs_desktop.stock.ui.page import HolderNames


def stock_room(
    tasks: Tasks,
    house: House,
    actor: Callable[[], Actor],
    names: HolderNames,
    second: SecondPerson[Asked, SecondSignature] | None,
    file: Callable[[Callable[[], object]], None],
) -> Page:
    """Everything between the fridge and the board. `file` files a paper and shows it."""

    def orders() -> Page:
        from crs_desktop.readiness.needs import needs_of
        from crs_desktop.stock.ui.ordering.page import OrdersPage

        return OrdersPage(tasks, house.orders, actor, house.stock.places, lambda: needs_of(house.readiness.board()))

    def counts() -> Page:
        from crs_desktop.stock.ui.counting.page import CountsPage

        def sheet(count_id: int) -> None:
            file(lambda: house.stock_paper.count_sheet(uuid4().hex, count_id, actor()))

        return CountsPage(tasks, house.counts, actor, second, sheet)

    def recalls() -> Page:
        from crs_desktop.stock.ui.recalls.page import RecallsPage

        def letters(recall_id: int) -> object:
            return house.stock_paper.recall_letters(uuid4().hex, recall_id, actor())

        return RecallsPage(tasks, house.recalls, house.drill, letters, actor)

    def loans() -> Page:
        from crs_desktop.stock.ui.loans.page import LoansPage

        return LoansPage(tasks, house.loans, house.stock, actor)

    def brands() -> Page:
        from crs_desktop.stock.ui.brands.page import BrandsPage

        return BrandsPage(tasks, house.brands, actor)

    entries = [
        PageEntry("shelf", tr("Shelf"), "stock", lambda: _shelf(tasks, house, actor, names, second, file)),
        PageEntry("orders", tr("Orders"), "stock", orders),
        PageEntry("counts", tr("Count"), "stock", counts),
        PageEntry("recalls", tr("Recalls"), "stock", recalls),
        PageEntry("loans", tr("Loans"), "stock", loans),
        PageEntry("brands", tr("Brands"), "stock", brands),
    ]
    return TabbedPage(tasks, tr("Stock"), entries)


def _shelf(
    tasks: Tasks,
    house: House,
    actor: Callable[[], Actor],
    names: HolderNames,
    second: SecondPerson[Asked, SecondSignature] | None,
    file: Callable[[Callable[[], object]], None],
) -> Page:
    """Vials, promises and ledger; the label of a promise is a paper."""
    from crs_desktop.readiness.claims import claims_of
    from crs_desktop.stock.ui.page import StockPage
    from crs_desktop.stock.ui.shelf.desk import ShelfDesk

    def label(promise: Earmark) -> None:
        file(lambda: house.paper.set_aside(uuid4().hex, promise.holder, actor(), (promise.id,)))

    desk = ShelfDesk(
        house.stock, house.moves, house.holding, house.brands, house.ledger.export,
        lambda: claims_of(house.readiness.board()), label,
    )  # fmt: skip
    return StockPage(tasks, desk, actor, names, second)
