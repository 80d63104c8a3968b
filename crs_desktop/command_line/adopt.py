"""`adopt THERAPY`: one named pharmacist signs a protocol after reading its facts, unverified first."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from uuid import uuid4

from crs_desktop.command_line.text.layout import one_line, term
from crs_desktop.command_line.text.library import adopted_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.answers import Answer, ExitStatus, instant_entry, refusal_document
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.library_document import fact_entry
from crs_desktop.therapies.model import Protocol
from crs_desktop.therapies.service import AdoptTherapy, TherapyLibrary


def tell(world: World) -> Told:
    """Sign; without the statement of having read, list what there is to read."""
    catalogue = load_catalogue()
    if world.options.therapy not in catalogue.ids():
        allowed = ", ".join(catalogue.ids())
        raise NotUnderstood(no("therapy_not_in_library", "therapy", world.options.therapy, allowed=allowed))
    protocol = catalogue.protocol(world.options.therapy)
    command = _command(world, protocol)
    missing = not world.store_is_there
    if missing:
        refused = _rehearsed(world, command)
        if refused is not None:
            return _refused(protocol, refused)
    with world.house(make=missing) as house:
        adopted = house.library.adopt(command, world.actor)
        if isinstance(adopted, Refused):
            return _refused(protocol, adopted)
        document: dict[str, Json] = {
            "adopted": protocol.id, "fingerprint": protocol.fingerprint, "pharmacist": adopted.pharmacist,
            "at": instant_entry(adopted.at, house.zone), "checked": list(adopted.checked),
        }  # fmt: skip
        if missing:
            print(one_line(term("cl_store_was_made", house.path, zone=house.zone.key)), file=sys.stderr)
    return Told(Answer(document, ExitStatus.YES), adopted_text(document))


def _command(world: World, protocol: Protocol) -> AdoptTherapy:
    options = world.options
    checked = tuple(one for group in options.checked for one in group)
    return AdoptTherapy(
        uuid4().hex, protocol.id, protocol.fingerprint, options.pharmacist, options.has_read, checked, options.note
    )


def _rehearsed(world: World, command: AdoptTherapy) -> Refused | None:
    """The refusal that a store would give, asked on one that is thrown away: a refused verb leaves no new store."""
    from crs_desktop.kernel.changes import ChangeFeed
    from crs_desktop.store.opening import open_store

    with tempfile.TemporaryDirectory(prefix="crs-rehearsal-") as folder:
        store = open_store(Path(folder) / "rehearsal.crs", world.clock, ChangeFeed())
        try:
            answered = TherapyLibrary(store, load_catalogue()).adopt(command, world.actor)
        finally:
            store.close()
    return answered if isinstance(answered, Refused) else None


def _refused(protocol: Protocol, refused: Refused) -> Told:
    facts: list[Json] = [fact_entry(fact) for fact in protocol.facts_unverified_first()]
    document = {**refusal_document(refused.findings), "facts": facts}
    return Told(Answer(document, ExitStatus.NO), adopted_text(document))
