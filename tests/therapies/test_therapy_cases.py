"""Every shipped protocol answers its cases, and a case that expects something else is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crs_desktop.kernel.resources import resource
from crs_desktop.kernel.wording import say
from crs_desktop.therapies.cases import check_library, run_cases
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.protocol import Protocol
from tests.therapies.made_up_regimens import (
    in_cycles,
    infusion,
    judged,
    medicine,
    protocol,
    regimen,
    restart,
    step,
    weighed,
)  # fmt: skip

LIBRARY = load_catalogue()
SHIPPED = resource("therapies")


def test_that_the_shipped_library_has_no_mistake_and_answers_its_cases() -> None:
    assert [say(finding) for finding in check_library(SHIPPED)] == []


@pytest.mark.parametrize(
    ("therapy", "old", "new", "field"),
    [
        ("teclistamab", b"last = 2026-12-08", b"last = 2026-12-09", "SUD2 last"),
        ("teclistamab", b'answer = "sud1_late"', b'answer = "on_schedule"', "answer"),
        ("teclistamab", b"changes_at = 29", b"changes_at = 30", "changes_at"),
        ("teclistamab", b'premedication = ["dexamethasone", ', b'premedication = ["prednisone", ', "premedication"),
        ("blinatumomab", b'amount = "9 mcg/day"', b'amount = "28 mcg/day"', "C1D1 amount"),
        ("blinatumomab", b'answer = "interruption_4_h"', b'answer = "no_rule"', "answer"),
        ("blinatumomab", b'key = "R2", on_day = 8', b'key = "R2", on_day = 9', "after"),
        ("tarlatamab", b'runs = ["60 min"]', b'runs = ["30 min"]', "SUD1 runs"),
        ("tarlatamab", b"after 0 over 240-300", b"after 0 over 60", "SUD1 medicines"),
        ("axicabtagene_ciloleucel", b'keys = ["D0"]', b'keys = ["D0", "D1"]', "keys"),
        ("axicabtagene_ciloleucel", b'key = "D0"', b'key = "D1"', "D1 key"),
        ("axicabtagene_ciloleucel", b'around = ["lead_in.', b'around = ["lead_out.', "around"),
        ("axicabtagene_ciloleucel", b'on = ["2026-12-02",', b'on = ["2026-12-01",', "lymphodepletion on"),
        ("axicabtagene_ciloleucel", b'detail = ["500 mg/m2"]', b'detail = ["50 mg/m2"]', "lymphodepletion detail"),
        ("axicabtagene_ciloleucel", b'on = ["2025-06-25 to 2025-08-20"]', b"on = []", "no_driving_before on"),
        ("axicabtagene_ciloleucel", b'"acetaminophen 650 mg', b'"acetaminophen 65 mg', "D0 medicines"),
        ("tisagenlecleucel", b'on = ["unknown"]', b'on = ["2025-06-25"]', "daily_checks_before on"),
    ],
)
def test_that_a_case_answered_otherwise_is_told(therapy: str, old: bytes, new: bytes, field: str) -> None:
    content = (SHIPPED / f"{therapy}.cases.toml").read_bytes()
    assert old in content
    findings = run_cases(LIBRARY.protocol(therapy), content.replace(old, new, 1), "x.cases.toml")
    assert findings
    assert {finding.code for finding in findings} == {"therapy_case_wrong"}
    assert any(finding.field.endswith(field) for finding in findings)
    assert "x.cases.toml" in say(findings[0])


def test_that_the_next_dose_of_a_case_is_compared() -> None:
    case = (
        b'[[restart]]\nname = "n"\nregimen = "mono"\nlast = "SUD2"\ndays = 30\nanswer = "sud2_over_28"\nnext = "%s"\n'
    )
    assert run_cases(LIBRARY.protocol("teclistamab"), case % b"SUD1", "c") == ()
    assert [f.value for f in run_cases(LIBRARY.protocol("teclistamab"), case % b"SUD2", "c")] == ["SUD1"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"[[schedule]\n", "therapy_file_broken"),
        (b"\xff", "therapy_line_bytes"),
        (b"", "therapy_cases_none"),
        (b"[schedule]\n", "therapy_value_kind"),
        (b'protocol = "glofitamab"\n', "therapy_value_not_allowed"),
        (b"[[forecast]]\n", "therapy_key_unknown"),
        (b'[[schedule]]\nname = "n"\nregimen = "duo"\nstart = 2026-12-01\nkeys = ["D"]\n', "therapy_value_not_allowed"),
        (b'[[schedule]]\nname = "n"\nregimen = "mono"\nstart = 2026-12-01\n', "therapy_case_expects_nothing"),
        (b'[[schedule]]\nregimen = "mono"\nstart = 2026-12-01\nweight_kg = "x"\nkeys = ["D"]\n', "therapy_value_kind"),
        (
            b'[[schedule]]\nregimen = "mono"\nstart = 2026-12-01\nsurface_m2 = true\nkeys = ["D"]\n',
            "therapy_value_kind",
        ),
        (b'[[schedule]]\nregimen = "mono"\nstart = "2026-12-01"\nkeys = ["D"]\n', "therapy_date_bad"),
        (b'[[schedule]]\nregimen = "mono"\nkeys = ["D"]\n', "therapy_key_missing"),
        (b'[[schedule]]\nregimen = "mono"\nstart = 2026-12-01\nkey = 1\nkeys = ["D"]\n', "therapy_key_unknown"),
        (
            b'[[schedule]]\nregimen = "mono"\nstart = 2026-12-01\nentered = "x"\nkeys = ["D"]\n',
            "therapy_value_not_allowed",
        ),
        (b'[[schedule]]\nregimen = "mono"\nstart = 2026-12-01\ndoses = 1\n', "therapy_value_kind"),
        (b'[[schedule]]\nregimen = "mono"\nstart = 2026-12-01\ndoses = [{ on = 1 }]\n', "therapy_key_missing"),
        (
            b'[[schedule]]\nregimen = "mono"\nstart = 2026-12-01\ndoses = [{ key = "D", premed = 1 }]\n',
            "therapy_key_unknown",
        ),
        (
            b'[[schedule]]\nregimen = "mono"\nstart = 2026-12-01\nnotes = [{ path = "x", of = 1 }]\n',
            "therapy_key_unknown",
        ),
        (b'[[restart]]\nregimen = "mono"\nlast = "S"\ndays = "1"\nanswer = "x"\n', "therapy_value_kind"),
        (b'[[restart]]\nregimen = "mono"\nlast = "S"\ndays = 1\nanswer = "x"\nafter = 3\n', "therapy_value_kind"),
        (
            b'[[restart]]\nregimen = "mono"\nlast = "S"\ndays = 1\nanswer = "x"\nafter = { to = 3 }\n',
            "therapy_key_unknown",
        ),
        (b'[[restart]]\nregimen = "mono"\nlast = "S"\ndays = 1\nanswer = "x"\n', "therapy_case_broken"),
        (b'[[restart]]\nregimen = "mono"\nlast = "SUD1"\ndays = -1\nanswer = "x"\n', "therapy_case_broken"),
        (b'[[situation]]\nregimen = "mono"\nanswer = "y"\nsituation = "interruption"\n', "therapy_key_missing"),
        (b'[[situation]]\nregimen = "mono"\nevent = "CRS"\n', "therapy_key_missing"),
        (b'[[situation]]\nregimen = "mono"\nsituation = "x"\nelapsed = 1\nanswer = "y"\n', "therapy_case_wrong"),
    ],
)
def test_that_a_case_that_cannot_be_read_is_told(content: bytes, code: str) -> None:
    assert [finding.code for finding in run_cases(LIBRARY.protocol("teclistamab"), content, "c")] == [code]


CASES = b"""
[[schedule]]
name = "graded, entered, by surface"
regimen = "r"
start = 2026-12-01
surface_m2 = "1.5"
grades = { C1D1 = 2 }
entered = ["late"]
population = "adult"
until = 2026-12-31
keys = ["C1D1", "C1D8", "C2D1"]
[[schedule.doses]]
key = "C1D8"
label = "C1D8"
cycle = 1
route = "IV"
part_of = ""
amount = "3 mg"
premedication = ["after"]
conditional = []
observation = []
conditional_observation = []
infusion_times = ["slow"]
conditional_times = []
unverified = []
[[schedule.doses]]
key = "C2D1"
conditional = ["after"]
infusion_times = []
conditional_times = ["slow"]

