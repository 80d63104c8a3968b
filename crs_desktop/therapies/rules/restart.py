"""After a delay: the last dose given and the days since decide what comes next, and when that answer changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from crs_desktop.therapies.model.care import RestartRow
from crs_desktop.therapies.model.dated import RestartAdvice
from crs_desktop.therapies.model.doses import Regimen
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.slots import Slot, next_slot, slot_of

TOO_EARLY, ON_SCHEDULE, ROW, NO_RULE, COMPLETE = "too_early", "on_schedule", "row", "no_rule", "complete"


@dataclass(frozen=True, slots=True)
class _Question:
    """What the answer depends on besides the elapsed days."""

    rows: tuple[RestartRow, ...]
    following: Slot | None
    least: int | None
    nominal: int | None
    most: int | None


def restart_advice(protocol: Protocol, regimen_id: str, last_key: str, last_day: date, on: date) -> RestartAdvice:
    """What to do on a day, given the last dose. Where no row is on file it says so, never a guess.

    Raises LookupError for an unknown regimen or dose, ValueError when the day lies before the last dose.
    """
    regimen = protocol.regimen(regimen_id)
    last = slot_of(regimen, last_key) if regimen is not None else None
    if regimen is None or last is None:
        raise LookupError(last_key)
    elapsed = (on - last_day).days
    if elapsed < 0:
        raise ValueError("the day asked about lies before the last dose")
    question = _question(protocol, regimen, last)
    kind, row = _answer(question, elapsed)
    change = _next_change(question, elapsed)
    return RestartAdvice(
        kind=kind,
        last_key=last_key,
        elapsed=elapsed,
        row=row,
        next_key=_next_key(question.following, row),
        changes_on=None if change is None else last_day + timedelta(days=change),
        unverified=row is not None and any(fact.unverified for fact in protocol.facts_under(row.path)),
    )


def situation_rows(protocol: Protocol, regimen_id: str, situation: str) -> tuple[RestartRow, ...]:
    """The rows of a situation such as 'interruption' or 'after_event'."""
    return tuple(row for row in protocol.restart if row.situation == situation and regimen_id in row.regimens)


def situation_row(protocol: Protocol, regimen_id: str, situation: str, elapsed: int) -> RestartRow | None:
    """The row for a pause of this many whole days or hours (as its unit says); None: no rule on file."""
    return next((row for row in situation_rows(protocol, regimen_id, situation) if row.holds_for(elapsed)), None)


def _question(protocol: Protocol, regimen: Regimen, last: Slot) -> _Question:
    rows = situation_rows(protocol, regimen.id, f"delay_after:{last.restart_class}")
    following = next_slot(regimen, last.key)
    if following is None:
        return _Question(rows, None, None, None, None)
    gap, shift = following.gap, _days_between(regimen, following.gap.after, last.key)
    least, nominal, most = (None if days is None else days - shift for days in (gap.minimum, gap.nominal, gap.maximum))
    return _Question(rows, following, least, nominal, most)


def _days_between(regimen: Regimen, anchor: str, last_key: str) -> int:
    """Where the next gap counts from an earlier step than the last dose: the days between, as the label counts."""
    days = {step.key: step.day for step in regimen.steps}
    return days[last_key] - days[anchor] if anchor in days and last_key in days else 0


def _answer(question: _Question, elapsed: int) -> tuple[str, RestartRow | None]:
    if question.least is not None and elapsed < question.least:
        return TOO_EARLY, None
    row = next((row for row in question.rows if row.holds_for(elapsed)), None)
    if row is not None:
        return ROW, row
    if question.following is None:
        return COMPLETE, None
    last_day = question.most if question.most is not None else question.nominal
    return (ON_SCHEDULE, None) if last_day is not None and elapsed <= last_day else (NO_RULE, None)


def _next_change(question: _Question, elapsed: int) -> int | None:
    now = _answer(question, elapsed)
    starts = [question.least, *(row.least for row in question.rows)]
    ends = [question.nominal, question.most, *(row.most for row in question.rows)]
    bounds = {day for day in starts if day is not None} | {day + 1 for day in ends if day is not None}
    return next((day for day in sorted(bounds) if day > elapsed and _answer(question, day) != now), None)


def _next_key(following: Slot | None, row: RestartRow | None) -> str:
    if row is not None and row.resume_at not in ("", "continue", "same_cycle", "new_cycle"):
        return row.resume_at
    return following.key if following is not None else ""
