"""After a delay: the last dose given and the days since decide what comes next, and when that answer changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.therapies.model.care import RestartRow
from crs_desktop.therapies.model.dated import Circumstances, RestartAdvice, ScheduledDose
from crs_desktop.therapies.model.doses import Regimen
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.numbering import named_day
from crs_desktop.therapies.rules.route import CONTINUE, NEW_CYCLE, SAME_CYCLE, first_key, ladder, restart_route
from crs_desktop.therapies.rules.schedule import schedule
from crs_desktop.therapies.rules.slots import Slot, next_slot, place_of, slot_of

TOO_EARLY, ON_SCHEDULE, ROW, NO_RULE, COMPLETE = "too_early", "on_schedule", "row", "no_rule", "complete"


@dataclass(frozen=True, slots=True)
class _Question:
    """What the answer depends on besides the elapsed days."""

    rows: tuple[RestartRow, ...]
    following: Slot | None
    least: int | None
    nominal: int | None
    most: int | None
    ends: bool


def restart_advice(
    protocol: Protocol,
    regimen_id: str,
    last_key: str,
    last_day: date,
    on: date,
    circumstances: Circumstances | None = None,
) -> RestartAdvice:
    """What to do on a day, given the last dose. Where no row is on file it says so, never a guess.

    The last dose may be one of a restart row's own ladder. Raises LookupError for an unknown regimen or dose,
    ValueError when the day lies before the last dose.
    """
    regimen = protocol.regimen(regimen_id)
    if regimen is None:
        raise LookupError(regimen_id)
    elapsed = (on - last_day).days
    if elapsed < 0:
        raise ValueError("the day asked about lies before the last dose")
    entered = circumstances.entered if circumstances is not None else frozenset[str]()
    question = _question(protocol, regimen, last_key, entered)
    kind, row = _answer(question, elapsed)
    change = _next_change(question, elapsed)
    return RestartAdvice(
        kind=kind,
        last_key=last_key,
        elapsed=elapsed,
        row=row,
        next_key=_next_key(regimen, question.following, row, last_key, entered),
        changes_on=None if change is None else last_day + timedelta(days=change),
        unverified=row is not None and any(fact.unverified for fact in protocol.facts_under(row.path)),
    )


def situation_rows(protocol: Protocol, regimen_id: str, situation: str) -> tuple[RestartRow, ...]:
    """The rows of a situation such as 'interruption' or 'after_event'."""
    return tuple(row for row in protocol.restart if row.situation == situation and regimen_id in row.regimens)


def situation_row(protocol: Protocol, regimen_id: str, situation: str, elapsed: int) -> RestartRow | None:
    """The row for a pause of this many whole days or hours (as its unit says); None: no rule on file."""
    return next((row for row in situation_rows(protocol, regimen_id, situation) if row.holds_for(elapsed)), None)


def event_rows(protocol: Protocol, regimen_id: str, event: str, grade: int | None = None) -> tuple[RestartRow, ...]:
    """The rows of an event such as CRS; of one grade when it is named (a row without grades holds for all)."""
    return tuple(
        row
        for row in protocol.restart
        if row.event == event
        and regimen_id in row.regimens
        and (grade is None or not row.grades or grade in row.grades)
    )


def restart_schedule(
    protocol: Protocol,
    regimen_id: str,
    row: RestartRow,
    last_key: str,
    first_day: date,
    weight: BodyWeight | None,
    until: date | None = None,
    circumstances: Circumstances | None = None,
    placed: Mapping[str, date] | None = None,
) -> tuple[ScheduledDose, ...]:
    """The dated doses when this row is followed from `first_day` on; none where the row does not say which.

    `placed` holds days of these doses only, not of those given before. Raises LookupError for a row that does not hold
    for the regimen, and as `schedule` does.
    """
    if regimen_id not in row.regimens:
        raise LookupError(row.id)
    about = replace(circumstances or Circumstances(), restart=row, last_key=last_key)
    return schedule(protocol, regimen_id, first_day, weight, placed, until, circumstances=about)


def _question(protocol: Protocol, regimen: Regimen, last_key: str, entered: frozenset[str]) -> _Question:
    last = slot_of(regimen, last_key)
    if last is None:
        return _ladder_question(protocol, regimen, last_key)
    rows = situation_rows(protocol, regimen.id, f"delay_after:{last.restart_class}")
    following = next_slot(regimen, last.key, entered)
    if following is None:
        return _Question(rows, None, None, None, None, True)
    gap, shift = following.gap, _days_between(regimen, following.gap.after, last.key)
    least, nominal, most = (None if days is None else days - shift for days in (gap.minimum, gap.nominal, gap.maximum))
    return _Question(rows, following, least, nominal, most, False)


def _ladder_question(protocol: Protocol, regimen: Regimen, last_key: str) -> _Question:
    """After a dose of a restart row's own ladder. What follows its last dose is not said here: the row is not known."""
    for row in protocol.restart:
        slots = ladder(row.doses) if regimen.id in row.regimens else ()
        for slot, following in pairwise((*slots, None)):
            if slot is not None and slot.key == last_key:
                rows = situation_rows(protocol, regimen.id, f"delay_after:{slot.restart_class}")
                nominal = following.gap.nominal if following is not None else None
                return _Question(rows, following, None, nominal, None, False)
    raise LookupError(last_key)


def _days_between(regimen: Regimen, anchor: str, last_key: str) -> int:
    """Where the next gap counts from an earlier step than the last dose: the days between, as the label counts."""
    first, last = named_day(regimen, anchor), named_day(regimen, last_key)
    return 0 if first is None or last is None else last - first


def _answer(question: _Question, elapsed: int) -> tuple[str, RestartRow | None]:
    if question.least is not None and elapsed < question.least:
        return TOO_EARLY, None
    if question.ends:
        return COMPLETE, None  # whatever the rows say: they are about the dose that would come next
    row = next((row for row in question.rows if row.holds_for(elapsed) and _says_what(row)), None)
    if row is not None:
        return ROW, row
    last_day = question.most if question.most is not None else question.nominal
    return (ON_SCHEDULE, None) if last_day is not None and elapsed <= last_day else (NO_RULE, None)


def _says_what(row: RestartRow) -> bool:
    """False where only the days of a row were read and nobody read what to do: that is no answer."""
    return bool(row.action or row.resume_at or row.doses)


def _next_change(question: _Question, elapsed: int) -> int | None:
    now = _answer(question, elapsed)
    starts = [question.least, *(row.least for row in question.rows)]
    ends = [question.nominal, question.most, *(row.most for row in question.rows)]
    bounds = {day for day in starts if day is not None} | {day + 1 for day in ends if day is not None}
    return next((day for day in sorted(bounds) if day > elapsed and _answer(question, day) != now), None)


def _next_key(
    regimen: Regimen, following: Slot | None, row: RestartRow | None, last_key: str, entered: frozenset[str]
) -> str:
    if row is not None and row.doses:
        return row.doses[0].key
    if row is not None and row.resume_at not in ("", CONTINUE, SAME_CYCLE, NEW_CYCLE):
        return row.resume_at
    if row is not None and place_of(regimen, last_key) is not None:
        found = first_key(regimen, restart_route(regimen, row, last_key, entered))
        if found:
            return found
    return following.key if following is not None else ""
