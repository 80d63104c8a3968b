"""Recording a dose given, on a real store: one transaction, nothing on refusal, and what happened is recordable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from crs_desktop.doses.entry import VialsTyped
from crs_desktop.doses.model import Purpose
from crs_desktop.episodes.service import GradeTyped
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Refused, Severity
from crs_desktop.kernel.wording import say
from crs_desktop.stock.commands import ConfirmEarmark
from crs_desktop.stock.model import VialLine
from tests.doses.made_up import ACTOR, NOW, Pharmacy, dose, must, pharmacy, stocked


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Pharmacy, int]]:
    made, patient = stocked(tmp_path)
    yield made, patient
    made.store.close()


def rows(made: Pharmacy) -> dict[str, int]:
    with made.store.read() as session:
        names = session.execute(text("SELECT name FROM sqlite_schema WHERE type = 'table'")).scalars().all()
        return {name: session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}


def added(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def set_of(made: Pharmacy) -> tuple[VialLine, ...]:
    return made.line("B7101", 1), made.line("C2201", 1)


def promise(made: Pharmacy, patient: int, set_no: int, vials: tuple[VialLine, ...]) -> int:
    record = made.patients.record(patient)
    assert record is not None
    days = DayRange(made.patients.today, made.patients.today + timedelta(days=3))
    command = ConfirmEarmark(f"p{set_no}", f"course:{record.courses[0].id}", set_no, days, vials)
    return must(made.stock.confirm(command, ACTOR)).id


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Refused), answer
    assert all(say(finding) for finding in answer.findings)
    return [finding.code for finding in answer.findings]


def test_that_one_transaction_holds_dose_vials_promise_episode_and_log(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    first = promise(made, patient, 1, (made.line("B7101", 2),))
    same = promise(made, patient, 2, set_of(made))
    before = rows(made)
    logged = must(made.doses.log_dose(dose(patient, set_of(made)), ACTOR))
    # dose, opened episode, two movements, one promise ended: five rows of the log, and the request once.
    assert added(before, rows(made)) == {
        "doses": 1, "dose_vials": 2, "episodes": 1, "movements": 2, "change_log": 5, "requests": 1,
    }  # fmt: skip
    assert made.on_hand() == {"B7101": 2, "C2201": 1}
    assert [item.id for item in made.stock.earmarks()] == [first] and logged.released == same
    assert logged.entry.deviations == () and made.stock.discrepancies() == []
    (episode,) = made.episodes.of(patient)
    assert episode.open and logged.entry.episode_id == episode.id
    assert episode.opened_at == logged.entry.started_at == datetime(2026, 12, 2, 8, 0, tzinfo=UTC)


def test_that_a_dose_with_other_vials_ends_the_first_promise(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    first, second = promise(made, patient, 1, set_of(made)), promise(made, patient, 2, set_of(made))
    given = dose(patient, (made.line("B7101", 2),))
    assert must(made.doses.log_dose(given, ACTOR)).released == first
    assert [item.id for item in made.stock.earmarks()] == [second]


IMPOSSIBLE: list[tuple[dict[str, Any], list[str], str]] = [
    ({"started_at": "2026-12-02 03:11"}, ["dose_start_in_future"], "start"),
    ({"started_at": "2027-12-02 03:00"}, ["dose_start_in_future"], "start"),
    ({"ended_at": "2026-12-02 03:11"}, ["dose_end_in_future"], "end"),
    ({"ended_at": "2026-12-02 02:59"}, ["dose_end_before_start"], "end"),
    ({"started_at": "2026-02-31 03:00"}, ["day_does_not_exist"], "start"),
    ({"started_at": "yesterday"}, ["instant_not_understood"], "start"),
    ({"amount_mg": "0"}, ["dose_amount_not_above_zero"], "amount"),
    ({"amount_mg": "4001"}, ["dose_amount_absurd"], "amount"),
    *(({"amount_mg": typed}, ["amount_not_understood"], "amount")
      for typed in ("5,8", "1e2", "NaN", "-5", "", ".5", "５８０", "580 mg", "58000")),
    ({"prescriber": " "}, ["text_missing"], "prescriber"),
    ({"given_by": "a\u202eb"}, ["text_unprintable"], "given_by"),
    ({"purpose": "study"}, ["dose_purpose"], "purpose"),
    ({"supply": "theirs"}, ["dose_supply"], "supply"),
    ({"supply": "elsewhere"}, ["dose_vials_of_elsewhere"], "vials"),
    ({"patient_id": 999}, ["patient_unknown"], "patient"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "expected", "field"), IMPOSSIBLE)
def test_that_impossible_input_is_refused_and_nothing_is_written(
    site: tuple[Pharmacy, int], changed: dict[str, Any], expected: list[str], field: str
) -> None:
    made, patient = site
    before = rows(made)
    command = replace(dose(patient, set_of(made), deviation_reason="because", deviation_name="A. Weiss"), **changed)
    answer = made.doses.log_dose(command, ACTOR)
    assert codes(answer) == expected and isinstance(answer, Refused) and answer.findings[0].field == field
    assert rows(made) == before


@pytest.mark.parametrize(
    ("vials", "expected"),
    [
        ((), "dose_vials_missing"),
        ((VialLine(99, 1, 1),), "stock_lot_unknown"),
        ((VialLine(1, 99, 1),), "stock_lot_unknown"),
        ((VialLine(1, 1, 0),), "dose_vials_not_above_zero"),
        ((VialLine(1, 1, -1),), "dose_vials_not_above_zero"),
        ((VialLine(1, 1, 1), VialLine(1, 1, 2)), "dose_vials_repeated"),
        ((VialsTyped(1, 1, "1.5"),), "count_not_understood"),
        ((VialsTyped(1, 1, "0"),), "count_out_of_range"),
        ((VialsTyped(1, 1, ""),), "dose_vials_uncounted"),
        ((VialsTyped(0, 0, "2"),), "dose_vials_unnamed"),
    ],
)
def test_that_impossible_vials_are_refused_and_nothing_is_written(
    site: tuple[Pharmacy, int], vials: tuple[VialLine | VialsTyped, ...], expected: str
) -> None:
    made, patient = site
    before = rows(made)
    answer = made.doses.log_dose(dose(patient, vials), ACTOR)
    assert codes(answer) == [expected] and isinstance(answer, Refused) and answer.findings[0].field == "vials"
    assert rows(made) == before


def test_that_everything_misread_is_said_at_once(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    grade = GradeTyped("CRS", "7", "WHO", "", "2026-12-02 09:00")
    given = dose(patient, (), started_at="x", amount_mg="y", prescriber="", grade=grade)
    answer = made.doses.log_dose(given, ACTOR)
    assert isinstance(answer, Refused)
    fields = {finding.field for finding in answer.findings}
    assert fields == {"start", "amount", "prescriber", "grade", "scale", "told_by", "graded_at", "vials"}


def test_that_the_same_request_twice_is_one_dose(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    promise(made, patient, 1, set_of(made))
    command = dose(patient, set_of(made))
    first, again = must(made.doses.log_dose(command, ACTOR)), must(made.doses.log_dose(command, ACTOR))
    assert first == again and len(made.doses.entries()) == 1
    assert made.on_hand() == {"B7101": 2, "C2201": 1}


def test_that_the_same_request_with_other_content_is_refused(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    command = dose(patient, set_of(made))
    must(made.doses.log_dose(command, ACTOR))
    before = rows(made)
    for changed in (replace(command, started_at="2026-12-02 02:00"), replace(command, note="other")):
        assert codes(made.doses.log_dose(changed, ACTOR)) == ["request_with_other_content"]
    assert rows(made) == before


def test_that_two_doses_from_one_vial_give_one_spent_vial_and_one_discrepancy(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    other = made.enrol("0038820", "Lindqvist", "Karin", "50")
    made.receive("X1", "400", 1)
    line = made.line("X1", 1)
    must(made.doses.log_dose(dose(other, (line,), "d1", amount_mg="400"), ACTOR))
    why = {"deviation_reason": "one vial on the shelf, two charts", "deviation_name": "A. Weiss"}
    second = must(made.doses.log_dose(dose(patient, (line,), "d2", amount_mg="400", **why), ACTOR))
    assert "X1" not in made.on_hand()
    (found,) = made.stock.discrepancies()
    assert (found.lot.number, found.vials, found.dose) == ("X1", 1, second.id)
    (spent,) = second.entry.vials
    assert (spent.line.vials, spent.missing) == (1, 1)
    assert [one.vials for one in made.stock.movements(line.lot_id)] == [-1, 1]


def test_that_taking_a_record_back_restores_the_ledger_exactly_and_keeps_the_record(
    site: tuple[Pharmacy, int],
) -> None:
    made, patient = site
    before = made.on_hand()
    vials = (made.line("B7101", 5), made.line("C2201", 1))
    why = {"deviation_reason": "r", "deviation_name": "n"}
    logged = must(made.doses.log_dose(dose(patient, vials, **why), ACTOR))
    assert made.on_hand() == {"C2201": 1}
    assert codes(made.doses.reverse("r0", logged.id, "  ", ACTOR)) == ["text_missing"]
    back = must(made.doses.reverse("r1", logged.id, "wrong patient", ACTOR))
    assert must(made.doses.reverse("r1", logged.id, "wrong patient", ACTOR)) == back
    assert made.on_hand() == before
    assert back == replace(logged.entry, reversed_because="wrong patient")
    assert made.doses.entries(patient) == [back]
    assert made.doses.next_for(patient).left_24h == 3 and made.doses.next_for(patient).left_episode == 4
    assert codes(made.doses.reverse("r2", logged.id, "again", ACTOR)) == ["dose_already_reversed"]
    assert codes(made.doses.reverse("r3", 999, "none", ACTOR)) == ["dose_unknown"]


def test_that_a_prophylactic_dose_stands_apart(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    kept = promise(made, patient, 1, set_of(made))
    logged = must(made.doses.log_dose(dose(patient, set_of(made), purpose="prophylactic"), ACTOR))
    assert logged.entry.purpose is Purpose.PROPHYLACTIC and logged.entry.episode_id is None
    assert made.episodes.of(patient) == [] and logged.released is None
    assert [item.id for item in made.stock.earmarks()] == [kept]
    following = made.doses.next_for(patient)
    assert not following.allowed and (following.left_24h, following.left_episode) == (2, 4)


def test_that_a_dose_from_elsewhere_spends_nothing_and_ends_no_promise(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    kept, before = promise(made, patient, 1, set_of(made)), made.on_hand()
    why = {"deviation_reason": "sent along", "deviation_name": "A. Weiss"}
    logged = must(made.doses.log_dose(dose(patient, (), supply="elsewhere", **why), ACTOR))
    assert made.on_hand() == before and [item.id for item in made.stock.earmarks()] == [kept]
    assert [finding.code for finding in logged.entry.deviations] == ["dose_from_elsewhere"]
    assert made.doses.next_for(patient).left_episode == 3


@pytest.mark.parametrize("scale", ["ASTCT 2019", "CTCAE v5", "Lee 2014", "Penn"])
def test_that_a_grade_is_stored_as_told(site: tuple[Pharmacy, int], scale: str) -> None:
    made, patient = site
    grade = GradeTyped("CRS", "3", scale, "N. Berg", "2026-12-02 02:40")
    logged = must(made.doses.log_dose(dose(patient, set_of(made), grade=grade), ACTOR))
    (episode,) = made.episodes.of(patient)
    (told,) = episode.grades
    assert (told.kind, told.grade, told.scale, told.told_by, told.actor) == ("CRS", 3, scale, "N. Berg", ACTOR.name)
    assert "as told by N. Berg, not derived" in told.text
    assert logged.entry.episode_id == told.episode_id == episode.id


def test_that_a_late_entry_counts_in_the_closed_episode_it_belongs_to(tmp_path: Path) -> None:
    made, patient = stocked(tmp_path)
    made.receive("B8", "400", 20)
    two = (made.line("B8", 2),)
    must(made.doses.log_dose(dose(patient, two, "d1", started_at="2026-12-02 02:00"), ACTOR))
    made.store.close()
    later = pharmacy(tmp_path, NOW + timedelta(hours=12))
    must(later.episodes.close("c1", patient, "resolved", ACTOR))
    why = {"deviation_reason": "found on the chart", "deviation_name": "A. Weiss"}
    told = GradeTyped("CRS", "2", "ASTCT 2019", "N. Berg", "2026-12-02 09:50")
    late = must(later.doses.log_dose(dose(patient, two, "d2", started_at="2026-12-02 10:00", grade=told, **why), ACTOR))
    (episode,) = later.episodes.of(patient)
    assert late.entry.episode_id == episode.id and not episode.open and len(episode.grades) == 1
    assert [finding.code for finding in late.entry.deviations] == ["dose_recorded_late"]
    later.store.close()
    later = pharmacy(tmp_path, NOW + timedelta(hours=13))
    fresh = must(later.doses.log_dose(dose(patient, two, "d3", started_at="2026-12-02 15:30", **why), ACTOR))
    closed, opened = later.episodes.of(patient)
    assert closed.id == episode.id and opened.open and fresh.entry.episode_id == opened.id
    assert later.doses.next_for(patient).left_episode == 3
    later.store.close()


def test_that_a_fifth_dose_entered_late_into_a_closed_episode_is_known_as_the_fifth(tmp_path: Path) -> None:
    made, patient = stocked(tmp_path)
    made.receive("B8", "400", 20)
    two, why = (made.line("B8", 2),), {"deviation_reason": "r", "deviation_name": "n"}
    for number, day in enumerate(("28", "29", "30"), start=1):
        given = dose(patient, two, f"d{number}", started_at=f"2026-11-{day} 02:00", **why)
        must(made.doses.log_dose(given, ACTOR))
    must(made.doses.log_dose(dose(patient, two, "d4", started_at="2026-12-01 02:00", **why), ACTOR))
    must(made.episodes.close("c1", patient, "resolved", ACTOR))
    late = must(made.doses.log_dose(dose(patient, two, "d5", started_at="2026-12-01 12:00", **why), ACTOR))
    assert "dose_over_episode" in [finding.code for finding in late.entry.deviations]
    made.store.close()


def test_that_elapsed_time_counts_in_the_night_the_clocks_go_back(tmp_path: Path) -> None:
    start = datetime(2026, 11, 1, 2, 5, tzinfo=UTC)
    made, patient = stocked_in(tmp_path, start, "2026-10-31 07:45")
    must(made.doses.log_dose(dose(patient, set_of(made), "d1", started_at="2026-10-31 22:00"), ACTOR))
    made.store.close()
    # 22:00 to 05:00 reads like seven hours; eight have passed.
    later = pharmacy(tmp_path, datetime(2026, 11, 1, 10, 5, tzinfo=UTC))
    assert later.doses.next_for(patient).allowed
    given = dose(patient, set_of(later), "d2", started_at="2026-11-01 05:00")
    assert must(later.doses.log_dose(given, ACTOR)).entry.deviations == ()
    later.store.close()


def test_that_a_time_of_the_repeated_hour_needs_its_offset(tmp_path: Path) -> None:
    made, patient = stocked_in(tmp_path, datetime(2026, 11, 1, 6, 45, tzinfo=UTC), "2026-10-31 07:45")
    given = dose(patient, set_of(made), started_at="2026-11-01 01:30")
    assert codes(made.doses.log_dose(given, ACTOR)) == ["instant_is_twice"]
    logged = must(made.doses.log_dose(replace(given, started_at="2026-11-01 01:30-04:00"), ACTOR))
    assert logged.entry.started_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    made.store.close()


def test_that_elapsed_time_counts_in_the_night_the_clocks_go_forward(tmp_path: Path) -> None:
    made, patient = stocked_in(tmp_path, datetime(2027, 3, 14, 3, 5, tzinfo=UTC), "2027-03-13 07:45")
    must(made.doses.log_dose(dose(patient, set_of(made), "d1", started_at="2027-03-13 22:00"), ACTOR))
    made.store.close()
    # 22:00 to 06:30 reads like eight and a half hours; seven and a half have passed.
    later = pharmacy(tmp_path, datetime(2027, 3, 14, 10, 35, tzinfo=UTC))
    given = dose(patient, set_of(later), "d2", started_at="2027-03-14 06:30")
    answer = later.doses.log_dose(given, ACTOR)
    assert codes(answer) == ["deviation_needs_reason", "dose_interval_short"]
    assert codes(later.doses.log_dose(replace(given, started_at="2027-03-14 02:30"), ACTOR)) == [
        "instant_does_not_exist"
    ]
    later.store.close()


def stocked_in(folder: Path, now: datetime, measured: str) -> tuple[Pharmacy, int]:
    made = pharmacy(folder, now)
    made.receive("B7101", "400", 3)
    made.receive("C2201", "200", 3)
    return made, made.enrol("0041827", measured=measured, start=measured[:10])


def test_that_departures_alone_ask_and_write_nothing_until_they_have_reason_and_name(
    site: tuple[Pharmacy, int],
) -> None:
    made, patient = site
    before, given = rows(made), dose(patient, set_of(made), amount_mg="600")
    for reason, name in (("", ""), ("because", ""), ("", "A. Weiss"), ("  ", "A. Weiss")):
        answer = made.doses.log_dose(replace(given, deviation_reason=reason, deviation_name=name), ACTOR)
        assert codes(answer) == ["deviation_needs_reason", "dose_differs"] and isinstance(answer, Refused)
        assert [finding.severity for finding in answer.findings] == [Severity.NO, Severity.BEWARE]
        assert rows(made) == before
    logged = must(made.doses.log_dose(replace(given, deviation_reason="because", deviation_name="A. Weiss"), ACTOR))
    assert (logged.entry.deviation_reason, logged.entry.deviation_name) == ("because", "A. Weiss")
