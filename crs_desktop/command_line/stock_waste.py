"""`stock waste`: vials thrown away, with the cause."""

from __future__ import annotations

from crs_desktop.command_line.stock_shared import key, lot_named, moved, place_named
from crs_desktop.command_line.world import Told, World
from crs_desktop.stock.commands import WasteVials


def tell(world: World) -> Told:
    """Throw vials away."""
    options = world.options
    with world.house() as house:
        lot, place = lot_named(house, world), place_named(house, options.place)
        command = WasteVials(key(world), lot.id, place.id, options.vials, options.reason, options.cause)
        return moved(house.stock.waste(command, world.actor), world, house)
