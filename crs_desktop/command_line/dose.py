"""`dose`: dose, volume, bag and vials for a weight."""

from __future__ import annotations

from crs_desktop.command_line.text.dose import dose_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.doses.dose_document import dose_answer


def tell(world: World) -> Told:
    """Calculate."""
    options = world.options
    answer = dose_answer(options.weight_kg, options.on_hand, options.rounding_percent)
    return Told(answer, dose_text(answer.document))
