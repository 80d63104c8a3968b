"""The plan: one exact answer to who gets which vials, or the best found in time, marked as not proved."""

from __future__ import annotations

import time
from datetime import date

from crs_desktop.kernel.amounts import Mass
from crs_desktop.readiness.model import (
    Earmark,
    KeyCoverage,
    Levels,
    MetUse,
    Plan,
    PlannedSet,
    PlannedUse,
    PlanQuestion,
    Uncovered,
    UnmetUse,
    Vials,
)
from crs_desktop.readiness.rules.dose_by_dose import dose_by_dose
from crs_desktop.readiness.rules.items import Item, Shape, shape
from crs_desktop.readiness.rules.levels import answer
from crs_desktop.readiness.rules.lots import split, spread
from crs_desktop.readiness.rules.program import Blueprint, blueprint
from crs_desktop.readiness.rules.reasons import why_uncovered, why_unmet

Sets = list[list[Vials]]


def solve(question: PlanQuestion, coverage_only: bool = False) -> Plan:
    """The best plan in the order of READINESS, one answer only; the order of entry never matters.

    Canonical answer among equals after *fewest vials*: items in the order (key, rescue before planned use, holder),
    supply lines in the order (brand, expiry, size descending, first day there, lot, place, key); the first item takes
    as many vials of the first line as an equally good plan allows, then of the second, and so on; then the next item.
    Where this choice among equals needs too much search it stops at a fixed count of steps, keeps the equally good
    plan at hand and says `settled` false; the same question still gets the same answer.
    The sets of one item are then cut from its vials in the same spirit: the first set has the greatest counts.
    With `coverage_only` the answer is proved for level 1 only: enough to say ready or short.
    Where the proof does not end in time, the answer is no worse than one made dose by dose.
    """
    deadline = time.monotonic() + question.time_limit_s
    form = shape(question)
    plan = blueprint(form)
    proved, settled = plan.complete, True
    taken: dict[int, dict[int, int]] = {}
    covered = [0] * len(form.items)
    for group in plan.groups:
        found = answer(plan, group, deadline, coverage_only)
        proved, settled = proved and found.proved, settled and found.settled
        if found.values is None:
            continue
        for (i, place), entries in found.program.amount.items():
            count = sum(times * found.values[column] for column, times in entries)
            if count:
                taken.setdefault(i, {})[place] = count
        for i, row in found.program.cover.items():
            covered[i] = sum(times * found.values[column] for column, times in found.program.rows[row].entries)
    answered = _written(question, plan, _named(plan, taken, covered), proved, proved and settled and not coverage_only)
    if proved:
        return answered
    simple = _written(question, plan, _named(plan, *dose_by_dose(plan)), False, False)
    return min(answered, simple, key=_worth)


def _worth(plan: Plan) -> tuple[int, ...]:
    """Less is better, level after level; both plans have the same keys."""
    covered = [count for key in plan.levels.coverage for count in (-key.patients, -key.sets, -key.planned)]
    return (*covered, *plan.levels.after_coverage())


def _named(plan: Blueprint, taken: dict[int, dict[int, int]], covered: list[int]) -> Sets:
    """Per item its sets as named vials."""
    lines = plan.shape.lines
    sets: Sets = []
    for item, vials, count in zip(plan.shape.items, spread(plan, taken), covered, strict=True):
        order = sorted(vials)
        cut = split(plan.shape, item, vials, count)
        sets.append(
            [tuple((lines[j].source.key, n) for j, n in zip(order, counts, strict=True) if n) for counts in cut]
        )
    return sets


def _written(question: PlanQuestion, plan: Blueprint, sets: Sets, proved: bool, settled: bool) -> Plan:
    form = plan.shape
    rescue: list[PlannedSet] = []
    uncovered: list[Uncovered] = []
    planned: list[MetUse] = []
    unmet: list[UnmetUse] = []
    for item, mine in zip(form.items, sets, strict=True):
        if isinstance(item.source, PlannedUse):
            for vials in mine:
                drawn, opened = _masses(form, item, vials)
                planned.append(MetUse(item.source, drawn, opened, vials))
            if not mine:
                unmet.append(UnmetUse(item.source, why_unmet(question, item)))
            continue
        rescue += _numbered(question, form, item, mine)
        if len(mine) < item.sets:
            missing = item.sets - len(mine)
            uncovered.append(Uncovered(item.holder, missing, why_uncovered(question, item, item.source, missing)))
    levels = measure(question, tuple(rescue), tuple(planned))
    return Plan(tuple(rescue), tuple(uncovered), tuple(planned), tuple(unmet), levels, proved, settled)


