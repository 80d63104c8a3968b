"""Reads the named doses of a regimen and of a ladder after a restart, each with the gap to the dose before it."""

from __future__ import annotations

from itertools import pairwise

from crs_desktop.therapies.model.doses import ROLES, DoseStep, Gap
from crs_desktop.therapies.schema.amounts import read_amounts
from crs_desktop.therapies.schema.table import Table

GAP = "whole days"


def absolute_day(day: int, cycle: int | None, cycle_days: int | None) -> int:
    """The day counted on from cycle 1; the day itself where the regimen knows no cycles."""
    return day if cycle is None or cycle_days is None else (cycle - 1) * cycle_days + day


def read_steps(table: Table, cycle_days: int | None) -> tuple[DoseStep, ...]:
    """The steps of a regimen in the order of the file."""
    steps: list[DoseStep] = []
    for below in table.tables("steps", name="key"):
        steps.append(_step(below, steps, cycle_days))
    _check_steps(table, steps, cycle_days)
    return tuple(steps)


def read_ladder(table: Table) -> tuple[DoseStep, ...]:
    """The doses of a restart's own ladder; days count from its first dose, day 1."""
    steps: list[DoseStep] = []
    for below in table.tables("doses", name="key"):
        key, label, role, said, route = _head(below)
        least = steps[-1].day + 1 if steps else 1
        day = least if said is None else said
        if day < least or (day != 1 and not steps):
            below.mistake("therapy_ladder_days", "day", day, allowed=f"{least} or later" if steps else "1")
        gap = Gap(nominal=day - steps[-1].day) if steps else Gap()
        amounts, part_of = read_amounts(below), below.word("part_of")
        below.close()
        steps.append(DoseStep(key, label, role, day, route, amounts, gap, key, None, None, below.path, part_of))
    return tuple(steps)


def check_gap(table: Table, least: int | None, most: int | None) -> None:
    """The smallest gap is not over the largest."""
    if least is not None and most is not None and least > most:
        table.mistake("therapy_gap_reversed", "min_gap_days", least, most=most)


def _check_steps(table: Table, steps: list[DoseStep], cycle_days: int | None) -> None:
    roles = [step.role for step in steps]
    if not steps:
        table.missing("steps", "tables written [[regimens.steps]] under this [[regimens]]")
    elif "cells" not in roles and roles.count("first_full") != 1 and "" not in roles:
        table.mistake("therapy_first_full_missing", "steps", roles.count("first_full"))
    if any(finding.field.startswith(table.path) for finding in table.reading.findings):
        return
    for one, two in pairwise(steps):
        if _on(two, cycle_days) <= _on(one, cycle_days):
            table.mistake("therapy_days_not_rising", f"steps.{two.key}.day", two.day, before=one.day)


def _on(step: DoseStep, cycle_days: int | None) -> int:
    return absolute_day(step.day, step.cycle, cycle_days)


def _head(table: Table) -> tuple[str, str, str, int | None, str]:
    key, label = table.identity("key"), table.word("label", required=True)
    role = table.word("role", required=True, allowed=ROLES)
    day = table.whole("day", "day as the label counts", required=True, least=-1000)
    return key, label, role, day, table.text("route", required=True)


def _step(table: Table, before: list[DoseStep], cycle_days: int | None) -> DoseStep:
    key, label, role, said, route = _head(table)
    day = said or 0
    cycle = table.count("cycle", least=1)
    if said is not None and cycle is not None and cycle_days is not None and not 1 <= day <= cycle_days:
        table.mistake("therapy_day_outside_cycle", "day", day, most=cycle_days)
    amounts = read_amounts(table)
    gap = Gap()
    if before:
        gap = _step_gap(table, before, (day, cycle), cycle_days)
    restart_class = table.word("restart_class") or key
    infusion_days = table.whole("infusion_days", "days", least=1)
    part_of = table.word("part_of")
    table.close()
    return DoseStep(
        key, label, role, day, route, amounts, gap, restart_class, infusion_days, cycle, table.path, part_of
    )


def _step_gap(table: Table, before: list[DoseStep], here: tuple[int, int | None], cycle_days: int | None) -> Gap:
    keys = {step.key: step for step in before}
    after = table.word("after", allowed=tuple(keys))
    anchor = keys.get(after, before[-1])
    least = table.whole("min_gap_days", GAP, required=True)
    usual = table.pair("usual_gap_days", GAP)
    most = table.whole("max_gap_days", GAP, required=True)
    reason = table.text("extension_reason")
    check_gap(table, least, most)
    day, cycle = here
    if cycle_days is None and (cycle or 1) != (anchor.cycle or 1):
        table.mistake("therapy_cycle_days_needed", "cycle", cycle or "", allowed="cycle_days = 28")
    nominal = absolute_day(day, cycle, cycle_days) - _on(anchor, cycle_days)
    return Gap(least, usual, nominal, most, after, reason)
