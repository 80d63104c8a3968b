"""Doses, medicines, rows and notes of a schedule as entries of a document, each with how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, tzinfo
from fnmatch import fnmatchcase

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import finding_entries
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.therapies.answers.clock import Clocked, instants_entry
from crs_desktop.therapies.model.care import InfusionTime, Observation, Premedication, RestartRow, StockRule
from crs_desktop.therapies.model.dated import CalendarNote, PremedicationTime, ScheduledDose
from crs_desktop.therapies.model.doses import DoseStep
from crs_desktop.therapies.model.facts import Fact
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.words import infusion_time_text, observation_text, premedication_when

Entry = dict[str, Json]


def standing(protocol: Protocol, path: str) -> Entry:
    """How sure a row is: unverified, read in the rules of which other jurisdictions, and what nobody has read."""
    facts = protocol.facts_under(path) if path else ()
    elsewhere = dict.fromkeys(fact.jurisdiction for fact in facts if fact.foreign)
    return {
        "unverified": any(fact.unverified and not fact.unknown for fact in facts),
        "jurisdiction": ", ".join(elsewhere) or None,
        "not_known": [_field(fact, path) for fact in facts if fact.unknown],
    }


def _field(fact: Fact, path: str) -> str:
    return fact.path.removeprefix(f"{path}.")


def dose_entry(protocol: Protocol, dose: ScheduledDose, state: str, clock: Clocked, zone: tzinfo) -> Entry:
    """One dose of a schedule; a waiting dose has no days and no clock times."""
    dated = state != "waiting"
    medicines = [premedication_entry(protocol, timed, dated, zone) for timed in clock.premedication]
    return {
        "key": dose.key,
        "label": dose.label,
        "part_of": dose.part_of or None,
        "role": dose.role,
        "phase": dose.phase or None,
        "day": dose.day_number,
        "cycle": dose.cycle,
        "date": dose.planned.isoformat() if dated else None,
        "state": state,
        "route": dose.route,
        "allowed": range_entry(dose.allowed if dated else None),
        "usual": range_entry(dose.usual if dated else None),
        "ends": dose.ends.isoformat() if dated and dose.ends is not None else None,
        **clock.entry,
        "amount": _amount_entry(dose),
        "premedication": medicines,
        "observation": [observation_entry(protocol, row) for row in dose.observation],
        "infusion_times": [infusion_time_entry(protocol, row) for row in dose.infusion_times],
        "conditional": {
            "premedication": [premedication_entry(protocol, timed, dated, zone) for timed in clock.conditional],
            "observation": [observation_entry(protocol, row) for row in dose.conditional_observation],
            "infusion_times": [infusion_time_entry(protocol, row) for row in dose.conditional_times],
        },
        "unverified": list(dose.unverified_facts),
        "unknown": list(dose.unknowns),
        "findings": finding_entries([*dose.findings, *([clock.finding] if clock.finding is not None else [])]),
    }


def _amount_entry(dose: ScheduledDose) -> Entry:
    return {
        "text": dose.amount_text,
        "value": plain(dose.amount.value) if dose.amount is not None else None,
        "unit": dose.amount.unit if dose.amount is not None else None,
        "table_value": plain(dose.table_amount.value) if dose.table_amount is not None else None,
        "table_unit": dose.table_amount.unit if dose.table_amount is not None else None,
    }


def premedication_entry(protocol: Protocol, timed: PremedicationTime, dated: bool, zone: tzinfo) -> Entry:
    """One medicine around a dose; None where nobody has read the value. `text` says when, in words."""
    item = timed.item
    return {
        "id": item.id,
        "drug": item.drug,
        "kind": item.kind,
        "dose": item.dose_text or None,
        "route": list(item.route) or None,
        "minutes_before": _before(item),
        "minutes_after": _span_entry(item.minutes_after),
        "over_minutes": _span_entry(item.over_minutes),
        "timing": item.timing or None,
        "days": list(item.days),
        "following_days": list(item.following_days),
        "dates": [day.isoformat() for day in timed.days] if dated else [],
        "at": instants_entry(timed, zone) if dated else None,
        "until": item.until or None,
        "when": item.when or None,
        "text": premedication_when(item),
        "one_of": item.one_of or None,
        "after_grades": list(item.after_grades),
        "on_restart": item.on_restart,
        "optional": item.optional,
        "or_equivalent": item.or_equivalent,
        "population": item.population,
        "also_when": list(item.also_when),
        **standing(protocol, item.path),
    }


def _before(item: Premedication) -> Json:
    if item.earliest_minutes is None or item.latest_minutes is None:
        return None
    return {"earliest": item.earliest_minutes, "latest": item.latest_minutes}


def _span_entry(span: tuple[int, int] | None) -> Json:
    return None if span is None else {"least": span[0], "most": span[1]}


def observation_entry(protocol: Protocol, row: Observation) -> Entry:
    """Where and how long; `text` says it in words."""
    return {
        "id": row.id,
        "setting": row.setting,
        "hours": row.hours,
        "most_hours": row.most_hours,
        "counted_from": row.counted_from or None,
        "days": row.days,
        "then": row.then or None,
        "when": row.when or None,
        "after_grades": list(row.after_grades),
        "alternative": row.alternative,
        "text": observation_text(row),
        **standing(protocol, row.path),
    }


def infusion_time_entry(protocol: Protocol, row: InfusionTime) -> Entry:
    """How long an infusion runs; `text` is empty where nobody has read it."""
    return {
        "id": row.id,
        "minutes": _span_entry(row.minutes),
        "after_grades": list(row.after_grades),
        "when": row.when or None,
        "text": infusion_time_text(row),
        **standing(protocol, row.path),
    }


def row_entry(protocol: Protocol, row: RestartRow) -> Entry:
    """One restart row with where it was read; what nobody has read of it makes it unverified too."""
    facts = protocol.facts_under(row.path)
    return {
        "id": row.id,
        "situation": row.situation,
        "event": row.event or None,
        "grades": list(row.grades),
        "unit": row.unit or None,
        "least": row.least,
        "most": row.most,
        "action": row.action,
        "resume_at": row.resume_at or None,
        "doses": [_ladder_entry(step) for step in row.doses],
        "then": row.then or None,
        "repeat_lead_in": row.repeat_lead_in,
        "premedicate": row.premedicate,
        "observe_as_step_up": row.observe_as_step_up,
        "weigh_benefit": row.weigh_benefit,
        "source": sorted({name for fact in facts for name in fact.sources}),
        **standing(protocol, row.path),
        "unverified": any(fact.unverified for fact in facts),
    }


def _ladder_entry(step: DoseStep) -> Entry:
    said = [f"{branch.range_text}: {branch.text}" if branch.range_text else branch.text for branch in step.amounts]
    return {"key": step.key, "label": step.label, "day": step.day, "amount": "; ".join(said) or None}


def note_entry(protocol: Protocol, note: CalendarNote) -> Entry:
    """Something around the doses; days None: how long is unknown."""
    return {
        "kind": note.kind,
        "label": note.label,
        "days": range_entry(note.days),
        "detail": note.detail or None,
        "alternative": note.alternative,
        "when": note.when or None,
        **standing(protocol, note.path),
    }


def stock_entries(protocol: Protocol, dated: Iterable[ScheduledDose]) -> list[Json]:
    """The rules on tocilizumab to have at hand, each with the doses before which it holds on their own day."""
    doses = list(dated)
    found: list[Json] = []
    for rule in protocol.tocilizumab:
        before = [dose.key for dose in doses if _holds(rule, dose)]
        if before:
            found.append(
                {
                    "id": rule.id,
                    "doses": rule.doses,
                    "second_within_hours": rule.second_within_hours,
                    "text": rule.text or None,
                    "valid_from": rule.valid_from or None,
                    "valid_to": rule.valid_to or None,
                    "before": before,
                    **standing(protocol, rule.path),
                }
            )
    return found


def _holds(rule: StockRule, dose: ScheduledDose) -> bool:
    named = not rule.applies_to or any(fnmatchcase(dose.key, pattern) for pattern in rule.applies_to)
    return named and in_force(rule.valid_from, rule.valid_to, dose.planned)


def in_force(valid_from: str, valid_to: str, day: date) -> bool:
    """True on this day; a month or a year alone counts whole, as durations have it."""
    said = day.isoformat()
    return said[: len(valid_from)] >= valid_from and (not valid_to or said[: len(valid_to)] <= valid_to)


def line_entries(protocol: Protocol, topic: str, regimen_id: str) -> list[Json]:
    """The sentences of a topic."""
    entries: list[Json] = []
    for line in protocol.lines_about(topic, regimen_id):
        fact = protocol.fact(f"{line.path}.text")
        assert fact is not None, "a line is a fact"
        entries.append(
            {
                "text": line.text or None,
                "unknown": fact.note if fact.unknown else None,
                "unverified": fact.unverified,
                "jurisdiction": fact.jurisdiction or None,
            }
        )
    return entries


def range_entry(days: DayRange | None) -> Json:
    """Both days of a range."""
    return None if days is None else {"from": days.first.isoformat(), "until": days.last.isoformat()}
