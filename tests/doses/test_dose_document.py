"""The two documents, typed word by typed word, against their schemas."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest

from crs_desktop.doses import dose_document
from crs_desktop.doses.dose_document import dose_answer, next_dose_answer
from crs_desktop.doses.model import IntervalFrom
from crs_desktop.doses.rules.interval import default_limits
from crs_desktop.kernel.answers import Answer, ExitStatus, instant_entry
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.resources import resource
from crs_desktop.kernel.wording import say

NOW = datetime(2026, 12, 3, 12, tzinfo=UTC)


def checked(answer: Answer, schema: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(answer.document))
    jsonschema.validate(document, json.loads(resource("schemas", schema).read_text("utf-8")))
    return document


def test_that_the_dose_is_the_documented_one() -> None:
    answer = dose_answer("72.5")
    assert answer.status is ExitStatus.YES
    assert checked(answer, "dose.json") == {
        "weight_kg": "72.5", "mg_per_kg": "8", "dose_mg": "580", "capped": False, "drawn_mg": "580", "volume_ml": "29",
        "bag_ml": 100, "infuse_minutes": 60, "opened_mg": "600", "waste_mg": "20",
        "vials": [{"mg": 400, "vials": 1}, {"mg": 200, "vials": 1}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "drawn", "opened", "waste", "capped"),
    [
        (("72.50", "400=2", "10"), "580", "800", "220", False),
        (("72.5", None, "5"), "600", "600", "0", False),
        (("29.9", None, "0"), "358.8", "360", "1.2", False),
        (("100.1", " 400=2 , 200=1 ", "0"), "800", "800", "0", True),
        (("0.5", "80=1", "0"), "6", "80", "74", False),
    ],
)
def test_that_amounts_are_decimal_texts(
    typed: tuple[str, str | None, str], drawn: str, opened: str, waste: str, capped: bool
) -> None:
    document = checked(dose_answer(*typed), "dose.json")
    assert (document["drawn_mg"], document["opened_mg"], document["waste_mg"]) == (drawn, opened, waste)
    assert document["capped"] is capped


@pytest.mark.parametrize(
    ("kg", "codes"),
    [("29", None), ("29.9", ["weight_near_boundary"]), ("1.9", ["weight_unusual"]), ("251", ["weight_unusual"])],
)
def test_that_findings_about_the_weight_are_told(kg: str, codes: list[str] | None) -> None:
    document = checked(dose_answer(kg), "dose.json")
    assert [entry["code"] for entry in document.get("findings", [])] == (codes or [])
    assert ("findings" in document) is (codes is not None)


@pytest.mark.parametrize("on_hand", ["400=1,80=2", "400=0", "200=2,80=2"])
def test_that_too_few_vials_are_a_no_with_the_reason(on_hand: str) -> None:
    answer = dose_answer("72.5", on_hand)
    assert answer.status is ExitStatus.NO
    (entry,) = checked(answer, "dose.json")["refused"]
    assert (entry["code"], entry["field"]) == ("on_hand_too_few", "on_hand")
    assert "cannot make 580 mg" in entry["reason"]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        (("70,5", None, "0"), ["weight_not_understood"]),
        (("1e2", None, "0"), ["weight_not_understood"]),
        ((".5", None, "0"), ["weight_not_understood"]),
        (("70 lb", None, "0"), ["weight_not_understood"]),
        (("NaN", None, "0"), ["weight_not_understood"]),
        (("７０", None, "0"), ["weight_not_understood"]),
        (("-70", None, "0"), ["weight_not_understood"]),
        (("0", None, "0"), ["weight_impossible"]),
        (("700", None, "0"), ["weight_impossible"]),
        (("70", "", "0"), ["on_hand_not_understood"]),
        (("70", "400", "0"), ["on_hand_not_understood"]),
        (("70", "400=", "0"), ["on_hand_not_understood"]),
        (("70", "400=-1", "0"), ["on_hand_not_understood"]),
        (("70", "400=1.5", "0"), ["on_hand_not_understood"]),
        (("70", "400=1,", "0"), ["on_hand_not_understood"]),
        (("70", "４００=1", "0"), ["on_hand_not_understood"]),
        (("70", "162=4", "0"), ["on_hand_unknown_strength"]),
        (("70", "400=1,0400=1", "0"), ["on_hand_twice"]),
        (("70", None, "11"), ["percent_not_understood"]),
        (("70", None, "NaN"), ["percent_not_understood"]),
        (("70,5", "x", "-1"), ["weight_not_understood", "on_hand_not_understood", "percent_not_understood"]),
    ],
)
def test_that_what_is_not_understood_names_field_value_and_reason(
    typed: tuple[str, str | None, str], codes: list[str]
) -> None:
    with pytest.raises(NotUnderstood) as caught:
        dose_answer(*typed)
    assert [finding.code for finding in caught.value.findings] == codes
    assert all(finding.field and say(finding) for finding in caught.value.findings)


def test_that_the_next_dose_is_the_documented_one() -> None:
    answer = next_dose_answer(["2026-12-03T03:10-05:00"], None, NOW)
    assert answer.status is ExitStatus.NO
    assert checked(answer, "next-dose.json") == {
        "allowed": False, "from": "2026-12-03T11:10:00-05:00", "interval_from": "start", "left_24h": 2,
        "left_episode": 3, "findings": [],
    }  # fmt: skip


def test_that_exactly_eight_hours_later_is_a_yes() -> None:
    answer = next_dose_answer(["2026-12-03T03:10-05:00"], "2026-12-03T16:10Z", NOW)
    assert (answer.status, answer.document["allowed"]) == (ExitStatus.YES, True)
    assert checked(answer, "next-dose.json")["from"] == "2026-12-03T11:10:00-05:00"


def test_that_no_dose_given_means_now() -> None:
    document = checked(next_dose_answer([], "2026-12-03T12:00:00.250+05:30", NOW), "next-dose.json")
    assert (document["allowed"], document["from"]) == (True, "2026-12-03T12:00:00.250+05:30")


def test_that_the_offset_is_that_of_the_latest_instant_typed() -> None:
    typed = ["2026-11-01T01:30-05:00", "2026-10-31T12:00-04:00/2026-10-31T13:00-04:00"]
    document = checked(next_dose_answer(typed, None, NOW), "next-dose.json")
    assert document["from"] == "2026-11-01T09:30:00-05:00"


def test_that_policy_may_say_end() -> None:
    limits = default_limits(IntervalFrom.END)
    typed = ["2026-12-03T03:10-05:00/2026-12-03T04:25-05:00"]
    document = checked(next_dose_answer(typed, None, NOW, limits), "next-dose.json")
    assert (document["from"], document["interval_from"]) == ("2026-12-03T12:25:00-05:00", "end")
    document = checked(next_dose_answer(["2026-12-03T03:10-05:00"], None, NOW, limits), "next-dose.json")
    assert document["from"] == "2026-12-03T12:10:00-05:00"
    assert [entry["code"] for entry in document["findings"]] == ["next_dose_end_unknown"]


def test_that_a_full_episode_has_no_time() -> None:
    typed = [f"2026-12-0{day}T03:10-05:00" for day in (1, 2, 3, 4)]
    answer = next_dose_answer(typed, "2026-12-09T00:00Z", NOW)
    document = checked(answer, "next-dose.json")
    assert (answer.status, document["from"], document["left_episode"]) == (ExitStatus.NO, None, 0)
    assert [entry["code"] for entry in document["findings"]] == ["next_dose_episode_full"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026-12-03T03:10", "given_not_understood"),
        ("2026-12-03", "given_not_understood"),
        ("2026-02-31T03:10Z", "given_not_understood"),
        ("", "given_not_understood"),
        ("2026-12-03T03:10Z/", "given_not_understood"),
        ("2026-12-03T03:10Z/2026-12-03T04:10Z/2026-12-03T05:10Z", "given_not_understood"),
        ("2026-12-03T03:10Z/2026-12-03T03:09Z", "given_end_before_start"),
        ("0001-01-01T00:00+12:00", "moment_out_of_range"),
        ("9999-12-31T23:59-12:00", "moment_out_of_range"),
        ("2200-01-01T00:00Z", "moment_out_of_range"),
        ("1899-12-31T23:59Z", "moment_out_of_range"),
    ],
)
def test_that_a_time_that_is_none_is_told(typed: str, code: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        next_dose_answer([typed], None, NOW)
    (finding,) = caught.value.findings
    assert (finding.code, finding.field) == (code, "given")
    assert say(finding)


@pytest.mark.parametrize("typed", ["1900-01-01T00:00Z", "2199-12-31T23:59:59.999Z"])
def test_that_the_first_and_last_moment_are_times(typed: str) -> None:
    assert dose_document.read_given(typed) is not None
    assert isinstance(dose_document.read_instant(typed, "at"), datetime)


def test_that_a_strength_is_named_as_typed() -> None:
    findings = [dose_document.read_on_hand(typed) for typed in ("400=1,80=3,80=9", "162=4")]
    assert [finding.value for finding in findings if isinstance(finding, Finding)] == ["80", "162"]


def test_that_every_wrong_time_is_told_at_once() -> None:
    with pytest.raises(NotUnderstood) as caught:
        next_dose_answer(["x", "2026-12-03T03:10Z", "y/z"], "noon", NOW)
    assert [finding.field for finding in caught.value.findings] == ["given", "given", "at"]
    assert [finding.code for finding in caught.value.findings][1:] == ["given_not_understood", "moment_not_understood"]


def test_that_an_instant_shows_a_fraction_only_when_there_is_one() -> None:
    assert instant_entry(NOW, UTC) == "2026-12-03T12:00:00+00:00"
    assert instant_entry(NOW.replace(microsecond=5000), UTC) == "2026-12-03T12:00:00.005+00:00"
