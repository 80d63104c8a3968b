"""Versions of a protocol that are not shipped, and sites that have adopted them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff.signing.model import SecondSignature
from crs_desktop.store.store import Store
from crs_desktop.therapies.catalogue import Catalogue
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.parse import parse_protocol
from crs_desktop.therapies.service import AdoptTherapy, TherapyLibrary
from tests.patients.courses import CATALOGUE
from tests.patients.made_up import ACTOR
from tests.staff.signing.made_up import second

TEC = CATALOGUE.protocol("teclistamab")


def edited(protocol: Protocol, *changes: tuple[str, str]) -> Protocol:
    """The protocol as another text says it: patterns with what stands in their place, once each."""
    text = protocol.text.decode()
    for pattern, instead in changes:
        text, made = re.subn(pattern, instead, text, count=1, flags=re.MULTILINE)
        assert made == 1, pattern
    parsed = parse_protocol(text.encode(), f"{protocol.id}.toml")
    assert isinstance(parsed, Protocol), parsed
    return parsed


@cache
def older() -> Protocol:
    """Teclistamab as a label of 2020 might have said it."""
    return edited(TEC, (r'^(label_revision = (?:\{ value = )?)"[^"]*"', r'\g<1>"2020-01"'))


def adopt(
    store: Store,
    protocol: Protocol,
    request_id: str = "a1",
    signing: Callable[[object], SecondSignature] | None = None,
    who: Actor = ACTOR,
) -> None:
    """The site signs for this version; the second person is made up unless one comes along."""
    library = TherapyLibrary(store, Catalogue((protocol,)))
    command = AdoptTherapy(request_id, protocol.id, protocol.fingerprint, "N. Berg", True, ())
    asked = library.asked(command)
    signed = second(asked, store.clock.now()) if signing is None else signing(asked)
    answer = library.adopt(command, who, signed)
    assert not isinstance(answer, Refused), answer
