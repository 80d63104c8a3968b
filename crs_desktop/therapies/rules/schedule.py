"""From a protocol, a start day and what was placed so far to dated doses with their windows. Pure days, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.refusal import Finding, beware
from crs_desktop.therapies.model.care import InfusionTime, Observation, Premedication
from crs_desktop.therapies.model.dated import Circumstances, ScheduledDose
from crs_desktop.therapies.model.doses import Phase
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.amount import amount_of
from crs_desktop.therapies.rules.certainty import certainty_of
from crs_desktop.therapies.rules.dates import Dated, Walk
from crs_desktop.therapies.rules.gaps import gap_findings, order_finding, windows
from crs_desktop.therapies.rules.numbering import rule_of
from crs_desktop.therapies.rules.route import plain_route, restart_route
from crs_desktop.therapies.rules.slots import place_of, slot_at
from crs_desktop.therapies.rules.surroundings import infusion_times_of, observation_of, premedication_of

REACH_DAYS = 56
_ORDINARY = Circumstances()


def schedule(
    protocol: Protocol,
    regimen_id: str,
    start: date,
    weight: BodyWeight | None,
    placed: Mapping[str, date] | None = None,
    until: date | None = None,
    population: str = "",
    resume_at: str = "",
    circumstances: Circumstances | None = None,
) -> tuple[ScheduledDose, ...]:
    """All named steps and the following doses planned on or before `until` (default: start + 56 days).

    A placed day (given or rescheduled) wins; every other dose stands at its nominal gap. `population` (adult,
    paediatric) narrows the premedication, that of the circumstances first; `resume_at` begins at that step instead of
    the first; a restart row in the circumstances begins with what that row says. Raises LookupError when the protocol
    has no such regimen, step or last dose.
    """
    regimen = protocol.regimen(regimen_id)
    if regimen is None:
        raise LookupError(regimen_id)
    about = circumstances or _ORDINARY
    if about.restart is not None:
        route = restart_route(regimen, about.restart, about.last_key, about.entered)
    else:
        route = plain_route(regimen, resume_at)
    last = until if until is not None else start + timedelta(days=REACH_DAYS)
    walk = Walk(regimen, route, start, placed or {}, last, about.entered)
    maker = _Maker(protocol, regimen_id, weight, about, about.population or population)
    doses = [maker.dose(dated, first=number == 0) for number, dated in enumerate(walk.doses())]
    if walk.waits_for is not None and doses:
        waits = beware("therapy_dose_to_place", "dose", walk.waits_for.label, after=doses[-1].label)
        doses[-1] = replace(doses[-1], findings=(*doses[-1].findings, waits))
    return tuple(doses)


def placement_findings(
    protocol: Protocol, regimen_id: str, dose_key: str, day: date, placed: Mapping[str, date]
) -> tuple[Finding, ...]:
    """Reasons for care about a day for a dose, given the days of the other doses. Never a reason not to record."""
    regimen = protocol.regimen(regimen_id)
    place = place_of(regimen, dose_key) if regimen is not None else None
    if regimen is None or place is None:
        return (beware("therapy_dose_not_in_regimen", "dose", dose_key, regimen=regimen_id),)
    slot = slot_at(regimen, place)
    if slot.gap.after:
        anchor = placed.get(slot.gap.after)
    else:
        others = ((place_of(regimen, key), when) for key, when in placed.items())
        earlier = [(other, when) for other, when in others if other is not None and other < place]
        if slot.phase:
            anchor = max((when for _, when in earlier), default=None)
        else:
            anchor = max(earlier)[1] if earlier else None
    return () if anchor is None else gap_findings(slot.label, slot.gap, day, anchor)


class _Maker:
    """Makes the doses of one schedule: everything that stays the same from dose to dose."""

    def __init__(
        self, protocol: Protocol, regimen_id: str, weight: BodyWeight | None, about: Circumstances, population: str
    ) -> None:
        self._protocol, self._regimen_id, self._weight = protocol, regimen_id, weight
        self._about, self._population = about, population
        self._certainty = certainty_of(protocol)
        self._placed_before = False

    def dose(self, dated: Dated, first: bool) -> ScheduledDose:
        slot = dated.slot
        answer = amount_of(self._protocol, self._regimen_id, slot, self._weight, self._about.surface_m2)
        asked = (self._protocol, self._regimen_id, slot.key, self._grade_before(dated, first))
        before, before_if = premedication_of(*asked, self._premedicating(dated, first), self._population)
        after, after_if = observation_of(*asked)
        times, times_if = infusion_times_of(*asked)
        groups: tuple[Iterable[Premedication | Observation | InfusionTime], ...]
        groups = (before, before_if, after, after_if, times, times_if)
        rests_on = [slot.path, *(item.path for group in groups for item in group)]
        unused = [branch.path for branch in slot.amounts]
        if slot.cycle is not None and slot.cycle > 1:
            rests_on.append(f"regimens.{self._regimen_id}.cycle_days")
        row = self._about.restart
        if row is not None and (dated.repeated or first):
            rests_on.append(row.path)
            unused += [step.path for step in row.doses if step.path != slot.path]
        unverified, unknown = self._certainty.of(tuple(rests_on), answer.paths, tuple(unused))
        allowed, usual, findings = windows(slot.label, dated.gap, dated.planned, dated.anchor)
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
            findings=(*findings, *_judgements(dated), *answer.findings),
            part_of=slot.part_of,
            conditional=before_if,
            conditional_observation=after_if,
            infusion_times=times,
            conditional_times=times_if,
        )

    def _grade_before(self, dated: Dated, first: bool) -> int | None:
        """The grade of CRS with the dose before; 0 before the first of all, None where nobody can know it.

        What is said of the last dose given before a restart is not said of the same dose when it is repeated, until
        that one has a day.
        """
        placed, self._placed_before = self._placed_before, dated.placed
        if not dated.before:
            return 0
        restarts = self._about.restart is not None and dated.before == self._about.last_key
        return None if restarts and not first and not placed else self._about.grades.get(dated.before)

    def _premedicating(self, dated: Dated, first: bool) -> bool:
        """True when rows for restarts hold: for repeated doses, or the first dose where the row says so."""
        row = self._about.restart
        if row is None:
            return False
        return (dated.repeated and row.premedicate is not False) or (first and row.premedicate is True)


def _judgements(dated: Dated) -> tuple[Finding, ...]:
    found = []
    if dated.after is not None and dated.after != dated.anchor and dated.planned <= dated.after:
        found.append(order_finding(dated.slot.label, dated.planned, dated.after))
    if dated.awaits is not None:
        found.append(_decision(dated.slot.label, dated.awaits))
    if dated.week_unknown:
        found.append(beware("therapy_week_unknown", "dose", dated.slot.label))
    return tuple(found)


def _decision(label: str, phase: Phase) -> Finding:
    rule = rule_of(phase)
    named = {
        "week": rule.from_week,
        "months": rule.sustained_months,
        "doses": rule.full_doses,
        "mandatory": None if rule.mandatory is None else str(rule.mandatory).lower(),
    }
    stated = {name: value for name, value in named.items() if value is not None}
    return beware(
        "therapy_phase_decision", "dose", label, phase=phase.id, needs=phase.entry or rule.response,
        response=rule.response, **stated,
    )  # fmt: skip
