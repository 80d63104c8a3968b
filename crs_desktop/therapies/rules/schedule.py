"""From a protocol, a start day and what was placed so far to dated doses with their windows. Pure days, no clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Finding, beware
from crs_desktop.therapies.model.dated import ScheduledDose
from crs_desktop.therapies.model.doses import Regimen
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.amount import amount_of
from crs_desktop.therapies.rules.certainty import Certainty, certainty_of
from crs_desktop.therapies.rules.slots import Slot, phase_slots, slot_of, step_slot
from crs_desktop.therapies.rules.surroundings import observation_of, premedication_of

REACH_DAYS = 56


@dataclass(frozen=True, slots=True)
class _Dated:
    slot: Slot
    planned: date
    placed: bool
    anchor: date | None
    day_number: int


def schedule(
    protocol: Protocol,
    regimen_id: str,
    start: date,
    weight: BodyWeight | None,
    placed: Mapping[str, date] | None = None,
    until: date | None = None,
    population: str = "",
    resume_at: str = "",
) -> tuple[ScheduledDose, ...]:
    """All named steps and the following doses planned on or before `until` (default: start + 56 days).

    A placed day (given or rescheduled) wins; every other dose stands at its nominal gap. `population` (adult,
    paediatric) narrows the premedication; `resume_at` begins at that step instead of the first, as after a restart.
    Raises LookupError when the protocol has no such regimen or step.
    """
    regimen = _regimen(protocol, regimen_id, resume_at)
    last = until if until is not None else start + timedelta(days=REACH_DAYS)
    certainty = certainty_of(protocol)
    return tuple(
        _dose(protocol, regimen_id, dated, weight, population, certainty)
        for dated in _dates(regimen, start, placed or {}, last)
    )


def placement_findings(
    protocol: Protocol, regimen_id: str, dose_key: str, day: date, placed: Mapping[str, date]
) -> tuple[Finding, ...]:
    """Reasons for care about a day for a dose, given the days of the other doses. Never a reason not to record."""
    regimen = protocol.regimen(regimen_id)
    slot = slot_of(regimen, dose_key) if regimen is not None else None
    if regimen is None or slot is None:
        return (beware("therapy_dose_not_in_regimen", "dose", dose_key, regimen=regimen_id),)
    anchor = placed.get(slot.gap.after) if slot.gap.after else _placed_before(regimen, slot, placed)
    return () if anchor is None else gap_findings(slot, day, anchor)


def gap_findings(slot: Slot, day: date, anchor: date) -> tuple[Finding, ...]:
    """What the gap from the anchor day says about this day."""
    gap, days = slot.gap, (day - anchor).days
    if days <= 0:
        return (beware("therapy_dose_order", "dose", slot.label, day=day.isoformat(), before=anchor.isoformat()),)
    if gap.minimum is not None and days < gap.minimum:
        return (beware("therapy_gap_too_short", "dose", slot.label, days=days, least=gap.minimum),)
    if gap.maximum is not None and days > gap.maximum:
        return (beware("therapy_gap_too_long", "dose", slot.label, days=days, most=gap.maximum),)
    if gap.usual is not None and days > gap.usual[1] and gap.extension_reason:
        return (
            beware(
                "therapy_gap_extended", "dose", slot.label, days=days, usual=gap.usual[1], reason=gap.extension_reason
            ),
        )
    return ()


def _regimen(protocol: Protocol, regimen_id: str, resume_at: str) -> Regimen:
    regimen = protocol.regimen(regimen_id)
    if regimen is None:
        raise LookupError(regimen_id)
    keys = [step.key for step in regimen.steps]
    if not resume_at:
        return regimen
    if resume_at not in keys:
        raise LookupError(resume_at)
    return Regimen(
        regimen.id, regimen.title, regimen.indication, regimen.day_origin, regimen.first_day,
        regimen.steps[keys.index(resume_at) :], regimen.phases, regimen.path,
    )  # fmt: skip


def _dates(regimen: Regimen, start: date, placed: Mapping[str, date], until: date) -> Iterator[_Dated]:
    days: dict[str, date] = {}
    day_number = 0
    for step in regimen.steps:
        dated = _date(step_slot(step), start, placed, days, step.day)
        assert dated is not None, "a step has a nominal gap by its day"
        days[step.key], day_number = dated.planned, step.day
        yield dated
    waiting = {key: slot.phase for key in placed if (slot := slot_of(regimen, key)) is not None and slot.phase}
    for position, phase in enumerate(regimen.phases):
        if phase.optional and phase.id not in waiting.values():
            continue
        later = {other.id for other in regimen.phases[position + 1 :]}
        leaves = min((placed[key] for key, name in waiting.items() if name in later), default=None)
        for slot in phase_slots(phase):
            here = phase.id in waiting.values()
            day_number = 1 if phase.by_cycle else day_number + (slot.gap.nominal or 0)
            dated = _date(slot, start, placed, days, day_number)
            if dated is None:
                if here:
                    continue  # a later dose of this phase was placed without its first
                return
            if leaves is not None and dated.planned >= leaves and not here:
                break
            if dated.planned > until and not waiting:
                return
            if slot.gap.nominal is None:
                day_number = regimen.first_day + (dated.planned - start).days
                dated = _Dated(slot, dated.planned, True, dated.anchor, day_number)
            waiting.pop(slot.key, None)
            days[slot.key] = dated.planned
            yield dated


def _date(slot: Slot, start: date, placed: Mapping[str, date], days: dict[str, date], day_number: int) -> _Dated | None:
    previous = days[next(reversed(days))] if days else None
    anchor = days.get(slot.gap.after, previous) if slot.gap.after else previous
    if slot.key in placed:
        return _Dated(slot, placed[slot.key], True, anchor, day_number)
    if anchor is None:
        return _Dated(slot, start, False, None, day_number)
    if slot.gap.nominal is None:
        return None
    return _Dated(slot, anchor + timedelta(days=slot.gap.nominal), False, anchor, day_number)


def _dose(
    protocol: Protocol, regimen_id: str, dated: _Dated, weight: BodyWeight | None, population: str, certainty: Certainty
) -> ScheduledDose:
    slot = dated.slot
    answer = amount_of(protocol, regimen_id, slot, weight)
    before = premedication_of(protocol, regimen_id, slot.key, population)
    after = observation_of(protocol, regimen_id, slot.key)
    rests_on = (slot.path, *(item.path for item in before), *(item.path for item in after))
    unverified, unknown = certainty.of(rests_on, answer.paths, tuple(branch.path for branch in slot.amounts))
    allowed, usual, findings = _windows(slot, dated)
    return ScheduledDose(
        key=slot.key,
        label=slot.label,
        role=slot.role,
        day_number=dated.day_number,
        cycle=slot.cycle,
        route=slot.route,
        phase=slot.phase,
        planned=dated.planned,
        placed=dated.placed,
        allowed=allowed,
        usual=usual,
        ends=dated.planned + timedelta(days=slot.infusion_days) if slot.infusion_days is not None else None,
        amount_text=answer.text,
        amount=answer.amount,
        table_amount=answer.table,
        premedication=before,
        observation=after,
        unverified_facts=unverified,
        unknowns=unknown,
        findings=findings + answer.findings,
    )


def _windows(slot: Slot, dated: _Dated) -> tuple[DayRange | None, DayRange | None, tuple[Finding, ...]]:
    gap, anchor = slot.gap, dated.anchor
    if anchor is None:
        return None, None, ()
    usual = _range(anchor, *gap.usual) if gap.usual is not None else None
    if gap.minimum is None or gap.maximum is None:
        least = "?" if gap.minimum is None else gap.minimum
        most = "?" if gap.maximum is None else gap.maximum
        unknown = beware("therapy_window_unknown", "dose", slot.label, least=least, most=most)
        return None, usual, (unknown, *gap_findings(slot, dated.planned, anchor))
    return _range(anchor, gap.minimum, gap.maximum), usual, gap_findings(slot, dated.planned, anchor)


def _range(anchor: date, least: int, most: int) -> DayRange:
    return DayRange(anchor + timedelta(days=least), anchor + timedelta(days=most))


def _placed_before(regimen: Regimen, slot: Slot, placed: Mapping[str, date]) -> date | None:
    order = {step.key: number for number, step in enumerate(regimen.steps)}
    if not slot.phase:
        return (
            next((placed[key] for key in list(order)[order[slot.key] - 1 :: -1] if key in placed), None)
            if order[slot.key]
            else None
        )
    earlier = [day for key, day in placed.items() if key != slot.key and _comes_before(regimen, key, slot)]
    return max(earlier, default=None)


def _comes_before(regimen: Regimen, key: str, slot: Slot) -> bool:
    other = slot_of(regimen, key)
    if other is None or not other.phase:
        return other is not None
    names = [phase.id for phase in regimen.phases]
    if other.phase != slot.phase:
        return names.index(other.phase) < names.index(slot.phase)
    return (len(other.key), other.key) < (len(slot.key), slot.key)
