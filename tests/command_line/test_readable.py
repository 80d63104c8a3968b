"""What a person reads: at most 100 columns, aligned, a sign and a word for each state, the doubtful marked as such."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crs_desktop.command_line.text.layout import WIDTH, width
from tests.command_line.conftest import Ask
from tests.command_line.people import NOW
from tests.command_line.test_examples import PLAN

SCHEDULE = ("schedule", "teclistamab", "--start", "2026-12-01", "--given", "1=2026-12-01", "--on", "2026-12-10")


@pytest.mark.parametrize(
    "words",
    [
        ("dose", "--weight-kg", "29.9"),
        ("dose", "--weight-kg", "120", "--on-hand", "80=1"),
        ("next-dose", "--given", "2026-12-03T03:10-05:00"),
        (*SCHEDULE, "--weight-kg", "70"),
        ("schedule", "blinatumomab", "--start", "2026-12-01", "--weight-kg", "44"),
        ("schedule", "axicabtagene_ciloleucel", "--start", "2026-12-01"),
        ("therapies",),
        ("therapies", "show", "teclistamab"),
        ("adopt", "blinatumomab", "--pharmacist", "A B", "--store", "{store}"),
        ("readiness", "--store", "{store}", "--now", NOW),
        ("plan", "-"),
    ],
)
def test_that_no_line_is_wider_than_a_terminal(ask: Ask, words: tuple[str, ...], store: Path) -> None:
    said = ask(*(word.format(store=store) for word in words), stdin=json.dumps(PLAN))
    assert said.status in (0, 1)
    # A word that is longer than a line, such as the path of a fact, stands alone on its own.
    assert [line for line in said.out.splitlines() if width(line) > WIDTH and " " in line.strip()] == []
    assert said.out.count("\n\n\n") == 0
    assert [line for line in said.out.splitlines() if line != line.rstrip()] == []


def test_that_a_dose_is_a_few_lines(ask: Ask) -> None:
    assert ask("dose", "--weight-kg", "72.5").out.splitlines() == [
        "Tocilizumab for 72.5 kg",
        "  Dose     580 mg (8 mg/kg)",
        "  Draw up  580 mg = 29 mL",
        "  Bag      100 mL, infused over 60 minutes",
        "  Vials    1 x 400 mg + 1 x 200 mg",
        "  Waste    20 mg of 600 mg opened",
    ]
    assert "(8 mg/kg, held at the cap)" in ask("dose", "--weight-kg", "120").out
    assert "Beware" in ask("dose", "--weight-kg", "29.9").out
    assert ask("dose", "--weight-kg", "70", "--on-hand", "80=1").out.startswith("x no dose from these vials\n")


def test_that_the_next_dose_shows_the_clock_in_force_and_what_is_left(ask: Ask) -> None:
    given = "2026-12-03T03:10-05:00"
    out = ask("next-dose", "--given", given, "--at", "2026-12-03T05:00-05:00").out
    assert out.startswith("x no: not before Thu 3 Dec 2026 11:10 (UTC-05:00).\n  Clock  start to start.")
    assert "2 within 24 h, 3 in this episode" in out
    assert ask("next-dose", "--given", given, "--at", "2026-12-03T12:00-05:00").out.startswith("+ yes")
    full = [f"2026-12-0{day}T03:10-05:00" for day in (1, 2, 3, 4)]
    assert ask("next-dose", "--given", *full, "--at", "2026-12-09T12:00Z").out.startswith("x no: not in this episode.")


def test_that_a_plan_lists_sets_by_lot_and_what_would_mend_it(ask: Ask) -> None:
    lines = ask("plan", "-", stdin=json.dumps(PLAN)).out.splitlines()
    assert lines[0] == "x short: 1 of 2 sets covered, waste 220 mg."
    assert lines[2].split() == ["PATIENT", "SET", "DOSE", "DRAWN", "OPENED", "WASTE", "VIALS"]
    assert lines[3] == "P1       1    580 mg  580 mg  800 mg  220 mg  2 x 400 mg lot A1"
    assert "  x P1, 1 set" in lines
    assert "  Order 1 x 200 mg Actemra, on the shelf by Thu 3 Dec." in lines
    moved = {**PLAN, "lots": [{**PLAN["lots"][0], "vials": 4}]}
    assert ask("plan", "-", stdin=json.dumps(moved)).out.startswith("+ ready: 2 of 2 sets covered")


def test_that_a_plan_shows_planned_use_places_and_what_to_beware_of(ask: Ask) -> None:
    two = [{**PLAN["lots"][0], "place": place, "vials": 2} for place in ("Fridge", "Ward")]
    use = [{"patient": "Q", "date": "2026-12-02", "dose_mg": "400"}]
    light = [{**PLAN["patients"][0], "weight_kg": "1.5", "sets": 1}]
    question = {**PLAN, "lots": two, "planned_use": use, "patients": light}
    said = ask("plan", "-", "--json", stdin=json.dumps(question))
    out = ask("plan", "-", stdin=json.dumps(question)).out
    assert "planned_use" in said.document
    assert "use Wed 2 Dec" in out
    assert "(Fridge)" in out or "(Ward)" in out
    assert "! patients[0].weight_kg: " in out


def test_that_the_board_has_a_sign_and_a_word_for_each_state(ask: Ask) -> None:
    said = ask("demo", "--now", "2026-12-01T10:00+01:00", "--zone", "Europe/Berlin")
    assert said.status == 0
    lines = said.out.splitlines()
    assert lines[0].startswith("No screen was found")
    assert lines[2].startswith("Ready through Thu 3 Dec. Fri 4 Dec short 1 set")
    head = next(line for line in lines if line.startswith("DAY"))
    column = head.index("STATE")
    rows = lines[lines.index(head) + 1 : lines.index("Windows") - 1]
    states = {row[column:].split("  ")[0] for row in rows if row[column : column + 1] != " "}
    assert states == {"+ ready", "! ready, but", "x short 1 set", "? cannot say", "- no set owed"}
    assert "      Set 1  Confirmed." in said.out
    assert "      Set 1  Proposed." in said.out
    assert "What would mend it" in lines
    assert [line for line in lines if width(line) > WIDTH] == []
    assert lines[-1] == "As of 2026-12-01T10:00:00+01:00."


def test_that_an_unverified_fact_says_so(ask: Ask) -> None:
    shown = ask("therapies", "show", "teclistamab").out
    assert "  unverified regimens.mono.phases.weekly.min_gap_days = not known" in shown
    known = [line for line in shown.splitlines() if " = " in line and "unverified" not in line]
    assert known
    assert "unverified" in ask(*SCHEDULE, "--weight-kg", "70").out
    assert "UNVERIFIED" in ask("therapies").out


def test_that_a_schedule_shows_windows_premedication_restart_and_resumed_doses(ask: Ask) -> None:
    out = ask(*SCHEDULE, "--weight-kg", "70").out
    assert "Thu 3 Dec to Tue 8 Dec" in out
    assert "dexamethasone 16 mg" in out
    assert "9 d since SUD1 on Tue 1 Dec: restart at step-up dose 1" in out
    assert "Doses if resumed on Thu 10 Dec" in out
    changing = ask("schedule", "teclistamab", "--start", "2026-12-01", "--given", "1=2026-12-01", "--on", "2026-12-05")
    assert "From Wed 9 Dec on: restart at step-up dose 1" in changing.out
    blina = ask("schedule", "blinatumomab", "--start", "2026-12-01").out
    assert "24 h at 10 mL/h" in blina
    assert "from 8 days" in blina


def test_that_a_schedule_marks_other_countries_conditions_and_gaps_in_words(ask: Ask) -> None:
    words = ("schedule", "glofitamab", "--start", "2026-12-01")
    out = " ".join(ask(*words).out.split())
    assert "methylprednisolone 80 mg, IV, completed at least 60 minutes before the infusion" in out
    assert "one steroid of these (EU text, unverified)" in out
    assert "antihistamine dose not known" in out
    assert "! Whether CRS followed the dose before, and of which grade, was not said" in out
    assert "4 to 8 h; only after CRS of any grade with the dose before" in out
    assert "doses: 1, the second within 8 h: before each dose of cycles 1 and 2" in out
    told = ask(*words, "--crs", "C1D8=0", "C1D15=0", "C2D1=0", "C3D1=0").out
    assert "was not said" not in told and "4 to 8 h" not in told


def test_that_a_schedule_shows_body_age_clock_and_bags(ask: Ask) -> None:
    words = ("schedule", "blinatumomab", "--start", "2026-12-01", "--weight-kg", "40", "--height-cm", "160")
    clock = ("--start-time", "09:00", "--bag-hours", "96", "--zone", "Europe/Berlin", "--born", "2015-01-01")
    out = " ".join(ask(*words, *clock).out.split())
    assert "1.33 m2, from 160 cm and the weight (Mosteller)" in out
    assert "Age group paediatric" in out
    assert "6.65 mcg/day" in out
    assert "starts Tue 1 Dec 09:00; ends Tue 29 Dec 09:00; bag 2 Sat 5 Dec 09:00" in out
    assert "20 mg" not in out.partition("Premedication")[2].partition("5 mg/m2")[0]


def test_that_products_never_to_be_exchanged_stand_above_the_doses(ask: Ask) -> None:
    lines = ask("schedule", "mosunetuzumab_iv", "--start", "2026-12-01").out.splitlines()
    warning = next(number for number, line in enumerate(lines) if line.startswith("! Never in exchange with Lunsumio"))
    assert warning < next(number for number, line in enumerate(lines) if line.startswith("KEY"))


def test_that_a_count_of_cells_is_written_out_and_never_cut(ask: Ask) -> None:
    out = ask("schedule", "obecabtagene_autoleucel", "--start", "2026-12-01").out
    assert "10,000,000 CAR-positive viable T cells" in out
    assert "T c.." not in out


def test_that_versions_and_cases_are_told(ask: Ask) -> None:
    diff = ask("therapies", "diff", "teclistamab").out
    assert "regimens.mono.steps.SUD2.min_gap_days: not known -> 2 whole days" in diff
    assert ask("therapies", "diff", "glofitamab").out.endswith("no earlier label version is in the library.\n")
    assert ask("therapies", "cases", "talquetamab").out.startswith("+ good: ")
    assert "Earlier" in ask("therapies", "show", "teclistamab").out
    assert "revision 2022-10" in ask("therapies", "show", "teclistamab", "--version", "2022-10").out
