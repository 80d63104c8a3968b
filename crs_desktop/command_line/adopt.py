"""`adopt THERAPY`: two pharmacists sign a protocol after reading its facts, unverified first."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from crs_desktop.command_line.second import second_signature
from crs_desktop.command_line.text.library import adopted_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.answers import Answer, ExitStatus, instant_entry, refusal_document
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.library_document import fact_entry
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.service import AdoptTherapy

if TYPE_CHECKING:
    from crs_desktop.house import House


def tell(world: World) -> Told:
    """Sign; without the statement of having read, list what there is to read."""
    catalogue = load_catalogue()
    if world.options.therapy not in catalogue.ids():
        allowed = ", ".join(catalogue.ids())
        raise NotUnderstood(no("therapy_not_in_library", "therapy", world.options.therapy, allowed=allowed))
    protocol = catalogue.protocol(world.options.therapy)
    command = _command(world, protocol)
    with world.house() as house:
        adopted = _by_two(world, house, command)
        if isinstance(adopted, Refused):
            return _refused(protocol, adopted)
        document: dict[str, Json] = {
            "adopted": protocol.id, "fingerprint": protocol.fingerprint, "pharmacist": adopted.pharmacist,
            "at": instant_entry(adopted.at, house.zone), "checked": list(adopted.checked),
        }  # fmt: skip
    return Told(Answer(document, ExitStatus.YES), adopted_text(document))


def _by_two(world: World, house: House, command: AdoptTherapy) -> Adoption | Refused:
    """The second person is asked only when nothing stands against what the first has said."""
    asked = house.library.asked(command)
    if isinstance(asked, Refused):
        return asked
    second = second_signature(world, house, asked)
    return second if isinstance(second, Refused) else house.library.adopt(command, world.actor, second)


def _command(world: World, protocol: Protocol) -> AdoptTherapy:
    options = world.options
    checked = tuple(one for group in options.checked for one in group)
    return AdoptTherapy(
        uuid4().hex, protocol.id, protocol.fingerprint, options.pharmacist, options.has_read, checked, options.note
    )


def _refused(protocol: Protocol, refused: Refused) -> Told:
    facts: list[Json] = [fact_entry(fact) for fact in protocol.facts_unverified_first()]
    document = {**refusal_document(refused.findings), "facts": facts}
    return Told(Answer(document, ExitStatus.NO), adopted_text(document))
