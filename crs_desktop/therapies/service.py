"""Use cases of therapies: what is in the library, what the site has adopted, and the act of adopting."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.entry import read_name, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.staff.commands import key_of
from crs_desktop.staff.signing.acts import Countersigning, countersigned
from crs_desktop.staff.signing.model import Asked, SecondSignature
from crs_desktop.store.store import Request, Result, Store, Writing
from crs_desktop.therapies import repository
from crs_desktop.therapies.adoption import Adoption, asked_about, in_one_form, still_unverified
from crs_desktop.therapies.catalogue import Catalogue
from crs_desktop.therapies.model.facts import Fact
from crs_desktop.therapies.model.protocol import Protocol

_TOPICS = [Topic.THERAPIES, Topic.READINESS, Topic.PEOPLE]
# Where a night would be measured; a protocol is never adopted alone, whatever the hour.
_NO_NIGHT = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class AdoptTherapy:
    """A signature as typed: who has read the facts, and which paths were compared with the label."""

    request_id: str
    therapy_id: str
    fingerprint: str
    pharmacist: str
    has_read: bool
    checked: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A protocol of the library with its adoption at this site, if any, and the facts still to be verified."""

    protocol: Protocol
    adoption: Adoption | None
    unverified: tuple[Fact, ...]


def adoption_of(session: Session, protocol: Protocol) -> Adoption | None:
    """The latest signature under exactly this version of a protocol."""
    found = [item for item in repository.adoptions(session) if item.fingerprint == protocol.fingerprint]
    return found[-1] if found else None


def in_use(session: Session, catalogue: Catalogue, therapy_id: str) -> Protocol:
    """The version that new patients get: of the site's latest signature, else the shipped one, which nobody signed."""
    latest = repository.latest_adoption(session, therapy_id)
    return catalogue.protocol(therapy_id) if latest is None else repository.pinned(session, latest.fingerprint)


class TherapyLibrary:
    """The shipped protocols and what the site has signed."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store = store
        self.catalogue = catalogue

    def entries(self) -> list[LibraryEntry]:
        """Every shipped protocol."""
        with self._store.read() as session:
            return [self._entry(session, self.catalogue.protocol(name)) for name in self.catalogue.ids()]

    def _entry(self, session: Session, protocol: Protocol) -> LibraryEntry:
        adoption = adoption_of(session, protocol)
        return LibraryEntry(protocol, adoption, still_unverified(protocol, adoption))

    def asked(self, command: AdoptTherapy) -> Asked | Refused:
        """What a second person enters before this is adopted, or every reason why it cannot be adopted."""
        read = self._read(command)
        return read if isinstance(read, Refused) else asked_about(self.catalogue.protocol(command.therapy_id))

    def adopt(self, command: AdoptTherapy, actor: Actor, second: SecondSignature | None) -> Adoption | Refused:
        """Two people sign for a protocol version. Refused when it is not the shipped one, unnamed, or not read."""
        read = self._read(command)
        if isinstance(read, Refused):
            return read
        pharmacist, checked, note = read
        if second is None:
            return refuse(no("adoption_second_needed", "second", command.therapy_id))
        if second.by is not None and key_of(second.by.name) == key_of(pharmacist):
            return refuse(no("adoption_second_is_first", "second", second.by.name))
        protocol = self.catalogue.protocol(command.therapy_id)

        def act(writing: Writing, signing: Countersigning) -> Result | Refused:
            signed = signing.sign(asked_about(protocol))
            return signed if isinstance(signed, Refused) else _adopt(writing, protocol, read)

        content = {
            "therapy": protocol.id, "fingerprint": protocol.fingerprint, "pharmacist": pharmacist,
            "checked": list(checked), "note": note,
        }  # fmt: skip
        request = Request(command.request_id, "adopt therapy", content)
        result = countersigned(self._store, _NO_NIGHT, request, actor, _TOPICS, in_one_form(second), act)
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            return next(item for item in repository.adoptions(session) if item.id == result["adoption"])

    def _read(self, command: AdoptTherapy) -> tuple[str, tuple[str, ...], str] | Refused:
        """Who signs, what they compared, and their note."""
        pharmacist = read_name(command.pharmacist, "pharmacist")
        note = read_text(command.note, "note", needed=False)
        findings = [item for item in (pharmacist, note) if isinstance(item, Finding)]
        findings += self._against(command)
        if findings:
            return refuse(*findings)
        assert isinstance(pharmacist, str) and isinstance(note, str)
        return pharmacist, tuple(sorted(command.checked)), note

    def _against(self, command: AdoptTherapy) -> list[Finding]:
        if command.therapy_id not in self.catalogue.ids():
            return [no("therapy_unknown", "therapy", command.therapy_id)]
        protocol = self.catalogue.protocol(command.therapy_id)
        findings = []
        if command.fingerprint != protocol.fingerprint:
            findings.append(no("adoption_other_version", "therapy", protocol.name))
        if not command.has_read:
            findings.append(no("adoption_not_read", "has_read", protocol.name))
        known = {fact.path for fact in protocol.facts() if not fact.unknown}
        findings += [no("adoption_no_such_fact", "checked", path) for path in command.checked if path not in known]
        return findings


def _adopt(writing: Writing, protocol: Protocol, signed: tuple[str, tuple[str, ...], str]) -> Result:
    pharmacist, checked, note = signed
    repository.keep(writing.session, protocol, writing.at)
    adoption = Adoption(0, protocol.id, protocol.fingerprint, pharmacist, checked, note, writing.at)
    number = repository.add_adoption(writing.session, adoption, writing.actor.name)
    after = {"pharmacist": pharmacist, "fingerprint": protocol.fingerprint, "checked": len(checked)}
    writing.log("therapy", protocol.id, "adopt", reason=note, after=after)
    return {"adoption": number}