[[restart]]
name = "a ladder"
regimen = "r"
last = "C1D8"
days = 20
answer = "long"
next = "R1"
entered = ["late"]
[restart.after]
until_day = 30
doses = [{ key = "R1", on_day = 1, label = "R1" }, { key = "C2D1", on_day = 15 }]

[[restart]]
name = "no row"
regimen = "r"
last = "C1D1"
days = 7
answer = "on_schedule"
after = { doses = [] }

[[situation]]
name = "an event"
regimen = "r"
event = "CRS"
grade = 3
answer = ["stop"]

[[situation]]
name = "another"
regimen = "r"
event = "ICANS"
answer = "no_rule"
"""


def made_up() -> Protocol:
    surface = weighed("2", "mg/m2")
    steps = (step("C1D1", 1, 1), step("C1D8", 8, 1, amounts=(surface,), restart_class="x"))
    phases = (in_cycles("late", 2, 3, (1,), rule=judged()),)
    rows = (restart("long", least=10, doses=(step("R1", 1),)), restart("stop", situation="", event="CRS", grades=(3,)))
    return protocol(
        regimen(*steps, phases=phases, cycle_days=21),
        premedication=(medicine("after", "*", after_grades=(2,)),),
        infusion_times=(infusion("slow", "*", after_grades=(2,)),),
        restart=rows,
    )


def test_that_a_case_may_state_circumstances_ladders_and_events() -> None:
    assert [say(finding) for finding in run_cases(made_up(), CASES, "c")] == []


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (b"C1D1 = 2", b"C1D1 = 1", "C1D8 premedication"),
        (b'surface_m2 = "1.5"', b'surface_m2 = "1.6"', "C1D8 amount"),
        (b'entered = ["late"]\npop', b"entered = []\npop", "keys"),
        (b'population = "adult"\nuntil = 2026-12-31', b"until = 2026-12-20", "keys"),
        (b"on_day = 15", b"on_day = 14", "after"),
        (b'label = "R1"', b'label = "R2"', "after R1 label"),
        (b"until_day = 30", b"until_day = 36", "after"),
        (b"grade = 3", b"grade = 2", "answer"),
        (b'answer = "no_rule"', b'answer = ["stop"]', "answer"),
    ],
)
def test_that_a_circumstance_answered_otherwise_is_told(old: bytes, new: bytes, field: str) -> None:
    assert old in CASES
    findings = run_cases(made_up(), CASES.replace(old, new, 1), "c")
    assert {finding.code for finding in findings} == {"therapy_case_wrong"}
    assert any(finding.field.endswith(field) for finding in findings)


def test_that_a_protocol_without_cases_is_told(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "teclistamab.toml", tmp_path)
    assert [finding.code for finding in check_library(tmp_path)] == ["therapy_case_missing"]


def test_that_a_broken_file_beside_a_good_one_does_not_hide_its_cases(tmp_path: Path) -> None:
    for name in ("teclistamab.toml", "teclistamab.cases.toml"):
        shutil.copy(SHIPPED / name, tmp_path)
    (tmp_path / "other.toml").write_bytes(b"[")
    assert [finding.get("file") for finding in check_library(tmp_path)] == ["other.toml"]
    assert [finding.code for finding in check_library(tmp_path / "none")] == ["therapy_folder_missing"]


def test_that_a_mark_and_the_line_ends_of_windows_do_no_harm_to_cases() -> None:
    assert run_cases(made_up(), b"\xef\xbb\xbf" + CASES.replace(b"\n", b"\r\n"), "c") == ()


def test_that_a_file_that_nobody_reads_is_told(tmp_path: Path) -> None:
    for name in ("teclistamab.toml", "teclistamab.cases.toml"):
        shutil.copy(SHIPPED / name, tmp_path)
    for name in ("a.toml.txt", "b.TOML", "c.cases.toml", "d.cases.toml.txt", "README.md"):
        (tmp_path / name).write_bytes(b"")
    told = {finding.get("file"): finding.get("allowed") for finding in check_library(tmp_path)}
    assert told == {
        "a.toml.txt": "a.toml",
        "b.TOML": "b.toml",
        "c.cases.toml": "c.toml",
        "d.cases.toml.txt": "d.cases.toml",
    }
