"""The verbs that look into a store: the board, adoption, paper, and the site's policy behind `next-dose`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line.conftest import Ask
from tests.command_line.people import NOW, Site, state_policy

SIGN = ("adopt", "teclistamab", "--pharmacist", "Grace Hopper")


def test_that_an_empty_store_is_ready(ask: Ask, empty_store: Path) -> None:
    said = ask("--store", empty_store, "--now", NOW, "readiness", "--json")
    assert said.status == 0
    assert (said.document["verdict"], said.document["infusions"], said.document["today"]) == ("ready", [], "2026-12-01")
    assert (said.document["now"], said.document["asked_at"]) == (NOW, NOW)
    assert ask("--store", empty_store, "--now", NOW, "readiness").status == 0


def test_that_the_board_says_no_with_reasons_fixes_and_the_first_day(ask: Ask, store: Path) -> None:
    said = ask("readiness", "--store", store, "--now", NOW, "--json")
    assert said.status == 1
    assert said.document["first_day_not_ready"] == "2026-12-01"  # blinatumomab is not adopted, and this is no demo
    short = next(window for window in said.document["windows"] if window["verdict"] == "short")
    assert short["reasons"]
    assert said.document["fixes"]
    assert {one["confirmed"] for window in said.document["windows"] for one in window["sets"]} == {True, False}
    assert [one["day"] for one in said.document["chance"]["by_day"]] == list(range(30))


def test_that_another_day_and_horizon_may_be_asked_about(ask: Ask, store: Path) -> None:
    said = ask("readiness", "--store", store, "--now", NOW, "--on", "2026-12-03", "--days", "3", "--json")
    assert said.document["today"] == "2026-12-03"
    assert [day["day"] for day in said.document["days"]] == [f"2026-12-0{n}" for n in (3, 4, 5)]


@pytest.mark.parametrize(("now", "today"), [("2026-12-02T04:59Z", "2026-12-01"), ("2026-12-02T05:00Z", "2026-12-02")])
def test_that_the_zone_of_the_store_decides_the_day(ask: Ask, empty_store: Path, now: str, today: str) -> None:
    board = ask("--store", empty_store, "--now", now, "readiness", "--json")
    assert board.document["today"] == today
    words = ("schedule", "teclistamab", "--start", "2026-12-01", "--json", "--now", now)
    assert ask(*words, "--store", empty_store).document["on"] == today


@pytest.mark.parametrize(
    ("now", "zone", "today"),
    [
        ("2026-12-02T23:30-05:00", None, "2026-12-02"),
        ("2026-12-02T23:30-05:00", "Europe/Berlin", "2026-12-03"),
        ("2026-12-03T00:30+13:00", None, "2026-12-03"),
        ("2026-12-03T00:30Z", None, "2026-12-03"),
    ],
)
def test_that_without_a_store_the_offset_typed_decides_unless_a_zone_is_named(
    ask: Ask, now: str, zone: str | None, today: str
) -> None:
    named = () if zone is None else ("--zone", zone)
    said = ask("schedule", "teclistamab", "--start", "2026-12-01", "--now", now, *named, "--json")
    assert said.document["on"] == today
    assert said.document["now"].endswith("+00:00" if now.endswith("Z") else now[-6:])


def test_that_adopting_needs_the_word_of_having_read_and_lists_the_facts(ask: Ask, empty_store: Path) -> None:
    said = ask(*SIGN, "--store", empty_store, "--json")
    assert (said.status, said.codes) == (1, ["adoption_not_read"])
    doubts = [fact["unverified"] for fact in said.document["facts"]]
    assert doubts == sorted(doubts, reverse=True)
    wrong = ask(*SIGN, "--store", empty_store, "--i-have-read-the-facts", "--checked", "no.such.fact", "--json")
    assert (wrong.status, wrong.codes) == (1, ["adoption_no_such_fact"])


def test_that_a_name_without_letters_signs_nothing(ask: Ask, empty_store: Path) -> None:
    words = ("adopt", "teclistamab", "--pharmacist", " ", "--i-have-read-the-facts", "--store", empty_store)
    assert ask(*words).status == 1


def test_that_a_checklist_is_printed_into_the_folder(ask: Ask, store: Path, tmp_path: Path) -> None:
    words = ("--store", store, "--now", NOW, "print", "infusion-day", "--out", tmp_path / "out")
    said = ask(*words, "--on", "2026-12-04", "--patient", "0013377", "--json")
    assert said.status == 0
    (printed,) = said.document["printed"]
    assert Path(printed["file"]).read_bytes().startswith(b"%PDF-")
    assert printed["valid_until"][-6:] == "-05:00"
    nobody = ask(*words, "--on", "2026-12-25", "--json")
    assert (nobody.status, nobody.document["printed"], nobody.codes) == (1, [], ["cl_print_nothing"])
    unknown = ask(*words, "--patient", "13377", "--json")
    assert (unknown.status, unknown.codes) == (2, ["cl_print_no_such_patient"])


def test_that_a_dosing_sheet_is_printed_or_refused_with_the_reason(ask: Ask, store: Path, tmp_path: Path) -> None:
    words = ("--store", store, "--now", NOW, "print", "dosing-sheet", "--out", tmp_path / "out")
    said = ask(*words, "--patient", "0012874", "--json")
    assert (said.status, len(said.document["printed"])) == (0, 1)
    without = ask(*words, "--patient", "0013390", "--json")
    assert without.status == 1
    assert without.document["refused"]
    assert "x not printed" in ask(*words, "--patient", "0013390").out


def test_that_the_policy_of_a_named_store_sets_the_clock_of_the_next_dose(
    ask: Ask, empty_site: Site, empty_store: Path
) -> None:
    words = ("next-dose", "--given", "2026-12-03T03:10-05:00/2026-12-03T04:10-05:00", "--now", "2026-12-03T10:00-05:00")
    shipped = ask(*words, "--json")
    assert (shipped.document["interval_from"], shipped.document["from"][11:16]) == ("start", "11:10")
    state_policy(empty_store, empty_site.keys, "interval_from", "end")
    site = ask(*words, "--store", empty_store, "--json")
    assert (site.document["interval_from"], site.document["from"][11:16]) == ("end", "12:10")
    assert "end to start" in ask(*words, "--store", empty_store).out
