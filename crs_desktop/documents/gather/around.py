"""What stands around a dose on paper: medicines before and after it, observation, infusion time, lead-in, swaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from crs_desktop.documents.gather.common import route_words, stated
from crs_desktop.documents.model import Stated
from crs_desktop.documents.sheets.infusion_day import LymphodepletionFacts, PremedicationFacts
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.answers.entries import in_force
from crs_desktop.therapies.model.care import Duration, InfusionTime, LeadIn, Premedication, StockRule
from crs_desktop.therapies.model.dated import ScheduledDose
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.words import (
    infusion_time_text,
    lead_in_timing,
    observation_text,
    premedication_when,
)


def premedication(
    protocol: Protocol, adoption: Adoption | None, dose: ScheduledDose, start: datetime | None, zone: ZoneInfo
) -> tuple[PremedicationFacts, ...]:
    """The medicines of the dose, then those that depend on how the dose before went; each says so itself."""
    rows = (*dose.premedication, *dose.conditional)
    return tuple(
        _medicine(protocol, adoption, item, dose, start, zone, any(_same_choice(item, other) for other in rows[:at]))
        for at, item in enumerate(rows)
    )


def _same_choice(item: Premedication, other: Premedication) -> bool:
    return bool(item.one_of) and item.one_of == other.one_of


def _medicine(
    protocol: Protocol,
    adoption: Adoption | None,
    item: Premedication,
    dose: ScheduledDose,
    start: datetime | None,
    zone: ZoneInfo,
    is_choice: bool,
) -> PremedicationFacts:
    drug = say(no("sheet_or_drug", drug=item.drug)) if is_choice else item.drug
    drug = say(no("sheet_or_equivalent", drug=drug)) if item.or_equivalent else drug
    who = "" if item.population in ("", "all") else f" ({item.population})"
    days, item = _dates_after(item, dose), replace(item, following_days=())
    optional = say(no("sheet_optional")) if item.optional else ""
    when = "; ".join(filter(None, (premedication_when(item), days, optional)))
    amount = stated(protocol, adoption, item.dose_text, item.path) if item.dose_text else None
    routes = " or ".join(map(route_words, item.route))
    return PremedicationFacts(f"{drug}{who}", amount, routes, when, *_clock(item, start, zone))


def _clock(item: Premedication, start: datetime | None, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The earliest and latest clock time where start and offset are known; no latest one where they are the same."""
    latest, earliest = item.latest_minutes, item.earliest_minutes
    if start is None or latest is None or earliest is None or item.minutes_after is not None:
        return None, None
    # elapsed time is exact in UTC only
    utc = start.astimezone(UTC)
    first, last = ((utc - timedelta(minutes=minutes)).astimezone(zone) for minutes in (earliest, latest))
    return first, None if first == last else last


def _dates_after(item: Premedication, dose: ScheduledDose) -> str:
    """The days of the calendar on which it is given again."""
    days = [day_text(dose.planned + timedelta(days=number)) for number in item.following_days]
    return say(no("sheet_following", days=", ".join(days))) if days else ""


def infusion_times(protocol: Protocol, adoption: Adoption | None, dose: ScheduledDose) -> Stated | None:
    """How long the infusion runs; what depends on the dose before stands after it. None: nothing is on file."""
    rows: Sequence[InfusionTime] = [*dose.infusion_times, *dose.conditional_times]
    known = [(text, row.path) for row in rows if (text := infusion_time_text(row))]
    if not known:
        return None
    said = [known[0][0], *(say(no("sheet_or_time", text=text)) for text, _ in known[1:])]
    return stated(protocol, adoption, "; ".join(said), *(path for _, path in known))


def stock_rules(
    protocol: Protocol, adoption: Adoption | None, dose: ScheduledDose, owed: int
) -> tuple[Stated, ...]:
    """What the product's own rules want at hand before this dose, on its day, beyond the sets that are owed anyway."""
    return tuple(
        stated(protocol, adoption, rule.text, rule.path)
        for rule in protocol.tocilizumab
        if rule.text and _asks_more(rule, owed) and in_force(rule.valid_from, rule.valid_to, dose.planned)
        if not rule.applies_to or any(fnmatchcase(dose.key, pattern) for pattern in rule.applies_to)
    )


def _asks_more(rule: StockRule, owed: int) -> bool:
    return rule.doses is not None and (rule.doses > owed or rule.second_within_hours is not None)


def never_swap(protocol: Protocol, adoption: Adoption | None, regimen: str) -> tuple[Stated, ...]:
    """What must not be taken for this product, as the protocol says it."""
    lines = protocol.lines_about("swap", regimen)
    return tuple(stated(protocol, adoption, line.text, line.path) for line in lines if line.text)


def symptom_free(protocol: Protocol, adoption: Adoption | None, regimen: str) -> tuple[Stated, ...]:
    """The time without symptoms that must have passed since CRS with the dose before."""
    found = protocol.regimen(regimen)
    if found is None or found.symptom_free_hours is None:
        return ()
    text = say(no("sheet_symptom_free", hours=found.symptom_free_hours))
    return (stated(protocol, adoption, text, f"{found.path}.symptom_free_hours"),)


def observation(
    protocol: Protocol, adoption: Adoption | None, dose: ScheduledDose, regimen: str
) -> tuple[Stated, ...]:
    """Where and how long, then what depends on the dose before, then rules of days in force on the planned day."""
    rows = [row for row in (*dose.observation, *dose.conditional_observation) if not row.alternative]
    found = [stated(protocol, adoption, observation_text(row), row.path) for row in rows]
    found += [
        stated(protocol, adoption, rule.text, rule.path)
        for rule in protocol.durations
        if rule.text and _holds(rule, dose, regimen)
    ]
    return tuple(found)


def _holds(rule: Duration, dose: ScheduledDose, regimen: str) -> bool:
    keys = any(fnmatchcase(dose.key, pattern) for pattern in rule.applies_to)
    return keys and rule.holds_in(regimen) and rule.in_force(dose.planned)


def unsaid(protocol: Protocol, dose: ScheduledDose, regimen: str) -> tuple[str, ...]:
    """Rules of days for this dose whose text nobody has read: not known, and said so."""
    return tuple(
        f"{rule.path}.text"
        for rule in protocol.durations
        if not rule.text and _holds(rule, dose, regimen)
    )


def lead_in(protocol: Protocol, adoption: Adoption | None, regimen: str, kind: str) -> LymphodepletionFacts | None:
    """The drugs of one kind of lead-in with their timing; alternatives are left to the library. None: none on file."""
    rows = [
        row
        for row in protocol.lead_in
        if row.kind == kind and not row.alternative and (not row.regimens or regimen in row.regimens)
    ]
    if not rows:
        return None
    paths = [row.path for row in rows]
    names = "; ".join(f"{row.drug} {row.amount}" if row.amount else row.drug for row in rows)
    timing = _timing(rows)
    return LymphodepletionFacts(
        stated(protocol, adoption, names, *paths), stated(protocol, adoption, timing, *paths) if timing else None
    )


def _timing(rows: Sequence[LeadIn]) -> str:
    """Said once when all drugs have the same; else drug by drug."""
    said = {row.drug: lead_in_timing(row) for row in rows}
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    return "; ".join(f"{drug}: {timing}" for drug, timing in said.items() if timing)
