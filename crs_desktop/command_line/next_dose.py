"""`next-dose`: may another dose be given; if not, from when."""

from __future__ import annotations

from crs_desktop.command_line.plain import lines
from crs_desktop.command_line.world import Told, World
from crs_desktop.doses.dose_document import next_dose_answer


def tell(world: World) -> Told:
    """Ask the interval rules."""
    options = world.options
    given = [one for group in options.given for one in group]
    answer = next_dose_answer(given, options.at, world.clock.now())
    return Told(answer, lines(answer.document))
