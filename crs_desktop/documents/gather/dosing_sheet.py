"""Facts of the tocilizumab dosing sheet, from a proposal."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.documents.gather.common import (
    dose_facts,
    patient_facts,
    protocol_facts,
    set_facts,
    weight_facts,
)
from crs_desktop.documents.model import Stated
from crs_desktop.documents.sheets.dosing_sheet import DosingFacts, IntervalFacts, LimitFacts, PreviousDoseFacts
from crs_desktop.documents.sheets.facts import ContactFacts, ProtocolFacts, Stamp
from crs_desktop.doses.acts import limits_of
from crs_desktop.doses.model import DoseGiven, NextDose, Purpose
from crs_desktop.doses.rules.facts import dosing_facts
from crs_desktop.doses.rules.interval import clock_of, interval_rule
from crs_desktop.doses.service import ProposedDose
from crs_desktop.episodes.model import Episode
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.wording import say
from crs_desktop.patients.model import Course
from crs_desktop.stock.commands import REFERENCE_BRAND

# A dosing sheet is for now: its facts are asked again after this long. A choice of this program, from no source.
VALID = timedelta(hours=2)
_ROLES = ("Ward", "ICU on call", "Hematology or oncology on call")


def dosing_facts_of(
    proposed: ProposedDose, course: Course | None, episodes: list[Episode], before: NextDose, policy: str,
    zone: ZoneInfo, printed: tuple[str, datetime],
) -> DosingFacts:  # fmt: skip
    """Everything the dosing sheet of a proposal says. `before` is the answer about a dose now."""
    proposal, (said_by, at) = proposed.proposal, printed
    today = local_day(proposed.asked_at, zone)
    lots = [(item.lot, item.place, item.vials) for item in proposed.vials]
    return DosingFacts(
        patient=patient_facts(proposed.patient),
        therapy=course.protocol.name if course is not None else "",
        location="",
        weight=weight_facts(proposed.weighing, today, proposed.policy, zone),
        dose=dose_facts(proposal.weight, proposal.vials.drawn),
        vials=set_facts(1, lots, proposal.vials.drawn, proposal.vials.opened, proposed.from_earmark),
        diluent=_diluent(proposal.brand),
        limits=_limits(before, proposed),
        interval=_interval(proposed, before),
        previous=_previous(proposed),
        grade=_grade(episodes),
        findings=tuple(say(finding) for finding in proposal.findings),
        contacts=tuple(ContactFacts(role) for role in _ROLES),
        override_reason="",
        protocol=_protocol(course),
        policy=policy,
        stamp=Stamp(said_by, at, at + VALID, zone),
    )


def _diluent(brand: str) -> Stated:
    name = "diluent_reference_brand" if brand == REFERENCE_BRAND else "diluent_other_brands"
    fact = next(item for item in dosing_facts().cited if item.name == name)
    return Stated(fact.value, fact.confidence == "low")


def _limits(before: NextDose, proposed: ProposedDose) -> LimitFacts:
    limits = limits_of(proposed.policy)
    return LimitFacts(
        limits.per_24h - before.left_24h, limits.per_24h, limits.per_episode - before.left_episode, limits.per_episode
    )


def _interval(proposed: ProposedDose, before: NextDose) -> IntervalFacts:
    limits = limits_of(proposed.policy)
    hours = limits.min_interval // timedelta(hours=1)
    given = [DoseGiven(entry.started_at, entry.ended_at, entry.purpose) for entry in proposed.given]
    earliest = max((clock_of(dose, limits.interval_from) + limits.min_interval for dose in given), default=None)
    rule = Stated(say(interval_rule(limits)))
    return IntervalFacts(hours, limits.interval_from.value.upper(), rule, earliest, proposed.proposal.after.from_)


def _previous(proposed: ProposedDose) -> tuple[PreviousDoseFacts, ...]:
    return tuple(
        PreviousDoseFacts(
            "tocilizumab", str(entry.amount), entry.started_at, entry.ended_at, entry.purpose is Purpose.PROPHYLACTIC
        )
        for entry in proposed.given
    )


def _grade(episodes: list[Episode]) -> str:
    told = [grade for episode in episodes if episode.open for grade in episode.grades]
    return told[-1].text if told else ""


def _protocol(course: Course | None) -> ProtocolFacts:
    if course is not None:
        return protocol_facts(course.protocol)
    return ProtocolFacts("tocilizumab", "", "", max(fact.read for fact in dosing_facts().cited))
