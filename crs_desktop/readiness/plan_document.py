"""The question of `plan FILE`: one JSON document, or two CSV files, read strictly into a question for the plan."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crs_desktop.doses.rules.arithmetic import calculated_dose
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.entry import read_name, read_percent, read_weight, unusual_weight
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.readiness.model import Demand, Earmark, Movable, PlannedUse, PlanQuestion, SupplyLine
from crs_desktop.readiness.plan_document_fields import Entry, Reader, strict_json

DoseOfWeight = Callable[[BodyWeight], Mass]

MOST_MG, MOST_VIAL_MG, MOST_VIALS, MOST_SETS, MOST_ENTRIES = 800, 2000, 10_000, 10, 2000
STATES = ("available", "quarantined", "recalled", "expired", "excursion")
_TOP = ("today", "rounding_percent", "lots", "patients", "planned_use", "earmarks")
_LOT = ("lot", "brand", "mg", "vials", "expires", "available_from", "hour", "state", "place", "far")
_PATIENT = ("id", "weight_kg", "dose_mg", "sets", "further_sets", "from", "until", "first_time")
_USE = ("patient", "date", "dose_mg")
_EARMARK = ("patient", "set", "vials", "confirmed")
_VIALS = ("lot", "mg", "vials", "place")


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A document understood: the question, and what to beware of in it."""

    question: PlanQuestion
    findings: tuple[Finding, ...] = ()

    def movable(self, days: int = 30) -> tuple[Movable, ...]:
        """Windows that have not started may begin later, day by day, with their length kept."""
        question = self.question
        return tuple(
            Movable(demand.holder, later(demand.window, days))
            for demand in question.demands
            if demand.window.first > question.today
        )


def later(window: DayRange, days: int) -> tuple[DayRange, ...]:
    """The window begun 1, 2, ... days later."""
    first, last = window.first.toordinal(), window.last.toordinal()
    return tuple(DayRange(date.fromordinal(first + n), date.fromordinal(last + n)) for n in range(1, days + 1))


def read_document(text: str, today: date | None = None, dose_of_weight: DoseOfWeight = calculated_dose) -> PlanDocument:
    """The JSON document. `today` stands in when the document names none. Raises NotUnderstood with every finding."""
    reader = Reader()
    top = reader.entry(strict_json(text), "document", _TOP, ("lots", "patients"))
    if top is None:
        raise NotUnderstood(*reader.findings)
    stated = reader.day(top, "today", "")
    if top.get("today") is None and today is None:
        reader.note("plan_file_key_missing", "today")
    percent = reader.typed(top, "rounding_percent", "", read_percent)
    return _read(reader, top, stated or today, percent, dose_of_weight)


def read_tables(
    stock: str,
    patients: str,
    today: date,
    rounding_percent: str = "0",
    dose_of_weight: DoseOfWeight = calculated_dose,
) -> PlanDocument:
    """Two CSV texts with the document's columns; an empty cell is an absent value. Raises NotUnderstood."""
    reader = Reader()
    top: Entry = {
        "lots": _rows(reader, stock, "stock", _LOT, ("lot", "brand", "mg", "vials", "expires")),
        "patients": _rows(reader, patients, "patients", _PATIENT, ("id", "sets", "from", "until")),
    }
    percent = reader.typed({"rounding_percent": rounding_percent}, "rounding_percent", "", read_percent)
    return _read(reader, top, today, percent, dose_of_weight)


def _rows(reader: Reader, text: str, name: str, known: tuple[str, ...], needed: tuple[str, ...]) -> list[object]:
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        table = [[cell.strip() for cell in row] for row in lines if any(cell.strip() for cell in row)]
    except csv.Error:
        reader.note("plan_file_table_not_understood", name, lines.line_num)
        return []
    if not table:
        reader.note("plan_file_table_empty", name)
        return []
    header, rows = table[0], table[1:]
    for column in header:
        if column not in known:
            reader.note("plan_file_key_unknown", f"{name}.{column}", column, known=", ".join(known))
        elif header.count(column) > 1:
            reader.note("plan_file_key_repeated", f"{name}.{column}", column)
    for column in needed:
        if column not in header:
            reader.note("plan_file_key_missing", f"{name}.{column}")
    if reader.findings:
        raise NotUnderstood(*dict.fromkeys(reader.findings))
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            reader.note("plan_file_row_wrong_length", f"{name}, row {number}", len(row), columns=len(header))
    pairs = ([(column, cell) for column, cell in zip(header, row, strict=False) if cell] for row in rows)
    return [dict((column, _cell(column, cell)) for column, cell in row) for row in pairs]


