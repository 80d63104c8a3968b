"""Protocols, signatures and infusions for tests of how sure a value is shown to be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.patients.model import Body, Course, Infusion
from crs_desktop.patients.rules import infusions
from crs_desktop.patients.ui.around.words import AroundRow, Asked, around_dose
from crs_desktop.patients.ui.sureness import Marks
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.parse import parse_protocol
from tests.patients.made_up import CATALOGUE, NOW, ZONE

WEIGHT = BodyWeight.of_kg("72.5")
BODY = Body(WEIGHT, None, date(1961, 3, 12))


def signed(protocol: Protocol, checked: Iterable[str] = (), fingerprint: str = "") -> Adoption:
    """A signature of this site; under another version when its fingerprint is named."""
    return Adoption(1, protocol.id, fingerprint or protocol.fingerprint, "N. Berg", tuple(checked), "", NOW)


@cache
def of_site(therapy: str, *rules: tuple[str, str]) -> Protocol:
    """A shipped protocol with values of this site behind it: paths with what they are, as the file writes it."""
    shipped = CATALOGUE.protocol(therapy)
    text = [shipped.text.decode(), "", "[site]", f'based_on = "{shipped.fingerprint}"']
    for path, value in rules:
        text += ["[[site.rules]]", f'path = "{path}"', f"value = {value}", 'reason = "our decision"']
    parsed = parse_protocol("\n".join(text).encode(), f"{therapy}.toml")
    assert isinstance(parsed, Protocol), parsed
    return parsed


def doses_of(protocol: Protocol, regimen_id: str, until: date = date(2027, 1, 31)) -> tuple[Course, list[Infusion]]:
    """A course from 4 December on with its doses, nothing recorded."""
    course = Course(1, 1, protocol, regimen_id, date(2026, 12, 4), None)
    return course, list(infusions(course, (), BODY, date(2026, 12, 2), until))


def around(protocol: Protocol, regimen_id: str, key: str, adoption: Adoption | None = None) -> list[AroundRow]:
    """The lines around one dose."""
    course, doses = doses_of(protocol, regimen_id)
    infusion = next(item for item in doses if item.dose.key == key)
    marks = Marks(protocol, adoption)
    return list(around_dose(Asked(course, infusion, marks, WEIGHT, ZONE, infusion is doses[0])))
