"""`stock release`: a lot may be used again, and on whose word."""

from __future__ import annotations

from crs_desktop.command_line.stock_shared import key, lot_named, place_named, refused, state_told
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.holding.commands import ReleaseLot


def tell(world: World) -> Told:
    """Release it, in one place or everywhere."""
    options = world.options
    with world.house() as house:
        lot = lot_named(house, world)
        place = None if options.place is None else place_named(house, options.place)
        where = 0 if place is None else place.id
        command = ReleaseLot(key(world), lot.id, where, options.reason, options.authority)
        answer = house.holding.release(command, world.actor)
    return refused(answer.findings) if isinstance(answer, Refused) else state_told(world, lot, place, "available")
