"""A protocol in the words of the page: each fact with its value, where it was read and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.days import date_text, day_text
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.adoption import to_compare as unverified_known
from crs_desktop.therapies.model.facts import Fact
from crs_desktop.therapies.model.protocol import Protocol

if TYPE_CHECKING:
    from crs_desktop.therapies.service import LibraryEntry


# Steps of a fact's path that read better otherwise.
_WORDS = {"lines": "guidance", "pct": "percent", "crs": "CRS", "icans": "ICANS"}


@dataclass(frozen=True, slots=True)
class MonographLine:
    """One row of the monograph: a fact of the file, or a gap that the file says aloud."""

    key: str
    name: str
    section: str
    value: str
    source: str
    standing: str
    state: State
    certainty: str
    detail: str

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


def adopted_text(entry: LibraryEntry) -> str:
    """'adopted' or 'not adopted'."""
    return tr("not adopted") if entry.adoption is None else tr("adopted")


def signed_text(entry: LibraryEntry, zone: ZoneInfo) -> str:
    """'A. Weber, Wed 2 Dec 2026'."""
    if entry.adoption is None:
        return tr("nobody has signed")
    return f"{entry.adoption.pharmacist}, {day_text(local_day(entry.adoption.at, zone), year=True)}"


def plain_day(day: date) -> str:
    """'22 Nov 2026'."""
    return date_text(day)


def fact_name(path: str) -> tuple[str, str]:
    """The last two steps of a fact's path as its name, the steps before as its section."""
    steps = path.removesuffix(".text").split(".")
    said = [" ".join(_WORDS.get(word, word) for word in step.split("_")) for step in steps]
    cut = 1 if len(said) < 3 else 2
    return ", ".join(said[-cut:]), " › ".join(said[:-cut])


def titles(protocol: Protocol, fact: Fact) -> str:
    """Where a fact was read."""
    by_id = {source.id: source.title for source in protocol.sources}
    return "; ".join(by_id[source] for source in fact.sources) or tr("no source")


def monograph(entry: LibraryEntry, zone: ZoneInfo) -> list[MonographLine]:
    """Every fact and every gap, what is not verified first, otherwise in the order of the file."""
    protocol, adoption = entry.protocol, entry.adoption
    compared = adoption.checked if adoption is not None else ()
    lines = [_fact_line(protocol, fact, adoption if fact.path in compared else None, zone) for fact in protocol.facts()]
    lines += [
        MonographLine(
            f"gap {gap.id}", tr("gap in the reference"), ", ".join(gap.about), gap.text, "", tr("unknown"),
            State.CANNOT_SAY, "", gap.text,
        )
        for gap in protocol.unknowns
    ]  # fmt: skip
    order = {State.READY_BUT: 0, State.CANNOT_SAY: 1, State.READY: 2}
    return sorted(lines, key=lambda line: order[line.state])


def _fact_line(protocol: Protocol, fact: Fact, compared: Adoption | None, zone: ZoneInfo) -> MonographLine:
    name, section = fact_name(fact.path)
    source = titles(protocol, fact)
    certainty = ""
    said = [f"{fact.path}: {fact.text or tr('unknown')}"]
    if fact.unknown:
        standing, state = tr("unknown"), State.CANNOT_SAY
        said.append(phrase("therapies_ui_unknown"))
    else:
        certainty = tr("{confidence}, {read}").format(confidence=fact.confidence, read=plain_day(fact.read))
        said.append(tr("Source: {source}").format(source=source))
        said.append(phrase("therapies_ui_read", read=plain_day(fact.read), confidence=fact.confidence))
        standing, state = tr("read in a source"), State.READY
        if fact.unverified:
            standing, state = tr("unverified"), State.READY_BUT
        if fact.from_memory:
            said.append(phrase("therapies_ui_memory"))
    if compared is not None:
        standing, state = tr("compared with label"), State.READY
        day = day_text(local_day(compared.at, zone), year=True)
        said.append(phrase("therapies_ui_compared", pharmacist=compared.pharmacist, day=day))
    said += [fact.note] if fact.note else []
    said += _links(protocol, fact)
    return MonographLine(
        fact.path, name, section, fact.text or fact.note, source, standing, state, certainty, "\n".join(said)
    )


def _links(protocol: Protocol, fact: Fact) -> list[str]:
    by_id = {source.id: source.url for source in protocol.sources}
    return [by_id[source] for source in fact.sources if by_id[source]]


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
        "therapies_ui_adopt", name=product_text(protocol), revision=protocol.label_revision,
        facts=len(protocol.facts()), unverified=len(unverified), unknown=len(protocol.unverified()) - len(unverified),
    )  # fmt: skip
