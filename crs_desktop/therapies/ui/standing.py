"""How sure a value is, everywhere the same: a shape, a word and a colour, and in full the sentences behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.days import date_text, day_text
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.facts import Fact, Value
from crs_desktop.therapies.model.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Mark:
    """The standing of a value. The heaviest of several stands for all of them."""

    weight: int
    state: State
    word: str

    @property
    def text(self) -> str:
        """Shape and word as plain text."""
        return f"{self.state.glyph} {self.word}"


def read_mark() -> Mark:
    """Read in a source of the file's own jurisdiction."""
    return Mark(0, State.READY, tr("read"))


def mark_of(fact: Fact, compared: bool = False) -> Mark:
    """The standing of one fact; `compared` when a signature says that it was compared with the label."""
    if fact.unknown:
        return Mark(5, State.CANNOT_SAY, tr("unknown"))
    if fact.by_site:
        return Mark(2, State.READY, tr("this site’s own"))
    if compared:
        return Mark(1, State.READY, tr("compared"))
    if fact.foreign:
        return Mark(3, State.READY_BUT, tr("from {place} rules").format(place=fact.jurisdiction))
    return Mark(4, State.READY_BUT, tr("unverified")) if fact.unverified else read_mark()


def heaviest(marks: Iterable[Mark]) -> Mark | None:
    """The one that a reader must see."""
    return max(marks, key=lambda mark: mark.weight, default=None)


def titles(protocol: Protocol, fact: Fact) -> str:
    """Where a fact was read."""
    by_id = {source.id: source.title for source in protocol.sources}
    return "; ".join(by_id[source] for source in fact.sources) or tr("no source")


def links(protocol: Protocol, fact: Fact) -> list[str]:
    """The addresses of its sources."""
    by_id = {source.id: source.url for source in protocol.sources}
    return [by_id[source] for source in fact.sources if by_id[source]]


def in_full(protocol: Protocol, fact: Fact, adoption: Adoption | None, zone: ZoneInfo) -> str:
    """All that is known of a fact: value, source, day read, certainty, note, address."""
    compared = adoption is not None and fact.path in adoption.checked
    said = [f"{fact.path}: {fact.text or tr('unknown')}", *_said_of(protocol, fact)]
    if fact.unverified and fact.jurisdiction:
        said.append(phrase("therapies_ui_foreign", place=fact.jurisdiction))
    if compared and adoption is not None:
        day = day_text(local_day(adoption.at, zone), year=True)
        said.append(phrase("therapies_ui_compared", pharmacist=adoption.pharmacist, day=day))
    said += [fact.note] if fact.note and not fact.by_site else []
    return "\n".join([*said, *links(protocol, fact)])


def _said_of(protocol: Protocol, fact: Fact) -> list[str]:
    if fact.unknown:
        return [phrase("therapies_ui_unknown")]
    if fact.by_site:
        shipped = next((rule for rule in protocol.site if rule.path == fact.path), None)
        before = "" if shipped is None else bare_text(shipped.shipped, fact.unit)
        return [phrase("therapies_ui_own", shipped=before or tr("unknown"), reason=fact.note)]
    said = [tr("Source: {source}").format(source=titles(protocol, fact))]
    said.append(phrase("therapies_ui_read", read=date_text(fact.read), confidence=fact.confidence))
    if fact.valid_from or fact.valid_to:
        said.append(phrase("therapies_ui_valid", first=fact.valid_from or "…", last=fact.valid_to or "…"))
    return [*said, phrase("therapies_ui_memory")] if fact.from_memory else said


def bare_text(value: Value, unit: str) -> str:
    """A bare value as a fact of this unit would say it; '' for an unknown one."""
    return Fact("", value, unit, (), date.min, "", "", "", "").text
