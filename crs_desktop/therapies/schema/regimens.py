"""Reads the regimens of a protocol file: named steps with gaps, repeating phases, amounts by weight, weight bands."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from crs_desktop.therapies.model.doses import ROLES, Amount, AmountBranch, DoseStep, Gap, Phase, Regimen, WeightBand
from crs_desktop.therapies.schema.reading import Table

DOSE_UNITS = (
    "mcg",
    "mg",
    "mg/kg",
    "mg/m2",
    "mcg/day",
    "mcg/m2/day",
    "CAR-positive viable T cells/kg",
    "CAR-positive viable T cells",
)
_GAP = "whole days"


def read_regimens(top: Table) -> tuple[Regimen, ...]:
    """All regimens of the file; mistakes go to the reading."""
    found = tuple(_regimen(table) for table in top.tables("regimens"))
    if not found:
        top.mistake("therapy_key_missing", "regimens", "regimens")
    return found


def read_bands(top: Table, regimens: tuple[Regimen, ...]) -> tuple[WeightBand, ...]:
    """The preparation table: whole kilograms from, to, and the amount of each dose key."""
    bands: list[WeightBand] = []
    keys = tuple(
        sorted(
            {step.key for regimen in regimens for step in regimen.steps}
            | {phase.id for regimen in regimens for phase in regimen.phases}
        )
    )
    for table in top.tables("weight_bands"):
        table.identity()
        unit = table.word("unit", required=True, allowed=DOSE_UNITS)
        low, high = table.whole("from_kg", "kg", required=True), table.whole("to_kg", "kg", required=True)
        named = [(key, table.number(key, unit)) for key in keys]
        amounts = tuple((key, Amount(value, unit)) for key, value in named if value is not None)
        where = regimen_ids(table, regimens)
        table.close()
        if low is not None and high is not None:
            if low > high:
                table.mistake("therapy_range_reversed", "from_kg", low, most=high)
            band = WeightBand(low, high, amounts, where, table.path)
            _check_band(table, band, bands)
            bands.append(band)
    return tuple(bands)


def _check_band(table: Table, band: WeightBand, others: list[WeightBand]) -> None:
    for other in others:
        same = set(band.regimens) & set(other.regimens)
        if same and band.from_kg <= other.to_kg and other.from_kg <= band.to_kg:
            table.mistake("therapy_bands_overlap", "from_kg", f"{band.from_kg}-{band.to_kg}", other=other.path)


def regimen_ids(table: Table, regimens: tuple[Regimen, ...]) -> tuple[str, ...]:
    """The regimens a row holds for: named ones, or all of the file."""
    known = tuple(regimen.id for regimen in regimens)
    named = table.words("regimens")
    for name in named:
        if name not in known:
            table.mistake("therapy_value_not_allowed", "regimens", name, allowed=", ".join(known))
    return tuple(name for name in named if name in known) or known


def _regimen(table: Table) -> Regimen:
    regimen_id = table.identity()
    title = table.word("title", required=True)
    indication = table.text("indication", required=True)
    day_origin = table.text("day_origin", required=True)
    first_day = table.count("first_day", required=True) or 0
    steps: list[DoseStep] = []
    for below in table.tables("steps", name="key"):
        steps.append(_step(below, steps))
    phases = tuple(_phase(below) for below in table.tables("phases"))
    table.close()
    _check_roles(table, steps)
    keys = {step.key for step in steps}
    for phase in phases:
        if phase.first_gap.after and phase.first_gap.after not in keys:
            table.mistake("therapy_dose_unknown", "phases", phase.first_gap.after, allowed=", ".join(sorted(keys)))
    return Regimen(regimen_id, title, indication, day_origin, first_day, tuple(steps), phases, table.path)


def _check_roles(table: Table, steps: list[DoseStep]) -> None:
    roles = [step.role for step in steps]
    if not steps:
        table.mistake("therapy_key_missing", "steps", "steps")
    elif "cells" not in roles and roles.count("first_full") != 1 and "" not in roles:
        table.mistake("therapy_first_full_missing", "steps", roles.count("first_full"))
    if any(finding.field.startswith(table.path) for finding in table.reading.findings):
        return
    previous: DoseStep | None = None
    for step in steps:
        if previous and (step.cycle or 0, step.day) <= (previous.cycle or 0, previous.day):
            table.mistake("therapy_days_not_rising", f"steps.{step.key}.day", step.day, before=previous.day)
        previous = step


def _step(table: Table, before: list[DoseStep]) -> DoseStep:
    key = table.identity("key")
    label = table.word("label", required=True)
    role = table.word("role", required=True, allowed=ROLES)
    day = table.whole("day", "day as the label counts", required=True, least=-1000)
    route = table.text("route", required=True)
    amounts = _amounts(table)
    gap = _step_gap(table, before, day or 0) if before else Gap()
    restart_class = table.word("restart_class") or key
    infusion_days = table.whole("infusion_days", "days", least=1)
    cycle = table.count("cycle")
    table.close()
    return DoseStep(key, label, role, day or 0, route, amounts, gap, restart_class, infusion_days, cycle, table.path)


def _step_gap(table: Table, before: list[DoseStep], day: int) -> Gap:
    keys = {step.key: step for step in before}
    after = table.word("after", allowed=tuple(keys))
    anchor = keys.get(after, before[-1])
    least = table.whole("min_gap_days", _GAP, required=True)
    usual = table.pair("usual_gap_days", _GAP)
    most = table.whole("max_gap_days", _GAP, required=True)
    reason = table.text("extension_reason")
    _check_gap(table, least, most)
    return Gap(least, usual, day - anchor.day, most, after, reason)


def _phase(table: Table) -> Phase:
    phase_id = table.identity()
    label, key = table.word("label", required=True), table.word("key", required=True)
    if key and "{n}" not in key:
        table.mistake("therapy_value_kind", "key", key, expects="a text with {n} for the number")
    first_number = table.count("first_number", required=True)
    count = table.whole("doses", "doses", least=1)
    route = table.text("route", required=True)
    amounts = _amounts(table)
    after = table.word("after")
    first = table.whole("first_gap_days", _GAP, required=True, least=1)
    interval = table.whole("interval_days", _GAP, required=True, least=1)
    least = table.whole("min_gap_days", _GAP, required=True)
    most = table.whole("max_gap_days", _GAP, required=True)
    _check_gap(table, least, most)
    entry, optional = table.text("entry"), table.switch("optional")
    restart_class = table.word("restart_class") or phase_id
    infusion_days, by_cycle = table.whole("infusion_days", "days", least=1), table.switch("by_cycle")
    table.close()
    return Phase(
        phase_id,
        label,
        key,
        first_number or 0,
        count,
        route,
        amounts,
        Gap(least, None, first, most, after),
        Gap(least, None, interval, most),
        entry,
        optional,
        restart_class,
        infusion_days,
        by_cycle,
        table.path,
    )


def _check_gap(table: Table, least: int | None, most: int | None) -> None:
    if least is not None and most is not None and least > most:
        table.mistake("therapy_gap_reversed", "min_gap_days", least, most=most)


def _amounts(table: Table) -> tuple[AmountBranch, ...]:
    if "amounts" not in table.content:
        return _branch(table, closes=False)
    found = tuple(branch for below in table.tables("amounts") for branch in _branch(below, closes=True))
    for one, two in pairwise(found):
        if one.from_kg is None or two.below_kg != one.from_kg:
            table.mistake("therapy_weights_overlap", "amounts", two.range_text or two.path)
    return found


def _branch(table: Table, closes: bool) -> tuple[AmountBranch, ...]:
    if closes:
        table.identity()
    unit = table.word("unit", required=True, allowed=DOSE_UNITS)
    dose = table.number("dose", unit, required=True)
    low: Decimal | None = table.number("from_kg", "kg") if closes else None
    high: Decimal | None = table.number("below_kg", "kg") if closes else None
    cap_unit = table.word("cap_unit", required="cap" in table.content, allowed=DOSE_UNITS)
    cap = table.number("cap", cap_unit)
    if closes:
        table.close()
    if dose is None or not unit:
        return ()
    return (
        AmountBranch(Amount(dose, unit), low, high, Amount(cap, cap_unit) if cap is not None else None, table.path),
    )