def _cell(column: str, cell: str) -> object:
    return {"true": True, "false": False}.get(cell, cell) if column == "far" else cell


def _read(
    reader: Reader, top: Entry, today: date | None, percent: Decimal | None, dose_of_weight: DoseOfWeight
) -> PlanDocument:
    lots = reader.entries(top.get("lots"), "lots")
    patients = reader.entries(top.get("patients"), "patients")
    uses = reader.entries(top.get("planned_use"), "planned_use")
    marks = reader.entries(top.get("earmarks"), "earmarks")
    for name, many in (("lots", lots), ("patients", patients), ("planned_use", uses), ("earmarks", marks)):
        if len(many) > MOST_ENTRIES:
            reader.note("plan_file_too_many_entries", name, len(many), most=MOST_ENTRIES)
    if reader.findings and any(finding.code == "plan_file_too_many_entries" for finding in reader.findings):
        raise NotUnderstood(*reader.findings)
    supply = _lots(reader, lots)
    unusual: list[Finding] = []
    demands = _patients(reader, patients, dose_of_weight, unusual)
    planned = [use for n, one in enumerate(uses) if (use := _use(reader, one, f"planned_use[{n}]"))]
    earmarks = _earmarks(reader, marks, supply, patients)
    if reader.findings or today is None:
        raise NotUnderstood(*reader.findings)
    question = PlanQuestion(
        today, percent or Decimal(0), tuple(supply), tuple(demands), tuple(planned), tuple(earmarks)
    )
    return PlanDocument(question, tuple(unusual))


def _lots(reader: Reader, lots: list[object]) -> list[SupplyLine]:
    supply: list[SupplyLine] = []
    for n, one in enumerate(lots):
        field = f"lots[{n}]"
        entry = reader.entry(one, field, _LOT, ("lot", "brand", "mg", "vials", "expires"))
        if entry is None:
            continue
        lot, brand = reader.text(entry, "lot", field), reader.text(entry, "brand", field)
        strength = reader.mg(entry, "mg", field, MOST_VIAL_MG)
        vials = reader.count(entry, "vials", field, 1, MOST_VIALS)
        expires, there = reader.day(entry, "expires", field), reader.day(entry, "available_from", field)
        place = reader.text(entry, "place", field) or ""
        hour, far = reader.minute(entry, "hour", field), reader.flag(entry, "far", field)
        if hour is not None and entry.get("available_from") is None:
            reader.note("plan_file_key_missing", f"{field}.available_from")
        state = reader.typed(entry, "state", field, _state) or "available"
        if lot is None or brand is None or strength is None or vials is None or expires is None:
            continue
        hour = None if there is None else hour
        line = SupplyLine(str(n), lot, brand, strength, vials, expires, place, there, state == "available", far, hour)
        if any(_same_product(line, other) and line.place == other.place for other in supply):
            reader.note("plan_file_lot_repeated", f"{field}.lot", lot)
        supply.append(line)
    return supply


def _state(text: str, field: str) -> str | Finding:
    return text if text in STATES else no("plan_file_lot_state_unknown", field, text[:60], known=", ".join(STATES))


def _same_product(one: SupplyLine, other: SupplyLine) -> bool:
    return (one.lot, one.brand, one.strength) == (other.lot, other.brand, other.strength)


def _patients(
    reader: Reader, patients: list[object], dose_of_weight: DoseOfWeight, unusual: list[Finding]
) -> list[Demand]:
    demands: list[Demand] = []
    seen: set[str] = set()
    for n, one in enumerate(patients):
        field = f"patients[{n}]"
        entry = reader.entry(one, field, _PATIENT, ("id", "sets", "from", "until"))
        if entry is None:
            continue
        who = reader.text(entry, "id", field)
        if who in seen:
            reader.note("plan_file_patient_repeated", f"{field}.id", who)
        seen.add(who or "")
        dose = _dose(reader, entry, field, dose_of_weight, unusual)
        sets = reader.count(entry, "sets", field, 0, MOST_SETS)
        further = reader.count(entry, "further_sets", field, 0, MOST_SETS if sets is None else sets) or 0
        minute = reader.minute(entry, "first_time", field)
        first, last = reader.day(entry, "from", field), reader.day(entry, "until", field)
        if first is not None and last is not None and last < first:
            reader.note(
                "plan_file_window_ends_before_start", f"{field}.until", last.isoformat(), first=first.isoformat()
            )
        elif who is not None and dose is not None and sets is not None and first is not None and last is not None:
            demands.append(Demand(who, dose, sets, DayRange(first, last), further, minute))
    return demands


