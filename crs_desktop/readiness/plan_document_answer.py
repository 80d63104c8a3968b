"""The answer of `plan FILE`: the plan and its smallest fix as the document that COMMAND_LINE describes."""

from __future__ import annotations

from collections.abc import Sequence

from crs_desktop.doses.rules.facts import dosing_facts
from crs_desktop.kernel.amounts import Mass, plain
from crs_desktop.kernel.answers import Answer, ExitStatus, finding_entries
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.model import (
    BrandFix,
    Conflict,
    Fix,
    MetUse,
    OrderFix,
    Plan,
    PlannedSet,
    PlanQuestion,
    RoundingFix,
    TransferFix,
)
from crs_desktop.readiness.plan_document import PlanDocument
from crs_desktop.readiness.rules.conflict import conflict, conflict_finding
from crs_desktop.readiness.rules.fixes import fixes
from crs_desktop.readiness.rules.plan import solve


def plan_answer(document: PlanDocument) -> Answer:
    """Run the plan on a document that was understood, look for the smallest fix when it is short, and write both."""
    question = document.question
    plan = solve(question)
    offered = fixes(question, plan, document.movable(), orderable_kinds(question))
    status = ExitStatus.YES if plan.ready else ExitStatus.NO
    written = answer_document(question, plan, offered[0] if offered else None, document.findings)
    found = conflict(question, plan)
    if found is not None:
        written["conflict"] = conflict_entry(question, found)
    return Answer(written, status)


def orderable_kinds(question: PlanQuestion) -> list[tuple[str, Mass]]:
    """What could be ordered when no supplier is known: each brand on hand, in its sizes and in the usual ones."""
    brands = sorted({line.brand for line in question.supply}) or ["tocilizumab"]
    usual = dosing_facts().strengths
    own = [(line.brand, line.strength) for line in question.supply]
    return sorted({*own, *((brand, strength) for brand in brands for strength in usual)})


def answer_document(
    question: PlanQuestion, plan: Plan, fix: Fix | None, beware: Sequence[Finding] = ()
) -> dict[str, Json]:
    """The document. `planned_use` is there when the question has some, `findings` when there are any."""
    owed = sum(demand.sets for demand in question.demands if demand.window.last >= question.today)
    document: dict[str, Json] = {
        "verdict": "ready" if plan.ready else "short",
        "proved_best": plan.proved_best,
        "covered": len(plan.sets),
        "owed": owed,
        "waste_mg": _mg(sum((one.waste for one in plan.sets), Mass(0))),
        "sets": [
            {"patient": one.holder, "set": one.set_no, **_amounts(one, one.dose), "vials": _vials(question, one)}
            for one in plan.sets
        ],
        "uncovered": [
            {"patient": one.holder, "sets": one.sets, "reason": " ".join(say(finding) for finding in one.findings)}
            for one in plan.uncovered
        ],
        "fix": None if fix is None else fix_entry(fix),
    }
    if question.planned_use:
        document["planned_use"] = [
            {
                "patient": met.use.holder,
                "date": met.use.day.isoformat(),
                **_amounts(met, met.use.dose),
                "vials": _vials(question, met),
            }
            for met in plan.planned
        ]
    findings = [*beware, *(finding for one in plan.unmet for finding in one.findings)]
    if findings:
        document["findings"] = finding_entries(findings)
    return document


def _mg(mass: Mass) -> str:
    return plain(mass.mg)


def _size(mass: Mass) -> int | str:
    return mass.mcg // 1000 if mass.mcg % 1000 == 0 else plain(mass.mg)


def _amounts(one: PlannedSet | MetUse, dose: Mass) -> dict[str, Json]:
    return {
        "dose_mg": _mg(dose),
        "drawn_mg": _mg(one.drawn),
        "opened_mg": _mg(one.opened),
        "waste_mg": _mg(one.waste),
    }


def conflict_entry(question: PlanQuestion, found: Conflict) -> Json:
    """Who cannot all be covered on the first short day, from which vials, and the sentence that says so."""
    return {
        "day": found.day.isoformat(),
        "patients": [{"patient": holder, "sets": sets} for holder, sets in found.holders],
        "planned_use": [{"patient": use.holder, "date": use.day.isoformat()} for use in found.planned],
        "vials": _vials(question, found),
        "minimal": found.minimal,
        "reason": say(conflict_finding(question, found)),
    }


def _vials(question: PlanQuestion, one: PlannedSet | MetUse | Conflict) -> list[Json]:
    lines = {line.key: line for line in question.supply}
    places = {(line.lot, line.strength): 0 for line in question.supply}
    for line in question.supply:
        places[line.lot, line.strength] += 1
    written: list[Json] = []
    for key, count in one.vials:
        line = lines[key]
        entry: dict[str, Json] = {"lot": line.lot, "mg": _size(line.strength), "vials": count}
        if places[line.lot, line.strength] > 1 and line.place:
            entry["place"] = line.place
        written.append(entry)
    return written


def fix_entry(fix: Fix) -> dict[str, Json]:
    """A fix as every document shows it."""
    if isinstance(fix, TransferFix | BrandFix):
        kind, to = ("transfer", fix.to) if isinstance(fix, TransferFix) else ("brand", None)
        held: list[Json] = [
            {"mg": _size(one.strength), "n": one.count, "brand": one.brand, "lot": one.lot, "place": one.place}
            for one in fix.vials
        ]
        return {"kind": kind, "vials": held, "by": fix.by.isoformat(), "patient": None, "to": to}
    if isinstance(fix, RoundingFix):
        who: list[Json] = list(fix.holders)
        return {
            "kind": "rounding", "vials": [], "by": None, "patient": fix.holders[0] if len(fix.holders) == 1 else None,
            "to": plain(fix.percent), "patients": who,
        }  # fmt: skip
    if isinstance(fix, OrderFix):
        vials: list[Json] = [{"mg": _size(one.strength), "n": one.count, "brand": one.brand} for one in fix.vials]
        return {"kind": "order", "vials": vials, "by": fix.by.isoformat(), "patient": None, "to": None}
    return {"kind": "move", "vials": [], "by": None, "patient": fix.holder, "to": fix.window.first.isoformat()}
