"""`stock borrow`: vials that come from another pharmacy."""

from __future__ import annotations

from crs_desktop.command_line.stock_shared import loan_told, partner_named, receipt
from crs_desktop.command_line.world import Told, World
from crs_desktop.stock.moving.loans import BorrowVials


def tell(world: World) -> Told:
    """A receipt like any other, that is owed."""
    options = world.options
    with world.house() as house:
        came = receipt(house, world)
        partner = str(partner_named(house, options.partner))
        command = BorrowVials(came.request_id, partner, came, options.due, options.reason)
        return loan_told(house.loans.borrow(command, world.actor), world, house)
