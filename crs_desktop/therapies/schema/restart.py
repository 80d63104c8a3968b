"""Reads what to do after a delay, an interruption or an event: back to a step, on as planned, or a ladder."""

from __future__ import annotations

from typing import Any

from crs_desktop.therapies.model.care import RestartRow
from crs_desktop.therapies.model.doses import Regimen
from crs_desktop.therapies.schema import values
from crs_desktop.therapies.schema.regimens import DoseKeys, regimen_ids
from crs_desktop.therapies.schema.steps import read_ladder
from crs_desktop.therapies.schema.table import Table

SITUATIONS = ("interruption", "adverse_event_pause", "after_event")
EVENTS = ("CRS", "ICANS", "lung or heart")
NEXT_CYCLE = "next_cycle"
_RESUME = ("", "continue", "new_cycle", "same_cycle")


def read_restart(top: Table, regimens: tuple[Regimen, ...], keys: DoseKeys) -> tuple[RestartRow, ...]:
    """Every row; rows of one situation must not overlap."""
    rows: list[RestartRow] = []
    for table in top.tables("restart"):
        row = _restart_row(table, regimens)
        keys.add_ladder(row.regimens, row.doses)
        for other in rows:
            if (
                other.situation == row.situation
                and other.unit == row.unit
                and set(other.regimens) & set(row.regimens)
                and row.situation != "after_event"
                and _overlap(other, row)
            ):
                table.mistake("therapy_restart_overlaps", "least", row.id, other=other.id)
        rows.append(row)
    return tuple(rows)


def _restart_row(table: Table, regimens: tuple[Regimen, ...]) -> RestartRow:
    row_id, situation = table.identity(), table.word("situation", required=True)
    where = regimen_ids(table, regimens)
    here = [regimen for regimen in regimens if regimen.id in where]
    _check_situation(table, situation, here)
    units = ("days",) if situation.startswith("delay_after:") else ("days", "hours")  # a delay is counted in days
    unit = table.word("unit", required="least" in table.content or "most" in table.content, allowed=units)
    least, most = table.whole("least", unit), table.whole("most", unit)
    if least is not None and most is not None and least > most:
        table.mistake("therapy_range_reversed", "least", least, most=most)
    action = table.text("action", required=True)
    doses = read_ladder(table)
    if "doses" in table.content:
        table.exclude("doses", ("resume_at",))
    steps = {step.key for regimen in here for step in regimen.steps}
    resume_at = table.word("resume_at", allowed=(*_RESUME, *sorted(steps)))
    phases = set.intersection(*({phase.id for phase in regimen.phases} for regimen in here)) if here else set()
    then = table.word("then", allowed=("", NEXT_CYCLE, *sorted(phases)))
    premedicate, observe = table.flag("premedicate"), table.flag("observe_as_step_up")
    weigh, repeat = table.flag("weigh_benefit") is True, table.flag("repeat_lead_in")
    event, grades = _event(table, situation)
    table.close()
    return RestartRow(
        row_id,
        situation,
        unit,
        least,
        most,
        action,
        resume_at,
        premedicate,
        observe,
        weigh,
        where,
        table.path,
        doses,
        then,
        repeat,
        event,
        grades,
    )


def _check_situation(table: Table, situation: str, here: list[Regimen]) -> None:
    classes = {step.restart_class for regimen in here for step in regimen.steps}
    classes |= {phase.restart_class for regimen in here for phase in regimen.phases}
    allowed = {f"delay_after:{name}" for name in classes} | set(SITUATIONS)
    if situation and situation not in allowed:
        table.mistake("therapy_value_not_allowed", "situation", situation, allowed=", ".join(sorted(allowed)))


def _event(table: Table, situation: str) -> tuple[str, tuple[int, ...]]:
    event = table.word("event", required="grades" in table.content, allowed=EVENTS)
    grades = table.counts("grades", _event_grades, "a list of grades from 1 to 4, each once")
    if "event" in table.content:
        if "grades" not in table.content:
            table.missing("grades", "a list of grades from 1 to 4, each once")
        if situation and situation != "after_event":
            table.mistake("therapy_value_not_allowed", "situation", situation, allowed="after_event")
    return event, grades


def _event_grades(raw: Any) -> tuple[int, ...] | None:
    found = values.grades(raw)
    return found if found and min(found) >= 1 else None


def _overlap(one: RestartRow, two: RestartRow) -> bool:
    before = one.most is not None and one.most < (two.least or 0)
    after = two.most is not None and two.most < (one.least or 0)
    return not before and not after
