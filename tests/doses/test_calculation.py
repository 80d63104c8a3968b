"""The calculator's answers from plain text; the rules behind them have tables of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.doses.calculation import Calculated, Following, calculated, following, pounds, source_of
from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.refusal import Finding

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 2, 8, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "dose", "vials", "waste", "bag", "capped", "near"),
    [
        ("72.5", "580 mg", [("400 mg", 1), ("200 mg", 1)], "20 mg", 100, False, False),
        ("29.999", "359.988 mg", [("200 mg", 1), ("80 mg", 2)], "0.012 mg", 50, False, True),
        ("30.0", "240 mg", [("80 mg", 3)], "0 mg", 100, False, True),
        ("29", "348 mg", [("200 mg", 1), ("80 mg", 2)], "12 mg", 50, False, False),
        ("31", "248 mg", [("200 mg", 1), ("80 mg", 1)], "32 mg", 100, False, False),
        ("100", "800 mg", [("400 mg", 2)], "0 mg", 100, False, False),
        ("100.001", "800 mg", [("400 mg", 2)], "0 mg", 100, True, False),
        ("250", "800 mg", [("400 mg", 2)], "0 mg", 100, True, False),
    ],
)
def test_that_a_weight_makes_dose_and_vials(
    typed: str, dose: str, vials: list[tuple[str, int]], waste: str, bag: int, capped: bool, near: bool
) -> None:
    found = calculated(typed)
    assert isinstance(found, Calculated)
    assert (str(found.dose), str(found.vials.waste), found.bag_ml, found.minutes) == (dose, waste, bag, 60)
    assert [(str(strength), count) for strength, count in found.vials.vials] == vials
    assert found.capped is capped and (found.near_boundary is not None) is near and found.unusual is None


@pytest.mark.parametrize("typed", ["72,5", ".5", "7e1", "７２", "0.4", "501", "-70", "70 kg", "1_0", "nan", "72.5555"])
def test_that_anything_else_is_no_weight(typed: str) -> None:
    assert isinstance(calculated(typed), Finding)


def test_that_an_unusual_weight_is_asked_again() -> None:
    found = calculated("251")
    assert isinstance(found, Calculated) and found.unusual is not None


@pytest.mark.parametrize(("kg", "lb"), [("72.5", "159.8"), ("29.6", "65.3"), ("0.5", "1.1"), ("45.359237", "100.0")])
def test_that_pounds_are_exact_to_a_tenth(kg: str, lb: str) -> None:
    assert pounds(BodyWeight.of_kg(kg[:6])) == Decimal(lb)


def test_that_the_next_time_counts_every_line_in_any_order() -> None:
    found = following("2026-12-02 01:15\n\n 2026-12-01 22:05 \n", NOW, ZONE)
    assert isinstance(found, Following)
    assert found.next.from_ == datetime(2026, 12, 2, 14, 15, tzinfo=UTC) and not found.next.allowed
    assert found.from_end.from_ == datetime(2026, 12, 2, 15, 15, tzinfo=UTC)
    assert (found.next.left_24h, found.next.left_episode) == (1, 2)


def test_that_nothing_typed_counts_nothing() -> None:
    found = following(" \n", NOW, ZONE)
    assert isinstance(found, Following) and found.starts == () and found.next.allowed


def test_that_every_wrong_line_is_named_and_no_time_is_told() -> None:
    found = following("2026-12-02 03:11\n22:05\n2026-12-02 01:15\n2026-11-01 01:30", NOW, ZONE)
    assert isinstance(found, tuple)
    assert [one.code for one in found] == ["calculator_start_in_future", "instant_not_understood", "instant_is_twice"]


def test_that_a_source_names_where_and_when() -> None:
    assert source_of("least_interval").endswith("(2026-11-22)") and "ASCO" in source_of("doses_in_24_hours")
