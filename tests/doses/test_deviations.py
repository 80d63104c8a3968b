"""What a recorded dose departs from: every fact by itself turns exactly its own findings on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from crs_desktop.doses.model import DoseGiven, DoseRecord, IntervalFrom, Purpose, VialsUsed
from crs_desktop.doses.rules.deviations import deviations, impossible
from crs_desktop.doses.rules.interval import default_limits
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.refusal import Severity
from crs_desktop.kernel.wording import say
from crs_desktop.stock.model import LotState

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
VIALS = (
    VialsUsed("A1", "Actemra", Mass.of_mg(400), 1, date(2027, 1, 31)),
    VialsUsed("B1", "Actemra", Mass.of_mg(200), 1, date(2026, 12, 3)),
)
REGULAR = DoseRecord(
    start=NOON,
    end=NOON + timedelta(hours=1),
    purpose=Purpose.RESCUE,
    amount=Mass.of_mg(580),
    day=date(2026, 12, 3),
    recorded_at=NOON + timedelta(hours=2),
    others=(),
    limits=default_limits(),
    weight=BodyWeight.of_kg("72.5"),
    weight_age_days=7,
    max_weight_age_days=7,
    rounding_percent=Decimal(0),
    late_after=timedelta(hours=2),
    vials=VIALS,
)


def doses(*hours: float, **more: Any) -> tuple[DoseGiven, ...]:
    return tuple(DoseGiven(NOON + timedelta(hours=number), **more) for number in hours)


def vials(**changed: Any) -> tuple[VialsUsed, ...]:
    return (replace(VIALS[0], **changed), VIALS[1])


def found(**changed: Any) -> list[str]:
    findings = deviations(replace(REGULAR, **changed))
    assert all(finding.severity is Severity.BEWARE for finding in findings), "a deviation never refuses"
    assert all(say(finding) for finding in findings)
    return [finding.code for finding in findings]


def test_that_a_regular_dose_departs_from_nothing() -> None:
    assert found() == []
    assert impossible(REGULAR) == ()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"others": doses(-8)}, []),
        ({"others": doses(-8 + 1 / 3600)}, ["dose_interval_short"]),
        ({"others": doses(0)}, ["dose_interval_short"]),
        ({"others": doses(-40, -7.5, -30)}, ["dose_interval_short"]),
        ({"others": doses(-7, purpose=Purpose.PROPHYLACTIC)}, ["dose_interval_short"]),
        ({"others": doses(-7, in_episode=False)}, ["dose_interval_short"]),
        ({"others": doses(-8), "limits": default_limits(IntervalFrom.END)}, ["dose_interval_short"]),
        ({"others": doses(-9), "limits": default_limits(IntervalFrom.END)}, []),
        ({"others": doses(8)}, ["dose_later_recorded"]),
        ({"others": doses(7)}, ["dose_later_recorded", "dose_interval_short_after"]),
        (
            {"others": doses(8), "limits": default_limits(IntervalFrom.END)},
            ["dose_later_recorded", "dose_interval_short_after"],
        ),
        ({"others": doses(-24, -16, -8)}, []),
        ({"others": doses(-23.9, -16, -8)}, ["dose_over_24h"]),
        ({"others": doses(-8, 8, 15.9)}, ["dose_later_recorded", "dose_over_24h"]),
        ({"others": doses(8, 16, 23.9)}, ["dose_later_recorded", "dose_over_24h"]),
        ({"others": doses(8, 16, 24)}, ["dose_later_recorded"]),
        ({"others": doses(-23.9, -16, -8, purpose=Purpose.PROPHYLACTIC)}, ["dose_over_24h"]),
        ({"others": doses(-96, -72, -48)}, []),
        ({"others": doses(-120, -96, -72, -48)}, ["dose_over_episode"]),
        ({"others": doses(-96, -72, -48, 72)}, ["dose_later_recorded", "dose_over_episode"]),
        ({"others": doses(-120, -96, -72, -48), "purpose": Purpose.PROPHYLACTIC}, []),
        ({"others": doses(-120, -96, -72, -48, purpose=Purpose.PROPHYLACTIC)}, []),
        ({"others": doses(-120, -96, -72, -48, in_episode=False)}, []),
        ({"weight": None, "weight_age_days": None}, ["dose_without_weight"]),
        ({"weight_age_days": None}, ["dose_weight_undated"]),
        ({"weight_age_days": 8}, ["dose_weight_stale"]),
        ({"weight_age_days": 8, "max_weight_age_days": 8}, []),
        ({"amount": Mass.of_mg("579.999")}, ["dose_differs"]),
        ({"amount": Mass.of_mg("580.001")}, ["dose_differs"]),
        ({"amount": Mass.of_mg(522), "rounding_percent": Decimal(10)}, []),
        ({"amount": Mass.of_mg("521.999"), "rounding_percent": Decimal(10)}, ["dose_differs"]),
        ({"amount": Mass.of_mg("594.5"), "rounding_percent": Decimal("2.5")}, []),
        (
            {
                "weight": BodyWeight.of_kg(120),
                "amount": Mass.of_mg(801),
                "rounding_percent": Decimal(10),
                "vials": vials(count=2),
            },
            ["dose_above_cap"],
        ),
        ({"weight": BodyWeight.of_kg(120), "amount": Mass.of_mg(800), "vials": vials(count=2)}, []),
        ({"from_elsewhere": True, "vials": ()}, ["dose_from_elsewhere"]),
        ({"from_elsewhere": True, "vials": VIALS[:1]}, ["dose_from_elsewhere"]),
        ({"vials": VIALS[:1]}, ["dose_vials_hold_less"]),
        ({"vials": ()}, ["dose_vials_hold_less"]),
        ({"weight": BodyWeight.of_kg(75), "amount": Mass.of_mg(600)}, []),
        ({"vials": vials(expires=date(2026, 12, 3))}, []),
        ({"vials": vials(expires=date(2026, 12, 2))}, ["dose_lot_expired"]),
        ({"vials": vials(state=LotState.QUARANTINED)}, ["dose_lot_quarantined"]),
        ({"vials": vials(state=LotState.RECALLED)}, ["dose_lot_recalled"]),
        ({"vials": vials(state=LotState.EXCURSION)}, ["dose_lot_excursion"]),
        ({"vials": vials(counted=False)}, ["dose_lot_not_counted"]),
        ({"vials": vials(brand="Tyenne")}, ["dose_mixed_brands"]),
        ({"vials": vials(lot="A2")}, []),
        ({"recorded_at": NOON + timedelta(hours=2, milliseconds=1)}, ["dose_recorded_late"]),
        ({"late_after": timedelta(hours=1)}, ["dose_recorded_late"]),
    ],
)
def test_that_one_changed_fact_turns_on_exactly_its_findings(changed: dict[str, Any], expected: list[str]) -> None:
    assert found(**changed) == expected


def test_that_everything_wrong_at_once_is_still_only_beware() -> None:
    used = vials(expires=date(2026, 1, 1), state=LotState.RECALLED, counted=False, brand="Tyenne")
    assert found(
        others=doses(-1, -2, -3, -4, 1), weight_age_days=90, amount=Mass.of_mg(900), vials=used, from_elsewhere=True,
        recorded_at=NOON + timedelta(days=9),
    ) == [
        "dose_interval_short", "dose_later_recorded", "dose_interval_short_after", "dose_over_24h", "dose_over_episode",
        "dose_weight_stale", "dose_differs", "dose_above_cap", "dose_from_elsewhere", "dose_lot_expired",
        "dose_lot_recalled", "dose_lot_not_counted", "dose_mixed_brands", "dose_recorded_late",
    ]  # fmt: skip


def test_that_a_finding_says_how_far_it_was() -> None:
    record = replace(REGULAR, others=doses(-7.5))
    (finding,) = deviations(record)
    assert say(finding) == (
        "Started 7 h 30 min after the last dose, counted from its start (Thu 3 Dec 2026 04:30 (UTC+00:00)); "
        "at least 8 h is the rule."
    )


def test_that_the_first_later_dose_is_named() -> None:
    (finding,) = deviations(replace(REGULAR, others=doses(30, 10, 60)))
    assert (
        say(finding) == "Entered out of order: 3 later already recorded, the first at Thu 3 Dec 2026 22:00 (UTC+00:00)."
    )


def test_that_overlapping_infusions_never_show_a_negative_gap() -> None:
    limits = default_limits(IntervalFrom.END)
    record = replace(REGULAR, others=(*doses(-0.5, 0.5),), limits=limits)
    gaps = [finding.value for finding in deviations(record) if finding.code.startswith("dose_interval")]
    assert gaps == ["0 h", "0 h"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"start": NOON + timedelta(hours=2), "end": None}, []),
        ({"start": NOON + timedelta(hours=2, milliseconds=1), "end": None}, ["dose_start_in_future"]),
        ({"end": None}, []),
        ({"end": NOON + timedelta(hours=2, milliseconds=1)}, ["dose_end_in_future"]),
        ({"end": NOON}, []),
        ({"end": NOON - timedelta(milliseconds=1)}, ["dose_end_before_start"]),
        ({"amount": Mass(0)}, ["dose_amount_not_above_zero"]),
        ({"amount": Mass(1)}, []),
        ({"end": NOON + timedelta(hours=2)}, []),
        ({"amount": Mass(-1)}, ["dose_amount_not_above_zero"]),
        ({"amount": Mass.of_mg(4000)}, []),
        ({"amount": Mass.of_mg("4000.001")}, ["dose_amount_absurd"]),
        ({"vials": vials(count=0)}, ["dose_vials_not_above_zero"]),
        ({"vials": vials(count=-1)}, ["dose_vials_not_above_zero"]),
        ({"weight": None, "weight_age_days": None, "vials": (), "others": doses(-1)}, []),
    ],
)
def test_that_only_the_impossible_is_refused(changed: dict[str, Any], expected: list[str]) -> None:
    findings = impossible(replace(REGULAR, **changed))
    assert [finding.code for finding in findings] == expected
    assert all(finding.severity is Severity.NO and say(finding) for finding in findings)
