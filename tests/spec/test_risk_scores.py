"""The published scores before CAR-T cells, typed a second time and worked out another way, in fractions.

EASIX and m-EASIX: Pennisi et al., Blood Advances 2021;5:3397 (abstract, PMC8525234). The cut-off of EASIX: Korell et
al., Frontiers in Immunology 2022 (abstract): above 4.67, measured immediately before lymphodepletion. CAR-HEMATOTOX:
Rejeski et al., Blood 2021;138:2499 (abstract) and the page of the European MCL Network: five markers, platelets and
ferritin weigh more, high from 2 points on. Its limits and points were found second-hand only; the file says so.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.risk.model import ScoreResult
from crs_desktop.patients.risk.rules import read_values, worked_out
from crs_desktop.patients.risk.scores_file import score_of

# Each marker with its step of measuring and, from the lowest value on, where the points change: (first value, points).
HEMATOTOX = {
    "platelets": (Fraction(1), ((0, 2), (75, 1), (176, 0))),
    "anc": (Fraction(1), ((0, 1), (1200, 0))),
    "hemoglobin": (Fraction(1, 10), ((0, 1), (9, 0))),
    "crp": (Fraction(1, 10), ((0, 0), (3, 1))),
    "ferritin": (Fraction(1), ((0, 0), (650, 1), (2001, 2))),
}
UNITS = {
    "platelets": "10^9/L", "anc": "/µL", "hemoglobin": "g/dL", "crp": "mg/dL", "ferritin": "ng/mL", "ldh": "U/L",
    "creatinine": "mg/dL",
}  # fmt: skip
BEST = {"platelets": "200", "anc": "3000", "hemoglobin": "12", "crp": "0.5", "ferritin": "100"}
# LDH U/L, second factor in mg/dL, platelets 10^9/L, then EASIX or m-EASIX to two decimals.
RATIOS = [
    ("200", "1", "200", "1"), ("250", "0.8", "150", "1.33"), ("467", "1", "100", "4.67"), ("468", "1", "100", "4.68"),
    ("466", "1", "100", "4.66"), ("1000", "2.5", "20", "125"), ("100", "0.5", "333", "0.15"), ("1", "1", "200", "0.01"),
    ("1", "1", "201", "0"), ("5", "1", "1000", "0.01"), ("15", "1", "1000", "0.02"), ("25", "1", "1000", "0.03"),
]  # fmt: skip


def result(score_id: str, typed: dict[str, tuple[str, str]]) -> ScoreResult:
    score = score_of(score_id)
    assert score is not None
    read = read_values(score, typed)
    assert not isinstance(read, Refused), read
    return worked_out(score, read)


def points(marker: str, value: Fraction) -> int:
    """By the table above."""
    return [worth for first, worth in HEMATOTOX[marker][1] if value >= first][-1]


def decimal(value: Fraction) -> str:
    return str(Decimal(value.numerator) / Decimal(value.denominator))


@pytest.mark.parametrize("marker", HEMATOTOX)
def test_that_points_change_exactly_at_each_limit(marker: str) -> None:
    step, limits = HEMATOTOX[marker]
    around = [Fraction(first) + step * by for first, _ in limits[1:] for by in (-2, -1, 0, 1)]
    for value in around:
        typed = BEST | {marker: decimal(value)}
        found = result("car_hematotox", {name: (number, UNITS[name]) for name, number in typed.items()})
        assert dict(found.points)[marker] == points(marker, value), (marker, value)
        assert found.exact == points(marker, value)  # the others are worth nothing


def test_that_the_sum_and_its_band_are_those_of_the_table_for_every_combination() -> None:
    values = {marker: [str(first) for first, _ in limits] for marker, (_, limits) in HEMATOTOX.items()}
    values |= {name: [number or "1" for number in listed] for name, listed in values.items()}
    seen = set()
    for chosen in product(*values.values()):
        typed = dict(zip(values, chosen, strict=True))
        found = result("car_hematotox", {name: (number, UNITS[name]) for name, number in typed.items()})
        total = sum(points(name, Fraction(number)) for name, number in typed.items())
        assert found.exact == total and found.shown == total
        assert found.band is not None and found.band.id == ("high" if total >= 2 else "low")
        seen.add(total)
    assert seen == set(range(8))


@pytest.mark.parametrize(("ldh", "factor", "platelets", "shown"), RATIOS)
@pytest.mark.parametrize(("score", "second"), [("easix", "creatinine"), ("m_easix", "crp")])
def test_that_both_ratios_are_exact_and_rounded_half_up_once(
    score: str, second: str, ldh: str, factor: str, platelets: str, shown: str
) -> None:
    typed = {"ldh": (ldh, "U/L"), second: (factor, "mg/dL"), "platelets": (platelets, "10^9/L")}
    found = result(score, typed)
    assert found.exact == Fraction(ldh) * Fraction(factor) / Fraction(platelets)
    assert found.shown == Decimal(shown)


@pytest.mark.parametrize(("ldh", "band"), [("466.9", "not_above"), ("467", "not_above"), ("467.1", "above")])
def test_that_easix_is_above_its_cut_off_only_beyond_it(ldh: str, band: str) -> None:
    typed = {"ldh": (ldh, "U/L"), "creatinine": ("1", "mg/dL"), "platelets": ("100", "10^9/L")}
    found = result("easix", typed)
    assert found.band is not None and found.band.id == band


def test_that_m_easix_shows_a_number_and_says_that_no_cut_off_is_on_file() -> None:
    typed = {"ldh": ("900", "U/L"), "crp": ("20", "mg/dL"), "platelets": ("10", "10^9/L")}
    found = result("m_easix", typed)
    assert found.band is None
    assert [finding.code for finding in found.findings] == ["risk_no_cutoff"]


# The same blood in another unit: typed, unit, and the factor that leads to the unit of the formula.
CONVERSIONS = [
    ("easix", "creatinine", "µmol/L", Fraction(10, 884)), ("easix", "platelets", "/µL", Fraction(1, 1000)),
    ("easix", "ldh", "µkat/L", Fraction(60)), ("m_easix", "crp", "mg/L", Fraction(1, 10)),
    ("car_hematotox", "anc", "10^9/L", Fraction(1000)), ("car_hematotox", "hemoglobin", "g/L", Fraction(1, 10)),
    ("car_hematotox", "crp", "mg/L", Fraction(1, 10)), ("car_hematotox", "ferritin", "mcg/L", Fraction(1)),
    ("car_hematotox", "platelets", "/µL", Fraction(1, 1000)), ("m_easix", "platelets", "/µL", Fraction(1, 1000)),
    ("m_easix", "ldh", "µkat/L", Fraction(60)),
]  # fmt: skip


@pytest.mark.parametrize(("score_id", "marker", "unit", "factor"), CONVERSIONS)
def test_that_units_are_converted_exactly(score_id: str, marker: str, unit: str, factor: Fraction) -> None:
    score = score_of(score_id)
    assert score is not None
    typed = {item.id: ("7", item.units[0].text) for item in score.inputs} | {marker: ("80.4", unit)}
    read = read_values(score, typed)
    assert not isinstance(read, Refused)
    assert {one.input: one.value for one in read} == {item.id: Fraction(7) for item in score.inputs} | {
        marker: Fraction("80.4") * factor
    }


def test_that_no_unit_is_left_out_of_the_table_of_conversions() -> None:
    listed = {(score_id, marker, unit) for score_id, marker, unit, _ in CONVERSIONS}
    scores = [score_of(name) for name in ("easix", "m_easix", "car_hematotox")]
    others = {
        (score.id, item.id, unit.text)
        for score in scores
        if score is not None
        for item in score.inputs
        for unit in item.units[1:]
    }
    assert others == listed
    first = {item.id: item.units[0].text for score in scores if score is not None for item in score.inputs}
    assert first == UNITS


@pytest.mark.parametrize(
    ("score_id", "confidence", "unverified"),
    [("easix", "medium", False), ("m_easix", "high", False), ("car_hematotox", "low", True)],
)
def test_that_each_score_is_as_sure_as_what_was_read(score_id: str, confidence: str, unverified: bool) -> None:
    score = score_of(score_id)
    assert score is not None and (score.confidence, score.unverified) == (confidence, unverified)


def test_that_each_part_is_as_sure_as_what_was_read_of_it() -> None:
    sure = {
        score.id: (
            score.formula_backing.confidence,
            [band.backing.confidence for band in score.bands],
            {item.backing.confidence for item in score.inputs if item.backing is not None},
        )
        for score in (score_of(name) for name in ("easix", "m_easix", "car_hematotox"))
        if score is not None
    }
    assert sure == {
        "easix": ("high", ["medium", "medium"], set()),
        "m_easix": ("high", [], set()),
        "car_hematotox": ("high", ["high", "high"], {"low"}),
    }
