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
from crs_desktop.therapies.answers.library import fact_entry
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.service import AdoptTherapy
from crs_desktop.therapies.site_rules import SiteEntry, value_text

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
            "adopted": protocol.id, "fingerprint": adopted.fingerprint, "pharmacist": adopted.pharmacist,
            "at": instant_entry(adopted.at, house.zone), "checked": list(adopted.checked),
            "based_on": protocol.fingerprint, "site_rules": _rules(house, command),
        }  # fmt: skip
    return Told(Answer(document, ExitStatus.YES), adopted_text(document))


def _by_two(world: World, house: House, command: AdoptTherapy) -> Adoption | Refused:
    """The second person is asked only when nothing stands against what the first has said."""
    asked = house.library.asked(command)
    if isinstance(asked, Refused):
        return asked
    second = second_signature(world, house, asked)
    return second if isinstance(second, Refused) else house.library.adopt(command, world.actor, second)


def _rules(house: House, command: AdoptTherapy) -> list[Json]:
    """What the site does otherwise, each value beside the shipped one."""
    changed = house.library.changed(command.therapy_id, command.site_rules)
    site = () if isinstance(changed, Refused) else changed.site
    return [
        {"path": rule.path, "value": value_text(rule.value), "shipped": value_text(rule.shipped) or None,
         "reason": rule.reason}
        for rule in site
    ]  # fmt: skip


def _entries(rules: list[str], reasons: list[str]) -> tuple[SiteEntry, ...]:
    """Each PATH=VALUE with the reason in the same place."""
    if len(rules) != len(reasons):
        raise NotUnderstood(no("cl_site_rule_reasons", "reason", len(reasons), rules=len(rules)))
    entries = []
    for said, reason in zip(rules, reasons, strict=True):
        path, equals, value = said.partition("=")
        if not equals:
            raise NotUnderstood(no("cl_site_rule_form", "site_rule", said))
        entries.append(SiteEntry(path.strip(), value, reason))
    return tuple(entries)


def _command(world: World, protocol: Protocol) -> AdoptTherapy:
    options = world.options
    checked = tuple(one for group in options.checked for one in group)
    return AdoptTherapy(
        uuid4().hex, protocol.id, protocol.fingerprint, options.pharmacist, options.has_read, checked, options.note,
        _entries(options.site_rules, options.reasons),
    )  # fmt: skip


def _refused(protocol: Protocol, refused: Refused) -> Told:
    facts: list[Json] = [fact_entry(fact) for fact in protocol.facts_unverified_first()]
    document = {**refusal_document(refused.findings), "facts": facts}
    return Told(Answer(document, ExitStatus.NO), adopted_text(document))
