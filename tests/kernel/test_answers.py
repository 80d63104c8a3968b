"""How answers leave the program as documents."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crs_desktop.kernel.answers import Answer, ExitStatus, finding_entries, instant_entry, refusal_document
from crs_desktop.kernel.refusal import no

SMALL = no("weight_impossible", "weight_kg", "700")
MISSING = no("text_missing", "name")


def test_that_a_finding_leaves_with_code_field_value_and_reason() -> None:
    assert finding_entries([SMALL]) == [
        {
            "code": "weight_impossible",
            "field": "weight_kg",
            "value": "700",
            "reason": "The weight “700” is outside 0.5 to 500 kg.",
        }
    ]


def test_that_a_refusal_lists_its_findings_in_order() -> None:
    assert refusal_document([SMALL, MISSING]) == {"refused": finding_entries([SMALL, MISSING])}


def test_that_an_instant_leaves_with_the_sites_offset() -> None:
    zone = ZoneInfo("America/New_York")
    assert instant_entry(datetime(2026, 12, 3, 8, 10, tzinfo=UTC), zone) == "2026-12-03T03:10:00-05:00"
    assert instant_entry(datetime(2026, 7, 3, 8, 10, 0, 5000, tzinfo=UTC), zone) == "2026-07-03T04:10:00.005-04:00"


def test_that_the_shell_is_told_yes_no_not_understood_or_environment() -> None:
    assert [status.value for status in ExitStatus] == [0, 1, 2, 3]
    assert Answer({}, ExitStatus.NO).status == 1
