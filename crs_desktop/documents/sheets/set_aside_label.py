"""Labels for vials that are set aside: one for each promised set, to be cut out and put on the bag with its vials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crs_desktop.documents.model import Block, Box, Cell, Column, Fact, Kind, Note, Section, Sheet, Table
from crs_desktop.documents.sheets.facts import PatientFacts, ProtocolFacts, Stamp, VialFacts
from crs_desktop.documents.sheets.words import day, drug_and_brand, footer, identity, moment, plain_day, sentence
from crs_desktop.documents.validity import code_of, facts_fingerprint
from crs_desktop.kernel.amounts import grouped


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """One promise: its number, the set, its vials, the days it holds, and who made it."""

    promise: int
    set_no: int
    vials: tuple[VialFacts, ...]
    first: date
    last: date
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class SetAsideFacts:
    """Every promise of one patient that is to have a label."""

    patient: PatientFacts
    therapy: str
    labels: tuple[LabelFacts, ...]
    protocol: ProtocolFacts
    policy: str
    stamp: Stamp


def build_set_aside(facts: SetAsideFacts) -> Sheet:
    """The labels, two side by side. The same facts give the same sheet."""
    print_name = facts_fingerprint(Kind.SET_ASIDE.value, facts)
    code = code_of(print_name)
    labels = [_label(facts, one, code) for one in facts.labels]
    pairs = tuple(tuple(labels[at : at + 2]) for at in range(0, len(labels), 2))
    return Sheet(
        kind=Kind.SET_ASIDE,
        title=sentence("label_title"),
        subtitle=facts.therapy,
        identity=identity(facts.patient),
        bands=pairs,
        footer=footer(facts.protocol, facts.policy, facts.stamp, code),
        fingerprint=print_name,
    )


def _label(facts: SetAsideFacts, label: LabelFacts, code: str) -> Section:
    """Everything that must be on the bag itself: it is cut out and leaves the rest of the sheet behind."""
    patient, zone = facts.patient, facts.stamp.zone
    blocks: tuple[Block, ...] = (
        Note(patient.name, strong=True),
        Note(sentence("label_who", mrn=patient.mrn, born=plain_day(patient.born)), strong=True),
        Table(
            (Column("Drug (brand)", 30), Column("Vials", 19, number=True), Column("Lot", 20), Column("Expires", 20)),
            tuple(_row(vial) for vial in label.vials),
        ),
        Fact("From", ", ".join(dict.fromkeys(vial.place for vial in label.vials)), wide=True),
        Box(sentence("label_held", last=day(label.last)), (sentence("label_only"),), loud=True),
        Fact("Promise", sentence("label_promise", number=label.promise, set_no=label.set_no), strong=True),
        Fact("Held from", day(label.first)),
        Fact("Confirmed by", label.made_by),
        Fact("Confirmed", moment(label.made_at, zone)),
        Fact("Code of this sheet", code, wide=True),
    )
    return Section(sentence("label_head", set_no=label.set_no), blocks)


def _row(vial: VialFacts) -> tuple[Cell, ...]:
    return (
        Cell(drug_and_brand(vial)),
        Cell(f"{grouped(vial.vials)} x {vial.strength_mg} mg"),
        Cell(vial.lot),
        Cell(plain_day(vial.expires)),
    )
