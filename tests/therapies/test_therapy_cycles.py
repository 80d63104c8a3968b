"""Doses on days of cycles, phases bounded by weeks, and phases that a prescriber enters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from crs_desktop.therapies.model.dated import Circumstances, ScheduledDose
from crs_desktop.therapies.model.doses import Entry, Gap, Regimen
from crs_desktop.therapies.rules.schedule import placement_findings, schedule
from crs_desktop.therapies.rules.slots import next_slot, slot_of
from tests.therapies.made_up_regimens import every, in_cycles, judged, protocol, regimen, step

START = date(2027, 12, 1)

# the shapes of epcoritamab, mosunetuzumab, odronextamab, elranatamab and linvoseltamab; doses do not matter here
EPCO = regimen(
    step("C1D1", 1, 1, "step_up"), step("C1D8", 8, 1, "step_up"), step("C1D15", 15, 1, "first_full"),
    step("C1D22", 22, 1), cycle_days=28,
    phases=(in_cycles("weekly", 2, 3, (1, 8, 15, 22)), in_cycles("q2w", 4, 9, (1, 15)),
            in_cycles("q4w", 10, None, (1,))),
)  # fmt: skip
MOSUN = regimen(
    step("C1D1", 1, 1, "step_up"), step("C1D8", 8, 1, "step_up"), step("C1D15", 15, 1, "first_full"),
    step("C2D1", 1, 2), cycle_days=21,
    phases=(in_cycles("q3w", 3, 8, (1,)), in_cycles("extension", 9, 17, (1,), rule=judged("PR or SD"))),
)  # fmt: skip
ELRA = regimen(
    step("SUD1", 1, role="step_up"), step("SUD2", 4, role="step_up"), step("FULL1", 8, role="first_full"),
    phases=(
        every("weekly", "W{n}", 7, 7, rule=Entry(until_week=24)),
        every("q2w", "Q2W{n}", 7, 14, rule=judged(from_week=25, until_week=48, sustained_months=2, mandatory=True)),
        every("q4w", "Q4W{n}", 14, 28, rule=judged(from_week=49), entry="when the response held"),
    ),
)  # fmt: skip
LINVO = regimen(
    step("SUD1", 1, role="step_up"), step("SUD2", 8, role="step_up"), step("FULL1", 15, role="first_full"),
    phases=(
        every("weekly", "W{n}", 7, 7, 10),
        every("q2w", "Q2W{n}", 7, 14),
        every("q4w", "Q4W{n}", 28, 28, rule=judged("VGPR", from_week=24, full_doses=17, mandatory=True)),
    ),
)  # fmt: skip
ODRO = regimen(
    step("C1D1", 1, 1, "step_up"), step("C1D8", 8, 1, "first_full"), cycle_days=21,
    phases=(in_cycles("weekly", 2, 4, (1, 8, 15)), every("q2w", "Q2W{n}", 7, 14),
            every("q4w", "Q4W{n}", 28, 28, rule=judged("CR", sustained_months=9))),
)  # fmt: skip


def run(
    made: Regimen, until: int, placed: dict[str, int] | None = None, entered: tuple[str, ...] = (), **words: Any
) -> tuple[ScheduledDose, ...]:
    days = {key: day(number) for key, number in (placed or {}).items()}
    about = Circumstances(entered=frozenset(entered))
    return schedule(protocol(made), "r", START, None, days, day(until), circumstances=about, **words)


def day(number: int) -> date:
    return START + timedelta(days=number - 1)


def plan(doses: tuple[ScheduledDose, ...]) -> dict[str, int]:
    return {dose.key: (dose.planned - START).days + 1 for dose in doses}


def asked(doses: tuple[ScheduledDose, ...]) -> list[str]:
    return [dose.key for dose in doses if any(found.code == "therapy_phase_decision" for found in dose.findings)]


def test_that_cycles_and_days_have_their_dates_keys_and_numbers() -> None:
    doses = run(EPCO, 28 * 10 + 1)
    assert list(plan(doses).items())[:9] == [
        ("C1D1", 1), ("C1D8", 8), ("C1D15", 15), ("C1D22", 22), ("C2D1", 29), ("C2D8", 36), ("C2D15", 43),
        ("C2D22", 50), ("C3D1", 57),
    ]  # fmt: skip
    assert list(plan(doses).items())[-3:] == [("C9D15", 239), ("C10D1", 253), ("C11D1", 281)]
    found = {dose.key: (dose.cycle, dose.day_number, dose.label, dose.phase) for dose in doses}
    assert found["C2D8"] == (2, 8, "Cycle 2, day 8", "weekly")
    assert found["C1D8"] == (1, 8, "C1D8", "")


def test_that_a_late_dose_takes_the_later_ones_with_it_and_a_placed_one_is_kept() -> None:
    late = plan(run(EPCO, 70, {"C2D1": 33}))
    assert (late["C2D1"], late["C2D8"], late["C3D1"]) == (33, 40, 61)
    far = plan(run(EPCO, 30, {"C4D15": 130}))
    assert (far["C4D1"], list(far)[-1], far["C4D15"]) == (85, "C4D15", 130)


def test_that_a_fixed_number_of_cycles_ends_and_the_last_dose_asks() -> None:
    doses = run(MOSUN, 2000)
    assert [*plan(doses)][-2:] == ["C7D1", "C8D1"]
    assert asked(doses) == ["C8D1"]
    longer = run(MOSUN, 2000, entered=("extension",))
    assert ([*plan(longer)][-1], asked(longer)) == ("C17D1", [])
    assert plan(longer)["C9D1"] == 8 * 21 + 1
    placed = run(MOSUN, 200, {"C9D1": 190})
    assert (plan(placed)["C9D1"], asked(placed)) == (190, [])


def test_that_a_phase_with_weeks_goes_on_until_somebody_decides() -> None:
    doses = run(ELRA, 7 * 26)
    assert plan(doses)["W22"] == 7 * 23 + 1
    assert asked(doses) == ["W23", "W24"]
    finding = next(found for found in doses[-1].findings if found.code == "therapy_phase_decision")
    assert (finding.value, finding.get("phase"), finding.get("needs")) == ("Dose W24", "q2w", "PR or better")
    assert [finding.get(name) for name in ("week", "months", "doses", "mandatory")] == ["25", "2", "", "true"]


def test_that_an_entered_phase_begins_in_its_week_and_the_next_one_asks_in_its_own() -> None:
    doses = run(ELRA, 7 * 52, entered=("q2w",))
    days = plan(doses)
    assert ("W23" in days, days["Q2W1"], days["Q2W12"]) == (False, 169, 323)
    assert asked(doses) == ["Q2W13", "Q2W14"]
    assert next(f for f in doses[-1].findings if f.code == "therapy_phase_decision").get("needs") == (
        "when the response held"
    )
    both = plan(run(ELRA, 7 * 60, entered=("q2w", "q4w")))
    assert ([*both][-4:], both["Q4W1"]) == (["Q2W12", "Q4W1", "Q4W2", "Q4W3"], 337)


def test_that_a_phase_entered_late_follows_the_doses_given() -> None:
    doses = run(ELRA, 7 * 30, {"W24": 7 * 25 + 1}, entered=("q2w",))
    assert [*plan(doses).items()][-3:] == [("W24", 176), ("Q2W1", 183), ("Q2W2", 197)]


def test_that_placing_its_first_dose_enters_a_phase() -> None:
    doses = run(ELRA, 7 * 28, {"Q2W1": 190})
    assert [*plan(doses).items()][-2:] == [("W22", 162), ("Q2W1", 190)]
    assert asked(doses) == []
    open_end = run(LINVO, 240, {"Q4W1": 218})
    assert [*plan(open_end).items()][-2:] == [("Q2W9", 204), ("Q4W1", 218)]


def test_that_week_and_count_must_both_be_reached() -> None:
    doses = run(LINVO, 250)
    assert asked(doses)[0] == "Q2W7"
    assert plan(doses)["Q2W6"] == 7 * 23 + 1
    entered = plan(run(LINVO, 240, entered=("q4w",)))
    assert [*entered.items()][-3:] == [("Q2W6", 162), ("Q4W1", 190), ("Q4W2", 218)]
    early = regimen(step("F", 1, role="first_full"), phases=(
        every("q1w", "A{n}", 7, 7), every("q4w", "B{n}", 7, 28, rule=judged(full_doses=3))))  # fmt: skip
    assert [*plan(run(early, 40, entered=("q4w",)))] == ["F", "A1", "A2", "B1"]
    assert asked(run(early, 29)) == ["A3", "A4"]


def test_that_a_phase_without_a_stated_switch_begins_when_it_is_entered() -> None:
    assert asked(run(ODRO, 400)) == []
    doses = plan(run(ODRO, 190, {"Q2W3": 114}, entered=("q4w",)))
    assert [*doses.items()][-4:] == [("Q2W2", 99), ("Q2W3", 114), ("Q4W1", 142), ("Q4W2", 170)]
    assert plan(run(ODRO, 200, {"C1D8": 9}))["Q2W1"] == 86


def test_that_a_fixed_switch_by_week_needs_nobody() -> None:
    made = regimen(step("F", 1, role="first_full"), phases=(
        every("weekly", "A{n}", 7, 7), every("slow", "B{n}", 14, 14, rule=Entry(from_week=5))))  # fmt: skip
    assert [*plan(run(made, 50)).items()] == [("F", 1), ("A1", 8), ("A2", 15), ("A3", 22), ("B1", 36), ("B2", 50)]
    bounded = regimen(step("F", 1, role="first_full"), phases=(
        every("weekly", "A{n}", 7, 7, rule=Entry(until_week=2)), every("slow", "B{n}", 14, 14, 2)))  # fmt: skip
    assert [*plan(run(bounded, 500))] == ["F", "A1", "B1", "B2"]
    assert next_slot(bounded, "A1") == slot_of(bounded, "B1")
    assert next_slot(made, "A3") == slot_of(made, "B1")


def test_that_a_shared_day_goes_to_the_phase_that_was_entered() -> None:
    made = regimen(step("C1D1", 1, 1, "first_full"), cycle_days=28, phases=(
        in_cycles("often", 2, None, (1, 15)), in_cycles("seldom", 4, None, (1,), rule=judged())))  # fmt: skip
    assert asked(run(made, 100)) == ["C4D1", "C4D15"]
    assert [*plan(run(made, 150, entered=("seldom",)))][-3:] == ["C4D1", "C5D1", "C6D1"]
    late = run(made, 28 * 6 + 1, {"C5D15": 28 * 4 + 15}, entered=("seldom",))
    assert [(dose.key, dose.phase) for dose in late][-3:] == [
        ("C5D15", "often"), ("C6D1", "seldom"), ("C7D1", "seldom"),
    ]  # fmt: skip
    found = next_slot(made, "C5D15", frozenset({"seldom"}))
    assert found is not None
    assert (found.key, found.phase) == ("C6D1", "seldom")


def test_that_keys_of_cycles_are_found_followed_and_ordered() -> None:
    for key in ("C2D2", "C2D01", "C02D1", "C3D22 ", "C1D2", "C4D8", "C2"):
        assert slot_of(EPCO, key) is None, key
    chain = [("C1D22", "C2D1"), ("C2D22", "C3D1"), ("C3D22", "C4D1"), ("C9D15", "C10D1"), ("C10D1", "C11D1")]
    for key, following in chain:
        slot = next_slot(EPCO, key)
        assert slot is not None and slot.key == following
    keys = ("C2D1", "C2D8", "C4D1", "C4D15", "C10D1", "C11D1")
    gaps = {key: slot.gap.nominal for key in keys if (slot := slot_of(EPCO, key))}
    assert gaps == {"C2D1": 7, "C2D8": 7, "C4D1": 7, "C4D15": 14, "C10D1": 14, "C11D1": 28}
    assert next_slot(MOSUN, "C8D1") is None
    entered = next_slot(MOSUN, "C8D1", frozenset({"extension"}))
    assert entered is not None and entered.key == "C9D1"
    weekly, later = next_slot(ELRA, "W22"), next_slot(ELRA, "W22", frozenset({"q2w"}))
    assert weekly is not None and weekly.key == "W23"
    assert later is not None and later.key == "Q2W1"


def test_that_a_placement_in_cycles_is_judged_by_the_dose_before_it_in_order() -> None:
    phase = replace(in_cycles("w", 2, None, (1, 15)), first_gap=Gap(5, None, None, 40), gap=Gap(12, None, None, 16))
    strict = regimen(step("C1D1", 1, 1, "first_full"), cycle_days=28, phases=(phase,))
    placed = {"C1D1": day(1), "C9D15": day(239)}
    found = placement_findings(protocol(strict), "r", "C10D1", day(250), placed)
    assert [finding.code for finding in found] == ["therapy_gap_too_short"]
    assert placement_findings(protocol(strict), "r", "C10D1", day(253), placed) == ()
    assert placement_findings(protocol(strict), "r", "C2D1", day(29), placed) == ()


def test_that_without_the_length_of_a_cycle_the_next_cycle_waits_to_be_placed() -> None:
    made = regimen(step("C1D1", 1, 1, "first_full"), phases=(in_cycles("w", 2, 4, (1, 8)),))
    assert [*plan(run(made, 400))] == ["C1D1"]
    assert [found.code for found in run(made, 400)[-1].findings] == ["therapy_dose_to_place"]
    doses = run(made, 400, {"C2D1": 30})
    assert [*plan(doses).items()] == [("C1D1", 1), ("C2D1", 30), ("C2D8", 37)]
    told = [dose.key for dose in doses for found in dose.findings if found.code == "therapy_dose_to_place"]
    assert told == ["C2D8"]
    found = next_slot(made, "C1D1")
    assert found is not None
    assert (found.key, found.gap.nominal) == ("C2D1", None)


def test_that_what_was_placed_behind_an_undated_dose_is_kept_and_nothing_is_guessed_between() -> None:
    made = regimen(step("F", 1, role="first_full"), phases=(
        every("a", "A{n}", None, 7, 3), every("b", "B{n}", 7, 7, 2)))  # fmt: skip
    assert [*plan(run(made, 400))] == ["F"]
    assert [*plan(run(made, 400, {"A3": 40})).items()] == [("F", 1), ("A3", 40), ("B1", 47), ("B2", 54)]
    assert [*plan(run(made, 400, {"B1": 40})).items()] == [("F", 1), ("B1", 40), ("B2", 47)]
    steps = regimen(step("C1D1", 1, 1, "first_full"), step("C2D1", 1, 2), step("C2D8", 8, 2))
    unknown = replace(steps, steps=(steps.steps[0], *(replace(one, gap=Gap()) for one in steps.steps[1:])))
    assert [*plan(run(unknown, 400))] == ["C1D1"]
    assert [*plan(run(unknown, 400, {"C2D8": 40}))] == ["C1D1", "C2D8"]
