"""How often tocilizumab may be needed under a regimen, and when: chosen figures of the file, each with its people.

Which row speaks, for each figure by itself: of the rows of this regimen that know it, first those read in a source
before those recalled or read in another jurisdiction; then the surer; then the row of fewer regimens, which is closer
to this one; then the order of the file, where the pivotal trial of the label stands first. What the other rows say
stays with the chosen one as `others`: a planner that must not be short looks at all of them. Nothing is averaged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from crs_desktop.therapies.model.care import RiskRow
from crs_desktop.therapies.model.facts import CONFIDENCES, Fact
from crs_desktop.therapies.model.protocol import Protocol

OF_ALL = "percent of all patients"
STATED, COUNTED, MULTIPLIED = "stated", "counted", "multiplied"
# How many doses of tocilizumab somebody got, as trials count it; the figure in patients, then in percent of all.
_DOSES = (
    ("1", ("tocilizumab_one_dose_n", "tocilizumab_one_dose_pct")),
    ("2", ("tocilizumab_two_doses_n",)),
    ("3", ("tocilizumab_three_doses_n",)),
    ("more than 1", ("tocilizumab_more_than_one_dose_n", "tocilizumab_more_than_one_dose_pct")),
)


@dataclass(frozen=True, slots=True)
class DemandFact:
    """One figure, exact, in `unit`, with the people it counts and where it was read.

    `most` is the upper end of a range. `how`: stated as such; counted as patients of all; or multiplied from the share
    of those with CRS. `paths` are the facts it rests on, `confidence` is that of the least sure of them.
    """

    figure: str
    value: Fraction
    most: Fraction | None
    unit: str
    patients: int | None
    trial: str
    population: str
    row: str
    paths: tuple[str, ...]
    how: str
    confidence: str
    unverified: bool
    jurisdictions: tuple[str, ...]
    others: tuple[DemandFact, ...] = ()

    @property
    def share(self) -> Fraction:
        """A percentage as a part of 1. Raises ValueError for a figure that is none."""
        if not self.unit.startswith("percent"):
            raise ValueError(f"{self.figure} is given in {self.unit}")
        return self.value / 100


@dataclass(frozen=True, slots=True)
class DosesGiven:
    """How many got so many doses of tocilizumab ('1', '2', '3', 'more than 1'), as the trial counted."""

    doses: str
    fact: DemandFact


@dataclass(frozen=True, slots=True)
class AfterDose:
    """How often CRS followed one dose of the product; of whom is in the unit."""

    dose: str
    fact: DemandFact


@dataclass(frozen=True, slots=True)
class DemandFacts:
    """What the file knows about the demand under one regimen. None: not on file."""

    crs_any: DemandFact | None
    crs_grade3plus: DemandFact | None
    tocilizumab: DemandFact | None
    tocilizumab_of_crs: DemandFact | None
    doses_given: tuple[DosesGiven, ...]
    onset: DemandFact | None
    onset_range: DemandFact | None
    duration: DemandFact | None
    after_doses: tuple[AfterDose, ...]


def demand_facts(protocol: Protocol, regimen_id: str) -> DemandFacts:
    """The figures for one regimen. Raises KeyError when the protocol has no such regimen."""
    if protocol.regimen(regimen_id) is None:
        raise KeyError(regimen_id)
    rows = _Rows(protocol, regimen_id)
    return DemandFacts(
        rows.best("crs_any_pct"), rows.best("crs_grade3plus_pct"), rows.needed(), rows.best("tocilizumab_pct_of_crs"),
        rows.doses_given(), rows.best("onset_days_median", "onset_hours_median"),
        rows.best("onset_days_range", "onset_hours_range"), rows.best("duration_days_median", "duration_hours_median"),
        rows.after_doses(),
    )  # fmt: skip


class _Rows:
    """The rows of one regimen, in the order of the file."""

    def __init__(self, protocol: Protocol, regimen_id: str) -> None:
        self._protocol = protocol
        self._rows = [row for row in protocol.risk if not row.regimens or regimen_id in row.regimens]

    def best(self, *figures: str) -> DemandFact | None:
        """The figure of the row that speaks; within a row the first of these names that it knows."""
        return self._chosen([fact for row in self._rows for fact in self._stated(row, figures)])

    def needed(self) -> DemandFact | None:
        """Of all patients, how many needed tocilizumab at least once: stated, else counted, else multiplied."""
        return self._chosen([fact for row in self._rows for fact in self._needed(row)])

    def doses_given(self) -> tuple[DosesGiven, ...]:
        """All counts of the one row that speaks: counts of two trials do not belong side by side."""
        found = [item for row in self._rows for item in self._doses(row)]
        chosen = self._chosen([item.fact for item in found])
        return () if chosen is None else tuple(item for item in found if item.fact.row == chosen.row)

    def after_doses(self) -> tuple[AfterDose, ...]:
        """All doses of the one row that speaks."""
        found = [item for row in self._rows for item in self._by_dose(row)]
        chosen = self._chosen([item.fact for item in found])
        return () if chosen is None else tuple(item for item in found if item.fact.row == chosen.row)

    def _chosen(self, known: list[DemandFact]) -> DemandFact | None:
        if not known:
            return None
        wide = {row.path: len(row.regimens) or len(self._protocol.regimens) for row in self._rows}
        first, *others = sorted(
            known, key=lambda fact: (fact.unverified, CONFIDENCES.index(fact.confidence), wide[fact.row])
        )  # sorting keeps the order of the file among equals
        return replace(first, others=tuple(others))

    def _stated(self, row: RiskRow, figures: tuple[str, ...]) -> Iterator[DemandFact]:
        for figure in figures:
            if row.figure(figure) is not None:
                fact = self._fact(f"{row.path}.{figure}")
                value = fact.value
                least, most = value if isinstance(value, tuple) else (value, None)
                yield _made(row, figure, _exact(least), None if most is None else _exact(most), fact.unit, STATED, fact)
                return

    def _needed(self, row: RiskRow) -> Iterator[DemandFact]:
        stated = tuple(self._stated(row, ("tocilizumab_pct_of_all",)))
        count, crs, of_crs = (
            row.figure(name) for name in ("tocilizumab_n", "crs_any_pct", "tocilizumab_pct_of_crs")
        )  # fmt: skip
        if stated:
            yield from stated
        elif count is not None and row.patients:
            facts = (self._fact(f"{row.path}.tocilizumab_n"), self._fact(f"{row.path}.patients"))
            yield _made(row, "tocilizumab_n", _exact(count) * 100 / row.patients, None, OF_ALL, COUNTED, *facts)
        elif crs is not None and of_crs is not None:
            facts = (self._fact(f"{row.path}.tocilizumab_pct_of_crs"), self._fact(f"{row.path}.crs_any_pct"))
            share = _exact(of_crs) * _exact(crs) / 100
            yield _made(row, "tocilizumab_pct_of_crs", share, None, OF_ALL, MULTIPLIED, *facts)

    def _doses(self, row: RiskRow) -> Iterator[DosesGiven]:
        for doses, figures in _DOSES:
            for fact in self._stated(row, figures):
                yield DosesGiven(doses, fact)

    def _by_dose(self, row: RiskRow) -> Iterator[AfterDose]:
        for item in row.by_dose:
            if item.percent is not None:
                fact = self._fact(f"{item.path}.percent")
                yield AfterDose(item.dose, _made(row, "percent", _exact(item.percent), None, fact.unit, STATED, fact))

    def _fact(self, path: str) -> Fact:
        fact = self._protocol.fact(path)
        assert fact is not None, f"{path} is a figure without a fact"
        return fact


def _made(
    row: RiskRow, figure: str, value: Fraction, most: Fraction | None, unit: str, how: str, *facts: Fact
) -> DemandFact:  # fmt: skip
    least_sure = max((fact.confidence for fact in facts), key=CONFIDENCES.index)
    read_in = tuple(dict.fromkeys(fact.jurisdiction for fact in facts if fact.jurisdiction))
    return DemandFact(
        figure, value, most, unit, row.patients, row.trial, row.population, row.path,
        tuple(fact.path for fact in facts), how, least_sure, any(fact.unverified for fact in facts), read_in,
    )  # fmt: skip


def _exact(value: object) -> Fraction:
    assert isinstance(value, Decimal | int), f"{value} is no number"
    return Fraction(value)
