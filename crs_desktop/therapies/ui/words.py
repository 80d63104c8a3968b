"""A protocol in the words of the page: its adoption, its versions, and each fact as a line of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.days import date_text, day_text
from crs_desktop.kernel.wording import say
from crs_desktop.therapies.adoption import Adoption, Standing
from crs_desktop.therapies.adoption import to_compare as unverified_known
from crs_desktop.therapies.model.facts import Fact
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.proposals import Proposal
from crs_desktop.therapies.rules.differences import ADDED, CHANGED, REMOVED, SOURCE, STRUCTURE, Difference
from crs_desktop.therapies.site_rules import SiteEntry
from crs_desktop.therapies.ui.lines import plain_words, spoken
from crs_desktop.therapies.ui.standing import bare_text, in_full, mark_of, titles

if TYPE_CHECKING:
    from crs_desktop.therapies.service import LibraryEntry, Version


@dataclass(frozen=True, slots=True)
class MonographLine:
    """One row of the list: a fact of the file, or a gap that the file says aloud."""

    key: str
    name: str
    section: str
    value: str
    source: str
    standing: str
    state: State
    certainty: str
    detail: str
    is_fact: bool = True

    @property
    def open(self) -> bool:
        """Nobody has verified it."""
        return self.state is not State.READY


def kind_text(protocol: Protocol) -> str:
    """'CAR-T' or 'bispecific'."""
    return tr("CAR-T") if protocol.kind == "car_t" else tr("bispecific")


def product_text(protocol: Protocol) -> str:
    """'teclistamab-cqyv (Tecvayli)'."""
    return f"{protocol.name} ({protocol.brand})"


def about_text(protocol: Protocol) -> str:
    """'bispecific · US · label 2026-03 · 2 values of this site'."""
    label = tr("label {revision}").format(revision=protocol.label_revision or tr("of unknown date"))
    own = [tr("{number} of this site’s own values").format(number=len(protocol.site))] if protocol.site else []
    return " · ".join((kind_text(protocol), protocol.jurisdiction, label, *own))


def brand_text(entry: LibraryEntry) -> str:
    """'Tecvayli, adopted'."""
    return f"{entry.protocol.brand}, {standing_text(entry)}"


def standing_text(entry: LibraryEntry) -> str:
    """'not adopted', 'adopted', 'newer label'."""
    return {
        Standing.NOT_ADOPTED: tr("not adopted"), Standing.ADOPTED: tr("adopted"),
        Standing.NEWER_WAITS: tr("newer label"), Standing.FILE_CHANGED: tr("file changed"),
        Standing.SHIPPED_OLDER: tr("older shipped"),
    }[entry.standing]  # fmt: skip


def standing_state(entry: LibraryEntry) -> State:
    """Green only when what is shipped is what was signed."""
    return State.READY if entry.standing is Standing.ADOPTED else State.READY_BUT


def signed_text(entry: LibraryEntry, zone: ZoneInfo) -> str:
    """'A. Weber and S. Lindgren, Wed 2 Dec 2026'."""
    if entry.adoption is None:
        return tr("nobody has signed")
    who = tr("{first} and {second}").format(first=entry.adoption.pharmacist, second=entry.second)
    who = who if entry.second else entry.adoption.pharmacist
    return f"{who}, {day_text(local_day(entry.adoption.at, zone), year=True)}"


def adoption_line(entry: LibraryEntry, zone: ZoneInfo) -> str:
    """Who signed when, and whether another file waits."""
    if entry.adoption is None:
        return phrase("therapies_ui_not_adopted")
    said = phrase("therapies_ui_adopted", who=signed_text(entry, zone))
    code = {
        Standing.NEWER_WAITS: "therapies_ui_newer", Standing.FILE_CHANGED: "therapies_ui_file_changed",
        Standing.SHIPPED_OLDER: "therapies_ui_older",
    }.get(entry.standing)  # fmt: skip
    if code is None:
        return said
    revision = entry.shipped.label_revision or tr("of unknown date")
    return f"{said}\n{phrase(code, revision=revision, number=entry.waiting)}"


def version_in_use_text(entry: LibraryEntry, protocol: Protocol) -> str:
    """Which of the two versions of an entry is read."""
    revision = protocol.label_revision or tr("of unknown date")
    if protocol.fingerprint == entry.protocol.fingerprint:
        return tr("In use here: label {revision}").format(revision=revision)
    return tr("Shipped with this program, not adopted: label {revision}").format(revision=revision)


def version_text(version: Version, zone: ZoneInfo) -> str:
    """A version to be chosen for comparing."""
    protocol = version.protocol
    said = [tr("label {revision}").format(revision=protocol.label_revision or tr("of unknown date"))]
    if protocol.site:
        said.append(tr("with {number} of this site’s own values").format(number=len(protocol.site)))
    said += [tr("shipped")] if version.shipped else []
    said += [tr("in use")] if version.in_use else []
    if version.adoption is not None:
        said.append(tr("adopted {day}").format(day=day_text(local_day(version.adoption.at, zone), year=True)))
    said += [] if version.shipped or version.in_use or version.adoption else [tr("earlier")]
    return ", ".join((*said, protocol.fingerprint[:8]))


def difference_word(kind: str) -> str:
    """'added', 'removed', 'changed', 'source only', 'structure'."""
    return {
        ADDED: tr("added"), REMOVED: tr("removed"), CHANGED: tr("changed"), SOURCE: tr("source only"),
        STRUCTURE: tr("structure"),
    }[kind]  # fmt: skip


def side_text(line: Difference, fact: Fact | None, text: str) -> str:
    """What one version says: the value, '(unknown)', or '(not in it)'."""
    if line.kind == SOURCE and fact is not None:
        return f"{fact.text} [{text or tr('otherwise read')}]"
    if text:
        return text
    return tr("(unknown)") if fact is not None and fact.unknown else tr("(not in it)")


def differences_text(found: Sequence[Difference]) -> str:
    """How many, and how many of them change a value."""
    values = sum(1 for line in found if line.kind in (ADDED, REMOVED, CHANGED))
    return phrase("therapies_ui_differences", all=len(found), values=values) if found else ""


def fact_name(path: str) -> tuple[str, str]:
    """The last two steps of a fact's path as its name, the steps before as its section."""
    said = [spoken(step) for step in path.removesuffix(".text").split(".")]
    cut = 1 if len(said) < 3 else 2
    return ", ".join(said[-cut:]), " › ".join(said[:-cut])


