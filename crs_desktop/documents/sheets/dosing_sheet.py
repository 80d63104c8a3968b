"""The tocilizumab dosing sheet: one dose for one patient, from weight to bag to the next eligible time, on one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from crs_desktop.documents.model import (
    NOT_KNOWN,
    Blank,
    Block,
    Box,
    Cell,
    Column,
    Fact,
    Figure,
    Figures,
    Kind,
    Note,
    Section,
    Sheet,
    Signatures,
    Stated,
    Table,
    Tick,
    Unknown,
)
from crs_desktop.documents.sheets.facts import (
    ContactFacts,
    DoseFacts,
    PatientFacts,
    ProtocolFacts,
    SetFacts,
    Stamp,
    VialFacts,
    WeightFacts,
)
from crs_desktop.documents.sheets.words import (
    day,
    drug_and_brand,
    footer,
    formula,
    identity,
    instant,
    moment,
    plain_day,
    sentence,
    text_or_blank,
    weight_age,
)
from crs_desktop.documents.validity import code_of, facts_fingerprint
from crs_desktop.kernel.amounts import grouped, plain


@dataclass(frozen=True, slots=True)
class PreviousDoseFacts:
    """A dose already given; `ended` None: not recorded. Prophylactic doses count for the interval only."""

    drug: str
    amount: str
    started: datetime
    ended: datetime | None
    prophylactic: bool = False


@dataclass(frozen=True, slots=True)
class IntervalFacts:
    """The interval rule in force. `counted_from` is START or END; `earliest` None: no dose before this one."""

    hours: int
    counted_from: str
    rule: Stated
    earliest: datetime | None
    next_after_this: datetime | None


@dataclass(frozen=True, slots=True)
class LimitFacts:
    """Doses counted before this one, and the limits."""

    given_24h: int
    limit_24h: int
    given_episode: int
    limit_episode: int

    @property
    def number(self) -> int:
        """This dose's number in the episode."""
        return self.given_episode + 1


@dataclass(frozen=True, slots=True)
class DosingFacts:
    """Everything the dosing sheet says, gathered in one read."""

    patient: PatientFacts
    therapy: str
    location: str
    weight: WeightFacts
    dose: DoseFacts
    vials: SetFacts
    diluent: Stated | None
    limits: LimitFacts
    interval: IntervalFacts
    previous: tuple[PreviousDoseFacts, ...]
    grade: str
    findings: tuple[str, ...]
    contacts: tuple[ContactFacts, ...]
    override_reason: str
    protocol: ProtocolFacts
    policy: str
    stamp: Stamp


def build_dosing_sheet(facts: DosingFacts) -> Sheet:
    """The sheet of one dose. The same facts give the same sheet."""
    print_name = facts_fingerprint(Kind.DOSING_SHEET.value, facts)
    return Sheet(
        kind=Kind.DOSING_SHEET,
        title="Tocilizumab dosing sheet",
        subtitle=f"{facts.therapy}, dose {facts.limits.number} of this episode",
        identity=identity(facts.patient),
        bands=(
            (_large(facts),),
            (_patient(facts),),
            (_vials(facts),),
            (_make(facts), _give(facts)),
            (_before(facts),),
            (_label(facts),),
            (_release(facts),),
        ),
        footer=footer(facts.protocol, facts.policy, facts.stamp, code_of(print_name)),
        fingerprint=print_name,
    )


def rate(dose: DoseFacts) -> str:
    """'100 mL/h': the whole bag over the infusion time."""
    per_hour = Decimal(dose.bag_ml * 60) / dose.infuse_minutes
    return f"{plain(per_hour.quantize(Decimal('0.1'), ROUND_HALF_UP))} mL/h"


