"""`stock excursion`: a place that was or is too warm or too cold, or is as it should be again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crs_desktop.command_line.stock_shared import key, number_named, place_named, refused
from crs_desktop.command_line.text.layout import one_line, term
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.answers import Answer, ExitStatus, instant_entry
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.holding.commands import EndExcursion, TellExcursion
from crs_desktop.stock.holding.model import Excursion

if TYPE_CHECKING:
    from crs_desktop.house import House


def tell(world: World) -> Told:
    """Every lot that was there is blocked, wherever its vials lie by now."""
    with world.house() as house:
        answer = _done(house, world)
        if isinstance(answer, Refused):
            return refused(answer.findings)
        picture = next(one for one in house.holding.excursions() if one.excursion.id == answer.id)
        waiting: list[Json] = [
            {"lot": item.lot.number, "place": item.place.name, "vials": item.vials} for item in picture.waiting
        ]
        document: dict[str, Json] = {
            "done": "excursion", "excursion": answer.id, "place": answer.place.name,
            "began": instant_entry(answer.began, house.zone),
            "ended": None if answer.ended is None else instant_entry(answer.ended, house.zone),
            "waiting": waiting, "left_before": sum(one.vials for one in picture.spent),
        }  # fmt: skip
        said = term("cl_stock_excursion", answer.id, place=answer.place.name, lots=len(waiting),
                    spent=sum(one.vials for one in picture.spent))  # fmt: skip
        return Told(Answer(document, ExitStatus.YES), one_line(said))


def _done(house: House, world: World) -> Excursion | Refused:
    options = world.options
    if options.over is not None:
        over = EndExcursion(key(world), number_named(options.over, "over"), options.ended, options.lowest,
                            options.highest, options.reason)  # fmt: skip
        return house.holding.end(over, world.actor)
    place = place_named(house, options.place)
    told = TellExcursion(key(world), str(place.id), options.began, options.ended, options.lowest, options.highest,
                         options.reason)  # fmt: skip
    return house.holding.tell(told, world.actor)
