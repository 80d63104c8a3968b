"""The verb `schedule`: typed words in, one document out. Reads and words only; the rules decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crs_desktop.kernel.amounts import BodyWeight, plain
from crs_desktop.kernel.answers import Answer, ExitStatus, finding_entries
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.entry import read_day, read_weight, unusual_weight
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding, beware, no
from crs_desktop.kernel.wording import say
from crs_desktop.therapies.catalogue import Catalogue
from crs_desktop.therapies.model.care import Premedication, RestartRow
from crs_desktop.therapies.model.dated import CalendarNote, RestartAdvice, ScheduledDose
from crs_desktop.therapies.model.doses import Regimen
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.calendar import calendar_notes
from crs_desktop.therapies.rules.restart import NO_RULE, ROW, restart_advice, situation_rows
from crs_desktop.therapies.rules.schedule import schedule
from crs_desktop.therapies.rules.slots import slot_of

_SITUATIONS = ("interruption", "adverse_event_pause", "after_event")


@dataclass(frozen=True, slots=True)
class ScheduleRequest:
    """The words of `schedule` as typed."""

    therapy: str
    start: str
    given: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    on: str | None = None
    weight_kg: str | None = None
    regimen: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    protocol: Protocol
    regimen: Regimen
    start: date
    on: date
    until: date | None
    weight: BodyWeight | None
    given: Mapping[str, date]
    missed: frozenset[str]


def schedule_answer(catalogue: Catalogue, request: ScheduleRequest, today: date) -> Answer:
    """The answer of `schedule`; without `--on` the restart advice is for today.

    Raises NotUnderstood with every finding about what was typed.
    """
    asked = _read(catalogue, request, today)
    doses = schedule(asked.protocol, asked.regimen.id, asked.start, asked.weight, asked.given, asked.until)
    states = _states(doses, asked)
    dated = [dose for dose, state in zip(doses, states, strict=True) if state != "waiting"]
    # unmarked, an alternative would read as more days of chemotherapy
    notes = [note for note in calendar_notes(asked.protocol, asked.regimen.id, dated) if not note.alternative]
    unusual = unusual_weight(asked.weight) if asked.weight is not None else None
    document: dict[str, Json] = {
        **_heading(asked),
        "doses": [dose_entry(dose, state) for dose, state in zip(doses, states, strict=True)],
        "calendar": [_note_entry(note) for note in notes],
        "restart": _restart(asked),
        "situations": [row_entry(asked.protocol, row) for name in _SITUATIONS
                       for row in situation_rows(asked.protocol, asked.regimen.id, name)],
        "bags": [{"hours": bag.hours, "ml_per_h": None if bag.rate_ml_per_h is None else plain(bag.rate_ml_per_h)}
                 for bag in (asked.protocol.bag_changes if any(dose.ends for dose in doses) else ())],
        "hold": _hold_entries(asked),
        "findings": finding_entries([unusual] if unusual is not None else []),
    }  # fmt: skip
    return Answer(document, ExitStatus.YES)


def _read(catalogue: Catalogue, request: ScheduleRequest, today: date) -> _Asked:
    if request.therapy not in catalogue.ids():
        raise NotUnderstood(
            no("therapy_not_in_library", "therapy", request.therapy, allowed=", ".join(catalogue.ids()))
        )
    protocol = catalogue.protocol(request.therapy)
    regimen = protocol.regimens[0] if request.regimen is None else protocol.regimen(request.regimen)
    if regimen is None:
        allowed = ", ".join(known.id for known in protocol.regimens)
        raise NotUnderstood(
            no("therapy_regimen_not_in_file", "regimen", request.regimen, therapy=protocol.id, allowed=allowed)
        )
    start = read_day(request.start, "start")
    on = today if request.on is None else read_day(request.on, "on")
    until = None if request.until is None else read_day(request.until, "until")
    weight = None if request.weight_kg is None else read_weight(request.weight_kg)
    given = _given(regimen, request.given)
    missed = [_key(regimen, text) for text in request.missed]
    wrong = [part for part in (start, on, until, weight, *given, *missed) if isinstance(part, Finding)]
    pairs = [part for part in given if isinstance(part, tuple)]
    wrong += _twice([key for key, _ in pairs])
    if (
        isinstance(start, Finding)
        or isinstance(on, Finding)
        or isinstance(until, Finding)
        or isinstance(weight, Finding)
        or wrong
    ):
        raise NotUnderstood(*wrong)
    if pairs and request.on is not None and on < max(day for _, day in pairs):
        raise NotUnderstood(no("therapy_on_before_last", "on", on, last=max(day for _, day in pairs)))
    keys = frozenset(part for part in missed if isinstance(part, str))
    return _Asked(protocol, regimen, start, on, until, weight, dict(pairs), keys)


def _given(regimen: Regimen, texts: Sequence[str]) -> list[tuple[str, date] | Finding]:
    return [_given_one(regimen, text) for text in texts]


def _given_one(regimen: Regimen, text: str) -> tuple[str, date] | Finding:
    name, equals, typed = text.partition("=")
    key = _key(regimen, name, text, "given")
    if isinstance(key, Finding) or not equals:
        return _not_a_dose(regimen, text, "given")
    day = read_day(typed, "given")
    return day if isinstance(day, Finding) else (key, day)


def _key(regimen: Regimen, name: str, text: str = "", field: str = "missed") -> str | Finding:
    """A dose key, or the label's day number of a named step."""
    typed = name.strip()
    for step in regimen.steps:
        if typed.upper() == step.key.upper() or typed == str(step.day):
            return step.key
    slot = slot_of(regimen, typed.upper())
    return slot.key if slot is not None else _not_a_dose(regimen, text or name, field)