def _masses(form: Shape, item: Item, vials: Vials) -> tuple[Mass, Mass]:
    strengths = {line.source.key: line.strength for line in form.lines}
    opened = sum(strengths[key] * count for key, count in vials)
    return Mass(item.band.drawn(opened)), Mass(opened)


def _numbered(question: PlanQuestion, form: Shape, item: Item, mine: list[Vials]) -> list[PlannedSet]:
    """A set that keeps an earmark keeps its number; the others fill the free numbers in order.

    A set of vials far away is one of the last: the first numbers are those of near sets, had or not.
    """
    own = sorted((e for e in question.earmarks if e.holder == item.holder), key=lambda e: (not e.confirmed, e.set_no))
    far = {line.source.key for line in form.lines if line.source.far}
    numbers: dict[int, int] = {}
    for apart, first in ((True, item.sets - item.further + 1), (False, 1)):
        left = [k for k in range(len(mine)) if any(key in far for key, _ in mine[k]) is apart]
        for earmark in own:
            match = next((k for k in left if sorted(mine[k]) == sorted(_together(earmark))), None)
            if match is not None and first <= earmark.set_no <= item.sets and earmark.set_no not in numbers:
                numbers[earmark.set_no] = match
                left.remove(match)
        free = (n for n in range(first, item.sets + 1) if n not in numbers)
        for k in left:
            numbers[next(free)] = k
    result = []
    for number in sorted(numbers):
        drawn, opened = _masses(form, item, mine[numbers[number]])
        result.append(PlannedSet(item.holder, number, Mass(item.band.dose), drawn, opened, mine[numbers[number]]))
    return result


def _together(earmark: Earmark) -> Vials:
    counts: dict[str, int] = {}
    for key, count in earmark.vials:
        counts[key] = counts.get(key, 0) + count
    return tuple((key, count) for key, count in counts.items() if count > 0)


def measure(question: PlanQuestion, sets: tuple[PlannedSet, ...], planned: tuple[MetUse, ...]) -> Levels:
    """What these sets are worth, level by level, counted from the sets alone."""
    lines = {line.key: line for line in question.supply}
    every: list[PlannedSet | MetUse] = [*sets, *planned]
    opened = [vials for one in every for vials in one.vials]
    kept_confirmed, kept_proposed = _kept(question, sets)
    confirmed = sum(earmark.confirmed for earmark in question.earmarks)
    amounts = [(one.waste.mcg, abs(one.drawn.mcg - _dose(one).mcg)) for one in every]
    return Levels(
        coverage=_coverage(question, sets, planned),
        confirmed_changes=confirmed - kept_confirmed,
        waste_mcg=sum(waste for waste, _ in amounts),
        rounding_mcg=sum(apart for _, apart in amounts),
        proposed_changes=len(question.earmarks) - confirmed - kept_proposed,
        expiry_mcg_days=sum(
            lines[key].strength.mcg * count * (lines[key].expires - question.today).days for key, count in opened
        ),
        vials=sum(count for _, count in opened),
    )


def _dose(one: PlannedSet | MetUse) -> Mass:
    return one.dose if isinstance(one, PlannedSet) else one.use.dose


def _kept(question: PlanQuestion, sets: tuple[PlannedSet, ...]) -> tuple[int, int]:
    """Confirmed and proposed earmarks that a set of their holder fulfils, each set once, confirmed ones first."""
    free = [(one.holder, tuple(sorted(one.vials))) for one in sets]
    kept = [0, 0]
    for earmark in sorted(question.earmarks, key=lambda e: not e.confirmed):
        wanted = (earmark.holder, tuple(sorted(_together(earmark))))
        if wanted in free:
            free.remove(wanted)
            kept[0 if earmark.confirmed else 1] += 1
    return kept[0], kept[1]


def _coverage(
    question: PlanQuestion, sets: tuple[PlannedSet, ...], planned: tuple[MetUse, ...]
) -> tuple[KeyCoverage, ...]:
    starts = {d.holder: max(d.window.first, question.today) for d in question.demands}
    keys: dict[date, tuple[set[str], list[int]]] = {}
    anywhere = {d.holder for d in question.demands if d.further == d.sets}
    far = {line.key for line in question.supply if line.far}
    owing = [starts[d.holder] for d in question.demands if d.sets and d.window.last >= question.today]
    for key in (*owing, *(use.day for use in question.planned_use if use.day >= question.today)):
        keys[key] = (set(), [0, 0])
    for one in sets:
        patients, counts = keys[starts[one.holder]]
        if one.holder in anywhere or not any(key in far for key, _ in one.vials):
            patients.add(one.holder)
        counts[0] += 1
    for met in planned:
        keys[met.use.day][1][1] += 1
    return tuple(KeyCoverage(key, len(p), counts[0], counts[1]) for key, (p, counts) in sorted(keys.items()))
