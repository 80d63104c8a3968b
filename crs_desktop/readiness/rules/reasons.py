"""Why a set has no vials: the nearest true reason, from what is on hand alone to what others hold."""

from __future__ import annotations

from dataclasses import replace

from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.readiness.model import Demand, PlanQuestion, SupplyLine
from crs_desktop.readiness.rules.items import Item, counts_for_demand


def why_uncovered(question: PlanQuestion, item: Item, demand: Demand, missing: int) -> tuple[Finding, ...]:
    """Reasons for sets owed without vials."""
    window = {"first": day_text(item.start), "last": day_text(item.last), "sets": missing}
    usable = [line for line in question.supply if counts_for_demand(line, demand, question.today)]
    if not usable:
        return (no("plan_no_vials", "patient", item.holder, **window), *_shut_out(question, item, demand))
    if not _alone(item, usable):
        return (no("plan_too_little", "patient", item.holder, **window), *_shut_out(question, item, demand))
    return (no("plan_held_by_others", "patient", item.holder, **window), *_shut_out(question, item, demand))


def why_unmet(question: PlanQuestion, item: Item) -> tuple[Finding, ...]:
    """Reasons for a planned use without vials."""
    return (no("plan_use_unmet", "patient", item.holder, day=day_text(item.start)),)


def _alone(item: Item, usable: list[SupplyLine]) -> bool:
    """A rough look: would the contents of one brand be enough for one set if nobody else held any?"""
    brands: dict[str, int] = {}
    for line in usable:
        brands[line.brand] = brands.get(line.brand, 0) + line.strength.mcg * line.vials
    return any(content >= item.band.low for content in brands.values())


def _shut_out(question: PlanQuestion, item: Item, demand: Demand) -> list[Finding]:
    """Vials that are there but do not count for this window, by cause."""
    there = [line for line in question.supply if line.vials and line.expires >= question.today]
    unusable = sum(line.vials for line in there if not line.usable)
    early = sum(line.vials for line in there if line.usable and line.expires < item.last)
    lasting = [line for line in there if line.usable and line.expires >= item.last]
    in_time = [line for line in lasting if counts_for_demand(replace(line, far=False), demand, question.today)]
    late = sum(line.vials for line in lasting) - sum(line.vials for line in in_time)
    far = sum(line.vials for line in in_time if not counts_for_demand(line, demand, question.today))
    found = []
    if early:
        found.append(no("plan_expires_before_end", "vials", early, last=day_text(item.last)))
    if late:
        found.append(no("plan_arrives_too_late", "vials", late, first=day_text(item.start)))
    if far:
        found.append(no("plan_too_far", "vials", far))
    if unusable:
        found.append(no("plan_not_usable", "vials", unusable))
    return found