def _not_a_dose(regimen: Regimen, text: str, field: str) -> Finding:
    keys = [f"{step.key} (day {step.day})" for step in regimen.steps]
    keys += [phase.key.replace("{n}", str(phase.first_number)) for phase in regimen.phases]
    return no("therapy_given_not_understood", field, text, allowed=", ".join(keys))


def _twice(keys: Sequence[str]) -> list[Finding]:
    return [no("therapy_given_twice", "given", key) for key in sorted({key for key in keys if keys.count(key) > 1})]


def _heading(asked: _Asked) -> dict[str, Json]:
    revision = asked.protocol.label_revision
    return {
        "therapy": asked.protocol.id,
        "name": asked.protocol.name,
        "brand": asked.protocol.brand,
        "jurisdiction": asked.protocol.jurisdiction,
        "label_revision": revision,
        "fingerprint": asked.protocol.fingerprint,
        "regimen": asked.regimen.id,
        "title": asked.regimen.title,
        "day_origin": asked.regimen.day_origin,
        "start": asked.start.isoformat(),
        "on": asked.on.isoformat(),
        "weight_kg": plain(asked.weight.kg) if asked.weight is not None else None,
    }


def _states(doses: Sequence[ScheduledDose], asked: _Asked) -> list[str]:
    """given, planned, missed, overdue; doses after a missed or overdue one wait, their days are not known yet."""
    states: list[str] = []
    waiting = False
    for dose in doses:
        if dose.key in asked.given:
            states.append("given")
            waiting = False
        elif waiting:
            states.append("waiting")
        else:
            overdue = bool(asked.given) and dose.planned < asked.on
            states.append("missed" if dose.key in asked.missed else "overdue" if overdue else "planned")
            waiting = states[-1] != "planned"
    return states


def dose_entry(dose: ScheduledDose, state: str) -> dict[str, Json]:
    """One dose of a schedule; a waiting dose has no days."""
    dated = state != "waiting"
    return {
        "key": dose.key,
        "label": dose.label,
        "role": dose.role,
        "day": dose.day_number,
        "cycle": dose.cycle,
        "date": dose.planned.isoformat() if dated else None,
        "state": state,
        "route": dose.route,
        "allowed": _range_entry(dose.allowed if dated else None),
        "usual": _range_entry(dose.usual if dated else None),
        "ends": dose.ends.isoformat() if dated and dose.ends is not None else None,
        "amount": {
            "text": dose.amount_text,
            "value": plain(dose.amount.value) if dose.amount is not None else None,
            "unit": dose.amount.unit if dose.amount is not None else None,
            "table_value": plain(dose.table_amount.value) if dose.table_amount is not None else None,
            "table_unit": dose.table_amount.unit if dose.table_amount is not None else None,
        },
        "premedication": [premedication_entry(item) for item in dose.premedication],
        "observation": [
            {
                "setting": row.setting,
                "hours": row.hours,
                "days": row.days,
                "when": row.when or None,
                "alternative": row.alternative,
            }
            for row in dose.observation
        ],
        "unverified": list(dose.unverified_facts),
        "unknown": list(dose.unknowns),
        "findings": finding_entries(dose.findings),
    }


