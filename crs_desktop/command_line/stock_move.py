"""`stock move`: vials that go to another place."""

from __future__ import annotations

from crs_desktop.command_line.stock_shared import key, lot_named, moved, place_named
from crs_desktop.command_line.world import Told, World
from crs_desktop.stock.moving.service import MoveVials


def tell(world: World) -> Told:
    """Move them; what blocks or promises them goes along."""
    options = world.options
    with world.house() as house:
        lot, place = lot_named(house, world), place_named(house, options.place)
        to = place_named(house, options.to, "to")
        command = MoveVials(key(world), lot.id, place.id, str(to.id), options.vials, options.reason)
        return moved(house.moves.move(command, world.actor), world, house)
