"""The verb `schedule`: typed words in, one document out. Reads and words only; the rules decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, tzinfo

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import Answer, ExitStatus, finding_entries
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding, beware
from crs_desktop.kernel.wording import say
from crs_desktop.therapies.answers.clock import clocked
from crs_desktop.therapies.answers.entries import (
    dose_entry,
    line_entries,
    note_entry,
    row_entry,
    stock_entries,
)
from crs_desktop.therapies.answers.request import Asked, ScheduleRequest, first_key_of, read_request
from crs_desktop.therapies.catalogue import Catalogue
from crs_desktop.therapies.model.dated import Circumstances, RestartAdvice, ScheduledDose
from crs_desktop.therapies.rules.calendar import calendar_notes
from crs_desktop.therapies.rules.restart import NO_RULE, ROW, restart_advice, restart_schedule, situation_rows
from crs_desktop.therapies.rules.schedule import schedule

_SITUATIONS = ("interruption", "adverse_event_pause", "after_event")

AgeGroup = Callable[[date, date], str]
Doses = tuple[ScheduledDose, ...]


def schedule_answer(
    catalogue: Catalogue, request: ScheduleRequest, today: date, zone: tzinfo = UTC, age_group: AgeGroup | None = None
) -> Answer:
    """The answer of `schedule`; without `--on` the restart advice is for today, clock times are those of `zone`.

    `age_group` says from birth date and day to which age group of a label somebody belongs. Raises NotUnderstood with
    every finding about what was typed.
    """
    asked = read_request(catalogue, request, today)
    teller = _Teller(catalogue, asked, zone, age_group)
    return Answer(teller.document(), ExitStatus.YES)


class _Teller:
    """Tells one schedule: everything that stays the same from dose to dose."""

    def __init__(self, catalogue: Catalogue, asked: Asked, zone: tzinfo, age_group: AgeGroup | None) -> None:
        self._catalogue, self._asked, self._zone, self._age_group = catalogue, asked, zone, age_group

    def document(self) -> dict[str, Json]:
        asked, protocol, regimen = self._asked, self._asked.protocol, self._asked.regimen.id
        doses = self._by_age(
            lambda about: schedule(
                protocol, regimen, asked.start, asked.weight, asked.given, asked.until, circumstances=about
            )
        )
        states = _states(doses, asked)
        dated = [dose for dose, state in zip(doses, states, strict=True) if state != "waiting"]
        infused = any(dose.ends for dose in doses)
        return {
            **self._heading(doses),
            "doses": [self._dose(dose, state) for dose, state in zip(doses, states, strict=True)],
            "calendar": [note_entry(protocol, note) for note in calendar_notes(protocol, regimen, dated)],
            "restart": self._restart(),
            "situations": [row_entry(protocol, row) for name in _SITUATIONS
                           for row in situation_rows(protocol, regimen, name)],
            "bags": [{"hours": bag.hours, "ml_per_h": None if bag.rate_ml_per_h is None else plain(bag.rate_ml_per_h)}
                     for bag in (protocol.bag_changes if infused else ())],
            "tocilizumab": stock_entries(protocol, dated),
            "hold": line_entries(protocol, "hold", regimen),
            "findings": finding_entries([*asked.findings, *self._undated(doses)]),
        }  # fmt: skip

    def _undated(self, doses: Doses) -> list[Finding]:
        """Phases that were entered and have no dose here: perhaps nobody has read the gap to their first dose."""
        begun = {dose.phase for dose in doses}
        return [
            beware("therapy_phase_without_dose", "entered", phase.id, first=first_key_of(phase))
            for phase in self._asked.regimen.phases
            if phase.id in self._asked.about.entered and phase.id not in begun
        ]

    def _heading(self, doses: Doses) -> dict[str, Json]:
        asked, protocol, regimen = self._asked, self._asked.protocol, self._asked.regimen
        surface = asked.about.surface_m2
        return {
            "therapy": protocol.id,
            "name": protocol.name,
            "brand": protocol.brand,
            "jurisdiction": protocol.jurisdiction,
            "label_revision": protocol.label_revision,
            "fingerprint": protocol.fingerprint,
            "never_swap": self._never_swap(),
            "swap": line_entries(protocol, "swap", regimen.id),
            "regimen": regimen.id,
            "title": regimen.title,
            "day_origin": regimen.day_origin,
            "start": asked.start.isoformat(),
            "start_time": asked.clock or None,
            "on": asked.on.isoformat(),
            "weight_kg": plain(asked.weight.kg) if asked.weight is not None else None,
            "height_cm": plain(asked.height_cm) if asked.height_cm is not None else None,
            "surface_m2": plain(surface) if surface is not None else None,
            "population": self._groups(doses)[0] or None,
            "entered": sorted(asked.about.entered),
            "crs": {key: asked.about.grades[key] for key in sorted(asked.about.grades)},
        }

    def _never_swap(self) -> list[Json]:
        found = [self._catalogue.protocol(name) for name in self._asked.protocol.never_swap]
        return [{"id": other.id, "name": other.name, "brand": other.brand} for other in found]

    def _by_age(self, make: Callable[[Circumstances], Doses]) -> Doses:
        """The doses, each as its own day's age group has it: somebody may come of age between two doses."""
        about = self._asked.about
        doses = make(about)
        groups = self._groups(doses)
        by_group = {group: make(replace(about, population=group)) for group in dict.fromkeys(groups)}
        return tuple(by_group[group][place] for place, group in enumerate(groups))

    def _groups(self, doses: Doses) -> list[str]:
        born, group = self._asked.born, self._age_group
        if born is None or group is None:
            return [self._asked.about.population] * len(doses)
        return [group(born, dose.planned) for dose in doses]

    def _dose(self, dose: ScheduledDose, state: str) -> Json:
        clock = "" if state == "waiting" else self._asked.clock
        timed = clocked(dose, clock, self._zone, self._asked.bag_hours)
        return dose_entry(self._asked.protocol, dose, state, timed, self._zone)

    def _restart(self) -> Json:
        """Advice after the last dose given; nothing when none was given or the day asked about lies before it."""
        asked = self._asked
        if not asked.given:
            return None
        last = max(asked.given, key=lambda key: (asked.given[key], key))
        last_day = asked.given[last]
        if asked.on < last_day:
            return None
        advice = self._advice(last, last_day, asked.on)
        resumed = self._resumed(advice)
        row = None if advice.row is None else row_entry(asked.protocol, advice.row)
        notes = calendar_notes(asked.protocol, asked.regimen.id, resumed, advice.row) if resumed else ()
        changes = advice.changes_on
        return {
            "last": last,
            "last_date": last_day.isoformat(),
            "elapsed_days": advice.elapsed,
            "answer": advice.kind,
            "text": advice_text(advice),
            "row": row,
            "next": advice.next_key or None,
            "changes_on": changes.isoformat() if changes is not None else None,
            "then": advice_text(self._advice(last, last_day, changes)) if changes is not None else None,
            "doses_if_resumed": [self._dose(dose, "planned") for dose in resumed],
            "calendar_if_resumed": [note_entry(asked.protocol, note) for note in notes],
        }

    def _advice(self, last: str, last_day: date, on: date) -> RestartAdvice:
        asked = self._asked
        return restart_advice(asked.protocol, asked.regimen.id, last, last_day, on, asked.about)

    def _resumed(self, advice: RestartAdvice) -> Doses:
        """The doses to come when the advice is followed on the day asked about; none where no rule says how.

        Of the grades that were told, that of the last dose alone speaks of what comes: the others may be of doses that
        are repeated.
        """
        asked, row, last = self._asked, advice.row, advice.last_key
        if advice.kind == NO_RULE or row is None:
            return ()
        grades = {key: grade for key, grade in asked.about.grades.items() if key == last}
        return self._by_age(
            lambda about: restart_schedule(
                asked.protocol, asked.regimen.id, row, last, asked.on, asked.weight, asked.until,
                replace(about, grades=grades),
            )
        )  # fmt: skip


def _states(doses: Sequence[ScheduledDose], asked: Asked) -> list[str]:
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


def advice_text(advice: RestartAdvice) -> str:
    """The advice in words: the row's own action, or the sentence of its kind."""
    if advice.kind == ROW and advice.row is not None:
        return advice.row.action
    return say(beware(f"therapy_advice_{advice.kind}", "dose", advice.next_key, days=advice.elapsed))
