"""Age groups, body surface and entered phases: which schedule a person's course has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.patients.courses.restarting import advice_on, begins_again
from crs_desktop.patients.dating import (
    dated_doses,
    dose_label,
    first_of_phase,
    phase_of,
    population_on,
    restart_row_of,
    surface_of,
)
from crs_desktop.patients.model import Body, Course, EventKind, Height, HeightMethod, InfusionEvent
from tests.patients.courses import CATALOGUE

BLIN = CATALOGUE.protocol("blinatumomab")
TEC = CATALOGUE.protocol("teclistamab")
TALL = Height(1, 1, 1400, datetime(2026, 12, 1, 12, tzinfo=UTC), HeightMethod.STANDING)
UNTIL = date(2027, 2, 28)


@pytest.mark.parametrize(
    ("born", "on", "group"),
    [
        ("2008-12-10", "2026-12-09", "paediatric"),
        ("2008-12-10", "2026-12-10", "adult"),
        ("2008-12-10", "2026-12-11", "adult"),
        ("2008-02-29", "2026-02-28", "paediatric"),
        ("2008-02-29", "2026-03-01", "adult"),
        ("2008-03-01", "2026-02-28", "paediatric"),
        ("2026-12-01", "2026-12-01", "paediatric"),
        ("1930-01-01", "2026-12-01", "adult"),
    ],
)
def test_that_somebody_is_an_adult_from_the_eighteenth_birthday_on(born: str, on: str, group: str) -> None:
    assert population_on(date.fromisoformat(born), date.fromisoformat(on)) == group


def test_that_without_a_birth_date_nobody_is_put_into_a_group() -> None:
    assert population_on(None, date(2026, 12, 1)) == ""


def blin(start: str = "2026-12-04") -> Course:
    return Course(1, 1, BLIN, "rr", date.fromisoformat(start), None)


def groups(body: Body) -> list[set[str]]:
    doses = dated_doses(blin(), body, {}, date(2027, 3, 31))
    return [{row.population for row in dose.premedication} - {"all"} for dose in doses if dose.premedication]


def test_that_only_the_premedication_of_the_age_on_the_day_of_the_dose_is_there() -> None:
    kg = BodyWeight.of_kg(60)
    grown, child = groups(Body(kg, None, date(1961, 3, 12))), groups(Body(kg, None, date(2015, 3, 12)))
    assert groups(Body(kg))[0] == {"adult", "paediatric"}  # what both printed before
    assert grown and all(one == {"adult"} for one in grown)
    assert child and all(one == {"paediatric"} for one in child)


def test_that_a_birthday_between_two_doses_changes_the_rows_from_that_day_on() -> None:
    doses = dated_doses(blin(), Body(BodyWeight.of_kg(60), None, date(2008, 12, 20)), {}, date(2027, 3, 31))
    seen = {dose.planned >= date(2026, 12, 20): {row.population for row in dose.premedication} - {"all"}
            for dose in doses if dose.premedication}  # fmt: skip
    assert seen == {False: {"paediatric"}, True: {"adult"}}


def test_that_the_surface_needs_height_and_weight() -> None:
    assert surface_of(Body(BodyWeight.of_kg(40), TALL)) == Decimal("1.25")
    assert surface_of(Body(BodyWeight.of_kg(40))) is None
    assert surface_of(Body(None, TALL)) is None


def codes(body: Body) -> set[str]:
    return {finding.code for dose in dated_doses(blin(), body, {}, UNTIL) for finding in dose.findings}


def test_that_a_height_gives_a_rate_to_somebody_under_45_kg_and_changes_nothing_above() -> None:
    light, heavy = BodyWeight.of_kg(40), BodyWeight.of_kg(80)
    assert "therapy_height_needed" in codes(Body(light))
    assert "therapy_height_needed" not in codes(Body(light, TALL)) | codes(Body(heavy))
    first = dated_doses(blin(), Body(light, TALL), {}, UNTIL)[0]
    assert first.amount is not None and first.amount.value == Decimal("6.25")  # 1.25 m2 at 5 mcg/m2/day


def test_that_an_entered_phase_begins_on_the_day_that_was_said() -> None:
    course = Course(1, 1, TEC, "mono", date(2026, 12, 3), None)
    entered = replace(course, entered=(("q2w", date(2027, 1, 4)),))
    assert {dose.phase for dose in dated_doses(course, Body(), {}, UNTIL)} == {"", "weekly"}
    doses = dated_doses(entered, Body(), {}, UNTIL)
    assert [dose.planned for dose in doses if dose.phase == "q2w"][:2] == [date(2027, 1, 4), date(2027, 1, 18)]
    assert all(dose.planned < date(2027, 1, 4) for dose in doses if dose.phase == "weekly")
    moved = dated_doses(entered, Body(), {"Q2W1": date(2027, 1, 6)}, UNTIL)
    assert next(dose.planned for dose in moved if dose.phase == "q2w") == date(2027, 1, 6)


def test_that_the_label_is_asked_about_the_phase_that_was_entered() -> None:
    """After cycle 8 of mosunetuzumab the course is complete, unless the extension was entered: then cycle 9 is late."""
    mosun = CATALOGUE.protocol("mosunetuzumab_iv")
    course = Course(1, 1, mosun, mosun.regimens[0].id, date(2026, 6, 1), None)
    given = datetime(2026, 11, 2, 9, tzinfo=UTC)
    last = InfusionEvent(1, 1, "C8D1", EventKind.GIVEN, given.date(), "", given, "", given, "M. Okafor")
    entered = replace(course, entered=(("extension", date(2026, 11, 23)),))
    asked = [advice_on(one, last, date(2026, 11, 23)) for one in (course, entered)]
    assert [(advice.kind, advice.next_key) for advice in asked if advice] == [("complete", ""), ("row", "C9D1")]


def test_that_a_phase_is_called_as_its_first_dose_without_gaps_in_the_name() -> None:
    for protocol in CATALOGUE.protocols:
        for regimen in protocol.regimens:
            course = Course(1, 1, protocol, regimen.id, date(2026, 6, 1), None)
            for phase in regimen.phases:
                said = first_of_phase(course, phase.id)
                assert said and "{" not in said
            assert first_of_phase(course, "nowhere") is None
    assert first_of_phase(replace(course, regimen_id="gone"), "q2w") is None


def test_that_a_phase_entered_before_a_restart_does_not_move_the_restarted_step_up() -> None:
    row = next(row for row in TEC.restart if begins_again(row))
    course = Course(2, 1, TEC, "mono", date(2027, 2, 1), None, row.id, "SUD1", 1, (("q2w", date(2027, 1, 4)),))
    doses = dated_doses(course, Body(), {}, UNTIL)
    assert doses[0].planned == date(2027, 2, 1) and doses[0].role == "step_up"
    assert restart_row_of(course) is row


def test_that_a_dose_has_its_label_and_what_is_not_there_has_none() -> None:
    course = Course(1, 1, TEC, "mono", date(2026, 12, 3), None)
    assert dose_label(course, "SUD1") == TEC.regimens[0].steps[0].label
    assert dose_label(course, "D0") is None
    assert phase_of(course, "weekly") is not None and phase_of(course, "daily") is None
    nowhere = replace(course, regimen_id="gone")
    assert dose_label(nowhere, "SUD1") is None and phase_of(nowhere, "weekly") is None
    assert restart_row_of(course) is None and restart_row_of(replace(course, restart_row="gone")) is None


def test_that_a_dose_of_a_ladder_has_the_label_of_the_ladder() -> None:
    row = next(row for row in TEC.restart if begins_again(row))
    step = replace(TEC.regimens[0].steps[0], key="R1", label="Ladder dose 1")
    protocol = replace(TEC, restart=(replace(row, doses=(step,)),))
    course = Course(2, 1, protocol, "mono", date(2027, 2, 1), None, row.id, "SUD1", 1)
    assert dose_label(course, "R1") == "Ladder dose 1"
    assert dose_label(course, "SUD2") == TEC.regimens[0].steps[1].label
