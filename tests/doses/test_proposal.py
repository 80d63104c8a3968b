"""The proposal: what it holds, what it prefers, and why it may be refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from crs_desktop.doses.model import DoseGiven, Proposal, Purpose
from crs_desktop.doses.rules.interval import default_limits
from crs_desktop.doses.rules.proposal import Earmarked, Question, propose
from crs_desktop.doses.rules.vial_set import unlimited
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
M400, M200, M80 = (Mass.of_mg(size) for size in (400, 200, 80))
REGULAR = Question(
    weight=BodyWeight.of_kg("72.5"),
    weight_age_days=3,
    max_weight_age_days=7,
    given=(),
    at=NOON,
    limits=default_limits(),
    earmarked=Earmarked("Actemra", {M400: 1, M200: 1}),
    stock={"Tyenne": unlimited()},
)


def proposed(**changed: Any) -> Proposal:
    answer = propose(replace(REGULAR, **changed))
    assert isinstance(answer, Proposal)
    assert all(say(finding) for finding in (*answer.findings, *answer.steps))
    return answer


def refused(**changed: Any) -> list[str]:
    answer = propose(replace(REGULAR, **changed))
    assert isinstance(answer, Refused)
    assert all(say(finding) for finding in answer.findings)
    return [finding.code for finding in answer.findings]


def test_that_a_proposal_says_everything_needed_to_prepare_it() -> None:
    answer = proposed()
    assert (str(answer.calculated), answer.mg_per_kg, answer.capped) == ("580 mg", 8, False)
    assert (answer.brand, answer.vials.vials) == ("Actemra", ((M400, 1), (M200, 1)))
    assert (str(answer.vials.drawn), str(answer.vials.waste), str(answer.volume)) == ("580 mg", "20 mg", "29 mL")
    assert (answer.bag_ml, answer.minutes, answer.rate_ml_per_hour) == (100, 60, 100)
    assert (answer.start, answer.after.from_) == (NOON, NOON + timedelta(hours=8))
    assert (answer.after.left_24h, answer.after.left_episode) == (2, 3)
    assert (len(answer.steps), answer.findings) == (5, ())


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"weight_age_days": 7}, []),
        ({"weight_age_days": 8}, ["proposal_weight_stale"]),
        ({"weight_age_days": None}, ["proposal_weight_undated"]),
        ({"weight": BodyWeight.of_kg("29.9")}, ["weight_near_boundary"]),
        ({"weight": BodyWeight.of_kg("260"), "earmarked": None}, ["weight_unusual"]),
        ({"earmarked": Earmarked("Actemra", {M400: 1})}, ["proposal_earmark_too_small"]),
        ({"rounding_percent": Decimal(5)}, ["proposal_rounded"]),
        ({"given": (DoseGiven(NOON - timedelta(days=2), None, Purpose.PROPHYLACTIC),)}, ["next_dose_prophylactic"]),
    ],
)
def test_that_each_fact_for_care_is_said(changed: dict[str, Any], codes: list[str]) -> None:
    assert [finding.code for finding in proposed(**changed).findings] == codes


def test_that_a_set_that_does_not_cover_gives_way_to_the_stock() -> None:
    answer = proposed(earmarked=Earmarked("Actemra", {M400: 1}))
    assert (answer.brand, answer.vials.vials) == ("Tyenne", ((M400, 1), (M200, 1)))


def test_that_a_set_that_does_not_cover_is_told_with_its_content() -> None:
    finding = proposed(earmarked=Earmarked("Actemra", {M200: 2, M80: 1})).findings[0]
    assert say(finding) == "The vials set aside hold 480 mg, which does not cover 580 mg."


def test_that_the_earmarked_vials_come_before_better_ones() -> None:
    answer = proposed(earmarked=Earmarked("Actemra", {M400: 2}))
    assert (answer.brand, str(answer.vials.waste)) == ("Actemra", "220 mg")


def test_that_rounding_draws_the_whole_content() -> None:
    answer = proposed(rounding_percent=Decimal(5))
    assert (str(answer.calculated), str(answer.vials.drawn), str(answer.volume)) == ("580 mg", "600 mg", "30 mL")


def test_that_a_small_child_gets_the_small_bag() -> None:
    answer = proposed(weight=BodyWeight.of_kg(20))
    assert (str(answer.calculated), answer.bag_ml, answer.rate_ml_per_hour) == ("240 mg", 50, 50)


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"weight": None}, ["proposal_without_weight"]),
        ({"earmarked": None, "stock": {}}, ["proposal_without_vials"]),
        ({"earmarked": None, "stock": {"Actemra": {M400: 1}, "Tyenne": {M200: 1}}}, ["proposal_without_vials"]),
        ({"given": (DoseGiven(NOON - timedelta(hours=7, minutes=59)),)}, ["next_dose_interval"]),
        (
            {"weight": None, "given": (DoseGiven(NOON - timedelta(hours=1)),)},
            ["proposal_without_weight", "next_dose_interval"],
        ),
        (
            {"given": (DoseGiven(NOON - timedelta(hours=1)),), "earmarked": None, "stock": {}},
            ["next_dose_interval", "proposal_without_vials"],
        ),
        (
            {"given": tuple(DoseGiven(NOON - timedelta(days=day)) for day in (2, 3, 4, 5))},
            ["next_dose_episode_full"],
        ),
    ],
)
def test_that_a_refused_proposal_names_every_reason(changed: dict[str, Any], codes: list[str]) -> None:
    assert refused(**changed) == codes


def test_that_a_refusal_for_want_of_vials_says_what_is_there() -> None:
    answer = propose(replace(REGULAR, earmarked=None, stock={"Tyenne": {M80: 1}, "Actemra": {M400: 1}}))
    assert isinstance(answer, Refused)
    assert say(answer.findings[0]) == (
        "No set of whole vials of one brand makes 580 mg. Free and usable: Actemra: 400 mg × 1; Tyenne: 80 mg × 1."
    )


def test_that_a_planned_dose_is_not_stopped_by_a_full_episode() -> None:
    given = tuple(DoseGiven(NOON - timedelta(days=day)) for day in (2, 3, 4, 5))
    answer = proposed(given=given, purpose=Purpose.PROPHYLACTIC)
    assert answer.after.left_episode == 0 and answer.after.from_ is None
