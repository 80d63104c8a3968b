"""The infusion-day checklist: what must be true before the infusion starts, and what two people sign for.

The fields are those of the composite form in the practice reference. Each is printed, a line to write, or *not known*;
none is left out because the program has no answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from crs_desktop.documents.model import (
    NOT_KNOWN,
    UNVERIFIED,
    Blank,
    Block,
    Box,
    Cell,
    Choice,
    Column,
    Fact,
    Kind,
    Note,
    Section,
    Sheet,
    Signatures,
    State,
    Stated,
    Table,
    Tick,
    Unknown,
    Verdict,
)
from crs_desktop.documents.sheets.facts import (
    ContactFacts,
    DoseFacts,
    PatientFacts,
    ProtocolFacts,
    SetFacts,
    Stamp,
    WeightFacts,
)
from crs_desktop.documents.sheets.rescue import rescue_sections
from crs_desktop.documents.sheets.words import (
    clock_time,
    count,
    day,
    fact_or_unknown,
    footer,
    identity,
    instant,
    sentence,
    tall_man,
    text_or_blank,
    weight_age,
)
from crs_desktop.documents.validity import code_of, facts_fingerprint
from crs_desktop.kernel.days import DayRange, day_text


@dataclass(frozen=True, slots=True)
class InfusionFacts:
    """The planned infusion. `cells` is True for CAR-T: thaw, identity and custody fields then apply."""

    generic: str
    brand: str
    regimen: str
    dose_label: str
    amount: Stated | None
    route: Stated | None
    day: date
    starts: datetime | None
    window: DayRange | None
    cells: bool
    infuse_over: Stated | None = None
    window_said: Stated | None = None
    never_swap: tuple[Stated, ...] = ()


@dataclass(frozen=True, slots=True)
class PremedicationFacts:
    """One premedication: `when` in words from the protocol; `at` the clock time where the start is known.

    Between `at` and `at_most` where the protocol leaves room.
    """

    drug: str
    dose: Stated | None
    route: str
    when: str
    at: datetime | None = None
    at_most: datetime | None = None


@dataclass(frozen=True, slots=True)
class LymphodepletionFacts:
    """What the protocol asks for and what is known of it; dates the program does not hold are None."""

    drugs: Stated
    timing: Stated | None
    last_dose: date | None = None
    days_since: int | None = None


@dataclass(frozen=True, slots=True)
class ReadinessFacts:
    """The verdict of the board for this infusion, already in words."""

    state: State
    headline: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InfusionDayFacts:
    """Everything the checklist says, gathered in one read."""

    patient: PatientFacts
    weight: WeightFacts | None
    infusion: InfusionFacts
    readiness: ReadinessFacts
    dose: DoseFacts | None
    sets_owed: int
    sets: tuple[SetFacts, ...]
    premedication: tuple[PremedicationFacts, ...]
    steroid_rule: Stated | None
    seizure_rule: Stated | None
    lymphodepletion: LymphodepletionFacts | None
    hold_criteria: tuple[Stated, ...]
    observation: tuple[Stated, ...]
    contacts: tuple[ContactFacts, ...]
    adopted: bool
    adoption: str
    unknowns: tuple[str, ...]
    override_reason: str
    protocol: ProtocolFacts
    policy: str
    stamp: Stamp
    pretreatment: LymphodepletionFacts | None = None
    stock_rules: tuple[Stated, ...] = ()


def build_infusion_day(facts: InfusionDayFacts) -> Sheet:
    """The checklist of one infusion. The same facts give the same sheet."""
    print_name = facts_fingerprint(Kind.INFUSION_DAY.value, facts)
    adoption = facts.adoption if facts.adopted else ""
    return Sheet(
        kind=Kind.INFUSION_DAY,
        title="Infusion-day checklist",
        subtitle=_subtitle(facts.infusion),
        identity=identity(facts.patient),
        bands=(
            (_verdict(facts),),
            (_patient(facts), _product(facts)),
            *rescue_sections(facts.dose, facts.weight, facts.sets, facts.sets_owed),
            (_premedication(facts),),
            *_before(facts),
            (_administration(),),
            (_after(facts),),
            (_release(facts),),
        ),
        footer=footer(facts.protocol, facts.policy, facts.stamp, code_of(print_name), adoption),
        fingerprint=print_name,
    )


def _subtitle(infusion: InfusionFacts) -> str:
    return f"{infusion.generic} ({infusion.brand}), {infusion.dose_label}, {day(infusion.day)}"


def _verdict(facts: InfusionDayFacts) -> Section:
    ready = facts.readiness
    blocks: list[Block] = [Verdict(ready.state, ready.headline, ready.reasons)]
    blocks += [Note(sentence("sheet_stock_rule", text=rule.text), rule.unverified) for rule in facts.stock_rules]
    if not facts.adopted:
        blocks.append(Box(sentence("sheet_not_adopted"), (facts.adoption,) if facts.adoption else (), loud=True))
    return Section("Tocilizumab for this infusion", tuple(blocks))


def _patient(facts: InfusionDayFacts) -> Section:
    blocks: list[Block] = [
        Fact("Allergies", identity(facts.patient).allergies, wide=True, strong=bool(facts.patient.allergies)),
    ]
    weight = facts.weight
    if weight is None:
        blocks += [Unknown("Weight"), Blank("Measured, method")]
    else:
        blocks += [
            Fact("Weight", str(weight.weight), strong=True),
            Fact("Measured", day(weight.measured_on)),
            Fact("Method", weight.method) if weight.method else Unknown("Method"),
            Fact("Age of weight on the day", weight_age(weight), strong=weight.stale),
        ]
    blocks += [
        Blank("Weight today (30 kg changes the dose rule)", "kg"),
        Blank("Height", "cm"),
        Choice("Pregnancy test", ("not needed", "negative"), "on", wide=True),
        Choice("Infection screen", ("clear", "pending", "positive"), wide=True),
    ]
    return Section("Patient", tuple(blocks), share=9)


def _product(facts: InfusionDayFacts) -> Section:
    infusion, zone = facts.infusion, facts.stamp.zone
    planned = instant(infusion.starts, zone) if infusion.starts else f"{day(infusion.day)}, time not set"
    window = infusion.window_said
    if window is None and infusion.window is not None:
        window = Stated(f"{day_text(infusion.window.first)} to {day(infusion.window.last)}")
    blocks: list[Block] = [
        Fact("Product", f"{infusion.generic} ({infusion.brand})", strong=True, wide=True),
        *(Box(sentence("sheet_never_swap"), (_said(one),), loud=True) for one in infusion.never_swap),
        Fact("Regimen", infusion.regimen) if infusion.regimen else Unknown("Regimen"),
        Fact("Dose", infusion.dose_label),
        fact_or_unknown("Amount", infusion.amount, wide=True, strong=True),
        fact_or_unknown("Route", infusion.route),
        fact_or_unknown("Allowed window", window),
        *([fact_or_unknown("Infuse over", infusion.infuse_over, wide=True)] if infusion.infuse_over else []),
        Fact("Planned", planned, wide=True),
        Blank("Lot"),
        Blank("Expiry"),
    ]
    return Section("Infusion", tuple(blocks), share=10)


def _said(one: Stated) -> str:
    """A text with its standing in words, for a block that has no mark."""
    return f"{one.text} ({UNVERIFIED})" if one.unverified else one.text


def _before(facts: InfusionDayFacts) -> tuple[tuple[Section, ...], ...]:
    hold = Section("Hold check: a yes stops the infusion until the prescriber decides", _hold(facts), columns=3)
    if facts.infusion.cells:
        return ((_custody(), _lymphodepletion(facts.lymphodepletion)), (hold,))
    hold = replace(hold, blocks=(Note(sentence("sheet_not_cells")), *hold.blocks))
    return (*(((_pretreatment(facts.pretreatment),),) if facts.pretreatment else ()), (hold,))


def _hold(facts: InfusionDayFacts) -> tuple[Block, ...]:
    fixed = (
        "Active infection",
        "New oxygen need",
        "New vasopressor need",
        "New arrhythmia",
        "Organ function worse",
        "GVHD",
        "Rising tumor burden",
        "Recent live vaccine",
        "Weight changed",
    )
    blocks: list[Block] = [Choice(text) for text in fixed]
    blocks += [
        Choice(f"Protocol: {stated.text}", wide=True, unverified=stated.unverified) for stated in facts.hold_criteria
    ]
    if not facts.hold_criteria:
        blocks.append(Unknown("Hold criteria of the protocol", wide=True))
    return (*blocks, Blank("If yes, what was decided and by whom", wide=True))


def _custody() -> Section:
    return Section(
        "Cells: identity, storage, thaw",
        (
            Blank("Identifier (DIN, apheresis or chain of identity)", wide=True),
            Blank("Cells in this dose"),
            Blank("Bags, number"),
            Blank("Received in good condition"),
            Blank("Storage temperature seen"),
            Blank("Thaw started"),
            Blank("Expires after thaw"),
            Tick("Chain of identity and custody complete", wide=True),
            Tick("Label matches patient: two people", write="initials", wide=True),
        ),
        columns=3,
        share=10,
    )


def _lymphodepletion(facts: LymphodepletionFacts | None) -> Section:
    if facts is None:
        blocks: tuple[Block, ...] = (Unknown("Lymphodepletion of the protocol", wide=True),)
        return Section("Lymphodepletion", (*blocks, Blank("Last dose, date"), Blank("Days since")), share=8)
    last = Fact("Last dose", day(facts.last_dose)) if facts.last_dose else Blank("Last dose, date")
    since = Fact("Days since", count(facts.days_since, "day", "days")) if facts.days_since is not None else None
    return Section(
        "Lymphodepletion",
        (
            Fact("Drugs", tall_man(facts.drugs.text), facts.drugs.unverified, wide=True),
            fact_or_unknown("Timing in the protocol", facts.timing, wide=True),
            last,
            since or Blank("Days since"),
            Choice("Interval within the protocol", ("no", "yes"), wide=True),
        ),
        share=8,
    )


def _pretreatment(facts: LymphodepletionFacts) -> Section:
    return Section(
        "Pretreatment",
        (
            Fact("Drug", tall_man(facts.drugs.text), facts.drugs.unverified, wide=True),
            fact_or_unknown("Timing in the protocol", facts.timing, wide=True),
            Blank("Given on, date"),
            Choice("Lead time within the protocol", ("no", "yes")),
        ),
        columns=2,
    )


def _premedication(facts: InfusionDayFacts) -> Section:
    columns = (
        Column("Drug", 10),
        Column("Dose", 8),
        Column("Route", 7),
        Column("When", 16),
        Column("Planned", 5, number=True),
        Column("Given at", 5),
        Column("Initials", 4),
    )
    rows = tuple(_premedication_row(item, facts) for item in facts.premedication)
    blocks: list[Block] = [Table(columns, rows, to_write=1)]
    if not rows:
        blocks.insert(0, Unknown("Premedication of the protocol", wide=True))
    blocks += [_rule("Systemic steroid", facts.steroid_rule), _rule("Seizure drug", facts.seizure_rule)]
    blocks += [Blank("Antimicrobial prophylaxis"), Blank("Seizure drug, dose, started")]
    return Section("Premedication", tuple(blocks))


def _rule(label: str, stated: Stated | None) -> Fact | Unknown:
    shown = Stated(tall_man(stated.text), stated.unverified) if stated else None
    return fact_or_unknown(label, shown)


def _premedication_row(item: PremedicationFacts, facts: InfusionDayFacts) -> tuple[Cell, ...]:
    at = clock_time(item.at, facts.stamp.zone) if item.at else ""
    if item.at_most:
        at = sentence("sheet_between", first=at, last=clock_time(item.at_most, facts.stamp.zone))
    dose = item.dose or Stated(NOT_KNOWN)
    return (
        Cell(tall_man(item.drug)),
        Cell(dose.text, dose.unverified),
        Cell(item.route or NOT_KNOWN),
        Cell(item.when or NOT_KNOWN),
        Cell(at),
        Cell(),
        Cell(),
    )


def _administration() -> Section:
    titles = ("Time", "Temperature C", "Blood pressure", "Heart rate", "Saturation %", "Oxygen L/min", "ICE or CAPD")
    columns = (*(Column(title, 3) for title in titles), Column("Initials", 2))
    baseline = (Cell("Baseline"), *(Cell() for _ in columns[1:]))
    blocks: tuple[Block, ...] = (
        Choice("CPAP or BiPAP at home", wide=False),
        Choice("Cultures drawn", ("no", "yes"), "at"),
        Table(columns, (baseline,), to_write=4),
        Blank("Infusion started"),
        Blank("Infusion ended"),
        Blank("Given by"),
    )
    return Section("Baseline before premedication, then infusion and vital signs", blocks, columns=3)


def _after(facts: InfusionDayFacts) -> Section:
    label = sentence("sheet_observation")
    blocks: list[Block] = [Fact(label, stated.text, stated.unverified) for stated in facts.observation]
    if not blocks:
        blocks = [Unknown("Observation of the protocol")]
    if facts.unknowns:
        blocks.append(Fact("Not known to the program", tall_man(_sentences(facts.unknowns)), wide=True))
    contacts = [text_or_blank(contact.role, contact.number) for contact in facts.contacts]
    return Section(
        "Observation, teaching, contacts",
        (
            *blocks,
            Tick("Wallet card given"),
            Tick("Thermometer at home"),
            Tick("Knows when to return"),
            Tick("Knows driving limit"),
            Blank("Caregiver, name"),
            Blank("Caregiver, phone"),
            *(contacts or [Blank("24 h phone"), Blank("ICU phone")]),
        ),
        columns=4,
    )


def _sentences(texts: tuple[str, ...]) -> str:
    """One after the other, each with its full stop."""
    return " ".join(text if text.endswith((".", "?")) else f"{text}." for text in texts)


def _release(facts: InfusionDayFacts) -> Section:
    blocks: list[Block] = [
        Signatures(
            (
                ("Checker 1, pharmacist", ""),
                ("Checker 2, from source data", ""),
                ("Prescriber confirms", ""),
                ("Nurse receives", ""),
            )
        )
    ]
    if facts.override_reason:
        blocks.append(Box("Override recorded", (facts.override_reason,), loud=True))
    else:
        blocks.append(Blank("Override: reason and name", wide=True))
    return Section("Release", tuple(blocks))
