"""A patient for the chance, from the cited figures of the therapy: what they do not say is read in the cautious way.

Cautious means: the chance of running out can only come out higher. Let a patient's demand by day be pushed up on every
day in every outcome (earlier doses, more doses); then demand exceeds supply whenever it did before.

- *How many doses.* Figures of the same people as those who needed any: 1, 2, 3 as counted; "more than 1" beyond the
  counted 2 and 3, and whoever is in no count, gets the most of an episode. No such figures: everybody gets the most.
- *When.* At least half of all onsets are at the median or later. Of all laws with that median the earliest puts one
  half on the first day of the window and the other half on the median. No median: all on the first day. Figures count
  onset from a dose of the product, and treatment follows onset: a need is no earlier than the same number of days after
  the first day of the window. Days gone by without need count as today: given no need so far, a need by any day is
  less likely than the same law says with all of the past moved to today, since (F - f) / (1 - p f) <= F for f, p <= 1.
- *The next dose.* On the same day.
- *Somebody who has had doses* needs the next with the chance that so many are followed by more; today.
"""

from __future__ import annotations

from fractions import Fraction

from crs_desktop.kernel.refusal import beware
from crs_desktop.readiness.chance.model import MOST_DOSES, Assumption, Basis, Patient, PatientFacts, Standing
from crs_desktop.readiness.chance.standing import percent_of
from crs_desktop.therapies.rules.demand import DemandFact, DemandFacts

HOUSE = Basis(Standing.HOUSE)
_HOURS = 24
Shares = tuple[Fraction, ...]
ALL_MOST: Shares = (*(Fraction(0),) * (MOST_DOSES - 1), Fraction(1))
"""Whoever needs any gets the most of an episode."""


def patient_facts(holder: str, facts: DemandFacts, first: int, units: int, had: int = 0) -> PatientFacts:
    """The patient whose window begins on day `first` (before 0: so many days ago), a dose taking `units`.

    `had` counts the doses in the open episode.
    """
    if facts.tocilizumab is None:
        return PatientFacts(holder, None, (Assumption(beware("chance_need_unknown", holder, holder), HOUSE),))
    need = facts.tocilizumab
    shares, counted = _shares(holder, facts, need)
    p = min(Fraction(1), max(sum(shares, Fraction(0)), (need.value if need.most is None else need.most) / 100))
    doses = tuple(share / sum(shares) for share in shares) if sum(shares) else ALL_MOST
    known = beware("chance_need_from", holder, percent_of(p), holder=holder, **_origin(need))
    onset, when = _onset(holder, facts.onset, first)
    if had:
        p, doses = _after(p, doses, had)
        onset, when = (Fraction(1),), Assumption(beware("chance_after_doses", holder, had, holder=holder), HOUSE, True)
    said = (
        Assumption(known, _basis(need), need.most is not None), counted, when,
        Assumption(beware("chance_gap_none", holder, holder), HOUSE, True),
    )  # fmt: skip
    return PatientFacts(holder, Patient(p, doses, units, max(first, 0), onset), said)


def _shares(holder: str, facts: DemandFacts, need: DemandFact) -> tuple[Shares, Assumption]:
    """Of all patients, those who get 1, 2, 3 and the most doses; together those who need any, or more."""
    counted = {
        one.doses: share
        for one in facts.doses_given
        if one.fact.row == need.row and (share := _share(one.fact)) is not None
    }
    by = [counted.get(doses, Fraction(0)) for doses in ("1", "2", "3")]
    more = max(Fraction(0), counted.get("more than 1", Fraction(0)) - by[1] - by[2])
    rest = max(Fraction(0), need.share - sum(by) - more)
    if not counted:
        said = beware("chance_doses_unknown", holder, MOST_DOSES, holder=holder)
        return tuple(need.share * one for one in ALL_MOST), Assumption(said, HOUSE, True)
    unverified = [one.fact for one in facts.doses_given if one.fact.unverified]
    told = (unverified or [one.fact for one in facts.doses_given])[0]
    said = beware("chance_doses_from", holder, percent_of(more + rest), holder=holder, most=MOST_DOSES, **_origin(told))
    return (*by, more + rest), Assumption(said, _basis(told), more + rest > 0)


def _share(fact: DemandFact) -> Fraction | None:
    if fact.unit == "patients":
        return fact.value / fact.patients if fact.patients else None
    return fact.share if fact.unit == "percent of all patients" else None


def _onset(holder: str, median: DemandFact | None, first: int) -> tuple[Shares, Assumption]:
    """The law of the day of onset, counted from the first day of the window or today, whichever is later."""
    days = None if median is None or median.unit not in ("days", "hours") else median.value
    if median is None or days is None:
        return (Fraction(1),), Assumption(beware("chance_onset_unknown", holder, holder), HOUSE, True)
    whole = int(days / _HOURS if median.unit == "hours" else days)
    later = max(0, first + whole) - max(0, first)
    said = beware("chance_onset_from", holder, whole, holder=holder, **_origin(median))
    if later == 0:
        return (Fraction(1),), Assumption(said, _basis(median), True)
    half = Fraction(1, 2)
    return (half, *(Fraction(0),) * (later - 1), half), Assumption(said, _basis(median), True)


def _after(need: Fraction, doses: Shares, had: int) -> tuple[Fraction, Shares]:
    """The chance of more doses after so many, and how many more; where no figure reaches so far, the most."""
    if had >= MOST_DOSES:
        return Fraction(0), doses
    reached, beyond = sum(doses[had - 1 :], Fraction(0)), sum(doses[had:], Fraction(0))
    if beyond == 0:
        return Fraction(1), ALL_MOST[had:]
    return beyond / reached, tuple(one / beyond for one in doses[had:])


def _basis(fact: DemandFact) -> Basis:
    return Basis(Standing.MEMORY if fact.unverified else Standing.READ, fact.patients, fact.row)


def _origin(fact: DemandFact) -> dict[str, object]:
    return {"trial": fact.trial or fact.row, "people": "?" if fact.patients is None else fact.patients}
