"""Use cases of therapies: what is in the library, what the site has adopted, and the act of adopting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.entry import read_name, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.kernel.resources import resource
from crs_desktop.staff.commands import key_of
from crs_desktop.staff.signing import repository as signatures
from crs_desktop.staff.signing.acts import Countersigning, countersigned
from crs_desktop.staff.signing.model import Asked, SecondSignature
from crs_desktop.store.store import Request, Result, Store, Writing
from crs_desktop.therapies import repository
from crs_desktop.therapies.adoption import (
    ADOPTION,
    Adoption,
    Standing,
    asked_about,
    in_one_form,
    standing_of,
    still_unverified,
)
from crs_desktop.therapies.cases import CaseAnswer, case_by_case
from crs_desktop.therapies.catalogue import CASES_ENDING, Catalogue, protocol_files
from crs_desktop.therapies.model.facts import Fact
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.proposals import Proposal, propose
from crs_desktop.therapies.rules.differences import differences
from crs_desktop.therapies.site_rules import SiteEntry, value_text, with_site_rules

_TOPICS = [Topic.THERAPIES, Topic.READINESS, Topic.PEOPLE]
# Where a night would be measured; a protocol is never adopted alone, whatever the hour.
_NO_NIGHT = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class AdoptTherapy:
    """A signature as typed: who has read the facts, which paths were compared with the label, what the site changes.

    `fingerprint` is that of the shipped file that was read; the version that is signed has the site's rules behind it.
    """

    request_id: str
    therapy_id: str
    fingerprint: str
    pharmacist: str
    has_read: bool
    checked: tuple[str, ...]
    note: str = ""
    site_rules: tuple[SiteEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A therapy of the library: the version in use, the latest signature if any, and what of it is to be verified.

    `shipped` is the file of this program. When it is another one than was signed, `waiting` counts the differences.
    `second` is who signed beside the pharmacist of the adoption.
    """

    protocol: Protocol
    adoption: Adoption | None
    unverified: tuple[Fact, ...]
    shipped: Protocol
    standing: Standing
    waiting: int = 0
    second: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a therapy that can be read and compared: of this program, of the site, or both."""

    protocol: Protocol
    shipped: bool
    in_use: bool
    adoption: Adoption | None


@dataclass(frozen=True, slots=True)
class _Read:
    """A signature that was understood: whose, over which version, with what compared."""

    protocol: Protocol
    shipped: Protocol
    pharmacist: str
    checked: tuple[str, ...]
    note: str


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

    def __init__(self, store: Store, catalogue: Catalogue, folder: Path | None = None) -> None:
        self._store = store
        self.catalogue = catalogue
        self._folder = folder if folder is not None else resource("therapies")

    def entries(self) -> list[LibraryEntry]:
        """Every therapy, in the version that is in use."""
        with self._store.read() as session:
            latest = {item.therapy_id: item for item in repository.adoptions(session)}
            return [self._entry(session, name, latest.get(name)) for name in self.catalogue.ids()]

    def _entry(self, session: Session, therapy_id: str, adoption: Adoption | None) -> LibraryEntry:
        shipped = self.catalogue.protocol(therapy_id)
        adopted = None if adoption is None else repository.pinned(session, adoption.fingerprint)
        standing, used = standing_of(shipped, adopted), adopted or shipped
        same = adopted is None or standing is Standing.ADOPTED
        waiting = 0 if same else len(differences(used, shipped))
        second = "" if adoption is None else _second(session, adoption)
        return LibraryEntry(used, adoption, still_unverified(used, adoption), shipped, standing, waiting, second)

    def versions(self, therapy_id: str) -> list[Version]:
        """Every version to be read and compared: the shipped one, then what was used here, then earlier ones."""
        shipped = self.catalogue.protocol(therapy_id)
        with self._store.read() as session:
            signed = {item.fingerprint: item for item in repository.adoptions(session)}
            used = in_use(session, self.catalogue, therapy_id).fingerprint
            known = [shipped, *reversed(repository.kept(session, therapy_id)), *self.catalogue.earlier(therapy_id)]
        by_name = {protocol.fingerprint: protocol for protocol in reversed(known)}
        names = dict.fromkeys(protocol.fingerprint for protocol in known)
        return [Version(by_name[name], name == shipped.fingerprint, name == used, signed.get(name)) for name in names]

    def proposal(self, therapy_id: str) -> Proposal:
        """What the form of the next adoption begins with."""
        shipped = self.catalogue.protocol(therapy_id)
        with self._store.read() as session:
            earlier = repository.latest_adoption(session, therapy_id)
            adopted = None if earlier is None else repository.pinned(session, earlier.fingerprint)
        return propose(shipped, adopted, earlier)

    def changed(self, therapy_id: str, rules: Sequence[SiteEntry]) -> Protocol | Refused:
        """The shipped protocol with these values of the site, or every reason why not. Nothing is written."""
        return with_site_rules(self.catalogue.protocol(therapy_id), rules)

    def cases(self, protocol: Protocol) -> tuple[CaseAnswer, ...]:
        """The shipped cases of a product, answered by this version of it. No store is asked."""
        names = {item.fingerprint: item.text for item in (*self.catalogue.protocols, *self.catalogue.older)}
        shipped = names.get(protocol.based_on or protocol.fingerprint)
        files = [path for path in protocol_files(self._folder) if path.read_bytes() == shipped]
        path = files[0] if files else self._folder / f"{protocol.id}.toml"
        beside = path.with_name(path.stem + CASES_ENDING)
        return case_by_case(protocol, beside.read_bytes(), beside.name) if beside.is_file() else ()

    def asked(self, command: AdoptTherapy) -> Asked | Refused:
        """What a second person enters before this is adopted, or every reason why it cannot be adopted."""
        read = self._read(command)
        return read if isinstance(read, Refused) else asked_about(read.protocol)

    def adopt(self, command: AdoptTherapy, actor: Actor, second: SecondSignature | None) -> Adoption | Refused:
        """Two people sign for a protocol version. Refused when it is not the shipped one, unnamed, or not read."""
        read = self._read(command)
        if isinstance(read, Refused):
            return read
        if second is None:
            return refuse(no("adoption_second_needed", "second", command.therapy_id))
        if second.by is not None and key_of(second.by.name) == key_of(read.pharmacist):
            return refuse(no("adoption_second_is_first", "second", second.by.name))

        def act(writing: Writing, signing: Countersigning) -> Result | Refused:
            signed = signing.sign(asked_about(read.protocol))
            return signed if isinstance(signed, Refused) else _adopt(writing, read)

        content = {
            "therapy": read.protocol.id, "fingerprint": read.protocol.fingerprint, "pharmacist": read.pharmacist,
            "checked": list(read.checked), "note": read.note,
        }  # fmt: skip
        request = Request(command.request_id, "adopt therapy", content)
        result = countersigned(self._store, _NO_NIGHT, request, actor, _TOPICS, in_one_form(second), act)
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            return next(item for item in repository.adoptions(session) if item.id == result["adoption"])

    def _read(self, command: AdoptTherapy) -> _Read | Refused:
        """Who signs which version, what they compared, and their note."""
        pharmacist = read_name(command.pharmacist, "pharmacist")
        note = read_text(command.note, "note", needed=False)
        findings = [item for item in (pharmacist, note) if isinstance(item, Finding)]
        if command.therapy_id not in self.catalogue.ids():
            return refuse(*findings, no("therapy_unknown", "therapy", command.therapy_id))
        shipped = self.catalogue.protocol(command.therapy_id)
        changed = with_site_rules(shipped, command.site_rules)
        findings += changed.findings if isinstance(changed, Refused) else ()
        findings += _against(command, shipped, shipped if isinstance(changed, Refused) else changed)
        if findings:
            return refuse(*findings)
        assert isinstance(pharmacist, str) and isinstance(note, str) and isinstance(changed, Protocol)
        return _Read(changed, shipped, pharmacist, tuple(sorted(command.checked)), note)


def _second(session: Session, adoption: Adoption) -> str:
    """Who signed an adoption beside its pharmacist."""
    checks = signatures.checks(session, ADOPTION, adoption.therapy_id)
    return next((check.second for check in checks if check.at == adoption.at and check.second), "")


def _against(command: AdoptTherapy, shipped: Protocol, signed: Protocol) -> list[Finding]:
    """What stands against a signature: another file than was read, not read, and ticks at nothing to compare."""
    findings = []
    if command.fingerprint != shipped.fingerprint:
        findings.append(no("adoption_other_version", "therapy", shipped.name))
    if not command.has_read:
        findings.append(no("adoption_not_read", "has_read", shipped.name))
    known = {fact.path: fact for fact in signed.facts() if not fact.unknown}
    for path in command.checked:
        if path not in known:
            findings.append(no("adoption_no_such_fact", "checked", path))
        elif known[path].by_site:
            findings.append(no("adoption_compared_own", "checked", path))
    return findings


def _adopt(writing: Writing, read: _Read) -> Result:
    repository.keep(writing.session, read.shipped, writing.at)
    repository.keep(writing.session, read.protocol, writing.at)
    adoption = Adoption(
        0, read.protocol.id, read.protocol.fingerprint, read.pharmacist, read.checked, read.note, writing.at
    )
    number = repository.add_adoption(writing.session, adoption, writing.actor.name)
    after: Result = {
        "pharmacist": read.pharmacist, "fingerprint": read.protocol.fingerprint, "checked": len(read.checked),
    }  # fmt: skip
    if read.protocol.site:
        after["site_rules"] = [[rule.path, value_text(rule.value), rule.reason] for rule in read.protocol.site]
    writing.log("therapy", read.protocol.id, "adopt", reason=read.note, after=after)
    return {"adoption": number}
