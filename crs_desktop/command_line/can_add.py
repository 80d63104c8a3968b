"""`can-add`: would every set owed be covered with this patient too?"""

from __future__ import annotations

from crs_desktop.command_line.text.layout import wrapped
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.answers import Answer, ExitStatus
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Refused
from crs_desktop.readiness.picture import WhatIfPicture
from crs_desktop.readiness.what_if import model
from crs_desktop.readiness.what_if.document import what_if_document
from crs_desktop.readiness.what_if.service import CanAdd
from crs_desktop.readiness.what_if_painting import what_if_picture


def tell(world: World) -> Told:
    """Ask the board of the store; nothing is written."""
    options = world.options
    command = CanAdd(options.therapy, options.regimen, options.weight_kg, options.on, options.name)
    with world.house() as house:
        asked = house.readiness.can_add(command)
        if isinstance(asked, Refused):
            raise NotUnderstood(*asked.findings)
        status = ExitStatus.YES if asked.answer is model.Answer.YES else ExitStatus.NO
        return Told(Answer(what_if_document(asked), status), what_if_text(what_if_picture(asked)))


def what_if_text(picture: WhatIfPicture) -> str:
    """The answer first, then why, then what would change it."""
    parts = [picture.headline, picture.window, *picture.reasons, *picture.already, picture.fix]
    parts += [*picture.others, picture.first_yes, *picture.notes]
    return "\n".join(line for part in parts if part for line in wrapped(part))
