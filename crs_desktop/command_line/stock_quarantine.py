"""`stock quarantine`: keep a lot from being used, in one place or everywhere."""

from __future__ import annotations

from crs_desktop.command_line.stock_shared import key, lot_named, place_named, refused, state_told
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.holding.commands import HoldLot


def tell(world: World) -> Told:
    """Hold it back."""
    options = world.options
    with world.house() as house:
        lot = lot_named(house, world)
        place = None if options.place is None else place_named(house, options.place)
        command = HoldLot(key(world), lot.id, 0 if place is None else place.id, options.reason)
        answer = house.holding.quarantine(command, world.actor)
    return refused(answer.findings) if isinstance(answer, Refused) else state_told(world, lot, place, "quarantined")
