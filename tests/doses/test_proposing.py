"""What is proposed now, on a real store: from the promise, else from the plan's set, else from free stock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crs_desktop.doses.service import ProposedDose
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.commands import ChangeLotState, ConfirmEarmark
from crs_desktop.stock.model import VialLine
from tests.doses.made_up import ACTOR, Pharmacy, dose, must, pharmacy, stocked


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Pharmacy, int]]:
    made, patient = stocked(tmp_path)
    yield made, patient
    made.store.close()


def promise(made: Pharmacy, patient: int, vials: tuple[VialLine, ...], number: int = 1) -> None:
    record = made.patients.record(patient)
    assert record is not None
    days = DayRange(made.patients.today, made.patients.today + timedelta(days=3))
    command = ConfirmEarmark(f"p{patient} {number}", f"course:{record.courses[0].id}", number, days, vials)
    must(made.stock.confirm(command, ACTOR))


def lots(proposed: ProposedDose) -> dict[str, int]:
    return {item.lot.number: item.vials for item in proposed.vials}


def test_that_promised_vials_are_taken_even_when_others_waste_less(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    promise(made, patient, (made.line("B7101", 2),))
    proposed = must(made.doses.propose(patient))
    assert lots(proposed) == {"B7101": 2} and proposed.from_earmark
    assert str(proposed.proposal.vials.waste) == "220 mg"


def test_that_vials_promised_to_somebody_else_are_left_alone(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    other = made.enrol("0038820", "Lindqvist", "Karin", "104.2")
    promise(made, other, (made.line("B7101", 3),))
    answer = made.doses.propose(patient)
    assert isinstance(answer, Refused)
    assert [finding.code for finding in answer.findings] == ["proposal_without_vials"]
    made.receive("E5", "400", 1)
    assert lots(must(made.doses.propose(patient))) == {"C2201": 1, "E5": 1}


def test_that_the_plans_set_comes_before_free_stock(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    preferred = (made.line("B7101", 2),)
    proposed = must(made.doses.propose(patient, preferred))
    assert lots(proposed) == {"B7101": 2} and not proposed.from_earmark
    assert lots(must(made.doses.propose(patient))) == {"B7101": 1, "C2201": 1}


def test_that_a_set_of_two_brands_is_never_proposed(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    made.receive("T1", "200", 1, "2026-12-31", "Tyenne")
    mixed = (made.line("B7101", 1), made.line("T1", 1))
    proposed = must(made.doses.propose(patient, mixed))
    assert lots(proposed) == {"B7101": 1, "C2201": 1}
    assert {item.lot.brand for item in proposed.vials} == {"Actemra"}


def test_that_a_set_of_two_brands_is_not_counted_as_one_brand(tmp_path: Path) -> None:
    made = pharmacy(tmp_path)
    made.receive("B7101", "400", 2)
    made.receive("T1", "200", 1, "2026-12-31", "Tyenne")
    patient = made.enrol("0041827")
    assert lots(must(made.doses.propose(patient, (made.line("B7101", 1), made.line("T1", 1))))) == {"B7101": 2}
    made.store.close()


def test_that_a_line_written_twice_needs_the_vials_of_both(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    made.receive("ONE", "400", 1)
    twice = (made.line("ONE", 1), made.line("ONE", 1))
    assert lots(must(made.doses.propose(patient, twice))) == {"B7101": 1, "C2201": 1}


@pytest.mark.parametrize("state", ["quarantined", "recalled", "excursion"])
def test_that_a_promise_of_a_blocked_lot_is_not_proposed(site: tuple[Pharmacy, int], state: str) -> None:
    made, patient = site
    promise(made, patient, (made.line("B7101", 1), made.line("C2201", 1)))
    lot = made.line("C2201", 1).lot_id
    must(made.stock.change_state(ChangeLotState("q", lot, state, "told"), ACTOR))
    proposed = must(made.doses.propose(patient))
    assert lots(proposed) == {"B7101": 2} and not proposed.from_earmark


def test_that_a_promise_too_small_for_the_weight_says_so(site: tuple[Pharmacy, int]) -> None:
    made, patient = site
    promise(made, patient, (made.line("B7101", 1),))
    proposed = must(made.doses.propose(patient))
    assert lots(proposed) == {"B7101": 1, "C2201": 1} and not proposed.from_earmark
    assert [finding.code for finding in proposed.proposal.findings] == ["proposal_earmark_too_small"]


def test_that_a_refusal_says_every_reason_and_the_next_time(site: tuple[Pharmacy, int]) -> None:
    made, _ = site
    patient = made.enrol("0050113", "Osei", "Kwame", "")
    why = {"deviation_reason": "r", "deviation_name": "n"}
    must(made.doses.log_dose(dose(patient, (made.line("B7101", 1),), amount_mg="400", **why), ACTOR))
    answer = made.doses.propose(patient)
    assert isinstance(answer, Refused)
    assert {finding.code for finding in answer.findings} == {"proposal_without_weight", "next_dose_interval"}
    following = made.doses.next_for(patient)
    assert following.from_ is not None and f"{following.from_.astimezone(made.doses.zone):%H:%M}" == "11:00"
    unknown = made.doses.propose(999)
    assert isinstance(unknown, Refused) and unknown.findings[0].code == "patient_unknown"


def test_that_the_overview_is_one_picture_of_patients_and_log(tmp_path: Path) -> None:
    made, patient = stocked(tmp_path)
    made.enrol("0000001", "Aaron", "Aya")
    logged = must(made.doses.log_dose(dose(patient, (made.line("B7101", 1), made.line("C2201", 1))), ACTOR))
    made.store.close()
    made = pharmacy(tmp_path)
    found = made.doses.overview()
    assert [line.patient.family_name for line in found.patients] == ["Adler", "Aaron"], "an open episode comes first"
    first, second = found.patients
    assert first.last == logged.entry and first.episode is not None and not first.next.allowed
    assert second.last is None and second.episode is None and second.next.allowed
    assert [line.entry for line in found.log] == [logged.entry] and found.rule.code == "interval_rule_start"
    assert found.patients[0].next == made.doses.next_for(patient)
    must(made.doses.reverse("r", logged.id, "wrong", ACTOR))
    assert made.doses.overview().patients[-1].last is None
    made.store.close()


def test_that_vials_promised_from_tomorrow_on_are_taken_only_when_nothing_else_is_left(
    site: tuple[Pharmacy, int],
) -> None:
    made, patient = site
    other = made.patients.record(made.enrol("0038820", "Lindqvist", "Karin", "104.2"))
    assert other is not None
    days = DayRange(made.patients.today + timedelta(days=1), made.patients.today + timedelta(days=3))
    vials = (made.line("B7101", 3),)
    must(made.stock.confirm(ConfirmEarmark("p", f"course:{other.courses[0].id}", 1, days, vials), ACTOR))
    assert lots(must(made.doses.propose(patient))) == {"B7101": 1, "C2201": 1}, "a rescue today before a promise"
    made.receive("E5", "400", 1)
    assert lots(must(made.doses.propose(patient))) == {"C2201": 1, "E5": 1}
