"""Reads drugs with a calendar of their own around the doses: lymphodepletion, companion drugs, pretreatment."""

from __future__ import annotations

from crs_desktop.therapies.model.care import LeadIn
from crs_desktop.therapies.model.doses import Amount, Regimen
from crs_desktop.therapies.schema.amounts import DOSE_UNITS
from crs_desktop.therapies.schema.regimens import regimen_ids
from crs_desktop.therapies.schema.table import Table

KINDS = ("lymphodepletion", "companion", "pretreatment")


def read_lead_in(top: Table, regimens: tuple[Regimen, ...]) -> tuple[LeadIn, ...]:
    """Every lead-in: on days as the regimen counts them, or so many days in a row before the first dose."""
    return tuple(_lead_in(table, regimens) for table in top.tables("lead_in"))


def _lead_in(table: Table, regimens: tuple[Regimen, ...]) -> LeadIn:
    window = "lasting_days" in table.content or "ends_before" in table.content
    row_id, drug = table.identity(), table.word("drug", required=True)
    kind = table.word("kind", required=True, allowed=KINDS)
    unit = table.word("unit", required=True, allowed=DOSE_UNITS)
    dose, route = table.number("dose", unit, required=True), table.text("route", required=True)
    where = regimen_ids(table, regimens)
    days: tuple[int, ...] = ()
    cycles, lasting, before = None, None, None
    if window:
        table.exclude("lasting_days" if "lasting_days" in table.content else "ends_before", ("days", "cycles"))
        lasting = table.whole("lasting_days", "days", required=True, least=1)
        before = table.pair("ends_before", "days before the first dose", required=True, least=0)
    else:
        days = table.wholes("days", "day as the label counts", required=True)
        cycles = table.pair("cycles", "cycles", least=1)
        table.needs("cycles", "[1, 6]")
        _check_cycles(table, [regimen for regimen in regimens if regimen.id in where])
    alternative, when = table.switch("alternative"), table.text("when")
    table.allow("days", "lasting_days", "ends_before", "cycles")
    table.close()
    return LeadIn(
        row_id,
        drug,
        kind,
        Amount(dose, unit) if dose is not None else None,
        route,
        days,
        where,
        table.path,
        lasting,
        before,
        cycles,
        alternative,
        when,
    )


def _check_cycles(table: Table, here: list[Regimen]) -> None:
    for regimen in here:
        if "cycles" in table.content and regimen.cycle_days is None:
            said = table.content["cycles"]
            table.mistake("therapy_cycle_days_needed", "cycles", said, allowed=f"cycle_days = 28 on {regimen.path}")
