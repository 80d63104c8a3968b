"""`schedule THERAPY`: dated doses with allowed windows, and after a delay what the restart table says."""

from __future__ import annotations

from crs_desktop.command_line.text.schedule import schedule_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.schedule_document import ScheduleRequest, schedule_answer


def tell(world: World) -> Told:
    """Make the schedule from the shipped protocol."""
    options = world.options
    request = ScheduleRequest(
        therapy=options.therapy,
        start=options.start,
        given=tuple(one for group in options.given for one in group),
        missed=tuple(one for group in options.missed for one in group),
        on=options.on,
        weight_kg=options.weight_kg,
        regimen=options.regimen,
        until=options.until,
    )
    answer = schedule_answer(load_catalogue(), request, world.today())
    return Told(answer, schedule_text(answer.document))
