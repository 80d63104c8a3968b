"""`adopt THERAPY`: one named pharmacist signs a protocol after reading its facts, unverified first."""

from __future__ import annotations

from uuid import uuid4

from crs_desktop.command_line.plain import lines
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.answers import Answer, ExitStatus, finding_entries, instant_entry, refusal_document
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.therapies.service import AdoptTherapy


def tell(world: World) -> Told:
    """Sign; without the statement of having read, list what there is to read."""
    options = world.options
    with world.house() as house:
        if options.therapy not in house.library.catalogue.ids():
            raise NotUnderstood(no("therapy_unknown", "therapy", options.therapy))
        protocol = house.library.catalogue.protocol(options.therapy)
        facts: list[Json] = [
            {"path": fact.path, "value": fact.text or "not known", "confidence": fact.confidence,
             "sources": list(fact.sources), "read": fact.read.isoformat(), "unverified": fact.unverified}
            for fact in protocol.facts_unverified_first()
        ]  # fmt: skip
        checked = tuple(one for group in options.checked for one in group)
        command = AdoptTherapy(
            uuid4().hex, protocol.id, protocol.fingerprint, options.pharmacist, options.has_read, checked, options.note
        )
        adopted = house.library.adopt(command, world.actor)
        if isinstance(adopted, Refused):
            refused = {**refusal_document(adopted.findings), "facts": facts}
            reasons = "\n".join(entry["reason"] for entry in finding_entries(adopted.findings))
            return Told(Answer(refused, ExitStatus.NO), f"{reasons}\n\n{lines({'facts': facts})}")
        document: dict[str, Json] = {
            "adopted": protocol.id, "fingerprint": protocol.fingerprint, "pharmacist": adopted.pharmacist,
            "at": instant_entry(adopted.at, house.zone), "checked": list(adopted.checked),
        }  # fmt: skip
        return Told(Answer(document, ExitStatus.YES), lines(document))
