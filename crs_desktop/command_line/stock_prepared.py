"""`stock prepared`: a dose that was prepared for a patient and not given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crs_desktop.command_line.stock_shared import key, lot_named, moved, number_named, place_named
from crs_desktop.command_line.world import Told, World
from crs_desktop.doses.acts import holders
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import no
from crs_desktop.stock.model import VialLine
from crs_desktop.stock.moving.service import PreparedNotGiven

if TYPE_CHECKING:
    from crs_desktop.house import House


def tell(world: World) -> Told:
    """Its vials are gone, and what was promised to the patient has to be promised anew."""
    options = world.options
    with world.house() as house:
        place = place_named(house, options.place)
        lines = []
        for word in (one for group in options.vials for one in group):
            number, equals, count = word.rpartition("=")
            if not equals:
                raise NotUnderstood(no("cl_vials_form", "vials", word))
            lines.append(VialLine(lot_named(house, world, number).id, place.id, number_named(count, "vials")))
        holder = _holder(house, options.patient, lines)
        command = PreparedNotGiven(key(world), holder, tuple(lines), options.reason)
        return moved(house.moves.prepared(command, world.actor), world, house)


def _holder(house: House, mrn: str, lines: list[VialLine]) -> str:
    """For whom vials are promised: whom one of these is promised to, else the patient's newest course."""
    found = next((one for one in house.patients.records() if one.patient.mrn == mrn.strip()), None)
    if found is None or not found.courses:
        raise NotUnderstood(no("cl_patient_not_known", "patient", mrn))
    mine = holders([course.id for course in found.courses])
    keys = {line.key for line in lines}
    promised = [item for item in house.stock.earmarks() if item.holder in mine]
    naming = [item for item in promised if keys & {line.key for line in item.vials}]
    newest = max(course.id for course in found.courses)
    return naming[0].holder if naming else min(holders([newest]))
