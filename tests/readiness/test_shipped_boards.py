"""The shipped hospital boards keep the one answer each has, proved; a search once lost part of one."""

from __future__ import annotations

from pathlib import Path

from crs_desktop.kernel.resources import resource
from crs_desktop.readiness.plan_document import read_document
from crs_desktop.readiness.rules.plan import solve


def shipped(name):
    return read_document(Path(resource("instances", f"{name}.json")).read_text("utf-8")).question


def test_that_the_choice_among_equals_is_not_lost_in_a_search():
    """Told that lots follow from the rest, HiGHS called a lesser choice the best: P012 had other vials."""
    question = shipped("hospital-20-2")
    plan = solve(question)
    assert plan.proved_best and plan.settled
    lots = {line.key: line.lot for line in question.supply}
    held = {lots[key]: count for one in plan.sets if one.holder == "P012" for key, count in one.vials}
    assert held == {"A40018": 1, "A40012": 1}
