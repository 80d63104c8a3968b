"""The three schedules as tables a pharmacist can sign. Each row cites the place in the reference it was taken from.

Written by hand from the reference, not from the protocol files: a slip in a file shows here.
Columns: weight in kg, dose, label day, planned, first and last allowed day (? = not known), amount, reference.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.therapies.catalogue import Catalogue, load_catalogue
from crs_desktop.therapies.model.dated import ScheduledDose
from crs_desktop.therapies.rules.restart import restart_advice, situation_row
from crs_desktop.therapies.rules.schedule import schedule

TEC = "bispecifics.yaml products/teclistamab"
BLI = "bispecifics.yaml products/blinatumomab"
SHORT = {"axi": "axicabtagene_ciloleucel", "tec": "teclistamab", "bli": "blinatumomab"}
AXI = "car-t.yaml products/axicabtagene_ciloleucel"

# Axicabtagene ciloleucel, infusion on Monday 7 December 2026.
AXI_DOSES = f"""
72.5 | D0 | 0 | 2026-12-07 | - | - | 145,000,000 CAR-positive viable T cells | {AXI}/dose/target
100     | D0 | 0 | 2026-12-07 | - | - | 200,000,000 CAR-positive viable T cells | {AXI}/dose/max_total
100.001 | D0 | 0 | 2026-12-07 | - | - | 200,000,000 CAR-positive viable T cells | {AXI}/dose/max_total
130     | D0 | 0 | 2026-12-07 | - | - | 200,000,000 CAR-positive viable T cells | {AXI}/dose/max_total
"""

# Teclistamab alone, 60 kg, first step-up dose on Tuesday 1 December 2026.
TEC_MONO = f"""
60 | SUD1  | 1  | 2026-12-01 | -          | -          | 3.6 mg | {TEC}/regimens/mono/step_up/seq 1
60 | SUD2  | 4  | 2026-12-04 | 2026-12-03 | 2026-12-08 | 18 mg  | {TEC}/regimens/mono/step_up/seq 2
60 | FULL1 | 7  | 2026-12-07 | 2026-12-06 | 2026-12-11 | 90 mg  | {TEC}/regimens/mono/step_up/seq 3
60 | W1    | 14 | 2026-12-14 | ?          | ?          | 90 mg  | {TEC}/regimens/mono/phases/weekly
60 | W2    | 21 | 2026-12-21 | ?          | ?          | 90 mg  | {TEC}/regimens/mono/phases/weekly
60 | W3    | 28 | 2026-12-28 | ?          | ?          | 90 mg  | {TEC}/regimens/mono/phases/weekly
60 | W4    | 35 | 2027-01-04 | ?          | ?          | 90 mg  | {TEC}/regimens/mono/phases/weekly
"""

# Teclistamab with daratumumab, day 0 (daratumumab) on Tuesday 1 December, teclistamab from the day after.
TEC_COMBO = f"""
60 | SUD1  | 1  | 2026-12-02 | - | - | 3.6 mg | {TEC}/regimens/combo_daratumumab_sc/step_up/seq 1
60 | SUD2  | 3  | 2026-12-04 | ? | ? | 18 mg  | {TEC}/regimens/combo_daratumumab_sc/step_up/seq 2
60 | FULL1 | 7  | 2026-12-08 | ? | ? | 90 mg  | {TEC}/regimens/combo_daratumumab_sc/step_up/seq 3
60 | W1    | 14 | 2026-12-15 | ? | ? | 90 mg  | {TEC}/regimens/combo_daratumumab_sc/phases/weekly (weeks 2 to 8)
60 | W7    | 56 | 2027-01-26 | ? | ? | 90 mg  | {TEC}/regimens/combo_daratumumab_sc/phases/weekly (weeks 2 to 8)
"""

# Blinatumomab, cycle 1 on Tuesday 1 December 2026; both sides of 45 kg. Consolidation is recalled in the reference.
BLI_RR = f"""
45     | C1D1 | 1 | 2026-12-01 | - | - | 9 mcg/day                       | {BLI}/regimens/rr/weight_bands/45 kg or more
45     | C1D8 | 8 | 2026-12-08 | ? | ? | 28 mcg/day                      | {BLI}/regimens/rr/weight_bands/45 kg or more
45     | C2D1 | 1 | 2027-01-12 | ? | ? | 28 mcg/day                      | {BLI}/regimens/rr/cycles/2
44.999 | C1D1 | 1 | 2026-12-01 | - | - | 5 mcg/m2/day, at most 9 mcg/day | {BLI}/regimens/rr/weight_bands/under 45 kg
44.999 | C1D8 | 8 | 2026-12-08 | ? | ? | 15 mcg/m2/day, at most 28 mcg/day | {BLI}/regimens/rr/weight_bands/under 45 kg
44.999 | C2D1 | 1 | 2027-01-12 | ? | ? | 15 mcg/m2/day, at most 28 mcg/day | {BLI}/regimens/rr/weight_bands/under 45 kg
90     | C3D1 | 1 | 2027-02-23 | ? | ? | 28 mcg/day                      | {BLI}/regimens/rr/cycles/3 to 5
90     | C4D1 | 1 | 2027-04-06 | ? | ? | 28 mcg/day                      | {BLI}/regimens/rr/cycles/3 to 5
90     | C5D1 | 1 | 2027-05-18 | ? | ? | 28 mcg/day                      | {BLI}/regimens/rr/cycles/3 to 5
90     | C6D1 | 1 | 2027-06-29 | ? | ? | 28 mcg/day                      | {BLI}/regimens/rr/cycles/6 to 9
90     | C7D1 | 1 | 2027-09-21 | ? | ? | 28 mcg/day                      | {BLI}/regimens/rr/cycles/6 to 9 (84 days)
90     | C8D1 | 1 | 2027-12-14 | ? | ? | 28 mcg/day                      | {BLI}/regimens/rr/cycles/6 to 9 (84 days)
90     | C9D1 | 1 | 2028-03-07 | ? | ? | 28 mcg/day                      | {BLI}/regimens/rr/cycles/6 to 9 (84 days)
"""
BLI_MRD = f"""
45 | C1D1 | 1 | 2026-12-01 | - | - | 28 mcg/day | {BLI}/regimens/mrd/weight_bands/45 kg or more
45     | C2D1 | 1 | 2027-01-12 | ? | ? | 28 mcg/day                        | {BLI}/regimens/mrd/cycles/2 to 4
45     | C4D1 | 1 | 2027-04-06 | ? | ? | 28 mcg/day                        | {BLI}/regimens/mrd/cycles/2 to 4
44.999 | C1D1 | 1 | 2026-12-01 | - | - | 15 mcg/m2/day, at most 28 mcg/day | {BLI}/regimens/mrd/weight_bands/under 45 kg
"""
BLI_CONSOLIDATION = f"""
45     | C1D1 | 1 | 2026-12-01 | - | - | 28 mcg/day                        | {BLI}/regimens/consolidation/weight_bands
44.999 | C1D1 | 1 | 2026-12-01 | - | - | 15 mcg/m2/day, at most 28 mcg/day | {BLI}/regimens/consolidation/weight_bands
45     | C4D1 | 1 | 2027-04-06 | ? | ? | 28 mcg/day                        | {BLI}/regimens/consolidation/cycles
"""

# Premedication: dose, medicine, amount, route, minutes before (latest start first), for whom, place in the reference.
PREMEDICATION = f"""
axi | single | D0 | acetaminophen | 650 mg | PO | 60-60 | all | {AXI}/premedication/drugs
axi | single | D0 | diphenhydramine | 12.5 mg | IV, PO | 60-60 | all | {AXI}/premedication/drugs
axi | single | D0 | dexamethasone | 10 mg | PO | ? | all | {AXI}/premedication/studied_prophylaxis_regimen
tec | mono | SUD1 | dexamethasone | 16 mg | PO, IV | 60-180 | all | {TEC}/premedication/items
tec | mono | SUD1 | diphenhydramine | 50 mg | PO, IV | 60-180 | all | {TEC}/premedication/items
tec | mono | SUD1 | acetaminophen | 650 to 1,000 mg | PO, IV | 60-180 | all | {TEC}/premedication/items
tec | mono | SUD2 | dexamethasone | 16 mg | PO, IV | 60-180 | all | {TEC}/premedication/applies_to
tec | mono | FULL1 | dexamethasone | 16 mg | PO, IV | 60-180 | all | {TEC}/premedication/applies_to
bli | rr | C1D1 | dexamethasone | 20 mg | ? | 60-60 | adult | {BLI}/premedication/rr adult
bli | rr | C1D8 | dexamethasone | 20 mg | ? | 60-60 | adult | {BLI}/premedication/rr adult
bli | rr | C2D1 | dexamethasone | 20 mg | ? | 60-60 | adult | {BLI}/premedication/rr adult
bli | rr | C1D1 | dexamethasone | 5 mg/m2, at most 20 mg | ? | ? | paediatric | {BLI}/premedication/rr paediatric
bli | rr | C1D8 | dexamethasone | 5 mg/m2, at most 20 mg | ? | ? | paediatric | {BLI}/premedication/rr paediatric
bli | mrd | C1D1 | prednisone | 100 mg | IV | 60-60 | adult | {BLI}/premedication/mrd adult
bli | mrd | C1D1 | dexamethasone | 16 mg | ? | 60-60 | adult | {BLI}/premedication/mrd adult
bli | mrd | C2D1 | prednisone | 100 mg | IV | 60-60 | adult | {BLI}/premedication/mrd adult
bli | mrd | C2D1 | dexamethasone | 16 mg | ? | 60-60 | adult | {BLI}/premedication/mrd adult
bli | mrd | C1D1 | dexamethasone | 5 mg/m2, at most 20 mg | ? | ? | paediatric | {BLI}/premedication/mrd paediatric
bli | consolidation | C2D1 | dexamethasone | 20 mg | IV | 60-60 | adult | {BLI}/premedication/consolidation adult
"""
NO_PREMEDICATION = [
    ("teclistamab", "mono", "W1", ""),
    ("blinatumomab", "rr", "C2D1", "paediatric"),
    ("blinatumomab", "mrd", "C2D1", "paediatric"),
]

# Restart: last dose, elapsed days, row of the protocol (or what kind of answer), place in the reference.
RESTART = f"""
SUD1  | 1   | too_early    | {TEC}/regimens/mono/step_up/seq 2 min_gap_days
SUD1  | 2   | on_schedule  | {TEC}/regimens/mono/step_up/seq 2
SUD1  | 7   | on_schedule  | {TEC}/regimens/mono/step_up/seq 2 max_gap_days
SUD1  | 8   | sud1_late    | {TEC}/restart_after_delay/rows/SUD1 8 days and more
SUD1  | 9   | sud1_late    | {TEC}/restart_after_delay/rows/SUD1 8 days and more
SUD2  | 7   | on_schedule  | {TEC}/regimens/mono/step_up/seq 3 max_gap_days
SUD2  | 8   | sud2_8_28    | {TEC}/restart_after_delay/rows/SUD2 8 to 28
SUD2  | 27  | sud2_8_28    | {TEC}/restart_after_delay/rows/SUD2 8 to 28
SUD2  | 28  | sud2_8_28    | {TEC}/restart_after_delay/rows/SUD2 8 to 28
SUD2  | 29  | sud2_over_28 | {TEC}/restart_after_delay/rows/SUD2 29 and more
FULL1 | 28  | weekly_0_28  | {TEC}/restart_after_delay/rows/treatment_weekly 0 to 28
FULL1 | 29  | weekly_29_56 | {TEC}/restart_after_delay/rows/treatment_weekly 29 to 56
W2    | 28  | weekly_0_28  | {TEC}/restart_after_delay/rows/treatment_weekly 0 to 28
W2    | 29  | weekly_29_56 | {TEC}/restart_after_delay/rows/treatment_weekly 29 to 56
W2    | 56  | weekly_29_56 | {TEC}/restart_after_delay/rows/treatment_weekly 29 to 56
W2    | 57  | weekly_over_56 | {TEC}/restart_after_delay/rows/treatment_weekly 57 and more
Q2W1  | 63  | q2w_0_63     | {TEC}/restart_after_delay/rows/treatment_q2w 0 to 63
Q2W1  | 64  | q2w_64_112   | {TEC}/restart_after_delay/rows/treatment_q2w 64 to 112
Q2W1  | 112 | q2w_64_112   | {TEC}/restart_after_delay/rows/treatment_q2w 64 to 112
Q2W1  | 113 | q2w_over_112 | {TEC}/restart_after_delay/rows/treatment_q2w 113 and more
"""
PAUSES = f"""
interruption        | 3 | interruption_under_4_h | {BLI}/restart_after_delay/rows/interruption shorter than 4 h
interruption        | 4 | interruption_4_h       | {BLI}/restart_after_delay/rows/interruption 4 h or longer
adverse_event_pause | 7 | pause_0_7              | {BLI}/restart_after_delay/rows/pause 0 to 7 days
adverse_event_pause | 8 | pause_over_7           | {BLI}/restart_after_delay/rows/pause 8 days and more
"""


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split(" |")] for line in table.strip().splitlines()]


@pytest.fixture(scope="module")
def library() -> Catalogue:
    return load_catalogue()


def _dose(library: Catalogue, therapy: str, regimen: str, key: str, start: date, weight: str = "60") -> ScheduledDose:
    doses = schedule(
        library.protocol(therapy), regimen, start, BodyWeight.of_kg(weight), until=start + timedelta(days=700)
    )
    return next(dose for dose in doses if dose.key == key)


@pytest.mark.parametrize(
    ("therapy", "regimen", "start", "row"),
    [
        (therapy, regimen, start, row)
        for therapy, regimen, start, table in (
            ("axicabtagene_ciloleucel", "single", "2026-12-07", AXI_DOSES),
            ("teclistamab", "mono", "2026-12-01", TEC_MONO),
            ("teclistamab", "combo_daratumumab_sc", "2026-12-02", TEC_COMBO),
            ("blinatumomab", "rr", "2026-12-01", BLI_RR),
            ("blinatumomab", "mrd", "2026-12-01", BLI_MRD),
            ("blinatumomab", "consolidation", "2026-12-01", BLI_CONSOLIDATION),
        )
        for row in _rows(table)
    ],
    ids=lambda part: " ".join(part[:2]) if isinstance(part, list) else str(part),
)
def test_that_a_dose_stands_where_the_reference_puts_it(
    library: Catalogue, therapy: str, regimen: str, start: str, row: list[str]
) -> None:
    weight, key, day, planned, first, last, amount, _place = row
    dose = _dose(library, therapy, regimen, key, date.fromisoformat(start), weight)
    allowed = ("-", "-") if first == "-" else ("?", "?")
    if dose.allowed is not None:
        allowed = (dose.allowed.first.isoformat(), dose.allowed.last.isoformat())
    assert (str(dose.day_number), dose.planned.isoformat(), allowed) == (day, planned, (first, last))
    assert str(dose.amount) == amount if dose.amount is not None else dose.amount_text == amount
    assert ("therapy_window_unknown" in [finding.code for finding in dose.findings]) == (first == "?")


@pytest.mark.parametrize("row", _rows(PREMEDICATION), ids=lambda row: " ".join([*row[:4], row[7]]))
def test_that_each_dose_has_the_premedication_of_the_reference(library: Catalogue, row: list[str]) -> None:
    therapy, regimen, key, drug, amount, route, minutes, population, _place = row
    dose = _dose(library, SHORT[therapy], regimen, key, date(2026, 12, 1))
    found = [
        (
            ", ".join(item.route) or "?",
            "?" if item.latest_minutes is None else f"{item.latest_minutes}-{item.earliest_minutes}",
        )
        for item in dose.premedication
        if (item.drug, item.dose_text, item.population) == (drug, amount, population)
    ]
    assert found == [(route, minutes)]


@pytest.mark.parametrize(("therapy", "regimen", "key", "population"), NO_PREMEDICATION)
def test_that_a_dose_outside_the_rule_has_none(
    library: Catalogue, therapy: str, regimen: str, key: str, population: str
) -> None:
    dose = _dose(library, therapy, regimen, key, date(2026, 12, 1))
    assert [item for item in dose.premedication if not population or item.population == population] == []


@pytest.mark.parametrize("row", _rows(RESTART), ids=lambda row: " ".join(row[:2]))
def test_that_a_delay_is_answered_by_the_row_of_the_reference(library: Catalogue, row: list[str]) -> None:
    last, elapsed, expected, _place = row
    day = date(2026, 12, 1)
    advice = restart_advice(library.protocol("teclistamab"), "mono", last, day, day + timedelta(days=int(elapsed)))
    assert (advice.row.id if advice.row is not None else advice.kind) == expected


@pytest.mark.parametrize("row", _rows(PAUSES), ids=lambda row: " ".join(row[:2]))
def test_that_a_pause_of_the_infusion_is_answered_by_the_row_of_the_reference(
    library: Catalogue, row: list[str]
) -> None:
    situation, elapsed, expected, _place = row
    for regimen in ("rr", "mrd", "consolidation"):
        found = situation_row(library.protocol("blinatumomab"), regimen, situation, int(elapsed))
        assert found is not None
        assert found.id == expected


def test_that_28_days_of_infusion_end_on_day_29(library: Catalogue) -> None:
    """bispecifics.yaml products/blinatumomab/infusion_model/days_on."""
    dose = _dose(library, "blinatumomab", "rr", "C1D1", date(2026, 12, 1))
    assert dose.ends == date(2026, 12, 29)


@pytest.mark.parametrize(
    ("start", "second", "first_full", "weekly"),
    [
        ("2028-02-26", "2028-02-29", "2028-03-03", "2028-03-10"),  # over a leap day
        ("2027-02-26", "2027-03-01", "2027-03-04", "2027-03-11"),  # the same days without one
        ("2026-10-29", "2026-11-01", "2026-11-04", "2026-11-11"),  # over the end of US summer time
        ("2027-03-11", "2027-03-14", "2027-03-17", "2027-03-24"),  # over its beginning
        ("2026-12-29", "2027-01-01", "2027-01-04", "2027-01-11"),  # over the new year
    ],
)
def test_that_days_are_calendar_days(library: Catalogue, start: str, second: str, first_full: str, weekly: str) -> None:
    doses = schedule(library.protocol("teclistamab"), "mono", date.fromisoformat(start), None)
    assert [dose.planned.isoformat() for dose in doses[:4]] == [start, second, first_full, weekly]
