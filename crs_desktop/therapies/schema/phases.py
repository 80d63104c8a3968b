"""Reads the repeating doses after the named steps: every so many days, or on days of cycles; and when one begins."""

from __future__ import annotations

from typing import Any

from crs_desktop.therapies.model.doses import Entry, Gap, Phase
from crs_desktop.therapies.schema import values
from crs_desktop.therapies.schema.amounts import read_amounts
from crs_desktop.therapies.schema.steps import GAP, check_gap
from crs_desktop.therapies.schema.table import Table

_NUMBERED = ("first_number", "doses", "first_gap_days", "interval_days", "by_cycle")
_CYCLIC = ("cycles", "days")
_JUDGED = ("entry_sustained_months", "entry_full_doses", "entry_mandatory")
_LAST_CYCLE = 999
_CYCLES = "[first] or [first, last], cycles from 1 to 999, rising"
_DAYS = "a list of days from 1 that rises"


def read_phases(table: Table, cycle_days: int | None) -> tuple[Phase, ...]:
    """The phases of a regimen in the order of the file."""
    return tuple(_phase(below, cycle_days) for below in table.tables("phases"))


def _phase(table: Table, cycle_days: int | None) -> Phase:
    cyclic = any(key in table.content for key in _CYCLIC)
    phase_id = table.identity()
    label, key = table.word("label", required=True), table.word("key", required=True)
    _check_key(table, key, ("{c}", "{d}") if cyclic else ("{n}",))
    route, amounts = table.text("route", required=True), read_amounts(table)
    after = table.word("after")
    least = table.whole("min_gap_days", GAP, required=True)
    most = table.whole("max_gap_days", GAP, required=True)
    check_gap(table, least, most)
    number, count, first, interval = (0, None, None, None) if cyclic else _numbered(table)
    cycles, days = _cyclic(table, cycle_days) if cyclic else (None, ())
    entry, rule, optional = table.text("entry"), _entry(table), table.switch("optional")
    restart_class = table.word("restart_class") or phase_id
    infusion_days, by_cycle = table.whole("infusion_days", "days", least=1), table.switch("by_cycle")
    table.close()
    return Phase(
        phase_id,
        label,
        key,
        number,
        count,
        route,
        amounts,
        Gap(least, None, first, most, after),
        Gap(least, None, interval, most),
        entry,
        optional,
        restart_class,
        infusion_days,
        by_cycle,
        table.path,
        rule,
        cycles,
        days,
    )


def _check_key(table: Table, key: str, gaps: tuple[str, ...]) -> None:
    if not key:
        return
    for gap in gaps:
        if gap not in key:
            means = {"{n}": "number", "{c}": "cycle", "{d}": "day"}[gap]
            table.mistake("therapy_value_kind", "key", key, expects=f"a text with {gap} for the {means}")
            return
    left = key
    for gap in gaps:
        left = left.replace(gap, "")
    if "{" in left or "}" in left:
        table.mistake("therapy_value_kind", "key", key, expects=f"a text with no other gaps than {' and '.join(gaps)}")


def _numbered(table: Table) -> tuple[int, int | None, int | None, int | None]:
    number = table.count("first_number", required=True)
    count = table.whole("doses", "doses", least=1)
    first = table.whole("first_gap_days", GAP, required=True, least=1)
    interval = table.whole("interval_days", GAP, required=True, least=1)
    return number or 0, count, first, interval


def _cyclic(table: Table, cycle_days: int | None) -> tuple[tuple[int, int | None] | None, tuple[int, ...]]:
    table.exclude("cycles", _NUMBERED)
    for key, expects in (("cycles", _CYCLES), ("days", _DAYS)):
        if key not in table.content:
            table.missing(key, expects)
    cycles, days = table.counts("cycles", _first_and_last, _CYCLES), table.counts("days", _rising, _DAYS)
    if cycle_days is None:
        table.mistake("therapy_cycle_days_needed", "cycles", ", ".join(map(str, cycles)), allowed="cycle_days = 28")
    elif days and days[-1] > cycle_days:
        table.mistake("therapy_day_outside_cycle", "days", days[-1], most=cycle_days)
    if not cycles:
        return None, days
    return (cycles[0], cycles[1] if len(cycles) == 2 else None), days


def _first_and_last(raw: Any) -> tuple[int, ...] | None:
    found = values.wholes(raw)
    return found if found and len(found) <= 2 and 1 <= found[0] <= found[-1] <= _LAST_CYCLE else None


def _rising(raw: Any) -> tuple[int, ...] | None:
    found = values.days_after(raw)
    return found if found and list(found) == sorted(found) else None


def _entry(table: Table) -> Entry | None:
    first, last = table.whole("from_week", "weeks", least=1), table.whole("until_week", "weeks", least=1)
    if first is not None and last is not None and first > last:
        table.mistake("therapy_range_reversed", "from_week", first, most=last)
    response = table.text("entry_response")
    table.needs("entry_response", '"PR or better"')
    months = table.whole("entry_sustained_months", "months", least=1)
    doses = table.whole("entry_full_doses", "full doses", least=1)
    mandatory = table.flag("entry_mandatory")
    judged = [key for key in _JUDGED if key in table.content]
    if judged and "entry_response" not in table.content:
        table.missing("entry_response", 'a sentence such as "PR or better"')
    if not judged and not {"from_week", "until_week", "entry_response"} & table.content.keys():
        return None
    return Entry(first, last, response, months, doses, mandatory)