def monograph(protocol: Protocol, adoption: Adoption | None, zone: ZoneInfo) -> list[MonographLine]:
    """Every fact and every gap, what is not verified first, otherwise in the order of the file."""
    lines = [_fact_line(protocol, fact, adoption, zone) for fact in protocol.facts()]
    lines += [
        MonographLine(
            f"gap {gap.id}", tr("gap in the reference"), ", ".join(gap.about), gap.text, "", tr("unknown"),
            State.CANNOT_SAY, "", gap.text, False,
        )
        for gap in protocol.unknowns
    ]  # fmt: skip
    order = {State.READY_BUT: 0, State.CANNOT_SAY: 1, State.READY: 2}
    return sorted(lines, key=lambda line: order[line.state])


def _fact_line(protocol: Protocol, fact: Fact, adoption: Adoption | None, zone: ZoneInfo) -> MonographLine:
    name, section = fact_name(fact.path)
    mark = mark_of(fact, adoption is not None and fact.path in adoption.checked)
    certainty, long = "", {0: tr("read in a source"), 1: tr("compared with label")}
    if not fact.unknown and not fact.by_site:
        certainty = tr("{confidence}, {read}").format(confidence=fact.confidence, read=date_text(fact.read))
    return MonographLine(
        fact.path, name, section, fact.text or fact.note, titles(protocol, fact), long.get(mark.weight, mark.word),
        mark.state, certainty, in_full(protocol, fact, adoption, zone),
    )  # fmt: skip


def to_compare(protocol: Protocol) -> list[Fact]:
    """Unverified facts that hold a value and so can be compared with the label."""
    return list(unverified_known(protocol))


def fact_text(protocol: Protocol, fact: Fact) -> str:
    """One line of the list to be ticked."""
    name, section = fact_name(fact.path)
    where = f"{section} › {name}" if section else name
    return f"{where} = {fact.text}\n{titles(protocol, fact)}"


def summary_text(entry: LibraryEntry) -> str:
    """How much of the protocol is open."""
    if not entry.unverified:
        return phrase("therapies_ui_summary")
    return phrase("therapies_ui_summary_open", open=len(entry.unverified), all=len(entry.protocol.facts()))


def adopt_text(protocol: Protocol) -> str:
    """What the signature is about."""
    unverified = to_compare(protocol)
    return phrase(
        "therapies_ui_adopt", name=product_text(protocol), revision=protocol.label_revision or tr("of unknown date"),
        facts=len(protocol.facts()), unverified=len(unverified), unknown=len(protocol.unverified()) - len(unverified),
    )  # fmt: skip


def rule_text(entry: SiteEntry, shipped: str) -> str:
    """'premedication › dexamethasone › dose: 12 instead of 16 mg. Reason: …'"""
    return phrase(
        "therapies_ui_rule", name=plain_words(entry.path), value=entry.value_text, shipped=shipped, reason=entry.reason
    )


def carried_text(proposal: Proposal) -> str:
    """What of an earlier adoption no longer fits, and what moved beneath a rule that does; '' when nothing."""
    said = [
        phrase(
            "therapies_ui_misfit", rule=f"{plain_words(one.entry.path)}: {one.entry.value_text}", why=say(one.finding)
        )
        for one in proposal.misfits
    ]
    for one in proposal.moved:
        unit = next((fact.unit for fact in proposal.protocol.facts() if fact.path == one.path), "")
        then, now = (bare_text(value, unit) or tr("unknown") for value in (one.then, one.now))
        said.append(phrase("therapies_ui_moved", name=plain_words(one.path), then=then, now=now))
    return "\n".join(said)
