"""Reads the medicines around a dose, and which of them are given instead of one another."""

from __future__ import annotations

from crs_desktop.therapies.model.care import Premedication
from crs_desktop.therapies.model.doses import Amount, Regimen
from crs_desktop.therapies.schema import values
from crs_desktop.therapies.schema.amounts import DOSE_UNITS
from crs_desktop.therapies.schema.regimens import DoseKeys, regimen_ids
from crs_desktop.therapies.schema.table import Table

KINDS = ("corticosteroid", "antihistamine", "antipyretic", "antiviral", "fluid", "other")
POPULATIONS = ("all", "adult", "paediatric")
_FOLLOWING = "a list of days from 1, each once"
_Minutes = tuple[int, int] | None


def read_premedication(top: Table, regimens: tuple[Regimen, ...], keys: DoseKeys) -> tuple[Premedication, ...]:
    """One row a medicine; minutes count back from the start of the dose."""
    rows = tuple(_premedication(table, regimens, keys) for table in top.tables("premedication"))
    for row in rows:
        others = [other for other in rows if other is not row and other.one_of == row.one_of]
        if row.one_of and not any(set(other.regimens) & set(row.regimens) for other in others):
            top.mistake("therapy_one_of_alone", f"{row.path}.one_of", row.one_of)
    return rows


def _premedication(table: Table, regimens: tuple[Regimen, ...], keys: DoseKeys) -> Premedication:
    row_id, drug = table.identity(), table.word("drug", required=True)
    kind = table.word("kind", required=True, allowed=KINDS)
    unit = table.word("unit", required=True, allowed=DOSE_UNITS)
    dose = table.numbers("dose", unit, required=True)
    cap_unit = table.word("cap_unit", required="cap" in table.content, allowed=DOSE_UNITS)
    cap = table.number("cap", cap_unit)
    route = table.texts("route")
    if "route" not in table.content:
        table.missing("route", 'a list such as ["PO", "IV"], or { unknown = "why" }')
    latest, earliest, after, over = _times(table)
    timing = table.text("timing")
    days = table.wholes("days", "day as the label counts")
    following = table.fact("following_days", "days after the dose", False, _FOLLOWING, values.days_after) or ()
    optional, equivalent = table.switch("optional"), table.switch("or_equivalent")
    population = table.word("population", allowed=POPULATIONS) or "all"
    where = regimen_ids(table, regimens)
    applies_to = keys.patterns(table, where)
    also_when, grades, on_restart = table.texts("also_when"), table.grades("after_grades"), table.switch("on_restart")
    until, when, one_of = table.text("until"), table.text("when"), table.word("one_of")
    table.close()
    return Premedication(
        row_id,
        drug,
        kind,
        dose,
        unit,
        Amount(cap, cap_unit) if cap is not None else None,
        route,
        earliest,
        latest,
        timing,
        days,
        optional,
        equivalent,
        population,
        where,
        applies_to,
        also_when,
        table.path,
        grades,
        on_restart,
        following,
        after,
        over,
        until,
        when,
        one_of,
    )


def _times(table: Table) -> tuple[int | None, int | None, _Minutes, _Minutes]:
    """Latest and earliest minutes before the start, or minutes after the end; and over how many minutes it runs."""
    later = "minutes_after" in table.content
    if later:
        table.exclude("minutes_after", ("minutes_before",))
    before = None if later else table.pair("minutes_before", "minutes before the start", required=True)
    after = table.pair("minutes_after", "minutes after the end", least=0)
    over = table.pair("over_minutes", "minutes", least=0)
    table.allow("minutes_before")
    latest, earliest = before or (None, None)
    return latest, earliest, after, over
