"""The documents of `schedule` and `therapies` say what the rules say, by their schemas, wrong words all at once."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from crs_desktop.kernel.answers import ExitStatus, refusal_document
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.resources import resource
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.library_document import check_answer, list_answer, show_answer
from crs_desktop.therapies.schedule_document import ScheduleRequest, schedule_answer

LIBRARY = load_catalogue()
TODAY = date(2026, 12, 2)
GALLERY = Path(__file__).parent / "gallery"


def checked(document: Any, schema: str) -> Any:
    shape = json.loads(resource("schemas", f"{schema}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(shape)
    jsonschema.Draft202012Validator(shape).validate(document)
    return json.loads(json.dumps(document))


def asked(**words: Any) -> Any:
    request = ScheduleRequest(**{"therapy": "teclistamab", "start": "2026-12-01", **words})
    return checked(schedule_answer(LIBRARY, request, TODAY).document, "schedule")


def wrong(**words: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(NotUnderstood) as raised:
        asked(**words)
    checked(refusal_document(raised.value.findings), "schedule")
    return [(finding.code, finding.field, finding.value) for finding in raised.value.findings]


@pytest.mark.parametrize("weight", [None, "44.999", "45", "72.5"])
def test_that_every_regimen_has_a_document(weight: str | None) -> None:
    for protocol in LIBRARY.protocols:
        for regimen in protocol.regimens:
            document = asked(therapy=protocol.id, regimen=regimen.id, weight_kg=weight)
            assert document["regimen"] == regimen.id
            assert document["weight_kg"] == weight
            assert document["restart"] is None
            assert bool(document["bags"]) == (protocol.id == "blinatumomab")


def test_that_a_dose_carries_its_window_amount_premedication_and_observation() -> None:
    second = asked(weight_kg="72.5")["doses"][1]
    assert (second["key"], second["date"], second["state"]) == ("SUD2", "2026-12-04", "planned")
    assert second["allowed"] == {"from": "2026-12-03", "until": "2026-12-08"}
    assert second["usual"] == {"from": "2026-12-03", "until": "2026-12-05"}
    assert second["amount"]["value"] == "21.75"
    assert second["amount"]["table_value"] == "22"
    assert second["premedication"][0]["minutes_before"] == {"earliest": 180, "latest": 60}
    assert second["observation"][0]["setting"] == "in hospital"
    certain = [path for path in second["unverified"] if not path.startswith("observation.after_")]
    assert certain == ["weight_bands.70-79.SUD2"]


def test_that_a_missed_dose_stops_the_dates_after_it_and_the_advice_takes_over() -> None:
    given = ("1=2026-12-01", "sud2=2026-12-04")
    document = asked(given=given, missed=("7",), on="2026-12-15", weight_kg="72.5")
    assert [dose["state"] for dose in document["doses"]][:5] == ["given", "given", "missed", "waiting", "waiting"]
    assert document["doses"][3]["date"] is None
    restart = document["restart"]
    assert (restart["last"], restart["elapsed_days"], restart["answer"]) == ("SUD2", 11, "row")
    assert (restart["row"]["id"], restart["changes_on"]) == ("sud2_8_28", "2027-01-02")
    assert restart["then"] == "restart at step-up dose 1 (0.06 mg/kg)"
    assert [dose["key"] for dose in restart["doses_if_resumed"]][:2] == ["SUD2", "FULL1"]
    assert restart["doses_if_resumed"][0]["date"] == "2026-12-15"


def test_that_a_dose_not_given_by_its_day_is_overdue_and_today_is_the_day_asked_about() -> None:
    document = asked(start="2026-11-20", given=("SUD1=2026-11-20",))
    assert document["on"] == "2026-12-02"
    assert [dose["state"] for dose in document["doses"]][:3] == ["given", "overdue", "waiting"]
    assert document["restart"]["row"]["id"] == "sud1_late"


def test_that_nothing_late_is_said_as_such_and_no_rule_as_such() -> None:
    on_time = asked(given=("SUD1=2026-12-01",), on="2026-12-04")["restart"]
    assert (on_time["answer"], on_time["changes_on"], on_time["next"]) == ("on_schedule", "2026-12-09", "SUD2")
    assert on_time["text"] == "3 days since the last dose: not late; give SUD2 as planned."
    early = asked(given=("SUD1=2026-12-01",), on="2026-12-02")["restart"]
    assert (early["answer"], early["changes_on"]) == ("too_early", "2026-12-03")
    open_end = asked(regimen="combo_daratumumab_sc", given=("SUD1=2026-12-01",), on="2026-12-10")["restart"]
    assert (open_end["answer"], open_end["doses_if_resumed"], open_end["then"]) == ("no_rule", [], None)
    assert "no rule recorded, see the label" in open_end["text"]


def test_that_a_dose_given_after_today_gives_no_advice_yet() -> None:
    assert asked(given=("SUD1=2026-12-05",))["restart"] is None


def test_that_the_rules_for_pauses_and_holds_stand_in_the_document() -> None:
    document = asked(therapy="blinatumomab")
    assert [row["id"] for row in document["situations"]][:4] == [
        "interruption_under_4_h", "interruption_4_h", "pause_0_7", "pause_over_7",
    ]  # fmt: skip
    assert document["bags"][0] == {"hours": 24, "ml_per_h": "10"}
    holds = asked(therapy="axicabtagene_ciloleucel")["hold"]
    assert [hold["text"] is None for hold in holds] == [False, False, True]
    assert holds[2]["unverified"]


def test_that_an_unusual_weight_is_a_finding() -> None:
    assert [finding["code"] for finding in asked(weight_kg="260")["findings"]] == ["weight_unusual"]


def test_that_every_wrong_word_is_told_at_once() -> None:
    given = ("SUD9=2026-12-01", "SUD1", "1=2026-13-01")
    found = wrong(start="2026-02-31", on="x", until="y", weight_kg="70,5", given=given, missed=("z",))
    assert [code for code, _, _ in found] == [
        "day_does_not_exist", "day_not_understood", "day_not_understood", "weight_not_understood",
        "therapy_given_not_understood", "therapy_given_not_understood", "day_does_not_exist",
        "therapy_given_not_understood",
    ]  # fmt: skip


def test_that_wrong_questions_are_told() -> None:
    assert wrong(therapy="kymriah") == [("therapy_not_in_library", "therapy", "kymriah")]
    assert wrong(regimen="duo") == [("therapy_regimen_not_in_file", "regimen", "duo")]
    assert wrong(given=("SUD1=2026-12-01", "1=2026-12-02")) == [("therapy_given_twice", "given", "SUD1")]
    assert wrong(given=("SUD1=2026-12-05",), on="2026-12-04") == [("therapy_on_before_last", "on", "2026-12-04")]


def test_that_the_library_is_listed_and_shown_with_every_fact() -> None:
    listed = checked(list_answer(LIBRARY).document, "therapies")
    assert [row["id"] for row in listed["therapies"]] == list(LIBRARY.ids())
    for protocol in LIBRARY.protocols:
        shown = checked(show_answer(LIBRARY, protocol.id).document, "therapies")
        assert len(shown["facts"]) == shown["unknown"] + len([fact for fact in protocol.facts() if not fact.unknown])
        unverified = [fact["unverified"] for fact in shown["facts"]]
        assert unverified == sorted(unverified, reverse=True)
        assert shown["unknown"] == sum(fact["unknown"] for fact in shown["facts"])
    with pytest.raises(NotUnderstood):
        show_answer(LIBRARY, "kymriah")


def test_that_check_says_yes_to_the_shipped_files_and_no_to_the_gallery(tmp_path: Path) -> None:
    good = check_answer(resource("therapies"))
    assert (good.status, checked(good.document, "therapies")["findings"]) == (ExitStatus.YES, [])
    bad = check_answer(GALLERY)
    assert bad.status == ExitStatus.NO
    assert len(checked(bad.document, "therapies")["findings"]) == len(list(GALLERY.glob("*.toml")))
    with pytest.raises(NotUnderstood):
        check_answer(tmp_path / "none")
