"""`stock par`: the least and the target of a brand and strength."""

from __future__ import annotations

from crs_desktop.command_line.stock_shared import key, refused
from crs_desktop.command_line.text.layout import one_line, term
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import Answer, ExitStatus
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.ordering.commands import StatePar


def tell(world: World) -> Told:
    """State one when asked to, and list what holds."""
    options = world.options
    with world.house() as house:
        if options.act == "set":
            command = StatePar(
                key(world), options.brand, options.mg, options.least, options.target, options.reason
            )  # fmt: skip
            answer = house.orders.state_par(command, world.actor)
            if isinstance(answer, Refused):
                return refused(answer.findings)
        pars = house.orders.pars()
    document: dict[str, Json] = {
        "done": "par",
        "pars": [
            {"brand": par.brand, "mg": plain(par.strength.mg), "least": par.least, "target": par.target,
             "reason": par.reason, "by": par.actor}
            for par in pars
        ],
    }  # fmt: skip
    said = [one_line(term("cl_par", par.brand, strength=par.strength, least=par.least, target=par.target))
            for par in pars]  # fmt: skip
    return Told(Answer(document, ExitStatus.YES), "\n".join(said or [one_line(term("cl_par_none"))]))
