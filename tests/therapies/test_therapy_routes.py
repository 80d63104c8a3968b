"""After a delay the doses of the row come first, then the course goes on where the row says; nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.care import RestartRow
from crs_desktop.therapies.model.dated import Circumstances, ScheduledDose
from crs_desktop.therapies.model.doses import Entry, Gap, Regimen
from crs_desktop.therapies.rules.restart import event_rows, restart_advice, restart_schedule
from crs_desktop.therapies.rules.schedule import schedule
from crs_desktop.therapies.rules.slots import slot_of
from tests.therapies.made_up_regimens import (
    doubtful,
    every,
    in_cycles,
    judged,
    medicine,
    protocol,
    regimen,
    restart,
    step,
)
from tests.therapies.test_therapy_cycles import ELRA, EPCO, MOSUN

DAY = date(2028, 2, 20)
LADDER = (step("R1", 1, role="step_up"), step("R2", 8, role="step_up"), step("R3", 15), step("R4", 22))
LIBRARY = load_catalogue()


def plan(doses: tuple[ScheduledDose, ...]) -> list[tuple[str, int]]:
    return [(dose.key, (dose.planned - DAY).days + 1) for dose in doses]


def follow(
    made: Regimen, row: RestartRow, last: str, until: int, entered: tuple[str, ...] = (), **placed: int
) -> list[tuple[str, int]]:
    days = {key: DAY + timedelta(days=number - 1) for key, number in placed.items()}
    about = Circumstances(entered=frozenset(entered))
    reach = DAY + timedelta(days=until - 1)
    return plan(restart_schedule(protocol(made), "r", row, last, DAY, None, reach, about, days))


def test_that_a_ladder_of_its_own_leads_into_the_next_cycle() -> None:
    row = restart("long", doses=LADDER, then="next_cycle")
    assert follow(EPCO, row, "C1D1", 36) == [
        ("R1", 1), ("R2", 8), ("R3", 15), ("R4", 22), ("C2D1", 29), ("C2D8", 36),
    ]  # fmt: skip
    assert follow(EPCO, row, "C3D15", 60)[4:] == [("C4D1", 29), ("C4D15", 43), ("C5D1", 57)]
    assert follow(EPCO, row, "C4D1", 60)[4:] == [("C5D1", 29), ("C5D15", 43), ("C6D1", 57)]
    assert follow(EPCO, row, "C10D1", 80)[4:] == [("C11D1", 29), ("C12D1", 57)]
    assert follow(MOSUN, replace(row, doses=LADDER[:1]), "C1D8", 42) == [("R1", 1), ("C2D1", 22)]
    assert follow(MOSUN, row, "C3D1", 43) == [("R1", 1), ("R2", 8), ("R3", 15), ("R4", 22), ("C4D1", 43)]


def test_that_where_a_cycle_has_no_length_the_next_one_keeps_its_gap() -> None:
    made = LIBRARY.protocol("blinatumomab")
    row = replace(restart("long", doses=LADDER[:1], then="next_cycle"), regimens=("rr",))
    doses = restart_schedule(made, "rr", row, "C2D1", DAY, None, DAY + timedelta(days=60))
    assert plan(doses) == [("R1", 1), ("C3D1", 43)]


def test_that_a_ladder_goes_on_after_the_last_dose_given() -> None:
    row = restart("long", doses=LADDER[:2])
    assert follow(ELRA, row, "W5", 24) == [("R1", 1), ("R2", 8), ("W6", 15), ("W7", 22)]
    assert follow(EPCO, row, "C2D22", 20) == [("R1", 1), ("R2", 8), ("C3D1", 15)]
    assert follow(EPCO, row, "C1D8", 22) == [("R1", 1), ("R2", 8), ("C1D15", 15), ("C1D22", 22)]
    assert follow(EPCO, row, "C1D22", 16) == [("R1", 1), ("R2", 8), ("C2D1", 15)]
    assert follow(EPCO, row, "C3D22", 30) == [("R1", 1), ("R2", 8), ("C4D1", 15), ("C4D15", 29)]
    assert follow(MOSUN, row, "C8D1", 900) == [("R1", 1), ("R2", 8)]
    assert follow(MOSUN, row, "C9D1", 40) == [("R1", 1), ("R2", 8), ("C10D1", 29)]


def test_that_a_ladder_with_keys_of_the_regimen_stands_for_these_doses() -> None:
    row = restart("long", doses=(step("SUD2", 1, role="step_up"), step("FULL1", 8, role="first_full")))
    assert follow(ELRA, row, "SUD2", 20) == [("SUD2", 1), ("FULL1", 8), ("W1", 15)]
    assert follow(ELRA, row, "W2", 20) == [("SUD2", 1), ("FULL1", 8), ("W3", 15)]


def test_that_a_ladder_may_lead_into_a_phase() -> None:
    row = restart("long", doses=LADDER[:1], then="weekly")
    assert follow(ELRA, row, "SUD1", 15) == [("R1", 1), ("W1", 8), ("W2", 15)]
    assert follow(ELRA, row, "W4", 15) == [("R1", 1), ("W5", 8), ("W6", 15)]
    assert follow(EPCO, replace(row, then="q4w"), "C2D1", 50) == [("R1", 1), ("C10D1", 15), ("C11D1", 43)]


def test_that_a_placed_dose_of_the_ladder_moves_what_follows() -> None:
    row = restart("long", doses=LADDER[:2])
    assert follow(ELRA, row, "W5", 24, R2=10) == [("R1", 1), ("R2", 10), ("W6", 17), ("W7", 24)]
    assert follow(ELRA, row, "W5", 10, W1=-70, W7=40) == [("R1", 1), ("R2", 8), ("W6", 15), ("W7", 40)]


def test_that_a_step_begins_again_with_all_steps_after_it() -> None:
    row = restart("again", resume_at="SUD2")
    assert follow(ELRA, row, "SUD2", 20) == [("SUD2", 1), ("FULL1", 5), ("W1", 12), ("W2", 19)]
    assert follow(ELRA, row, "W9", 20) == [("SUD2", 1), ("FULL1", 5), ("W10", 12), ("W11", 19)]
    made = LIBRARY.protocol("blinatumomab")
    event = replace(restart("event", resume_at="C1D8"), regimens=("rr",))
    doses = restart_schedule(made, "rr", event, "C1D8", DAY, None, DAY + timedelta(days=40))
    assert plan(doses) == [("C1D8", 1), ("C2D1", 36)]  # 42 days from C1D1, of which 7 lie before C1D8


def test_that_going_on_gives_the_next_dose_of_the_plan() -> None:
    row = restart("short", resume_at="continue")
    assert follow(EPCO, row, "C1D8", 16) == [("C1D15", 1), ("C1D22", 8), ("C2D1", 15)]
    assert follow(EPCO, row, "C1D22", 16) == [("C2D1", 1), ("C2D8", 8), ("C2D15", 15)]
    assert follow(EPCO, row, "C2D22", 16) == [("C3D1", 1), ("C3D8", 8), ("C3D15", 15)]
    assert follow(ELRA, row, "W3", 8) == [("W4", 1), ("W5", 8)]
    assert follow(MOSUN, row, "C8D1", 30) == []
    assert follow(MOSUN, row, "C8D1", 30, entered=("extension",)) == [("C9D1", 1), ("C10D1", 22)]


def test_that_a_new_cycle_begins_on_the_day_and_the_same_cycle_has_no_dates() -> None:
    assert follow(EPCO, restart("new", resume_at="new_cycle"), "C2D8", 10) == [("C3D1", 1), ("C3D8", 8)]
    assert follow(EPCO, restart("same", resume_at="same_cycle"), "C2D8", 100) == []
    assert follow(EPCO, restart("stop"), "C2D8", 100) == []
    assert follow(MOSUN, restart("new", resume_at="new_cycle"), "C8D1", 100) == []
    assert follow(MOSUN, restart("new", resume_at="new_cycle"), "C1D15", 30) == [("C2D1", 1), ("C3D1", 22)]
    made = LIBRARY.protocol("blinatumomab")
    row = replace(restart("new", resume_at="new_cycle"), regimens=("rr",))
    reach = DAY + timedelta(days=50)
    assert plan(restart_schedule(made, "rr", row, "C1D8", DAY, None, reach)) == [("C2D1", 1), ("C3D1", 43)]
    assert plan(restart_schedule(made, "rr", row, "C5D1", DAY, None, reach)) == [("C6D1", 1)]


def test_that_the_next_cycle_of_a_dose_without_one_is_not_guessed() -> None:
    row = restart("long", doses=LADDER[:2], then="next_cycle")
    assert follow(ELRA, row, "W5", 100) == [("R1", 1), ("R2", 8)]
    mixed = regimen(step("C1D1", 1, 1, "first_full"), cycle_days=21, phases=(
        in_cycles("w", 2, 3, (1, 8)), every("n", "N{n}", 14, 14, optional=False)))  # fmt: skip
    assert follow(mixed, row, "C3D8", 40) == [("R1", 1), ("R2", 8), ("N1", 22), ("N2", 36)]


def test_that_gaps_counted_from_a_dose_before_the_restart_are_counted_anew() -> None:
    made = regimen(step("A", 1, 1), step("B", 8, 1, "first_full", gap=Gap(6, (7, 8), None, 9, "A", "why")), phases=(
        replace(every("p", "P{n}", 42, 42), first_gap=Gap(40, None, 42, 44, "A")),))  # fmt: skip
    doses = restart_schedule(protocol(made), "r", restart("x", resume_at="B"), "B", DAY, None)
    assert (doses[0].allowed, plan(doses)) == (None, [("B", 1), ("P1", 36)])
    assert doses[1].allowed is not None
    assert [(day - DAY).days + 1 for day in (doses[1].allowed.first, doses[1].allowed.last)] == [34, 38]
    ladder = restart("y", doses=LADDER[:2], then="p")
    assert follow(made, ladder, "B", 60) == [("R1", 1), ("R2", 8), ("P1", 43)]
    lost = regimen(step("A", 1), phases=(every("o", "O{n}", None, 7, 2), replace(
        every("p", "P{n}", 42, 42), first_gap=Gap(nominal=42, after="A"))))  # fmt: skip
    assert follow(lost, restart("z", resume_at="continue"), "O2", 60) == [("P1", 1), ("P2", 43)]
    assert follow(lost, restart("z", doses=LADDER[:1]), "O2", 60) == [("R1", 1)]


def test_that_a_phase_that_ends_with_a_week_says_when_the_week_cannot_be_told() -> None:
    made = regimen(step("A", 1), phases=(every("o", "O{n}", None, 7, rule=Entry(until_week=9)),))
    doses = restart_schedule(protocol(made), "r", restart("x", resume_at="continue"), "O2", DAY, None)
    assert {"therapy_week_unknown" in [found.code for found in dose.findings] for dose in doses} == {True}
    assert [dose.day_number for dose in doses][:3] == [1, 8, 15]
    asking = regimen(step("A", 1), phases=(
        every("o", "O{n}", None, 7), every("s", "S{n}", 7, 14, rule=judged(from_week=9))))  # fmt: skip
    after = restart_schedule(protocol(asking), "r", restart("x", resume_at="continue"), "O2", DAY, None)
    assert {"therapy_phase_decision" in [found.code for found in dose.findings] for dose in after} == {True}
    dated = follow(asking, restart("x", resume_at="continue"), "O2", 20, entered=("s",))
    assert dated == [("O3", 1), ("O4", 8), ("O5", 15)]
    entered = follow(ELRA, restart("x", resume_at="continue"), "Q2W10", 30, entered=("q2w", "q4w"))
    assert entered == [("Q2W11", 1), ("Q2W12", 15), ("Q2W13", 29)]  # nobody knows in which week q2w was entered
    known = follow(ELRA, restart("x", resume_at="continue"), "W20", 30, entered=("q2w",))
    assert known == [("W21", 1), ("W22", 8), ("Q2W1", 15), ("Q2W2", 29)]


def test_that_repeated_doses_have_the_medicines_of_a_restart() -> None:
    rows = (medicine("first", "SUD*"), medicine("again", "SUD1", on_restart=True, after_grades=(3,)))
    made = protocol(ELRA, premedication=rows)

    def found(row: RestartRow, last: str = "W5") -> list[list[str]]:
        doses = restart_schedule(made, "r", row, last, DAY, None, DAY + timedelta(days=20))
        return [[item.id for item in dose.premedication] for dose in doses]

    assert found(restart("x", doses=LADDER[:2])) == [["again"], ["again"], []]
    assert found(restart("x", resume_at="SUD2"))[:3] == [["first", "again"], ["again"], []]
    assert found(restart("x", resume_at="SUD2", premedicate=False))[:3] == [["first"], [], []]
    assert found(restart("x", resume_at="continue"))[:2] == [[], []]
    assert found(restart("x", resume_at="continue", premedicate=True))[:2] == [["again"], []]
    assert found(restart("x", resume_at="continue", premedicate=True), "SUD1")[:2] == [["first", "again"], []]


def test_that_the_grade_of_the_last_dose_given_decides_for_the_first_of_a_restart() -> None:
    made = protocol(ELRA, premedication=(medicine("after", "*", after_grades=(2, 3)),))
    row = restart("x", resume_at="continue")

    def first(**grades: int) -> tuple[int, int]:
        about = Circumstances(grades=grades)
        dose = restart_schedule(made, "r", row, "W5", DAY, None, DAY, about)[0]
        return len(dose.premedication), len(dose.conditional)

    assert (first(), first(W5=2), first(W5=1), first(W4=2)) == ((0, 1), (1, 0), (0, 0), (0, 1))


def test_that_a_row_of_another_regimen_or_a_dose_nobody_knows_is_a_defect_of_the_caller() -> None:
    for row, last in ((replace(restart("x"), regimens=("s",)), "W5"), (restart("x", doses=LADDER), "X9")):
        with pytest.raises(LookupError):
            restart_schedule(protocol(ELRA), "r", row, last, DAY, None)


def test_that_the_advice_names_the_first_dose_of_the_row() -> None:
    def following(made: Regimen, row: RestartRow, last: str) -> str:
        rows = (replace(row, situation=f"delay_after:{last_class(made, last)}"),)
        return restart_advice(protocol(made, restart=rows), "r", last, DAY, DAY).next_key

    assert following(EPCO, restart("x", doses=LADDER), "C2D8") == "R1"
    assert following(EPCO, restart("x", resume_at="C1D8"), "C2D8") == "C1D8"
    assert following(EPCO, restart("x", resume_at="new_cycle"), "C2D8") == "C3D1"
    assert following(EPCO, restart("x", resume_at="continue"), "C1D8") == "C1D15"
    assert following(EPCO, restart("x", resume_at="continue"), "C3D22") == "C4D1"
    assert following(EPCO, restart("x", resume_at="same_cycle"), "C2D8") == "C2D15"
    assert following(MOSUN, restart("x"), "C8D1") == ""


def last_class(made: Regimen, key: str) -> str:
    found = slot_of(made, key)
    assert found is not None
    return found.restart_class


def test_that_a_delay_inside_a_ladder_is_asked_of_the_rows_of_its_doses() -> None:
    late = restart("late", situation="delay_after:R1", least=9, resume_at="C1D1")
    made = protocol(EPCO, restart=(restart("other"), replace(restart("odd"), regimens=("s",)), late,
                                   restart("long", doses=LADDER)))  # fmt: skip

    def advice(last: str, days: int) -> tuple[str, str]:
        found = restart_advice(made, "r", last, DAY, DAY + timedelta(days=days))
        return found.kind, found.next_key

    assert (advice("R1", 7), advice("R1", 8), advice("R1", 9)) == (
        ("on_schedule", "R2"), ("no_rule", "R2"), ("row", "C1D1"),
    )  # fmt: skip
    assert (advice("R4", 7), advice("R4", 70)) == (("no_rule", ""), ("no_rule", ""))
    with pytest.raises(LookupError):
        advice("R9", 1)
    with pytest.raises(LookupError):
        restart_advice(made, "s", "R1", DAY, DAY)


def test_that_the_advice_knows_which_phases_were_entered() -> None:
    found = restart_advice(protocol(ELRA), "r", "W22", DAY, DAY, Circumstances(entered=frozenset({"q2w"})))
    assert found.next_key == "Q2W1"
    assert restart_advice(protocol(ELRA), "r", "W22", DAY, DAY).next_key == "W23"


def test_that_rows_are_found_by_event_and_grade() -> None:
    rows = (restart("mild", event="CRS", grades=(1, 2)), restart("any", event="CRS"), restart("nerve", event="ICANS"),
            restart("delay"), replace(restart("odd", event="CRS"), regimens=("s",)))  # fmt: skip
    made = protocol(EPCO, restart=rows)

    def found(event: str, grade: int | None = None) -> list[str]:
        return [row.id for row in event_rows(made, "r", event, grade)]

    assert (found("CRS"), found("CRS", 2), found("CRS", 3)) == (["mild", "any"], ["mild", "any"], ["any"])
    assert (found("ICANS", 4), found("lung or heart")) == (["nerve"], [])


def test_that_what_a_row_rests_on_counts_for_its_doses_only() -> None:
    doses = tuple(replace(one, path=f"restart.x.doses.{one.key}") for one in LADDER[:2])
    row = restart("x", doses=doses)
    facts = (doubtful("restart.x.action"), doubtful("restart.x.doses.R1.dose"), doubtful("restart.x.doses.R2.dose"))
    made = protocol(ELRA, restart=(row,), all_facts=facts)
    found = restart_schedule(made, "r", row, "W5", DAY, None, DAY + timedelta(days=20))
    assert [dose.unverified_facts for dose in found] == [
        ("restart.x.doses.R1.dose", "restart.x.action"), ("restart.x.doses.R2.dose", "restart.x.action"), (),
    ]  # fmt: skip
    going_on = restart_schedule(made, "r", replace(row, doses=(), resume_at="continue"), "W5", DAY, None, DAY)
    assert going_on[0].unverified_facts[0] == "restart.x.action"


def test_that_a_dose_counted_from_an_earlier_one_says_when_it_overtakes_the_one_between() -> None:
    made = LIBRARY.protocol("blinatumomab")
    for placed in ({"C1D8": DAY + timedelta(days=42)}, {"C1D8": DAY + timedelta(days=50)}):
        doses = {dose.key: dose for dose in schedule(made, "rr", DAY, None, placed)}
        assert doses["C2D1"].planned == DAY + timedelta(days=42)
        assert "therapy_dose_order" in [finding.code for finding in doses["C2D1"].findings]
    fine = {dose.key: dose for dose in schedule(made, "rr", DAY, None, {"C1D8": DAY + timedelta(days=41)})}
    assert "therapy_dose_order" not in [finding.code for finding in fine["C2D1"].findings]
