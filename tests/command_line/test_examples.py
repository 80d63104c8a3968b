"""The examples of the manual give what the manual says, literally, with the status that it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line.conftest import Ask

THERAPIES = Path(__file__).parents[2] / "resources" / "therapies"
PLAN: dict[str, Any] = {
    "today": "2026-12-01",
    "rounding_percent": "0",
    "lots": [{"lot": "A1", "brand": "Actemra", "mg": 400, "vials": 3, "expires": "2027-01-31"}],
    "patients": [{"id": "P1", "weight_kg": "72.5", "sets": 2, "from": "2026-12-03", "until": "2026-12-17"}],
}


def test_that_the_dose_is_the_documented_one(ask: Ask) -> None:
    said = ask("dose", "--weight-kg", "72.5", "--json")
    assert said.document == {
        "weight_kg": "72.5", "mg_per_kg": "8", "dose_mg": "580", "capped": False, "drawn_mg": "580", "volume_ml": "29",
        "bag_ml": 100, "infuse_minutes": 60, "opened_mg": "600", "waste_mg": "20",
        "vials": [{"mg": 400, "vials": 1}, {"mg": 200, "vials": 1}],
    }  # fmt: skip
    assert (said.status, said.err) == (0, "")


def test_that_a_dose_uses_what_is_on_hand_and_says_no_when_it_cannot(ask: Ask) -> None:
    said = ask("dose", "--weight-kg", "72.5", "--on-hand", "400=2,200=1,80=3", "--json")
    assert (said.status, said.document["opened_mg"]) == (0, "600")
    rounded = ask("dose", "--weight-kg", "72.5", "--rounding-percent", "5", "--json")
    assert rounded.document["drawn_mg"] == "600"
    short = ask("dose", "--weight-kg", "72.5", "--on-hand", "80=3", "--json")
    assert (short.status, short.codes) == (1, ["on_hand_too_few"])


def test_that_the_next_dose_is_the_documented_one(ask: Ask) -> None:
    words = ("next-dose", "--given", "2026-12-03T03:10-05:00", "--at", "2026-12-03T10:10-05:00", "--json")
    said = ask(*words)
    assert said.document == {
        "allowed": False, "from": "2026-12-03T11:10:00-05:00", "interval_from": "start", "left_24h": 2,
        "left_episode": 3, "findings": [],
    }  # fmt: skip
    assert said.status == 1
    later = ask("next-dose", "--given", "2026-12-03T03:10-05:00", "--at", "2026-12-03T11:10-05:00", "--json")
    assert (later.status, later.document["allowed"]) == (0, True)


def test_that_doses_may_be_given_in_one_option_or_in_several(ask: Ask) -> None:
    one, two = "2026-12-03T03:10-05:00/2026-12-03T04:10-05:00", "2026-12-03T12:00-05:00"
    at = ("--at", "2026-12-03T15:00-05:00", "--json")
    together = ask("next-dose", "--given", one, two, *at)
    apart = ask("next-dose", "--given", one, "--given", two, *at)
    assert together.document == apart.document
    assert together.document["left_24h"] == 1


def test_that_the_documented_plan_is_read_and_short(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "question.json"
    file.write_text(json.dumps(PLAN), "utf-8")
    said = ask("plan", file, "--json")
    assert said.status == 1
    assert (said.document["verdict"], said.document["covered"], said.document["owed"]) == ("short", 1, 2)
    assert said.document["fix"]["kind"] == "order"
    assert ask("plan", "-", "--json", stdin=json.dumps(PLAN)).document == said.document


def test_that_the_plan_is_ready_with_one_vial_of_200_more_a_set(ask: Ask) -> None:
    more = {"lot": "B2", "brand": "Actemra", "mg": 200, "vials": 2, "expires": "2027-01-31"}
    said = ask("plan", "-", "--json", stdin=json.dumps({**PLAN, "lots": [*PLAN["lots"], more]}))
    assert said.status == 0
    assert (said.document["verdict"], said.document["waste_mg"], said.document["fix"]) == ("ready", "40", None)
    assert said.document["sets"][0] == {
        "patient": "P1", "set": 1, "dose_mg": "580", "drawn_mg": "580", "opened_mg": "600", "waste_mg": "20",
        "vials": [{"lot": "A1", "mg": 400, "vials": 1}, {"lot": "B2", "mg": 200, "vials": 1}],
    }  # fmt: skip


def test_that_two_tables_ask_the_same_as_the_document(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "stock.csv").write_text("lot,brand,mg,vials,expires\nA1,Actemra,400,3,2027-01-31\n", "utf-8")
    (tmp_path / "patients.csv").write_text("id,weight_kg,sets,from,until\nP1,72.5,2,2026-12-03,2026-12-17\n", "utf-8")
    tables = ("--stock", tmp_path / "stock.csv", "--patients", tmp_path / "patients.csv")
    said = ask("plan", *tables, "--today", "2026-12-01", "--json")
    assert said.document == ask("plan", "-", "--json", stdin=json.dumps(PLAN)).document
    rounded = ask("plan", *tables, "--today", "2026-12-01", "--rounding-percent", "10", "--json")
    assert rounded.status in (0, 1)


@pytest.mark.parametrize("before", [True, False])
def test_that_options_stand_before_or_after_the_verb(ask: Ask, before: bool) -> None:
    common, own = ["--json", "--now", "2026-12-03T03:10-05:00"], ["dose", "--weight-kg", "72.5"]
    said = ask(*(common + own if before else own + common))
    assert (said.status, said.document["now"]) == (0, "2026-12-03T03:10:00-05:00")


def test_that_a_schedule_follows_what_was_given(ask: Ask) -> None:
    words = ["schedule", "teclistamab", "--start", "2026-12-01", "--given", "1=2026-12-01", "--on", "2026-12-10"]
    said = ask(*words, "--weight-kg", "70", "--json")
    assert said.status == 0
    assert [dose["state"] for dose in said.document["doses"]][:3] == ["given", "overdue", "waiting"]
    assert said.document["restart"]["elapsed_days"] == 9
    missed = ask(*words, "--missed", "4", "--json")
    assert [dose["state"] for dose in missed.document["doses"]][1] == "missed"


def test_that_the_library_is_listed_shown_and_checked(ask: Ask) -> None:
    listed = ask("therapies", "--json")
    assert listed.document == ask("therapies", "list", "--json").document
    ids = [entry["id"] for entry in listed.document["therapies"]]
    files = [path.stem for path in THERAPIES.glob("*.toml") if "@" not in path.stem and not path.match("*.cases.toml")]
    assert ids == sorted(files)
    classes = [ask("therapies", "--class", kind, "--json").document["therapies"] for kind in ("car_t", "bispecific")]
    assert sorted(entry["id"] for group in classes for entry in group) == ids
    assert {entry["kind"] for entry in classes[0]} == {"car_t"}
    shown = ask("therapies", "show", "blinatumomab", "--json")
    assert all(fact["read"] for fact in shown.document["facts"])
    checked = ask("therapies", "check", THERAPIES, "--json")
    assert (checked.status, checked.document["findings"]) == (0, [])


def test_that_help_and_version_are_answers(ask: Ask) -> None:
    assert ask("--help").status == 0
    assert ask("plan", "--help").status == 0
    assert ask("--version").out.startswith("crs-desktop ")
