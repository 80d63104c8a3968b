"""`stock lend`: vials that go to another pharmacy."""

from __future__ import annotations

from crs_desktop.command_line.stock_shared import key, loan_told, lot_named, partner_named, place_named
from crs_desktop.command_line.world import Told, World
from crs_desktop.stock.moving.loans import LendVials


def tell(world: World) -> Told:
    """Lend them; never what is blocked, expired or promised."""
    options = world.options
    with world.house() as house:
        lot, place = lot_named(house, world), place_named(house, options.place)
        partner = str(partner_named(house, options.partner))
        command = LendVials(key(world), partner, lot.id, place.id, options.vials, options.due, options.reason)
        return loan_told(house.loans.lend(command, world.actor), world, house)