def premedication_entry(item: Premedication) -> dict[str, Json]:
    """One medicine before a dose; None where nobody has read the value."""
    return {
        "drug": item.drug,
        "kind": item.kind,
        "dose": item.dose_text or None,
        "route": list(item.route) or None,
        "minutes_before": None
        if item.earliest_minutes is None or item.latest_minutes is None
        else {"earliest": item.earliest_minutes, "latest": item.latest_minutes},
        "timing": item.timing or None,
        "days": list(item.days),
        "optional": item.optional,
        "or_equivalent": item.or_equivalent,
        "population": item.population,
        "also_when": list(item.also_when),
    }


def row_entry(protocol: Protocol, row: RestartRow) -> dict[str, Json]:
    """One restart row with where it was read."""
    facts = protocol.facts_under(row.path)
    return {
        "id": row.id,
        "situation": row.situation,
        "unit": row.unit or None,
        "least": row.least,
        "most": row.most,
        "action": row.action,
        "premedicate": row.premedicate,
        "observe_as_step_up": row.observe_as_step_up,
        "weigh_benefit": row.weigh_benefit,
        "source": sorted({name for fact in facts for name in fact.sources}),
        "unverified": any(fact.unverified for fact in facts),
    }


def _restart(asked: _Asked) -> Json:
    """Advice after the last dose given; nothing when none was given or the day asked about lies before it."""
    if not asked.given:
        return None
    last = max(asked.given, key=lambda key: (asked.given[key], key))
    last_day = asked.given[last]
    if asked.on < last_day:
        return None
    advice = restart_advice(asked.protocol, asked.regimen.id, last, last_day, asked.on)
    resumed = _resumed(asked, advice)
    return {
        "last": last,
        "last_date": last_day.isoformat(),
        "elapsed_days": advice.elapsed,
        "answer": advice.kind,
        "text": advice_text(advice),
        "row": None if advice.row is None else row_entry(asked.protocol, advice.row),
        "next": advice.next_key or None,
        "changes_on": advice.changes_on.isoformat() if advice.changes_on is not None else None,
        "then": _then(asked, last, last_day, advice),
        "doses_if_resumed": [dose_entry(dose, "planned") for dose in resumed],
    }


def advice_text(advice: RestartAdvice) -> str:
    """The advice in words: the row's own action, or the sentence of its kind."""
    if advice.kind == ROW and advice.row is not None:
        return advice.row.action
    return say(beware(f"therapy_advice_{advice.kind}", "dose", advice.next_key, days=advice.elapsed))


def _then(asked: _Asked, last: str, last_day: date, advice: RestartAdvice) -> str | None:
    if advice.changes_on is None:
        return None
    return advice_text(restart_advice(asked.protocol, asked.regimen.id, last, last_day, advice.changes_on))


def _resumed(asked: _Asked, advice: RestartAdvice) -> tuple[ScheduledDose, ...]:
    """The doses to come when the advice is followed on the day asked about; none where no rule says how."""
    row = advice.row
    if advice.kind == NO_RULE or row is None or row.resume_at in ("", "same_cycle", "new_cycle", "continue"):
        return ()
    return schedule(asked.protocol, asked.regimen.id, asked.on, asked.weight, {}, asked.until, resume_at=row.resume_at)


def _hold_entries(asked: _Asked) -> list[Json]:
    entries: list[Json] = []
    for line in asked.protocol.lines_about("hold", asked.regimen.id):
        fact = asked.protocol.fact(f"{line.path}.text")
        assert fact is not None, "a line is a fact"
        entries.append(
            {"text": line.text or None, "unknown": fact.note if fact.unknown else None, "unverified": fact.unverified}
        )
    return entries


def _note_entry(note: CalendarNote) -> Json:
    return {"kind": note.kind, "label": note.label, "days": _range_entry(note.days), "detail": note.detail or None}


def _range_entry(days: DayRange | None) -> Json:
    return None if days is None else {"from": days.first.isoformat(), "until": days.last.isoformat()}
