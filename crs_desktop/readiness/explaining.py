"""What stands around the verdicts of a board: whose vials, what collides, planned doses, the last moment to order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crs_desktop.doses.planned.model import PlannedNeed
from crs_desktop.doses.rules.arithmetic import calculated_dose
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Finding, beware, no
from crs_desktop.patients.model import Patient, Window
from crs_desktop.readiness.board import DeliveryTaken, LotTaken, OrderBy, PlannedAnswer
from crs_desktop.readiness.gather import Situation
from crs_desktop.readiness.model import Conflict, Fix, OrderFix, Plan, PlannedUse, PlanQuestion, Vials
from crs_desktop.readiness.order_by import last_moment
from crs_desktop.readiness.rules.conflict import conflict, conflict_finding
from crs_desktop.readiness.rules.question import delivery_key, planned_key, planned_use, supply_key

# Windows beyond the first short day that are explained too, and how long a search may take for each.
_EXPLAINED = 3
_SECONDS = 1.0


def taken(situation: Situation, vials: Vials) -> tuple[tuple[LotTaken, ...], tuple[DeliveryTaken, ...]]:
    """The vials of a set: those of the shelf with lot and place, and those of deliveries."""
    here = {supply_key(item.lot.id, item.place.id): item for item in situation.on_hand}
    coming = {delivery_key(item): item for item in situation.deliveries}
    counted = situation.policy.counted_reach
    lots = tuple(
        LotTaken(here[key].lot, here[key].place, count, here[key].place.reach > counted)
        for key, count in vials
        if key in here
    )
    return lots, tuple(DeliveryTaken(coming[key], count) for key, count in vials if key in coming)


# --- planned doses ---------------------------------------------------------------------------------------------------


def planned_uses(situation: Situation) -> tuple[PlannedUse, ...]:
    """What the plan is asked about planned doses."""
    weights = {record.patient.id: record.weighing.weight for record in situation.records if record.weighing is not None}
    return planned_use(situation.planned, weights, situation.today, situation.horizon_days)


def planned_answers(situation: Situation, plan: Plan) -> tuple[PlannedAnswer, ...]:
    """Each planned dose that is still to be given: its vials, or why it has none."""
    met = {one.use.holder: one.vials for one in plan.planned}
    asked = {one.holder for one in planned_uses(situation)}
    found = []
    for need in situation.planned:
        if need.open and (planned_key(need) in asked or _weightless(situation, need) or need.overdue(situation.today)):
            found.append(_planned(situation, need, met.get(planned_key(need), ())))
    return tuple(found)


def _planned(situation: Situation, need: PlannedNeed, vials: Vials) -> PlannedAnswer:
    record = situation.record(need.patient_id)
    dose = None if record.weighing is None else calculated_dose(record.weighing.weight)
    lots, coming = taken(situation, vials)
    day = day_text(need.day)
    findings: tuple[Finding, ...] = ()
    if need.overdue(situation.today):
        findings = (beware("planned_not_recorded", "patient", record.patient.name, day=day),)
    elif dose is None:
        findings = (no("planned_no_weight", "patient", record.patient.name, day=day),)
    elif not vials:
        findings = (no("plan_use_unmet", "patient", record.patient.name, day=day),)
    elif coming:
        findings = (beware("planned_on_delivery", "patient", record.patient.name, day=day),)
    return PlannedAnswer(record.patient, need, dose, lots, coming, findings)


def _weightless(situation: Situation, need: PlannedNeed) -> bool:
    last = situation.today.toordinal() + situation.horizon_days
    return need.day.toordinal() <= last and situation.record(need.patient_id).weighing is None


# --- conflicts -------------------------------------------------------------------------------------------------------


def conflicts(situation: Situation, question: PlanQuestion, plan: Plan) -> dict[str, Finding]:
    """By holder of a window that is short: with whom it collides. The first short day comes first."""
    if plan.ready or not plan.proved_best:
        return {}
    quick = replace(question, time_limit_s=min(question.time_limit_s, _SECONDS))
    starts = {one.holder: max(one.window.first, question.today) for one in question.demands}
    short = sorted(plan.uncovered, key=lambda one: (starts[one.holder], one.holder))
    said: dict[str, Finding] = {}
    searched = 0
    for one in short:
        if one.holder in said or searched > _EXPLAINED:
            continue
        alone = plan if not searched else replace(plan, uncovered=(one,))
        searched += 1
        found = conflict(quick, alone)
        if found is not None:
            sentence = told(question, situation, found)
            members = {holder for holder, _ in found.holders}
            said |= {item.holder: sentence for item in short if item.holder in members and item.holder not in said}
    return said


def told(question: PlanQuestion, situation: Situation, found: Conflict) -> Finding:
    """A conflict in a sentence. The plan knows holders only; people are told patients, by name."""
    names = names_of(situation)
    who = sorted({names[holder] for holder in [*dict(found.holders), *(use.holder for use in found.planned)]})
    return replace(conflict_finding(question, found), value="; ".join(who))


def names_of(situation: Situation) -> dict[str, str]:
    """The patient's name behind each holder of a window or of a planned dose."""
    names = {window.holder: _patient(situation, window).name for window in situation.windows}
    return names | {planned_key(need): situation.record(need.patient_id).patient.name for need in situation.planned}


def _patient(situation: Situation, window: Window) -> Patient:
    return situation.record(window.patient_id).patient


# --- the last moment to order ----------------------------------------------------------------------------------------


def ordered_by(
    situation: Situation, question: PlanQuestion, plan: Plan, mends: Sequence[Fix]
) -> tuple[OrderBy | None, tuple[Finding, ...]]:
    """By when what is to be ordered must be ordered, and who is short an hour later; else why no supplier helps."""
    order = next((fix for fix in mends if isinstance(fix, OrderFix)), None)
    if order is None or not situation.suppliers:
        return None, ()
    found, reasons = last_moment(question, plan, order, situation.suppliers, situation.now, situation.zone)
    if found is None:
        return None, reasons
    window = next(one for one in situation.windows if one.holder == found.holder)
    at = found.moment.astimezone(situation.zone)
    return OrderBy(at, found.supplier, _patient(situation, window), found.day, order.vials), ()
