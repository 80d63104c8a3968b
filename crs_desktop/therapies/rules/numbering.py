"""The label's own calendar, without dates: the day of each dose, where a phase ends, which phase waits for whom."""

from __future__ import annotations

from crs_desktop.therapies.model.doses import DoseStep, Entry, Phase, Regimen

MOST_DOSES = 999
_WEEK = 7
_FULL = ("first_full", "full")
_NO_RULE = Entry()


def step_day(regimen: Regimen, step: DoseStep) -> int | None:
    """The day of a named step counted through all cycles; None when the length of a cycle is unknown."""
    return running_day(regimen, step.cycle or 1, step.day)


def running_day(regimen: Regimen, cycle: int, day: int) -> int | None:
    """The day counted through all cycles."""
    if cycle == 1:
        return day
    return None if regimen.cycle_days is None else (cycle - 1) * regimen.cycle_days + day


def named_day(regimen: Regimen, key: str) -> int | None:
    """The day of the step of this key; None when there is none."""
    return next((step_day(regimen, step) for step in regimen.steps if step.key == key), None)


def cycle_and_day(phase: Phase, index: int) -> tuple[int, int]:
    """Cycle and day in it of the dose at this index (0 = first) of a phase that has cycles."""
    assert phase.cycles is not None
    cycles, place = divmod(index, len(phase.days))
    return phase.cycles[0] + cycles, phase.days[place]


def most_doses(phase: Phase) -> int:
    """How many doses the phase may have at most; 999 when it has no end."""
    if phase.cycles is None:
        return MOST_DOSES if phase.count is None else phase.count
    first, last = phase.cycles
    return MOST_DOSES if last is None else (last - first + 1) * len(phase.days)


def rule_of(phase: Phase) -> Entry:
    """What the phase says about its beginning and end."""
    return phase.rule or _NO_RULE


def is_entered(phase: Phase, entered: frozenset[str]) -> bool:
    """True for a phase that comes by itself, or that somebody has entered."""
    return phase.id in entered or not (phase.optional or rule_of(phase).conditional)


def awaited(regimen: Regimen, position: int, entered: frozenset[str]) -> Phase | None:
    """The phase after this one when it waits for somebody's judgement; until then this one goes on."""
    following = regimen.phases[position + 1] if position + 1 < len(regimen.phases) else None
    waits = following is not None and rule_of(following).conditional and following.id not in entered
    return following if waits else None


def past_its_weeks(regimen: Regimen, position: int, day: int | None, entered: frozenset[str]) -> bool:
    """True when a dose on this day would lie after the last week of its phase and no judgement is awaited."""
    until = rule_of(regimen.phases[position]).until_week
    if until is None or day is None or day <= _WEEK * until:
        return False
    return awaited(regimen, position, entered) is None


def gives_way(regimen: Regimen, position: int, day: int | None, full: int, entered: frozenset[str]) -> bool:
    """True when the next phase takes the place of a dose on this day, `full` full doses having been given."""
    following = next((phase for phase in regimen.phases[position + 1 :] if is_entered(phase, entered)), None)
    if following is None:
        return False
    return _reached(regimen, following, day, full) if _has_switch(following) else rule_of(following).conditional


def decision_due(
    regimen: Regimen, position: int, index: int, day: int | None, full: int, entered: frozenset[str]
) -> Phase | None:
    """The phase about which somebody has to decide at this dose: its week and count are reached, or this is the last.

    An unknown day counts as reached: better asked too early than not at all.
    """
    following = awaited(regimen, position, entered)
    if following is None:
        return None
    last = index + 1 == most_doses(regimen.phases[position])
    counted = day is None and _count_reached(rule_of(following), full)
    reached = _has_switch(following) and (counted or _reached(regimen, following, day, full))
    return following if last or reached else None


def phase_day(regimen: Regimen, position: int, index: int) -> int | None:
    """The day of a dose of a phase when every phase before it ran as planned; None when the file does not say."""
    phase = regimen.phases[position]
    if phase.cycles is not None:
        return running_day(regimen, *cycle_and_day(phase, index))
    first = phase.first_gap
    base = named_day(regimen, first.after) if first.after else day_before(regimen, position)
    if base is None or first.nominal is None or (index and phase.gap.nominal is None):
        return None
    return base + first.nominal + index * (phase.gap.nominal or 0)


def day_before(regimen: Regimen, position: int) -> int | None:
    """The day of the last dose before a phase, phases that wait for somebody left out; None when it is not fixed."""
    for earlier in range(position - 1, -1, -1):
        doses = planned_doses(regimen, earlier) if is_entered(regimen.phases[earlier], frozenset()) else 0
        if doses:
            return None if doses >= MOST_DOSES else phase_day(regimen, earlier, doses - 1)
    return step_day(regimen, regimen.steps[-1]) if regimen.steps else None


def planned_doses(regimen: Regimen, position: int) -> int:
    """How many doses a phase has when nobody enters another one; 999 when it has no end or it is not known."""
    most, nobody = most_doses(regimen.phases[position]), frozenset[str]()
    first, apart = phase_day(regimen, position, 0), _apart(regimen, position)
    if first is None or not _bounded(regimen, position):
        return most
    before = full_before(regimen, position, 0)
    for index in range(most):
        day = first + apart * index if apart is not None else phase_day(regimen, position, index)
        if past_its_weeks(regimen, position, day, nobody) or gives_way(regimen, position, day, before + index, nobody):
            return index
    return most


def _bounded(regimen: Regimen, position: int) -> bool:
    """True when weeks or a count end this phase; most phases ask no further."""
    following = next((phase for phase in regimen.phases[position + 1 :] if is_entered(phase, frozenset())), None)
    return rule_of(regimen.phases[position]).until_week is not None or (
        following is not None and _has_switch(following)
    )


def _apart(regimen: Regimen, position: int) -> int | None:
    phase = regimen.phases[position]
    return phase.gap.nominal if phase.cycles is None else None


def full_before(regimen: Regimen, position: int, index: int) -> int:
    """How many full doses come before a dose of a phase when everything ran as planned."""
    steps = sum(step.role in _FULL for step in regimen.steps)
    earlier = (place for place in range(position) if is_entered(regimen.phases[place], frozenset()))
    return steps + sum(planned_doses(regimen, place) for place in earlier) + index


def is_full(role: str) -> bool:
    """True for the roles that count as a full dose."""
    return role in _FULL


def _has_switch(phase: Phase) -> bool:
    """True when the file says where the phase takes over: by a week, a count of full doses, or its first cycle."""
    rule = rule_of(phase)
    return rule.from_week is not None or rule.full_doses is not None or phase.cycles is not None


def _reached(regimen: Regimen, phase: Phase, day: int | None, full: int) -> bool:
    rule = rule_of(phase)
    if rule.from_week is not None and (day is None or day <= _WEEK * (rule.from_week - 1)):
        return False
    if phase.cycles is not None:
        first = running_day(regimen, *cycle_and_day(phase, 0))
        if first is None or day is None or day < first:
            return False
    return _count_reached(rule, full)


def _count_reached(rule: Entry, full: int) -> bool:
    return rule.full_doses is None or full >= rule.full_doses
