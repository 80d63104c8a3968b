"""When a second look is independent, what its entries come to, and when one pharmacist may act alone: all pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from crs_desktop.kernel.amounts import BodyWeight, Mass, plain
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.entry import read_clock_time, read_count, read_day, read_text, read_weight
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.staff.commands import key_of
from crs_desktop.staff.model import BY_CODE, EMERGENCY
from crs_desktop.staff.signing.commands import ReadNightRule
from crs_desktop.staff.signing.model import (
    Asked,
    AskedField,
    Catches,
    CaughtCount,
    Difference,
    FirstPerson,
    Judged,
    Kind,
    NightRule,
    Outcome,
    ProvenPerson,
    SecondCheck,
    SecondSignature,
    Standing,
    clock_text,
)

# A choice of this house: long enough to read a scale and a vial, short enough that nobody else stands there by then.
PROOF_LASTS = timedelta(minutes=5)
_DOSE = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?")


# --- what was entered ---


def read_entry(field: AskedField, typed: str) -> str | Finding:
    """The entry in its one form, so that 72.50 kg and 72.5 kg are the same; or why it cannot be read."""
    if not typed.strip():
        return "" if not field.truth else no("text_missing", field.name)
    if field.kind is Kind.WEIGHT:
        weight = read_weight(typed, field.name)
        return plain(weight.kg) if isinstance(weight, BodyWeight) else weight
    if field.kind is Kind.DOSE:
        understood = _DOSE.fullmatch(typed.strip())
        return plain(Decimal(understood[0])) if understood else no("amount_not_understood", field.name, typed)
    if field.kind is Kind.COUNT:
        count = read_count(typed, field.name, 0, 99_999)
        return count if isinstance(count, Finding) else str(count)
    if field.kind is Kind.CHOICE:
        known = [key for key, _ in field.choices]
        return typed if typed in known else no("second_check_choice", field.name, typed)
    if field.kind is Kind.DAY:
        day = read_day(typed, field.name)
        return day if isinstance(day, Finding) else day.isoformat()
    return read_clock_time(typed, field.name) if field.kind is Kind.CLOCK else read_text(typed, field.name)


def read_entries(asked: Asked, entered: Mapping[str, str]) -> dict[str, str] | tuple[Finding, ...]:
    """Every entry in its one form, or every finding. What cannot be read is never compared: it would tell nothing."""
    read = {field.name: read_entry(field, entered.get(field.name, "")) for field in asked.fields}
    findings = tuple(item for item in read.values() if isinstance(item, Finding))
    return findings or {name: item for name, item in read.items() if isinstance(item, str)}


def compare(asked: Asked, read: Mapping[str, str]) -> tuple[Difference, ...]:
    """Where the entries differ from the first result. Raises ValueError when that result itself cannot be read."""
    found = []
    for field in asked.fields:
        first = read_entry(field, field.truth)
        if isinstance(first, Finding):
            raise ValueError(f"the first result of '{field.name}' cannot be read")
        if _same_form(field, first) != _same_form(field, read[field.name]):
            found.append(Difference(field.name, shown(field, first), shown(field, read[field.name])))
    return tuple(found)


def shown(field: AskedField, value: str) -> str:
    """A value as a person reads it: with its unit, by its name; a dash where there is none."""
    if not value:
        return "–"
    if field.kind is Kind.WEIGHT:
        return str(BodyWeight.of_kg(value))
    if field.kind is Kind.DOSE:
        return str(Mass.of_mg(value))
    return dict(field.choices).get(value, value)


def _same_form(field: AskedField, value: str) -> str:
    """Texts are the same whatever their case or spacing: a lot typed in small letters is that lot."""
    if field.kind is not Kind.TEXT:
        return value
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", value).casefold()).split())


def judge(asked: Asked, read: Mapping[str, str], signature: SecondSignature, last: SecondCheck | None) -> Judged:
    """What readable entries come to, given the last row about the same thing.

    A difference once shown is never forgotten: whoever then types what the record says has to explain it, unless the
    record has been corrected since. An explanation counts only for differences that were written down before it.
    """
    differences, explained = compare(asked, read), bool(signature.explanation.strip())
    caught = last if last is not None and last.outcome is Outcome.DIFFERS else None
    if caught is None:
        return Judged(Outcome.DIFFERS, differences) if differences else Judged(Outcome.AGREED)
    mine = signature.by is not None and key_of(signature.by.name) == key_of(caught.second or "")
    again = mine and differences == caught.differences
    if differences and not (again and explained):
        return Judged(Outcome.DIFFERS, differences, again)
    if differences:
        return Judged(Outcome.EXPLAINED, differences)
    if not _still_true(asked, caught):
        return Judged(Outcome.CORRECTED, caught.differences)
    return Judged(Outcome.EXPLAINED if explained else Outcome.DIFFERS, caught.differences, not explained)


def _still_true(asked: Asked, caught: SecondCheck) -> bool:
    """True when the first result still says what it said when the difference was caught, in every field of it."""
    now = {field.name: shown(field, _canonical(field)) for field in asked.fields}
    return all(now.get(one.field) == one.first for one in caught.differences)


def _canonical(field: AskedField) -> str:
    read = read_entry(field, field.truth)
    return read if isinstance(read, str) else field.truth


# --- who ---


def against_person(by: ProvenPerson, first: FirstPerson, granted: bool, now: datetime) -> Finding | None:
    """Why this person's look is no second check of that person's act; `granted` when their roles may countersign."""
    if not timedelta(0) <= now - by.at <= PROOF_LASTS:
        return no("second_check_stale", "second", by.name)
    if EMERGENCY in by.roles or by.name.endswith(BY_CODE):
        return no("second_check_emergency", "second", by.name)
    if same_person(by, first):
        return no("second_check_same", "second", by.name, first=first.name)
    return None if granted else no("second_check_role", "second", by.name, roles=", ".join(sorted(by.roles)) or "–")


def same_person(by: ProvenPerson, first: FirstPerson) -> bool:
    """True by number, by any name they ever bore, and under a name typed beside the emergency code."""
    return by.person_id in first.ids or key_of(by.name) == key_of(first.name.removesuffix(BY_CODE))


# --- alone at night ---


def in_force(rules: Iterable[NightRule], day: date) -> NightRule | None:
    """The night rule of a day: the latest that is valid from that day or before, unless it takes the rule away."""
    valid = [rule for rule in rules if rule.valid_from <= day]
    last = max(valid, key=lambda rule: (rule.valid_from, rule.id), default=None)
    return last if last is not None and last.stands else None


def inside(rule: NightRule, now: datetime, zone: ZoneInfo) -> bool:
    """True between the hours of the rule by the clock on the site's wall; the last minute named no longer counts."""
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if rule.from_minute < rule.until_minute:
        return rule.from_minute <= minute < rule.until_minute
    return minute >= rule.from_minute or minute < rule.until_minute


