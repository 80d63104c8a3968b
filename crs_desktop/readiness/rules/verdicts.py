"""The verdict of a window from facts and plan: never green by default, every reason kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Finding, beware, no
from crs_desktop.patients.model import Course, Infusion, Outcome, Window
from crs_desktop.policy.model import Policy
from crs_desktop.readiness.board import SetAnswer, Verdict
from crs_desktop.readiness.model import Uncovered
from crs_desktop.stock.commands import NOT_CONFIRMED_FOR_CRS
from crs_desktop.therapies.adoption import Adoption


def cannot_say(
    weight_known: bool, courses: Sequence[tuple[Course, Adoption | None]], demo: bool
) -> tuple[Finding, ...]:
    """Why no answer can be given at all: no weight, or a therapy that nobody at the site has adopted."""
    found = [] if weight_known else [no("readiness_no_weight", "weight_kg")]
    if not demo:
        found += [
            no("readiness_not_adopted", "therapy", course.protocol.name)
            for course, adoption in courses
            if adoption is None
        ]
    return tuple(found)


def beware_of_weight(age_days: int | None, policy: Policy) -> tuple[Finding, ...]:
    """The weight is older than policy allows."""
    limit = policy.whole("weight_age")
    if age_days is None or age_days <= limit:
        return ()
    return (beware("readiness_weight_old", "weight_kg", age_days, limit=limit),)


def beware_of_sets(sets: Iterable[SetAnswer], window: Window, policy: Policy) -> tuple[Finding, ...]:
    """Rounding was used, a set relies on a delivery or a transfer, a brand is unsure, or a lot expires soon after."""
    sets = tuple(sets)
    found: list[Finding] = [*_relying(sets)]
    edge = window.days.last + timedelta(days=policy.whole("expiry_margin"))
    seen: set[tuple[str, date]] = set()
    for one in sets:
        if one.planned.rounded:
            found.append(
                beware("readiness_rounded", "set", one.planned.set_no, drawn=one.planned.drawn, dose=one.planned.dose)
            )
        seen |= {(taken.lot.number, taken.lot.expires) for taken in one.lots if taken.lot.expires <= edge}
    found += [beware("readiness_expires_soon", "lot", lot, expires=day_text(day, True)) for lot, day in sorted(seen)]
    return tuple(found)


def _relying(sets: Sequence[SetAnswer]) -> list[Finding]:
    """What has to happen before the vials are here, and what nobody has confirmed of their brand."""
    found: list[Finding] = []
    for one in sets:
        for coming in one.coming:
            day = day_text(coming.delivery.day)
            found.append(
                beware("readiness_on_delivery", "set", one.planned.set_no, supplier=coming.delivery.supplier, day=day)
            )
        found += [
            beware("readiness_on_transfer", "set", one.planned.set_no, place=place)
            for place in sorted({taken.place.name for taken in one.far})
        ]
    brands = {taken.lot.brand for one in sets for taken in one.lots} | {
        coming.delivery.brand for one in sets for coming in one.coming
    }
    found += [beware("readiness_brand_unconfirmed", "brand", b) for b in sorted(brands) if b in NOT_CONFIRMED_FOR_CRS]
    return list(dict.fromkeys(found))


def beware_of_facts(
    courses: Sequence[tuple[Course, Adoption | None]], infusions: Sequence[Infusion], demo: bool
) -> tuple[Finding, ...]:
    """What the schedule rests on that nobody has checked, and doses of the past about which nothing is recorded."""
    found: list[Finding] = []
    for course, adoption in courses:
        if adoption is None and demo:
            found.append(beware("readiness_demo_not_adopted", "therapy", course.protocol.name))
        unsure = sorted(_resting_on(course, adoption, infusions))
        if unsure:
            found.append(beware("readiness_unverified", "therapy", course.protocol.name, number=len(unsure)))
    for item in infusions:
        found += [finding for finding in item.findings if finding.code == "infusion_not_recorded"]
        if item.outcome is Outcome.HELD:
            found.append(beware("readiness_held", "infusion", item.dose.label))
    return tuple(found)


def _resting_on(course: Course, adoption: Adoption | None, infusions: Sequence[Infusion]) -> set[str]:
    checked = set(adoption.checked) if adoption is not None else set()
    resting = {path for item in infusions if item.course_id == course.id for path in item.dose.unverified_facts}
    known = {fact.path for fact in course.protocol.facts() if not fact.unknown}
    return (resting & known) - checked


def verdict(
    nothing_to_say: tuple[Finding, ...], uncovered: Uncovered | None, proved: bool, notes: tuple[Finding, ...]
) -> tuple[Verdict, tuple[Finding, ...]]:
    """The verdict with its reasons, the decisive ones first."""
    if nothing_to_say:
        short = uncovered.findings if uncovered is not None else ()
        return Verdict.CANNOT_SAY, (*nothing_to_say, *short, *notes)
    if uncovered is not None and not proved:
        return Verdict.CANNOT_SAY, (no("readiness_not_proved", "plan"), *uncovered.findings, *notes)
    if uncovered is not None:
        return Verdict.SHORT, (*uncovered.findings, *notes)
    return (Verdict.READY_BUT if notes else Verdict.READY), notes
