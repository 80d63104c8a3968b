"""`schedule THERAPY`: dated doses with allowed windows, and after a delay what the restart table says."""

from __future__ import annotations

from collections.abc import Iterable

from crs_desktop.command_line.text.schedule import schedule_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.therapies.answers.request import ScheduleRequest
from crs_desktop.therapies.answers.schedule import schedule_answer
from crs_desktop.therapies.catalogue import load_catalogue


def tell(world: World) -> Told:
    """Make the schedule from the shipped protocol. Ages are counted as for the patients of a store."""
    from crs_desktop.patients.dating import population_on

    options = world.options
    request = ScheduleRequest(
        therapy=options.therapy,
        start=options.start,
        given=_words(options.given),
        missed=_words(options.missed),
        on=options.on,
        weight_kg=options.weight_kg,
        regimen=options.regimen,
        until=options.until,
        height_cm=options.height_cm,
        surface_m2=options.surface_m2,
        population=options.population,
        born=options.born,
        crs=_words(options.crs),
        entered=_words(options.entered),
        start_time=options.start_time,
        bag_hours=options.bag_hours,
    )
    answer = schedule_answer(load_catalogue(), request, world.today(), world.local_zone(), population_on)
    return Told(answer, schedule_text(answer.document))


def _words(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The words of an option that may stand several times."""
    return tuple(one for group in groups for one in group)