def against_hours(rule: NightRule | None, now: datetime, zone: ZoneInfo) -> Finding | None:
    """Why nobody may act alone at this moment; `rule` is today's."""
    if rule is None:
        return no("second_check_no_night_rule", "second")
    return None if inside(rule, now, zone) else no("second_check_outside_night", "second", rule.hours, rule=rule.text)


def against_alone(
    asked: Asked, signature: SecondSignature, own: bool, rule: NightRule | None, now: datetime, zone: ZoneInfo
) -> Finding | None:
    """Why nobody may sign this alone now. `own` when the one who is here did what is signed; `rule` is today's."""
    if not asked.alone:
        return no("second_check_never_alone", "second", asked.subject)
    against = against_hours(rule, now, zone)
    if against is not None:
        return against
    if not own:
        return no("second_check_not_own", "second", asked.subject)
    reason = read_text(signature.alone_reason, "alone_reason")
    return reason if isinstance(reason, Finding) else None


def against_night_rule(read: ReadNightRule, today: date) -> Finding | None:
    """Why such a rule cannot be stated today: it would reach back, or mean the whole day."""
    if read.valid_from < today:
        return no("night_rule_past", "valid_from", read.valid_from, today=today)
    if read.stands and read.from_minute == read.until_minute:
        return no("night_rule_whole_day", "until", clock_text(read.until_minute))
    return None


# --- what came of it ---


def standing(rows: Sequence[SecondCheck]) -> Standing:
    """Where one thing stands, from its rows in order."""
    if not rows:
        return Standing.WAITING
    last = rows[-1].outcome
    if last is Outcome.DIFFERS:
        return Standing.DIFFERS
    return Standing.ALONE if last is Outcome.ALONE else Standing.CHECKED


def open_alone(rows: Iterable[SecondCheck]) -> tuple[SecondCheck, ...]:
    """Acts alone that nobody has looked over and nothing has corrected since, oldest first."""
    found: dict[tuple[str, str], SecondCheck] = {}
    for row in rows:
        if row.outcome is Outcome.ALONE:
            found[row.subject, row.subject_id] = row
        elif row.outcome in (Outcome.LOOKED_OVER, Outcome.CORRECTED):
            found.pop((row.subject, row.subject_id), None)
    return tuple(found.values())


def open_differences(rows: Iterable[SecondCheck]) -> tuple[SecondCheck, ...]:
    """Differences that nobody has explained or corrected, oldest first."""
    last = {(row.subject, row.subject_id): row for row in rows}
    return tuple(sorted((row for row in last.values() if row.outcome is Outcome.DIFFERS), key=lambda row: row.id))


def catches(rows: Iterable[SecondCheck], zone: ZoneInfo) -> Catches:
    """Counted by subject and the site's month. A row that settles an earlier difference is no check of its own."""
    lines: dict[tuple[str, str], CaughtCount] = {}
    for row in rows:
        month = local_day(row.at, zone).isoformat()[:7]
        line = lines.get((month, row.subject), CaughtCount(row.subject, month))
        lines[month, row.subject] = _counted(line, row)
    order = sorted(lines, key=lambda key: key[1])
    return Catches(tuple(lines[key] for key in sorted(order, key=lambda key: key[0], reverse=True)))


def _counted(line: CaughtCount, row: SecondCheck) -> CaughtCount:
    if row.outcome is Outcome.ALONE:
        return replace(line, alone=line.alone + 1)
    if row.outcome is Outcome.DIFFERS:
        return replace(line, checks=line.checks + 1, differed=line.differed + 1)
    if row.outcome is Outcome.CORRECTED:
        return replace(line, corrected=line.corrected + bool(row.differences))  # what was signed alone caught nothing
    if row.differences:
        return replace(line, explained=line.explained + 1)
    return replace(line, checks=line.checks + 1)
