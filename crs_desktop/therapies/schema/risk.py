"""Reads how often CRS and neurotoxicity came in a trial; each figure carries the people it counts as its unit."""

from __future__ import annotations

from decimal import Decimal

from crs_desktop.therapies.model.care import DoseRisk, RiskRow
from crs_desktop.therapies.model.doses import Regimen
from crs_desktop.therapies.model.facts import Value
from crs_desktop.therapies.schema import values
from crs_desktop.therapies.schema.regimens import regimen_ids
from crs_desktop.therapies.schema.table import Table

_ALL, _CRS = "percent of all patients", "percent of patients with CRS"
FIGURES = {
    "crs_any_pct": _ALL,
    "crs_grade2plus_pct": _ALL,
    "crs_grade3plus_pct": _ALL,
    "crs_grade1_pct": _ALL,
    "crs_grade2_pct": _ALL,
    "crs_grade3_pct": _ALL,
    "crs_grade4_pct": _ALL,
    "crs_serious_pct": _ALL,
    "crs_recurrent_pct": _ALL,
    "crs_after_SUD1_pct": _ALL,
    "crs_after_SUD2_pct": _ALL,
    "crs_after_FULL1_pct": _ALL,
    "crs_first_later_pct": _ALL,
    "crs_events_median": "events",
    "onset_days_median": "days",
    "onset_hours_median": "hours",
    "onset_same_day_pct": "percent of cases of CRS",
    "duration_days_median": "days",
    "duration_hours_median": "hours",
    "tocilizumab_pct_of_all": _ALL,
    "tocilizumab_pct_of_crs": _CRS,
    "tocilizumab_n": "patients",
    "tocilizumab_one_dose_n": "patients",
    "tocilizumab_two_doses_n": "patients",
    "tocilizumab_three_doses_n": "patients",
    "tocilizumab_more_than_one_dose_n": "patients",
    "tocilizumab_one_dose_pct": _ALL,
    "tocilizumab_more_than_one_dose_pct": _ALL,
    "steroid_pct_of_all": _ALL,
    "steroid_pct_of_crs": _CRS,
    "steroid_n": "patients",
    "repeat_crs_with_tocilizumab_pct": "percent of patients with a first event given tocilizumab",
    "repeat_crs_without_tocilizumab_pct": "percent of patients with a first event not given tocilizumab",
    "neurotoxicity_any_pct": _ALL,
    "neurotoxicity_grade3_pct": _ALL,
    "neurotoxicity_grade3plus_pct": _ALL,
    "neurotoxicity_onset_days_median": "days",
    "neurotoxicity_duration_days_median": "days",
    "icans_pct": _ALL,
    "icans_grade3plus_pct": _ALL,
    "icans_fatal_pct": _ALL,
    "icans_onset_days_median": "days",
    "icans_onset_hours_median": "hours",
    "icans_duration_days_median": "days",
    "icans_duration_hours_median": "hours",
}
RANGES = {
    "onset_days_range": "days",
    "onset_hours_range": "hours",
    "duration_days_range": "days",
    "duration_hours_range": "hours",
    "crs_events_range": "events",
    "neurotoxicity_onset_days_range": "days",
    "icans_onset_days_range": "days",
}
COUNTED = ("patients", "patients with CRS", "events")


def read_risk(top: Table, regimens: tuple[Regimen, ...]) -> tuple[RiskRow, ...]:
    """CRS figures of each trial, also dose by dose."""
    rows = []
    for table in top.tables("risk"):
        row_id, trial = table.identity(), table.word("trial", required=True)
        population, grading = table.text("population"), table.text("grading")
        patients = table.whole("patients", "patients", required=True)
        where, figures = regimen_ids(table, regimens), _figures(table)
        by_dose = tuple(_by_dose(below) for below in table.tables("by_dose"))
        table.close()
        rows.append(RiskRow(row_id, trial, population, patients, grading, where, figures, table.path, by_dose))
    return tuple(rows)


def _figures(table: Table) -> tuple[tuple[str, Value], ...]:
    figures: list[tuple[str, Value]] = []
    for name, unit in FIGURES.items():
        if name in table.content:
            figures.append((name, _percent(table, name, unit) if name.endswith("_pct") else table.number(name, unit)))
    for name, unit in RANGES.items():
        if name in table.content:
            found: Value = table.fact(name, unit, False, "two numbers, the smaller first", values.span)
            figures.append((name, found))
    table.allow(*FIGURES, *RANGES)
    return tuple(figures)


def _by_dose(table: Table) -> DoseRisk:
    table.identity()
    dose = table.word("dose", required=True)
    counted = table.word("of", required=True, allowed=COUNTED)
    percent = _percent(table, "percent", f"percent of {counted}", required=True)
    table.close()
    return DoseRisk(dose, percent, counted, table.path)


def _percent(table: Table, key: str, unit: str, required: bool = False) -> Decimal | None:
    return table.fact(key, unit, required, "a number from 0 to 100", values.percent)