def _large(facts: DosingFacts) -> Section:
    dose = facts.dose
    drawn = "as calculated" if dose.drawn == dose.calculated else f"rounded from {dose.calculated}"
    return Section(
        "This dose",
        (
            Figures(
                (
                    Figure("Draw", str(dose.drawn), drawn),
                    Figure("Drug volume", str(dose.volume), f"at {dose.mg_per_ml} mg/mL"),
                    Figure("Bag", f"{dose.bag_ml} mL", "final volume"),
                    Figure("Rate", rate(dose), f"over {dose.infuse_minutes} minutes"),
                    Figure("Dose number", f"{facts.limits.number}", f"of at most {facts.limits.limit_episode}"),
                )
            ),
            *_warnings(facts),
        ),
    )


def _warnings(facts: DosingFacts) -> Iterator[Box]:
    if facts.vials.short:
        yield Box("SHORT", (facts.vials.short,), loud=True)
    said = list(facts.findings)
    if facts.override_reason:
        said.append(sentence("sheet_override", reason=facts.override_reason))
    if said:
        yield Box("Beware", tuple(said), loud=True)


def _patient(facts: DosingFacts) -> Section:
    weight, interval = facts.weight, facts.interval
    earliest = moment(interval.earliest, facts.stamp.zone) if interval.earliest else sentence("sheet_first_dose")
    grade = sentence("sheet_grade_as_told", grade=facts.grade) if facts.grade else ""
    limits = facts.limits
    return Section(
        "Patient, weight, CRS, limits",
        (
            Fact("Allergies", identity(facts.patient).allergies, strong=bool(facts.patient.allergies)),
            text_or_blank("Location", facts.location),
            Fact("CRS grade", grade) if grade else Unknown("CRS grade"),
            Fact("Weight", str(weight.weight), strong=True),
            Fact("Measured, method", f"{day(weight.measured_on)}, {weight.method or NOT_KNOWN}"),
            Fact("Age of weight", weight_age(weight), strong=weight.stale),
            Fact("Calculated dose", formula(facts.dose, weight), strong=True),
            Fact("This dose not before", earliest, strong=True),
            Fact(
                "Left after this dose",
                sentence(
                    "sheet_left",
                    day=_left(limits.given_24h, limits.limit_24h),
                    episode=_left(limits.given_episode, limits.limit_episode),
                ),
            ),
            *(text_or_blank(contact.role, contact.number) for contact in facts.contacts),
        ),
        columns=3,
    )


def _left(given: int, limit: int) -> str:
    return f"{max(0, limit - given - 1)} of {limit}"


def _vials(facts: DosingFacts) -> Section:
    columns = (
        Column("Drug (brand)", 28),
        Column("Vials", 16, number=True),
        Column("Lot", 20),
        Column("Expires", 17),
        Column("Shelf", 42),
        Column("Taken", 11),
        Column("Checked", 14),
    )
    blocks: list[Block] = [Table(columns, tuple(_vial_row(vial) for vial in facts.vials.vials))]
    if not facts.vials.vials:
        blocks.append(Unknown("Vials", wide=True))
    waste = str(facts.vials.waste) if facts.vials.waste is not None else ""
    blocks.append(Fact("Waste to record", waste) if waste else Unknown("Waste to record"))
    blocks += [Blank("Waste measured", "mg"), Blank("Witness")]
    return Section("Vials: one brand in one bag", tuple(blocks), columns=3)


def _vial_row(vial: VialFacts) -> tuple[Cell, ...]:
    return (
        Cell(drug_and_brand(vial)),
        Cell(f"{grouped(vial.vials)} x {vial.strength_mg} mg"),
        Cell(vial.lot),
        Cell(plain_day(vial.expires)),
        Cell(vial.place),
        Cell(box=True),
        Cell(box=True),
    )


def _make(facts: DosingFacts) -> Section:
    dose = facts.dose
    blocks: list[Block] = []
    if facts.diluent is None:
        blocks.append(Unknown("Diluent", wide=True))
    diluent = facts.diluent or Stated("diluent")
    for step in ("bag", "withdraw", "add", "mix", "label"):
        text = sentence(
            f"sheet_make_{step}",
            volume=dose.volume,
            bag=f"{dose.bag_ml} mL",
            drawn=dose.drawn,
            diluent=diluent.text,
        )
        blocks.append(Tick(text, diluent.unverified and step == "bag", wide=True))
    return Section("Make it", tuple(blocks), share=7)


