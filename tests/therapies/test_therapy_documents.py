"""The documents of `schedule` and `therapies` say what the rules say, by their schemas, wrong words all at once."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.kernel.answers import ExitStatus, refusal_document
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.resources import resource
from crs_desktop.patients.dating import population_on
from crs_desktop.therapies.answers.library import (
    cases_answer,
    check_answer,
    diff_answer,
    list_answer,
    show_answer,
)
from crs_desktop.therapies.answers.request import ScheduleRequest
from crs_desktop.therapies.answers.schedule import schedule_answer
from crs_desktop.therapies.catalogue import load_catalogue
from tests.command_line.shapes import validator

LIBRARY = load_catalogue()
TODAY = date(2026, 12, 2)
GALLERY = Path(__file__).parent / "gallery"


def checked(document: Any, schema: str) -> Any:
    validator(schema).validate(document)
    return json.loads(json.dumps(document))


def asked(**words: Any) -> Any:
    request = ScheduleRequest(**{"therapy": "teclistamab", "start": "2026-12-01", **words})
    answer = schedule_answer(LIBRARY, request, TODAY, age_group=population_on)
    return checked(answer.document, "schedule")


def in_zone(**words: Any) -> Any:
    request = ScheduleRequest(**{"start": "2026-12-01", **words})
    return checked(schedule_answer(LIBRARY, request, TODAY, ZoneInfo("Europe/Berlin")).document, "schedule")


def wrong(**words: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(NotUnderstood) as raised:
        asked(**words)
    checked(refusal_document(raised.value.findings), "schedule")
    return [(finding.code, finding.field, finding.value) for finding in raised.value.findings]


@pytest.mark.parametrize("weight", [None, "44.999", "72.5"])
def test_that_every_regimen_has_a_document(weight: str | None) -> None:
    for protocol in LIBRARY.protocols:
        for regimen in protocol.regimens:
            document = asked(therapy=protocol.id, regimen=regimen.id, weight_kg=weight, until="2026-12-15")
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


def test_that_a_height_makes_amounts_per_square_metre_exact() -> None:
    heavy = asked(therapy="blinatumomab", weight_kg="40", height_cm="160")
    assert (heavy["surface_m2"], heavy["height_cm"]) == ("1.33", "160")
    assert [dose["amount"]["value"] for dose in heavy["doses"]][:2] == ["6.65", "19.95"]
    typed = asked(therapy="blinatumomab", weight_kg="40", surface_m2="1.33")
    assert [dose["amount"] for dose in typed["doses"]] == [dose["amount"] for dose in heavy["doses"]]
    capped = asked(therapy="blinatumomab", weight_kg="44", surface_m2="1.9")["doses"][0]["amount"]
    assert (capped["value"], capped["unit"]) == ("9", "mcg/day")


def test_that_a_body_without_sense_is_told() -> None:
    both = {"height_cm": "160", "surface_m2": "1.3", "weight_kg": "40"}
    assert [code for code, _, _ in wrong(**both)] == ["therapy_height_or_surface"]
    assert [code for code, _, _ in wrong(height_cm="160")] == ["therapy_height_without_weight"]
    bad = wrong(height_cm="1,6", surface_m2="0", weight_kg="40")
    assert [code for code, _, _ in bad] == [
        "therapy_height_or_surface", "height_not_understood", "therapy_surface_not_understood",
    ]  # fmt: skip
    unusual = asked(therapy="blinatumomab", weight_kg="40", height_cm="16")
    assert [finding["code"] for finding in unusual["findings"]] == ["height_unusual"]


def test_that_the_age_group_is_typed_or_that_of_the_day_of_each_dose() -> None:
    def drugs(**words: Any) -> list[list[str]]:
        doses = asked(therapy="blinatumomab", weight_kg="60", **words)["doses"]
        return [[item["population"] for item in dose["premedication"]] for dose in doses]

    assert drugs(population="adult")[:2] == [["adult"], ["adult"]]
    assert drugs(population="paediatric")[:2] == [["paediatric"], ["paediatric"]]
    # 18 between the first dose, on 1 Dec, and the second, on 8 Dec
    assert drugs(born="2008-12-05")[:2] == [["paediatric"], ["adult"]]
    assert wrong(population="old") == [("therapy_population_unknown", "population", "old")]
    assert wrong(population="adult", born="2000-01-01") == [("therapy_population_or_born", "population", "adult")]
    assert wrong(born="2026-12-02") == [("therapy_born_after_start", "born", "2026-12-02")]


def test_that_a_grade_decides_what_the_next_dose_needs() -> None:
    unsaid = asked(therapy="glofitamab")["doses"][1]
    assert [row["id"] for row in unsaid["infusion_times"]] == ["step_up_and_first_target"]
    assert [row["id"] for row in unsaid["conditional"]["infusion_times"]] == ["prolonged_after_crs"]
    assert [row["id"] for row in unsaid["conditional"]["observation"]] == ["second_dose_hospital"]
    calm, ill = (asked(therapy="glofitamab", crs=(f"C1D8={grade}",))["doses"][1] for grade in (0, 2))
    assert not any(calm["conditional"].values()) and not any(ill["conditional"].values())
    assert [row["id"] for row in calm["observation"]] == ["first_three_doses"]
    assert [row["id"] for row in ill["observation"]] == ["second_dose_hospital", "first_three_doses"]
    assert ill["infusion_times"][1]["text"].startswith("4 to 8 h; only after CRS of any grade")
    for typed in ("C1D8=5", "C1D8", "X=1"):
        assert wrong(therapy="glofitamab", crs=(typed,)) == [("therapy_crs_not_understood", "crs", typed)]
    assert wrong(therapy="glofitamab", crs=("8=1", "C1D8=1")) == [("therapy_given_twice", "crs", "C1D8")]


def test_that_a_phase_is_entered_when_somebody_says_so() -> None:
    stays = asked(therapy="elranatamab", until="2027-07-01")
    enters = asked(therapy="mosunetuzumab_iv", until="2027-07-01", entered=("extension",))
    assert {dose["phase"] for dose in stays["doses"]} == {None, "weekly"}
    assert "therapy_phase_decision" in {found["code"] for dose in stays["doses"] for found in dose["findings"]}
    assert (enters["entered"], enters["findings"]) == (["extension"], [])
    assert enters["doses"][-1]["phase"] == "extension"
    undated = asked(entered=("q2w",))["findings"]
    assert [(found["code"], found["value"]) for found in undated] == [("therapy_phase_without_dose", "q2w")]
    assert "Q2W1" in undated[0]["reason"]
    assert wrong(entered=("weekly",)) == [("therapy_phase_not_conditional", "entered", "weekly")]


def test_that_a_start_time_gives_clock_times_in_the_zone() -> None:
    first = in_zone(therapy="glofitamab", start_time="09:00")["doses"][0]
    assert first["starts_at"] == "2026-12-01T09:00:00+01:00"
    assert first["ends_at"] == {"earliest": "2026-12-01T13:00:00+01:00", "latest": "2026-12-01T13:00:00+01:00"}
    at = {item["drug"]: item["at"]["latest"] for item in first["premedication"]}
    assert at["dexamethasone"] == "2026-12-01T08:00:00+01:00"
    open_end = in_zone(therapy="glofitamab", start_time="09:00")["doses"][1]["ends_at"]
    assert open_end == {"earliest": "2026-12-08T13:00:00+01:00", "latest": "2026-12-08T17:00:00+01:00"}
    assert asked(therapy="glofitamab")["doses"][0]["starts_at"] is None
    assert wrong(start_time="9 am") == [("clock_time_not_understood", "start_time", "9 am")]
    assert wrong(start_time="") == [("clock_time_not_understood", "start_time", "")]


def test_that_a_time_which_the_clocks_skip_is_told_and_not_guessed() -> None:
    skipped = in_zone(therapy="glofitamab", start="2027-03-28", start_time="02:30")["doses"][0]
    assert skipped["starts_at"] is None
    assert "instant_does_not_exist" in [found["code"] for found in skipped["findings"]]


def test_that_bags_change_by_elapsed_hours_across_a_change_of_the_clocks() -> None:
    words = {"therapy": "blinatumomab", "start": "2027-03-25", "start_time": "09:00", "bag_hours": "96"}
    bags = in_zone(**words)["doses"][0]["bag_starts"]
    assert [bag["starts"] for bag in bags][:2] == ["2027-03-25T09:00:00+01:00", "2027-03-29T10:00:00+02:00"]
    assert (len(bags), bags[-1]["ends"]) == (7, "2027-04-22T10:00:00+02:00")
    assert wrong(**{**words, "bag_hours": "36"}) == [("therapy_bag_hours_unknown", "bag_hours", "36")]
    assert wrong(**{**words, "start_time": None}) == [("therapy_bag_hours_need_start", "bag_hours", "96")]


def test_that_medicines_of_the_days_after_carry_their_dates() -> None:
    full = asked(therapy="epcoritamab")["doses"][2]
    steroid = next(item for item in full["premedication"] if item["following_days"])
    assert steroid["following_days"] == [1, 2, 3]
    assert steroid["dates"] == ["2026-12-15", "2026-12-16", "2026-12-17", "2026-12-18"]


def test_that_what_was_read_elsewhere_or_not_at_all_is_marked() -> None:
    first = asked(therapy="glofitamab")["doses"][0]
    marks = {item["id"]: (item["jurisdiction"], item["unverified"]) for item in first["premedication"]}
    assert marks["methylprednisolone"] == ("EU", True)
    assert marks["dexamethasone"] == (None, True)
    later = asked(therapy="glofitamab")["doses"][4]["premedication"]
    assert next(item for item in later if item["id"] == "later_antihistamine")["not_known"] == ["dose"]


def test_that_alternatives_of_the_lead_in_stand_marked_in_the_calendar() -> None:
    notes = asked(therapy="tisagenlecleucel", regimen="lbcl")["calendar"]
    marked = {(note["label"], note["alternative"]) for note in notes if note["kind"].startswith("lympho")}
    assert ("bendamustine", True) in marked and ("fludarabine", False) in marked
    assert all(note["when"] for note in notes if note["label"] == "bendamustine")


def test_that_the_stock_rule_is_that_of_the_day_of_the_dose() -> None:
    old = asked(therapy="axicabtagene_ciloleucel", start="2025-06-25")["tocilizumab"]
    new = asked(therapy="axicabtagene_ciloleucel", start="2025-06-26")["tocilizumab"]
    assert [(rule["id"], rule["before"], rule["doses"]) for rule in (*old, *new)] == [
        ("before", ["D0"], 2), ("now", ["D0"], 2),
    ]  # fmt: skip
    foreign = asked(therapy="glofitamab")["tocilizumab"][0]
    assert (foreign["before"], foreign["jurisdiction"]) == (["C1D8", "C1D15", "C2D1"], "EU")
    assert (foreign["second_within_hours"], foreign["unverified"]) == (8, True)


def test_that_products_which_must_not_be_exchanged_are_named() -> None:
    assert [other["id"] for other in asked(therapy="mosunetuzumab_iv")["never_swap"]] == ["mosunetuzumab_sc"]
    assert asked(therapy="mosunetuzumab_iv")["swap"]
    assert asked()["never_swap"] == []


def test_that_parts_of_a_dose_name_it() -> None:
    parts = [dose["part_of"] for dose in asked(therapy="odronextamab")["doses"]][:3]
    assert parts == ["SUD1 0.7 mg", "SUD1 0.7 mg", "SUD2 4 mg"]


def test_that_a_ladder_of_a_restart_row_is_dated_and_its_lead_in_repeated() -> None:
    ladder = asked(therapy="elranatamab", given=("SUD1=2026-12-01",), on="2026-12-10")["restart"]
    assert [step["key"] for step in ladder["row"]["doses"]] == ["SUD2", "FULL1"]
    assert [dose["key"] for dose in ladder["doses_if_resumed"]][:3] == ["SUD2", "FULL1", "W1"]
    given = ("C1D8=2026-12-01",)
    again = asked(therapy="glofitamab", given=given, on="2027-01-10")["restart"]
    assert again["row"]["repeat_lead_in"]
    assert "pretreatment" in [note["kind"] for note in again["calendar_if_resumed"]]
    soon = asked(therapy="glofitamab", given=given, on="2026-12-20")["restart"]
    assert "pretreatment" not in [note["kind"] for note in soon["calendar_if_resumed"]]


def test_that_a_grade_told_before_a_restart_is_not_that_of_the_repeated_dose() -> None:
    """Tarlatamab after 1 mg and 10 mg without CRS, both repeated: how the new 1 mg goes nobody can know yet."""
    words: dict[str, Any] = {"therapy": "tarlatamab", "start": "2026-10-01", "on": "2026-12-01"}
    calm = asked(**words, given=("SUD1=2026-10-01", "FULL1=2026-10-08"), crs=("SUD1=0", "FULL1=0"))["restart"]
    first, second, *_ = calm["doses_if_resumed"]
    assert (first["key"], second["key"]) == ("SUD1", "FULL1")
    assert [row["id"] for row in second["conditional"]["observation"]] == ["after_grade_2"]
    assert [row["id"] for row in second["observation"]] == ["first_full"]


def test_that_rows_after_an_event_name_it_with_its_grades() -> None:
    rows = asked(therapy="obecabtagene_autoleucel")["situations"]
    assert [(row["event"], row["grades"]) for row in rows][:2] == [("CRS", [2]), ("CRS", [3, 4])]


def test_that_one_class_is_listed() -> None:
    cells = checked(list_answer(LIBRARY, "car_t").document, "therapies")["therapies"]
    assert cells and {row["kind"] for row in cells} == {"car_t"}
    with pytest.raises(NotUnderstood):
        list_answer(LIBRARY, "cart")


def test_that_an_earlier_version_is_shown_by_its_label_or_fingerprint() -> None:
    older = LIBRARY.earlier("teclistamab")[0]
    for name in (older.label_revision, older.fingerprint[:8], older.fingerprint):
        assert checked(show_answer(LIBRARY, "teclistamab", name).document, "therapies")["fingerprint"] == (
            older.fingerprint
        )
    for name in ("1999", older.fingerprint[:7], ""):
        with pytest.raises(NotUnderstood) as raised:
            show_answer(LIBRARY, "teclistamab", name)
        assert raised.value.findings[0].code == "therapy_version_unknown"


def test_that_versions_are_compared() -> None:
    older = LIBRARY.earlier("teclistamab")[0]
    every = checked(diff_answer(LIBRARY, "teclistamab").document, "therapies")["comparisons"]
    named = checked(diff_answer(LIBRARY, "teclistamab", older.label_revision).document, "therapies")["comparisons"]
    assert every == named
    changed = {one["path"]: one for one in every[0]["differences"]}
    gap = changed["regimens.mono.steps.SUD2.min_gap_days"]
    assert (gap["kind"], gap["before"], gap["after"]) == ("changed", None, "2 whole days")
    assert gap["before_unverified"]
    assert diff_answer(LIBRARY, "glofitamab").document["comparisons"] == []
    with pytest.raises(NotUnderstood):
        diff_answer(LIBRARY, "kymriah")


def test_that_a_mistake_names_its_file_key_and_what_is_allowed() -> None:
    found = checked(check_answer(GALLERY).document, "therapies")["findings"]
    assert {mistake["file"] for mistake in found} == {path.name for path in GALLERY.glob("*.toml")}
    unknown = next(mistake for mistake in found if mistake["code"] == "therapy_key_unknown")
    assert unknown["field"] and unknown["allowed"]


def test_that_cases_are_run_by_product_and_by_folder(tmp_path: Path) -> None:
    good = cases_answer(LIBRARY, "teclistamab")
    assert good.status == ExitStatus.YES
    files = {case["file"] for case in checked(good.document, "therapies")["cases"]}
    assert files == {"teclistamab.toml", "teclistamab@2022.toml"}
    for name in ("glofitamab.toml", "glofitamab.cases.toml"):
        text = resource("therapies", name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace('on = 2026-12-08', 'on = 2026-12-09'), "utf-8")
    (tmp_path / "alone.toml").write_bytes(resource("therapies", "teclistamab.toml").read_bytes())
    (tmp_path / "broken.toml").write_text("x", "utf-8")
    bad = cases_answer(LIBRARY, str(tmp_path))
    assert bad.status == ExitStatus.NO
    wrong_in = {case["file"] for case in checked(bad.document, "therapies")["cases"] if case["findings"]}
    assert wrong_in == {"alone.toml", "broken.toml", "glofitamab.toml"}
    with pytest.raises(NotUnderstood):
        cases_answer(LIBRARY, str(tmp_path / "none"))
