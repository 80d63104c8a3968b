"""One shipped instance for each level, where that level alone decides: taken out, the answer is another."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_desktop.kernel.resources import resource
from crs_desktop.readiness.plan_document import read_document
from crs_desktop.readiness.rules.plan import solve
from tests.readiness.cases import plain
from tests.readiness.oracle import best_plan


def shipped(name):
    return read_document(Path(resource("instances", f"{name}.json")).read_text("utf-8")).question


def told(question):
    """Each set as patient: lot x count."""
    lots = {line.key: line.lot for line in question.supply}
    return [
        f"{one.holder}: " + " + ".join(f"{count} {lots[key]}" for key, count in one.vials)
        for one in solve(question).sets
    ]


ANSWERS = {
    "level-1-earlier-key-first": ["P2: 1 A1"],
    "level-1-patients-before-sets": ["P1: 1 A1", "P2: 1 A1"],
    "level-1-then-most-sets": ["P2: 1 A1", "P2: 1 A1"],
    "level-2-confirmed-earmark": ["P1: 1 A1"],
    "level-3-least-waste": ["P1: 1 A2"],
    "level-3-then-nearest-to-the-dose": ["P1: 1 A2 + 3 A3"],
    "level-4-proposed-earmark": ["P1: 1 A2"],
    "level-5-first-expiry-first": ["P1: 2 A2"],
    "level-6-fewest-vials": ["P1: 1 T1"],
    "level-6-then-brand-and-lot": ["P1: 1 A1"],
}


@pytest.mark.parametrize("name", ANSWERS)
def test_that_each_level_decides_its_instance(name):
    assert told(shipped(name)) == ANSWERS[name]


def of_the_oracle(question, without=None):
    """The same by trying everything, a level left out of it."""
    lots = {line.key: line.lot for line in question.supply}
    _, _, named = best_plan(*plain(question), without=without)
    return [
        f"{who}: " + " + ".join(f"{count} {lots[key]}" for key, count in one.items())
        for _, who, many in named
        for one in many
    ]


@pytest.mark.parametrize(
    ("left_out", "name"),
    [
        ("confirmed", "level-2-confirmed-earmark"),
        ("waste", "level-3-least-waste"),
        ("rounding", "level-3-then-nearest-to-the-dose"),
        ("proposed", "level-4-proposed-earmark"),
        ("expiry", "level-5-first-expiry-first"),
        ("vials", "level-6-fewest-vials"),
        *(("coverage", name) for name in ANSWERS if name.startswith("level-1")),
    ],
)
def test_that_without_the_level_the_answer_is_another(left_out, name):
    assert of_the_oracle(shipped(name)) == ANSWERS[name]
    assert of_the_oracle(shipped(name), left_out) != ANSWERS[name]


# --- greedy rules are wrong ------------------------------------------------------------------------------------------


def greedy(question, order, choose):
    """Dose by dose; `order` sorts the vials, `choose` picks a set from them. True when every dose gets one."""
    shelf = sorted(
        ((line.strength.mcg, line.expires) for line in question.supply for _ in range(line.vials)), key=order
    )
    for demand in question.demands:
        taken = choose(shelf, demand.dose.mcg)
        if taken is None:
            return False
        for vial in taken:
            shelf.remove(vial)
    return True


def one_after_the_other(shelf, dose):
    taken = []
    for vial in shelf:
        if sum(size for size, _ in taken) >= dose:
            break
        taken.append(vial)
    return taken if sum(size for size, _ in taken) >= dose else None


def least_waste(shelf, dose):
    best = None
    for mask in range(1, 2 ** len(shelf)):
        some = [vial for place, vial in enumerate(shelf) if mask >> place & 1]
        content = sum(size for size, _ in some)
        if content >= dose and (best is None or (content, len(some)) < best[0]):
            best = ((content, len(some)), some)
    return best[1] if best else None


@pytest.mark.parametrize(
    ("name", "order", "choose"),
    [
        ("greedy-biggest-vial-first", lambda vial: -vial[0], one_after_the_other),
        ("greedy-smallest-vial-first", lambda vial: vial[0], one_after_the_other),
        ("greedy-earliest-expiry-first", lambda vial: vial[1], one_after_the_other),
        ("greedy-least-waste-dose-by-dose", lambda vial: -vial[0], least_waste),
    ],
)
def test_that_a_greedy_rule_says_short_where_the_plan_says_ready(name, order, choose):
    question = shipped(name)
    assert not greedy(question, order, choose)
    plan = solve(question)
    assert plan.ready and plan.proved_best


def test_that_72_5_kg_with_only_400s_draws_580_and_never_638():
    (one,) = solve(shipped("rounding-72.5-kg")).sets
    assert (str(one.dose), str(one.drawn), str(one.opened), str(one.waste)) == ("580 mg", "580 mg", "800 mg", "220 mg")