def _dose(
    reader: Reader, entry: Entry, field: str, dose_of_weight: DoseOfWeight, unusual: list[Finding]
) -> Mass | None:
    weighed, stated = entry.get("weight_kg") is not None, entry.get("dose_mg") is not None
    if weighed and stated:
        reader.note("plan_file_weight_and_dose", f"{field}.dose_mg", entry["dose_mg"])
    if not weighed and not stated:
        reader.note("plan_file_key_missing", f"{field}.weight_kg")
    dose = reader.mg(entry, "dose_mg", field, MOST_MG)
    weight = reader.typed(entry, "weight_kg", field, read_weight)
    if weight is None:
        return dose
    rare = unusual_weight(weight, f"{field}.weight_kg")
    if rare is not None:
        unusual.append(rare)
    return dose_of_weight(weight)


def _use(reader: Reader, one: object, field: str) -> PlannedUse | None:
    entry = reader.entry(one, field, _USE, _USE)
    if entry is None:
        return None
    who, day = reader.text(entry, "patient", field), reader.day(entry, "date", field)
    dose = reader.mg(entry, "dose_mg", field, MOST_MG)
    return None if who is None or day is None or dose is None else PlannedUse(who, day, dose)


def _earmarks(reader: Reader, marks: list[object], supply: list[SupplyLine], patients: list[object]) -> list[Earmark]:
    known = {read_name(str(one.get("id")), "id") for one in patients if isinstance(one, dict)}
    broken = any(finding.field.startswith("lots[") for finding in reader.findings)
    earmarks: list[Earmark] = []
    for n, one in enumerate(marks):
        field = f"earmarks[{n}]"
        entry = reader.entry(one, field, _EARMARK, ("patient", "set", "vials"))
        if entry is None:
            continue
        who = reader.text(entry, "patient", field)
        number = reader.count(entry, "set", field, 1, MOST_SETS)
        confirmed = reader.flag(entry, "confirmed", field)
        many = reader.entries(entry.get("vials"), f"{field}.vials")
        shelf = None if broken else supply
        vials = [_vials(reader, part, f"{field}.vials[{k}]", shelf) for k, part in enumerate(many)]
        if who is not None and who not in known:
            reader.note("plan_file_patient_unknown", f"{field}.patient", who)
        if any((mark.holder, mark.set_no) == (who, number) for mark in earmarks):
            reader.note("plan_file_earmark_repeated", f"{field}.set", number, patient=who)
        if entry.get("vials") == []:
            reader.note("plan_file_key_missing", f"{field}.vials")
        named = [part for part in vials if part is not None]
        if len({key for key, _ in named}) < len(named):
            reader.note("plan_file_lot_repeated", f"{field}.vials", who)
        if who is not None and number is not None:
            earmarks.append(Earmark(who, number, tuple(named), confirmed))
    return earmarks


def _vials(reader: Reader, one: object, field: str, supply: list[SupplyLine] | None) -> tuple[str, int] | None:
    entry = reader.entry(one, field, _VIALS, ("lot", "mg", "vials"))
    if entry is None:
        return None
    lot, strength = reader.text(entry, "lot", field), reader.mg(entry, "mg", field, MOST_VIAL_MG)
    count = reader.count(entry, "vials", field, 1, MOST_VIALS)
    place = reader.text(entry, "place", field)
    if lot is None or strength is None or count is None or supply is None:
        return None
    lines = [line for line in supply if (line.lot, line.strength) == (lot, strength) and place in (None, line.place)]
    if len(lines) != 1:
        reader.note(
            "plan_file_lot_unknown" if not lines else "plan_file_lot_ambiguous", f"{field}.lot", lot, mg=entry["mg"]
        )
        return None
    return lines[0].key, count