def _give(facts: DosingFacts) -> Section:
    dose = facts.dose
    steps = [
        Tick(sentence(f"sheet_give_{step}", minutes=dose.infuse_minutes, rate=rate(dose)), wide=True)
        for step in ("time", "line", "room")
    ]
    return Section("Give it", (*steps, Blank("Started, date and time"), Blank("Ended, date and time")), share=6)


def _before(facts: DosingFacts) -> Section:
    interval, zone = facts.interval, facts.stamp.zone
    columns = (
        Column("Dose", 13),
        Column("Drug (brand)", 22),
        Column("Amount", 10, number=True),
        Column("Started", 24),
        Column("Ended", 24),
    )
    rows = tuple(_previous_row(facts, number) for number in range(len(facts.previous)))
    blocks: list[Block] = [Table(columns, rows)] if rows else [Note(sentence("sheet_no_previous"))]
    rule = sentence("sheet_interval_rule", hours=interval.hours, start_or_end=interval.counted_from)
    blocks.append(Fact("Rule in force", f"{rule} {interval.rule.text}".strip(), interval.rule.unverified, wide=True))
    next_label = f"Next dose not before ({interval.counted_from} of this dose and {interval.hours} h)"
    if interval.next_after_this:
        blocks.append(
            Fact("Next dose not before, if given as planned", instant(interval.next_after_this, zone), strong=True)
        )
    blocks.append(Blank(next_label, wide=interval.next_after_this is None))
    return Section("Doses before, and the next one", tuple(blocks))


def _previous_row(facts: DosingFacts, number: int) -> tuple[Cell, ...]:
    dose, zone = facts.previous[number], facts.stamp.zone
    rescue = sum(not each.prophylactic for each in facts.previous[: number + 1])
    return (
        Cell("prophylactic" if dose.prophylactic else f"{rescue}"),
        Cell(dose.drug),
        Cell(dose.amount),
        Cell(moment(dose.started, zone)),
        Cell(moment(dose.ended, zone) if dose.ended else "not known"),
    )


def _label(facts: DosingFacts) -> Section:
    """What goes on the bag. Which of the allowed diluents it holds only the maker knows, so that is written by hand."""
    patient, dose = facts.patient, facts.dose
    drugs = sorted({drug_and_brand(vial) for vial in facts.vials.vials})
    lots = sorted({vial.lot for vial in facts.vials.vials})
    where = f", {facts.location}" if facts.location else ""
    who = f"{patient.name}, born {plain_day(patient.born)}, MRN {patient.mrn}{where}"
    what = sentence(
        "sheet_label_drug",
        drug=", ".join(drugs) or "tocilizumab",
        drawn=dose.drawn,
        volume=dose.volume,
        bag=f"{dose.bag_ml} mL",
    )
    lot = Fact("Lots", ", ".join(lots) or NOT_KNOWN)
    how = sentence("sheet_label_give", minutes=dose.infuse_minutes, rate=rate(dose), number=facts.limits.number)
    return Section(
        "Bag label",
        (Note(who, strong=True), Note(what), Blank("Diluent in this bag"), lot, Note(how)),
    )


def _release(facts: DosingFacts) -> Section:
    return Section(
        "Checked apart from each other, from the source data",
        (
            Blank("Second checker's dose", "mg"),
            Blank("Second checker's volume", "mL"),
            Blank("Second checker's next time"),
            Blank("Prepared, date and time"),
            Blank("Use by, date and time"),
            Signatures((("Prepared by", ""), ("Checked by", ""), ("Given by, nurse", ""))),
        ),
        columns=5,
    )
