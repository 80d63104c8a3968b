"""The dated schedule: a placed day wins, the rest follows at its gap, windows count from the dose before."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.days import DayRange
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.dated import ScheduledDose
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.schedule import placement_findings, schedule
from crs_desktop.therapies.rules.slots import next_slot, slot_of
from crs_desktop.therapies.schema.parse import parse_protocol

LIBRARY = load_catalogue()
TEC, BLI, AXI = (LIBRARY.protocol(name) for name in ("teclistamab", "blinatumomab", "axicabtagene_ciloleucel"))
START = date(2026, 12, 1)


def day(number: int) -> date:
    return START + timedelta(days=number - 1)


def keys(doses: tuple[ScheduledDose, ...]) -> list[str]:
    return [dose.key for dose in doses]


def by_key(doses: tuple[ScheduledDose, ...]) -> dict[str, ScheduledDose]:
    return {dose.key: dose for dose in doses}


def codes(dose: ScheduledDose) -> list[str]:
    return [finding.code for finding in dose.findings]


def test_that_later_doses_follow_the_day_a_dose_was_given() -> None:
    doses = by_key(schedule(TEC, "mono", START, None, {"SUD2": day(6)}))
    assert doses["SUD2"].placed and not doses["FULL1"].placed
    assert doses["FULL1"].planned == day(9)
    assert doses["FULL1"].allowed == DayRange(day(8), day(13))
    assert doses["FULL1"].usual == DayRange(day(8), day(10))
    assert doses["W1"].planned == day(16)


def test_that_the_first_dose_may_be_placed_on_another_day_than_the_start() -> None:
    doses = by_key(schedule(TEC, "mono", START, None, {"SUD1": day(3)}))
    assert (doses["SUD1"].planned, doses["SUD2"].planned) == (day(3), day(6))
    assert doses["SUD1"].allowed is None
    assert codes(doses["SUD1"]) == ["therapy_weight_needed"]


def test_that_named_steps_stay_even_beyond_the_last_day_asked_for() -> None:
    assert keys(schedule(TEC, "mono", START, None, until=START)) == ["SUD1", "SUD2", "FULL1"]
    assert keys(schedule(TEC, "mono", START, None, until=day(14))) == ["SUD1", "SUD2", "FULL1", "W1"]
    assert keys(schedule(TEC, "mono", START, None))[-1] == "W7"


def test_that_a_dose_placed_beyond_the_last_day_is_not_lost() -> None:
    doses = schedule(TEC, "mono", START, None, {"W3": day(40)}, until=day(10))
    assert keys(doses)[-1] == "W3"
    assert doses[-1].planned == day(40)


def test_that_a_key_of_another_regimen_is_no_reason_to_run_on() -> None:
    assert (
        keys(schedule(TEC, "mono", START, None, {"C9D1": day(40), "W01": day(41), "W": day(42)}, until=day(10)))[-1]
        == "FULL1"
    )


def test_that_an_optional_phase_begins_only_when_its_dose_is_placed() -> None:
    without = schedule(TEC, "mono", START, None, until=day(200))
    assert not any(key.startswith("Q2W") for key in keys(without))
    doses = schedule(TEC, "mono", START, None, {"Q2W1": day(28)}, until=day(60))
    assert keys(doses) == ["SUD1", "SUD2", "FULL1", "W1", "W2", "Q2W1", "Q2W2", "Q2W3"]
    assert [dose.planned for dose in doses[-3:]] == [day(28), day(42), day(56)]
    assert doses[-2].day_number == 42


def test_that_a_weekly_dose_given_after_the_switch_is_kept() -> None:
    doses = by_key(schedule(TEC, "mono", START, None, {"Q2W1": day(28), "W3": day(29)}, until=day(30)))
    assert doses["W3"].planned == day(29)
    assert "W4" not in doses


def test_that_a_phase_whose_first_day_is_unknown_waits_to_be_placed() -> None:
    assert keys(schedule(TEC, "combo_daratumumab_sc", START, None, until=day(400)))[-1] == "W7"
    placed = {"Q2W1": day(63)}
    doses = schedule(TEC, "combo_daratumumab_sc", START, None, placed, until=day(80))
    assert keys(doses)[-2:] == ["Q2W1", "Q2W2"]
    assert doses[-2].day_number == 63
    assert doses[-1].planned == day(77)
    assert doses[-1].amount_text == "3 mg/kg"
    assert "regimens.combo_daratumumab_sc.phases.q2w.doses" in doses[-1].unknowns


def test_that_a_combination_goes_on_every_four_weeks_once_placed() -> None:
    placed = {"Q2W1": day(63), "Q4W1": day(175)}
    doses = schedule(TEC, "combo_daratumumab_sc", START, None, placed, until=day(203))
    assert keys(doses)[-2:] == ["Q4W1", "Q4W2"]
    assert doses[-1].planned == day(203)
    assert keys(doses).count("Q2W9") == 0


def test_that_a_day_8_step_given_late_does_not_move_the_next_cycle() -> None:
    doses = by_key(schedule(BLI, "rr", START, None, {"C1D8": day(10)}))
    assert doses["C2D1"].planned == day(43)
    assert (doses["C2D1"].cycle, doses["C2D1"].day_number) == (2, 1)
    moved = by_key(schedule(BLI, "rr", START, None, {"C1D1": day(3)}))
    assert (moved["C1D8"].planned, moved["C2D1"].planned) == (day(10), day(45))


def test_that_a_regimen_with_a_last_cycle_ends() -> None:
    assert keys(schedule(BLI, "mrd", START, None, until=day(4000))) == ["C1D1", "C2D1", "C3D1", "C4D1"]
    assert keys(schedule(AXI, "single", START, None, until=day(4000))) == ["D0"]


def test_that_a_restart_begins_at_its_step() -> None:
    doses = schedule(TEC, "mono", START, None, until=day(20), resume_at="SUD2")
    assert keys(doses) == ["SUD2", "FULL1", "W1", "W2"]
    assert [dose.planned for dose in doses] == [day(1), day(4), day(11), day(18)]


def test_that_an_unknown_regimen_or_step_is_a_defect_of_the_caller() -> None:
    with pytest.raises(LookupError):
        schedule(TEC, "duo", START, None)
    with pytest.raises(LookupError):
        schedule(TEC, "mono", START, None, resume_at="SUD9")


def test_that_an_age_group_narrows_the_premedication() -> None:
    both, adult, child = (
        [item.id for item in schedule(BLI, "rr", START, None, population=name)[0].premedication]
        for name in ("", "adult", "paediatric")
    )
    assert (both, adult, child) == (["rr_adult", "rr_paediatric"], ["rr_adult"], ["rr_paediatric"])
    assert len(schedule(TEC, "mono", START, None, population="adult")[0].premedication) == 3


@pytest.mark.parametrize(
    ("number", "expected"),
    [(2, ["therapy_gap_too_short"]), (3, []), (5, []), (6, ["therapy_gap_extended"]), (8, ["therapy_gap_extended"]),
     (9, ["therapy_gap_too_long"]), (1, ["therapy_dose_order"]), (0, ["therapy_dose_order"])],
)  # fmt: skip
def test_that_the_gap_to_the_dose_before_is_judged(number: int, expected: list[str]) -> None:
    assert [f.code for f in placement_findings(TEC, "mono", "SUD2", day(number), {"SUD1": day(1)})] == expected
    dose = by_key(schedule(TEC, "mono", START, None, {"SUD1": day(1), "SUD2": day(number)}))["SUD2"]
    assert [code for code in codes(dose) if code != "therapy_weight_needed"] == expected


def test_that_a_placement_is_judged_from_the_last_dose_before_it() -> None:
    def found(
        key: str, number: int, placed: dict[str, date], protocol: Protocol = TEC, regimen: str = "mono"
    ) -> list[str]:
        return [finding.code for finding in placement_findings(protocol, regimen, key, day(number), placed)]

    assert found("SUD1", 1, {}) == []
    assert found("FULL1", 20, {}) == []
    assert found("FULL1", 20, {"SUD1": day(1)}) == ["therapy_gap_too_long"]
    assert found("FULL1", 5, {"SUD1": day(1), "SUD2": day(4)}) == ["therapy_gap_too_short"]
    assert found("W2", 5, {"SUD1": day(1), "FULL1": day(7), "W1": day(14), "W3": day(30)}) == ["therapy_dose_order"]
    assert found("Q2W1", 5, {"W10": day(70), "Q2W2": day(1), "C1D1": day(99)}) == ["therapy_dose_order"]
    assert found("W2", 15, {"Q2W1": day(70)}) == []
    assert found("C2D1", 1, {"C1D1": day(1), "C1D8": day(8)}, BLI, "rr") == ["therapy_dose_order"]
    assert found("C2D1", 9, {"C1D8": day(8)}, BLI, "rr") == []
    assert found("SUD9", 1, {}) == ["therapy_dose_not_in_regimen"]
    assert found("SUD1", 1, {}, TEC, "duo") == ["therapy_dose_not_in_regimen"]


def test_that_amounts_follow_the_weight_and_its_absence_is_said() -> None:
    def first(protocol: Protocol, regimen: str, kg: str | None) -> ScheduledDose:
        return schedule(protocol, regimen, START, BodyWeight.of_kg(kg) if kg else None)[0]

    heavy, light, unknown = (first(BLI, "rr", kg) for kg in ("45", "44.999", None))
    assert (str(heavy.amount), codes(heavy)) == ("9 mcg/day", [])
    assert (light.amount, light.amount_text, codes(light)) == (
        None, "5 mcg/m2/day, at most 9 mcg/day", ["therapy_height_needed"],
    )  # fmt: skip
    assert (unknown.amount, codes(unknown)) == (None, ["therapy_weight_needed"])
    assert unknown.amount_text == "45 kg or more: 9 mcg/day; under 45 kg: 5 mcg/m2/day, at most 9 mcg/day"
    banded = first(TEC, "mono", "72.5")
    assert (banded.amount_text, str(banded.table_amount)) == ("4.35 mg (0.06 mg/kg)", "4.5 mg")
    assert banded.unverified_facts == ("weight_bands.70-79.SUD1",)
    assert "unknowns.band_table" in banded.unknowns
    between = first(TEC, "mono", "79.5")
    assert (between.table_amount, codes(between)) == (None, ["therapy_weight_outside_table"])
    capped = first(AXI, "single", "100.001")
    assert str(capped.amount) == "200,000,000 CAR-positive viable T cells"


def test_that_only_the_branch_in_use_counts_as_unverified() -> None:
    dose = schedule(BLI, "consolidation", START, BodyWeight.of_kg("60"), population="adult")[0]
    assert any(".from_45_kg." in path for path in dose.unverified_facts)
    assert not any(".under_45_kg." in path for path in dose.unverified_facts)
    assert "unknowns.consolidation_recalled" in dose.unknowns
    sure = schedule(TEC, "mono", START, None)[0]
    assert (sure.unverified_facts, sure.unknowns) == ((), ())


def test_that_dose_keys_are_found_and_followed() -> None:
    mono, combo, rr = TEC.regimen("mono"), TEC.regimen("combo_daratumumab_sc"), BLI.regimen("rr")
    assert mono is not None and combo is not None and rr is not None
    for key in ("W0", "W01", "Wx", "W", "SUD9", "Q2W", "W1000", "w1", "W²"):
        assert slot_of(mono, key) is None, key
    assert slot_of(combo, "W8") is None
    found = slot_of(rr, "C4D1")
    assert found is not None and (found.cycle, found.phase) == (4, "consolidation")
    chains = [(mono, "SUD1", "SUD2"), (mono, "FULL1", "W1"), (mono, "W4", "W5"), (mono, "Q2W1", "Q2W2"),
              (combo, "W7", "Q2W1"), (rr, "C1D8", "C2D1"), (rr, "C2D1", "C3D1"), (rr, "C8D1", "C9D1")]  # fmt: skip
    for regimen, key, following in chains:
        slot = next_slot(regimen, key)
        assert slot is not None and slot.key == following
    assert next_slot(rr, "C9D1") is None
    assert next_slot(rr, "X1") is None


@given(
    start=st.dates(date(2000, 1, 1), date(2150, 1, 1)),
    shifts=st.dictionaries(st.sampled_from(["SUD1", "SUD2", "FULL1", "W1", "W2"]), st.integers(0, 60)),
    reach=st.integers(0, 120),
)
def test_that_every_unplaced_dose_stands_at_its_gap_inside_its_window(
    start: date, shifts: dict[str, int], reach: int
) -> None:
    placed = {key: start + timedelta(days=shift) for key, shift in shifts.items()}
    until = start + timedelta(days=reach)
    doses = schedule(TEC, "mono", start, None, placed, until)
    assert len(set(keys(doses))) == len(doses)
    assert set(placed) <= set(keys(doses))
    gaps = {"SUD2": 3, "FULL1": 3}
    for before, dose in pairwise(doses):
        if dose.key in placed:
            assert dose.planned == placed[dose.key]
        else:
            assert (dose.planned - before.planned).days == gaps.get(dose.key, 7)
            assert dose.allowed is None or dose.planned in dose.allowed
    assert all(dose.planned <= until or dose.key in {"SUD1", "SUD2", "FULL1"} or placed for dose in doses)


def test_that_a_dose_placed_without_the_first_of_its_phase_is_not_lost() -> None:
    doses = by_key(schedule(TEC, "combo_daratumumab_sc", START, None, {"Q2W2": day(77)}, until=day(91)))
    assert doses["Q2W2"].planned == day(77)
    assert doses["Q2W3"].planned == day(91)
    assert "Q2W1" not in doses


def reread(old: bytes, new: bytes) -> Protocol:
    assert old in TEC.text
    parsed = parse_protocol(TEC.text.replace(old, new, 1), "reread")
    assert isinstance(parsed, Protocol), parsed
    return parsed


def test_that_an_optional_phase_after_an_ended_one_is_left_out() -> None:
    short = reread(b'key = "W{n}"\nfirst_number = 1\n', b'key = "W{n}"\nfirst_number = 1\ndoses = 2\n')
    assert keys(schedule(short, "mono", START, None, until=day(400))) == ["SUD1", "SUD2", "FULL1", "W1", "W2"]
    mono = short.regimen("mono")
    assert mono is not None
    assert next_slot(mono, "W2") is None


def test_that_a_weight_outside_every_branch_is_said() -> None:
    branch = b'[[regimens.steps.amounts]]\nid = "some"\nfrom_kg = 50\ndose = 0.06\nunit = "mg/kg"\n\n'
    bound = reread(b'dose = 0.06\nunit = "mg/kg"\n\n', b"\n" + branch)
    dose = schedule(bound, "mono", START, BodyWeight.of_kg("49.9"))[0]
    assert (dose.amount, dose.amount_text, codes(dose)) == (None, "", ["therapy_amount_unknown"])
    assert str(schedule(bound, "mono", START, BodyWeight.of_kg("50"))[0].amount) == "3 mg"


def test_that_a_flat_dose_needs_no_weight() -> None:
    flat = reread(b'dose = 0.06\nunit = "mg/kg"\n', b'dose = 5\nunit = "mg"\n')
    dose = schedule(flat, "mono", START, None)[0]
    assert (str(dose.amount), codes(dose)) == ("5 mg", [])


def test_that_many_protocol_versions_do_not_mix_up_what_is_sure() -> None:
    for number in range(70):
        version = reread(b'brand = "Tecvayli"', f'brand = "Tecvayli {number}"'.encode())
        assert schedule(version, "mono", START, None)[0].unverified_facts == ()
    recalled = reread(b"dose = 0.06\n", b'dose = { value = 0.06, source = ["KNOWLEDGE"], confidence = "low" }\n')
    assert schedule(recalled, "mono", START, None)[0].unverified_facts == ("regimens.mono.steps.SUD1.dose",)
    assert schedule(TEC, "mono", START, None)[0].unverified_facts == ()
