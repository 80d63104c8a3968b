"""Reads what goes with a dose besides medicines: observation, infusion times, durations, bags, tocilizumab at hand."""

from __future__ import annotations

from crs_desktop.therapies.model.care import BagChange, Duration, InfusionTime, Observation, StockRule
from crs_desktop.therapies.model.doses import Regimen
from crs_desktop.therapies.schema.regimens import DoseKeys, regimen_ids
from crs_desktop.therapies.schema.table import Table

DURATION_KINDS = ("daily_checks", "monitor", "stay_near", "no_driving")


def read_observation(top: Table, regimens: tuple[Regimen, ...], keys: DoseKeys) -> tuple[Observation, ...]:
    """Where and how long after which dose."""
    return tuple(_observation(table, regimens, keys) for table in top.tables("observation"))


def _observation(table: Table, regimens: tuple[Regimen, ...], keys: DoseKeys) -> Observation:
    row_id, setting = table.identity(), table.text("setting", required=True)
    hours = table.whole("hours", "hours", required="most_hours" in table.content)
    most, days = table.whole("most_hours", "hours"), table.whole("days", "days")
    if hours is not None and most is not None and hours > most:
        table.mistake("therapy_range_reversed", "hours", hours, most=most)
    counted_from = table.choice("counted_from", ("start", "end"))
    when, alternative, then = table.text("when"), table.switch("alternative"), table.text("then")
    where, grades = regimen_ids(table, regimens), table.grades("after_grades")
    applies_to = keys.patterns(table, where, needed=not when)
    table.close()
    return Observation(
        row_id,
        setting,
        hours,
        days,
        when,
        alternative,
        where,
        applies_to,
        table.path,
        most,
        counted_from,
        then,
        grades,
    )


def read_infusion_times(top: Table, regimens: tuple[Regimen, ...], keys: DoseKeys) -> tuple[InfusionTime, ...]:
    """How long the infusion of which dose runs."""
    rows = []
    for table in top.tables("infusion_times"):
        row_id = table.identity()
        minutes = table.pair("minutes", "minutes", required=True, least=0)
        grades, when = table.grades("after_grades"), table.text("when")
        where = regimen_ids(table, regimens)
        applies_to = keys.patterns(table, where)
        table.close()
        rows.append(InfusionTime(row_id, minutes, grades, when, where, applies_to, table.path))
    return tuple(rows)


def read_durations(top: Table, regimens: tuple[Regimen, ...], keys: DoseKeys) -> tuple[Duration, ...]:
    """Rules that run for days from a dose, with the dates between which they hold."""
    rows = []
    for table in top.tables("durations"):
        row_id, kind = table.identity(), table.word("kind", required=True, allowed=DURATION_KINDS)
        text, days = table.text("text"), table.whole("days", "days", required=True)
        where = regimen_ids(table, regimens)
        doses = keys.patterns(table, where)
        table.close()
        valid_from, valid_to = table.origin.valid_from, table.origin.valid_to
        rows.append(Duration(row_id, kind, text, days, valid_from, valid_to, doses, table.path, where))
    return tuple(rows)


def read_tocilizumab(top: Table, regimens: tuple[Regimen, ...], keys: DoseKeys) -> tuple[StockRule, ...]:
    """How much tocilizumab must be at hand, and before which doses."""
    rows = []
    everywhere = tuple(regimen.id for regimen in regimens)
    for table in top.tables("tocilizumab"):
        row_id = table.identity()
        doses = table.whole("doses", "doses of tocilizumab", required="text" not in table.content)
        within, text = table.whole("second_within_hours", "hours"), table.text("text")
        applies_to = keys.patterns(table, everywhere, needed=False)
        table.close()
        origin = table.origin
        elsewhere = "" if origin.jurisdiction == table.reading.jurisdiction else origin.jurisdiction
        rows.append(
            StockRule(
                row_id, doses, within, text, origin.valid_from, origin.valid_to, elsewhere, applies_to, table.path
            )
        )
    return tuple(rows)


def read_bags(top: Table) -> tuple[BagChange, ...]:
    """Ways of dividing a continuous infusion."""
    rows = []
    for table in top.tables("bag_changes"):
        table.identity()
        hours, rate = table.whole("hours", "hours", required=True), table.number("rate", "mL/h", required=True)
        rows.append(BagChange(hours or 0, rate, table.path))
        table.close()
    return tuple(rows)
