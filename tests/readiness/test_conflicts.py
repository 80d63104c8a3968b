"""What is named as a conflict is one, and nothing can be left out of it: checked by trying everything."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from crs_desktop.kernel.resources import resource
from crs_desktop.readiness.plan_document import PlanDocument
from crs_desktop.readiness.plan_document_answer import plan_answer
from crs_desktop.readiness.rules.conflict import conflict, conflict_finding
from crs_desktop.readiness.rules.fewest import first_short_key
from crs_desktop.readiness.rules.plan import solve
from tests.readiness.cases import TODAY, day, question, random_case
from tests.readiness.oracle import best_plan


def lot(key, mg, n, last=60, brand="Actemra", there=None):
    return (key, key, brand, mg, n, last, there, True, "")


def all_can_be_had(lots, patients, planned, percent):
    coverage, _, _ = best_plan(lots, patients, planned, [], percent)
    owed = sum(sets for _, _, sets, _, last in patients if last >= 0)
    return sum(sets for _, sets, _ in coverage) == owed and sum(met for *_, met in coverage) == len(planned)


def named(seed):
    """The case of a seed, cut down to its conflict; None where it has none."""
    lots, patients, planned, earmarks, percent = random_case(seed)
    asked = question(lots, patients, planned, earmarks, percent)
    plan = solve(asked)
    found = conflict(asked, plan)
    if found is None:
        return None
    assert found.minimal and found.day == first_short_key(asked, plan)
    sets = dict(found.holders)
    members = [(who, dose, sets[who], a, b) for who, dose, _, a, b in patients if who in sets]
    uses = [(one.holder, (one.day - TODAY).days, dose) for one in found.planned for _, _, dose in planned]
    return lots, members, uses, percent, plan


def assert_conflict(seed):
    """True when the seed has a conflict, which is then one and minimal."""
    case = named(seed)
    if case is None:
        return False
    lots, members, uses, percent, plan = case
    assert not plan.ready
    assert not all_can_be_had(lots, members, uses, percent)
    for place, (who, dose, sets, a, b) in enumerate(members):
        fewer = [*members[:place], *([(who, dose, sets - 1, a, b)] if sets > 1 else []), *members[place + 1 :]]
        assert all_can_be_had(lots, fewer, uses, percent)
    for place in range(len(uses)):
        assert all_can_be_had(lots, members, uses[:place] + uses[place + 1 :], percent)
    return True


def test_that_a_conflict_is_one_and_nothing_can_be_left_out_of_it():
    assert sum(map(assert_conflict, range(60))) > 10


@pytest.mark.long
def test_that_a_conflict_is_one_and_nothing_can_be_left_out_of_a_thousand():
    assert sum(map(assert_conflict, range(5000, 6000))) > 200


def test_that_two_patients_and_their_vials_are_named_and_bystanders_are_not():
    lots = [lot("A", 400, 2), lot("T", 80, 1, brand="Tyenne")]
    patients = [("P1", 800, 1, 3, 9), ("P2", 640, 1, 0, 9), ("P3", 80, 1, 0, 9), ("P4", 400, 1, 10, 12)]
    asked = question(lots, patients)
    found = conflict(asked, solve(asked))
    assert (found.day, found.holders, found.planned) == (day(3), (("P1", 1), ("P2", 1)), ())
    assert found.vials == (("A", 2), ("T", 1))
    told = conflict_finding(asked, found)
    assert (told.code, told.value, told.get("vials")) == ("plan_conflict", "P1; P2", "2 x 400 mg A, 1 x 80 mg T")


def test_that_planned_use_of_an_earlier_day_is_named_where_it_took_the_vials():
    asked = question([lot("A", 400, 1)], [("P1", 400, 1, 4, 6)], [("Q", 3, 400)])
    found = conflict(asked, solve(asked))
    assert (found.holders, [one.holder for one in found.planned]) == ((("P1", 1),), ["Q"])
    assert conflict_finding(asked, found).value == "P1; Q"


def test_that_one_who_owes_too_much_alone_is_told_so():
    asked = question([lot("A", 400, 1)], [("P1", 400, 2, 0, 6)], [("P1", 9, 80)])
    told = conflict_finding(asked, conflict(asked, solve(asked)))
    assert (told.code, told.value, told.get("sets")) == ("plan_conflict_of_one", "P1", "2")


def test_that_there_is_no_conflict_without_vials_or_when_ready_or_not_proved():
    patients = [("P1", 400, 1, 0, 3)]
    assert conflict(question([], patients), solve(question([], patients))) is None
    enough = question([lot("A", 400, 1)], patients)
    assert conflict(enough, solve(enough)) is None
    little = question([lot("A", 80, 1)], patients)
    assert conflict(little, replace(solve(little), proved_best=False)) is None


def test_that_a_conflict_that_was_not_searched_in_time_is_not_called_minimal():
    asked = question([lot("A", 400, 1)], [("P1", 400, 1, 0, 3), ("P2", 400, 1, 0, 3), ("P3", 400, 1, 0, 3)])
    plan = solve(asked)
    assert conflict(replace(asked, time_limit_s=0.0), plan) is None
    begin_and_first_question = iter([0.0, 0.0])
    found = conflict(asked, plan, lambda: next(begin_and_first_question, asked.time_limit_s))
    assert len(found.holders) == 3 and not found.minimal
    assert conflict(asked, plan, lambda: 0.0).minimal


def test_that_the_document_says_it_and_the_schema_knows_it():
    asked = question([lot("A", 400, 2)], [("P1", 800, 1, 0, 9), ("P2", 640, 1, 3, 9)])
    answer = plan_answer(PlanDocument(asked)).document
    jsonschema.validate(answer, json.loads(resource("schemas", "plan.json").read_text("utf-8")))
    assert answer["conflict"]["patients"] == [{"patient": "P1", "sets": 1}, {"patient": "P2", "sets": 1}]
    assert answer["conflict"]["day"] == "2026-12-04"
    assert answer["conflict"]["reason"].startswith("P1; P2 need the same vials on Fri 4 Dec")
