"""The rescue part of the checklist: the dose, and which vials on which shelf are its sets, or what is missing."""

from __future__ import annotations

from crs_desktop.documents.model import (
    Blank,
    Block,
    Box,
    Cell,
    Column,
    Figure,
    Figures,
    Note,
    Section,
    Table,
    Tick,
    Unknown,
)
from crs_desktop.documents.sheets.facts import DoseFacts, SetFacts, VialFacts, WeightFacts
from crs_desktop.documents.sheets.words import drug_and_brand, formula, plain_day, sentence
from crs_desktop.kernel.amounts import grouped

_COLUMNS = (
    Column("Set", 7),
    Column("Drug (brand)", 30),
    Column("Vials", 15, number=True),
    Column("Lot", 17),
    Column("Expires", 18),
    Column("Place", 40),
    Column("Held", 14),
    Column("Seen", 9),
)


def rescue_sections(
    dose: DoseFacts | None, weight: WeightFacts | None, sets: tuple[SetFacts, ...], owed: int
) -> tuple[tuple[Section, ...], ...]:
    """The dose with its sets, and beneath it the fallback and the ward."""
    blocks: list[Block] = [_figures(dose, weight)] if dose and weight else [Unknown("Dose", sentence("sheet_no_dose"))]
    rows = tuple(row for each in sets for row in _rows(each))
    if rows:
        blocks.append(Table(_COLUMNS, rows))
    blocks += [_short(each) for each in sets if each.short]
    if dose and len(sets) < owed:
        blocks.append(Box(sentence("sheet_sets_missing", held=len(sets), owed=owed), loud=True))
    blocks.append(Note(sentence("sheet_sets_rule")))
    return ((Section("Rescue: tocilizumab intravenous", tuple(blocks)),), (_fallback(),))


def _figures(dose: DoseFacts, weight: WeightFacts) -> Figures:
    drawn_note = "as calculated" if dose.drawn == dose.calculated else f"rounded from {dose.calculated}"
    return Figures(
        (
            Figure("Calculated dose", str(dose.calculated), formula(dose, weight)),
            Figure("Draw", str(dose.drawn), drawn_note),
            Figure("Drug volume", str(dose.volume), f"at {dose.mg_per_ml} mg/mL"),
            Figure("Bag", f"{dose.bag_ml} mL", f"over {dose.infuse_minutes} minutes"),
        )
    )


def _rows(each: SetFacts) -> list[tuple[Cell, ...]]:
    return [_row(each, vial) for vial in each.vials]


def _row(each: SetFacts, vial: VialFacts) -> tuple[Cell, ...]:
    return (
        Cell(f"{each.number}"),
        Cell(drug_and_brand(vial)),
        Cell(f"{grouped(vial.vials)} x {vial.strength_mg} mg"),
        Cell(vial.lot),
        Cell(plain_day(vial.expires)),
        Cell(vial.place),
        Cell("set aside" if each.confirmed else "proposed"),
        Cell(box=True),
    )


def _short(each: SetFacts) -> Box:
    return Box(f"SHORT: set {each.number}", (each.short,), loud=True)


def _fallback() -> Section:
    return Section(
        "Fallback and ward",
        (
            Blank("siltuximab (Sylvant): place, vials"),
            Blank("anakinra (Kineret): place, syringes"),
            Blank("ICU aware: who, bed"),
            Tick("Steroid on ward"),
            Tick("Vasopressor on ward"),
            Tick("Oxygen and suction at bedside"),
        ),
        columns=3,
    )
