"""The recall letter: tells whoever prescribed a dose that vials of a recalled lot were in it, and nothing beyond that.

It gives no advice: what follows for the patient is the physician's, with the notice in hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crs_desktop.documents.model import (
    Blank,
    Block,
    Cell,
    Column,
    Fact,
    Footer,
    Identity,
    Kind,
    Note,
    Section,
    Sheet,
    Signatures,
    Table,
    Unknown,
)
from crs_desktop.documents.sheets.facts import Stamp
from crs_desktop.documents.sheets.words import instant, moment, plain_day, sentence
from crs_desktop.documents.validity import code_of, facts_fingerprint

_PURPOSES = {"rescue": "to treat", "prophylactic": "planned ahead"}
_CLASSES = {"none": "not classified"}


@dataclass(frozen=True, slots=True)
class LotInDose:
    """Vials of one recalled lot in a dose."""

    number: str
    strength: str
    vials: int


@dataclass(frozen=True, slots=True)
class LetterDose:
    """A dose that was made of vials of recalled lots."""

    started: datetime
    amount: str
    purpose: str
    lots: tuple[LotInDose, ...]
    given_by: str


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """The notice as it is recorded here. An empty reason means that none is recorded."""

    number: str
    recall_class: str
    drug: str
    brand: str
    noticed: date
    reason: str
    source: str
    recorded: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class RecallLetterFacts:
    """Everything that the letter about one patient says."""

    name: str
    mrn: str
    born: date
    prescribers: tuple[str, ...]
    notice: NoticeFacts
    doses: tuple[LetterDose, ...]
    stamp: Stamp


def build_recall_letter(facts: RecallLetterFacts) -> Sheet:
    """The letter about one patient. The same facts give the same letter."""
    print_name = facts_fingerprint(Kind.RECALL_LETTER.value, facts)
    notice, stamp = facts.notice, facts.stamp
    return Sheet(
        kind=Kind.RECALL_LETTER,
        title="Recalled vials in a dose",
        subtitle=f"Letter to the prescriber. {notice.drug} ({notice.brand}), recall {notice.number}, "
        f"{_class(notice.recall_class)}",
        identity=Identity(facts.name, facts.mrn, plain_day(facts.born)),
        bands=(
            (_to(facts),),
            (_why(facts),),
            (_doses(facts),),
            (_notice(facts),),
            (_after(),),
            (_signed(stamp),),
        ),
        footer=Footer(
            "", "", stamp.printed_by, instant(stamp.printed_at, stamp.zone), instant(stamp.valid_until, stamp.zone),
            code_of(print_name),
        ),
        fingerprint=print_name,
    )  # fmt: skip


def _to(facts: RecallLetterFacts) -> Section:
    return Section(
        "To",
        (
            Fact("Prescriber, as recorded with the dose", "; ".join(facts.prescribers), strong=True),
            Blank("Department, address"),
        ),
    )


def _why(facts: RecallLetterFacts) -> Section:
    code = "letter_why_one" if len(facts.doses) == 1 else "letter_why_many"
    return Section("Why you receive this letter", (Note(sentence(code, doses=len(facts.doses))),), columns=1)


def _doses(facts: RecallLetterFacts) -> Section:
    columns = (
        Column("Infusion started", 4), Column("Dose", 2, number=True), Column("Given", 2),
        Column("Recalled lot, vial", 5), Column("Vials", 1, number=True), Column("Given by", 3),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(instant(dose.started, facts.stamp.zone)) if first else Cell("the same dose"),
            Cell(dose.amount if first else " "),
            Cell(_PURPOSES[dose.purpose] if first else " "),
            Cell(f"{lot.number}, {lot.strength}"),
            Cell(str(lot.vials)),
            Cell(dose.given_by if first else " "),
        )
        for dose in facts.doses
        for first, lot in zip((True, *(False for _ in dose.lots[1:])), dose.lots, strict=True)
    )
    return Section("Doses with vials of the recalled lots", (Table(columns, rows),), columns=1)


def _notice(facts: RecallLetterFacts) -> Section:
    notice = facts.notice
    reason: Block = (
        Fact("Reason, as the notice gives it", notice.reason, wide=True)
        if notice.reason
        else Unknown("Reason", sentence("letter_no_reason"), wide=True)
    )
    return Section(
        "The notice",
        (
            Fact("Number", notice.number),
            Fact("Class", _class(notice.recall_class)),
            Fact("Day of the notice", plain_day(notice.noticed)),
            Fact("Recorded here", f"{moment(notice.recorded, facts.stamp.zone)}, {notice.recorded_by}"),
            reason,
            Fact("Source", notice.source, wide=True),
        ),
    )


def _after() -> Section:
    return Section("What follows", (Note(sentence("letter_no_advice")), Note(sentence("letter_vials"))), columns=1)


def _signed(stamp: Stamp) -> Section:
    roles = (("For the pharmacy", stamp.printed_by), ("Read by (physician)", ""))
    return Section("Signatures", (Signatures(roles),), columns=1)


def _class(named: str) -> str:
    return _CLASSES.get(named, f"class {named}")
