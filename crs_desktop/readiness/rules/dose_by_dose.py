"""A real cover dose by dose, for the day on which the best plan is not found in time; never called the best."""

from __future__ import annotations

from crs_desktop.readiness.rules.items import Item
from crs_desktop.readiness.rules.program import Blueprint

Wanted = dict[int, int]
"""Vials by run."""


def dose_by_dose(plan: Blueprint) -> tuple[dict[int, Wanted], list[int]]:
    """Vials by item and run, and the sets of each item: promises first, then least waste, lots that expire first."""
    held: list[list[tuple[int, int]]] = [[] for _ in plan.runs]
    taken: dict[int, Wanted] = {}
    covered = []
    for i, item in enumerate(plan.shape.items):
        mine: Wanted = {}
        sets = 0
        near = item.sets - item.further
        for number in range(item.sets):
            free = [
                run.vials
                - mine.get(place, 0)
                - sum(count for other, count in held[place] if plan.shape.items[other].last >= item.start)
                for place, run in enumerate(plan.runs)
            ]
            found = _promised(plan, item, free, number) or _least_waste(plan, i, item, free, number >= near)
            if found is None:
                break
            sets += 1
            for place, count in found.items():
                mine[place] = mine.get(place, 0) + count
        for place, count in mine.items():
            held[place].append((i, count))
        taken[i] = mine
        covered.append(sets)
    return taken, covered


def _promised(plan: Blueprint, item: Item, free: list[int], number: int) -> Wanted | None:
    """The confirmed promise of this number, counted as they come, where it is near and can be had."""
    sure = [promise for promise in item.promises for _ in range(promise.confirmed) if not promise.far]
    if number >= len(sure):
        return None
    alone = {run.lines[0]: place for place, run in enumerate(plan.runs)}
    found = {alone[j]: count for j, count in sure[number].vials}
    return found if all(count <= free[place] for place, count in found.items()) else None


def _least_waste(plan: Blueprint, i: int, item: Item, free: list[int], further: bool) -> Wanted | None:
    best: tuple[tuple[int, int, int], Wanted] | None = None
    for option in plan.options[i]:
        if option.further and not (further or item.all_further):
            continue
        for counts in option.patterns:
            content = sum(n * s for n, s in zip(counts, option.strengths, strict=True))
            cost = (*item.band.cost(content), sum(counts))
            if best is not None and best[0] <= cost:
                continue
            found = _from_runs(plan, option.runs, counts, free)
            if found is not None:
                best = cost, found
    return None if best is None else best[1]


def _from_runs(
    plan: Blueprint, runs: tuple[tuple[int, ...], ...], counts: tuple[int, ...], free: list[int]
) -> Wanted | None:
    found: Wanted = {}
    for places, count in zip(runs, counts, strict=True):
        left = count
        for place in sorted(places, key=lambda one: plan.runs[one].days_left):
            some = min(left, free[place])
            if some > 0:
                found[place] = some
                left -= some
        if left:
            return None
    return found
