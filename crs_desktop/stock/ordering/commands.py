"""What forms and the command line send about orders, as typed; reading it answers every finding at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from crs_desktop.kernel.entry import read_clock_time, read_count, read_day, read_name, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.stock.commands import read_brand, read_strength
from crs_desktop.stock.ordering.calendar import Terms
from crs_desktop.stock.ordering.model import OrderLine
from crs_desktop.stock.ordering.public_days import known_calendars

LONGEST_LEAD = 30
MOST_VIALS = 1000
_LONGEST_LIFE = 3650
_WEEKDAYS = re.compile(r"[1-7]{1,7}")


@dataclass(frozen=True, slots=True)
class TermsTyped:
    """What a supplier has agreed to: times 'HH:MM', weekdays as digits from 1 (Monday) to 7, empty where not known."""

    lead_days: str
    cut_off: str
    weekdays: str
    country: str
    subdivision: str = ""
    arrival: str = ""
    shelf_life: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddSupplier:
    """A new supplier with its first terms."""

    request_id: str
    name: str
    terms: TermsTyped


@dataclass(frozen=True, slots=True)
class StateTerms:
    """Other terms of a supplier, from now on."""

    request_id: str
    supplier_id: int
    terms: TermsTyped


@dataclass(frozen=True, slots=True)
class StateDay:
    """A day on which a supplier (without one: the pharmacy) is closed, or open after all."""

    request_id: str
    supplier_id: int | None
    day: str
    open: bool
    reason: str


@dataclass(frozen=True, slots=True)
class StatePar:
    """A par level; 0 and 0 ends it."""

    request_id: str
    brand: str
    strength_mg: str
    least: str
    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class LineTyped:
    """One line of an order."""

    brand: str
    strength_mg: str
    vials: str


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """An order that was placed. Without `expected` the day is that of the terms; another one needs the reason.

    `seen` is the day of the terms that the person looked at: when the cut-off has passed since, they look again.
    """

    request_id: str
    supplier_id: int
    reference: str
    lines: tuple[LineTyped, ...]
    expected: str = ""
    expected_time: str = ""
    reason: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True)
class ExpectOrder:
    """An order that is now expected on this day."""

    request_id: str
    order_id: int
    expected: str
    expected_time: str
    reason: str


@dataclass(frozen=True, slots=True)
class CloseOrder:
    """Nothing more of an order will come: cancelled, or received short with the rest cancelled."""

    request_id: str
    order_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """An order that was understood; the day is None where the terms are to say it."""

    reference: str
    lines: tuple[OrderLine, ...]
    expected: date | None
    minute: int | None
    reason: str
    seen: date | None = None


def read_minute(text: str, field: str) -> int | Finding | None:
    """A minute of the day from 'HH:MM', or nothing."""
    typed = read_clock_time(text, field)
    if isinstance(typed, Finding) or not typed:
        return typed or None
    return int(typed[:2]) * 60 + int(typed[3:])


def read_terms(typed: TermsTyped) -> tuple[Terms, str] | Refused:
    """Understand terms and their reason, or say every reason why not; the calendar must be one that is known."""
    lead = read_count(typed.lead_days, "lead_days", 0, LONGEST_LEAD)
    cut_off, arrival = read_minute(typed.cut_off, "cut_off"), read_minute(typed.arrival, "arrival")
    life = read_count(typed.shelf_life, "shelf_life", 0, _LONGEST_LIFE) if typed.shelf_life.strip() else None
    reason = read_text(typed.reason, "reason", needed=False)
    weekdays = "".join(sorted(set(typed.weekdays.strip())))
    findings = [item for item in (lead, cut_off, arrival, life, reason) if isinstance(item, Finding)]
    if cut_off is None:
        findings.append(no("text_missing", "cut_off"))
    if not _WEEKDAYS.fullmatch(weekdays):
        findings.append(no("order_weekdays", "weekdays", typed.weekdays))
    calendar = read_calendar(typed.country, typed.subdivision)
    if isinstance(calendar, Finding):
        findings.append(calendar)
    if lead == 0 and isinstance(cut_off, int) and isinstance(arrival, int) and arrival <= cut_off:
        findings.append(no("order_arrives_before", "arrival", typed.arrival, cut_off=typed.cut_off))
    if findings:
        return refuse(*findings)
    assert isinstance(lead, int) and isinstance(cut_off, int) and isinstance(reason, str)
    assert not isinstance(arrival, Finding) and not isinstance(life, Finding) and not isinstance(calendar, Finding)
    return Terms(lead, cut_off, weekdays, *calendar, arrival, life), reason


def read_calendar(country: str, subdivision: str) -> tuple[str, str] | Finding:
    """A country by its two letters and a part of it (or none), as the kept library knows them."""
    wanted, part = country.strip().upper(), subdivision.strip()
    if not wanted:
        return no("text_missing", "country")
    parts = known_calendars().get(wanted)
    if parts is None:
        return no("order_country", "country", country)
    found = next((one for one in ("", *parts) if one.casefold() == part.casefold()), None)
    if found is None:
        return no("order_subdivision", "subdivision", part, country=wanted, known=", ".join(parts) or "–")
    return wanted, found


def read_line(typed: LineTyped) -> OrderLine | Refused:
    """Understand one line, or say every reason why not."""
    brand, strength = read_brand(typed.brand), read_strength(typed.strength_mg)
    vials = read_count(typed.vials, f"vials_{typed.strength_mg.strip()}", 1, MOST_VIALS)
    findings = [item for item in (brand, strength, vials) if isinstance(item, Finding)]
    if isinstance(brand, Finding) or isinstance(strength, Finding) or isinstance(vials, Finding):
        return refuse(*findings)
    return OrderLine(brand, strength, vials)


def read_order(command: PlaceOrder) -> ReadOrder | Refused:
    """Understand an order, or say every reason why not."""
    reference, reason = read_name(command.reference, "reference"), read_text(command.reason, "reason", needed=False)
    expected = read_day(command.expected, "expected") if command.expected.strip() else None
    minute = read_minute(command.expected_time, "expected_time")
    seen = read_day(command.seen, "expected") if command.seen else None
    findings = [item for item in (reference, expected, minute, reason, seen) if isinstance(item, Finding)]
    if expected is None and isinstance(minute, int):
        findings.append(no("order_time_without_day", "expected_time", command.expected_time))
    lines = []
    for typed in command.lines:
        line = read_line(typed)
        if isinstance(line, Refused):
            findings += line.findings
        else:
            lines.append(line)
    if not command.lines:
        findings.append(no("order_empty", "lines"))
    if findings:
        return refuse(*findings)
    assert isinstance(reference, str) and isinstance(reason, str)
    assert not isinstance(expected, Finding) and not isinstance(minute, Finding) and not isinstance(seen, Finding)
    return ReadOrder(reference, tuple(lines), expected, minute, reason, seen)
