"""`stock partner`: another pharmacy, to lend to and to borrow from."""

from __future__ import annotations

from crs_desktop.command_line.stock_shared import key, refused
from crs_desktop.command_line.text.layout import one_line
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.answers import Answer, ExitStatus
from crs_desktop.kernel.refusal import Refused


def tell(world: World) -> Told:
    """Add it, with how to reach it at night."""
    with world.house() as house:
        made = house.loans.add_partner(key(world), world.options.name, world.options.contact, world.actor)
    if isinstance(made, Refused):
        return refused(made.findings)
    document = {"done": "partner", "partner": made.name}
    return Told(Answer({**document}, ExitStatus.YES), one_line(made.name))
