"""One product as its file says it."""

from __future__ import annotations

from dataclasses import dataclass

from crs_desktop.therapies.model.care import (
    BagChange,
    Duration,
    InfusionTime,
    LeadIn,
    Line,
    Observation,
    Premedication,
    RestartRow,
    RiskRow,
    StockRule,
    Unknown,
)
from crs_desktop.therapies.model.doses import Regimen, WeightBand
from crs_desktop.therapies.model.facts import Fact, SiteRule, Source


@dataclass(frozen=True, slots=True)
class Protocol:
    """One product in one jurisdiction and label version, exactly as its file says; `text` is the file itself.

    `never_swap` names products that share its name and must never be given for it. A protocol that a site has changed
    carries the site's rules and the fingerprint of the shipped file it is `based_on` ('' for a shipped file).
    `structure` holds what a file says besides facts, by path, so that two versions can be compared whole.
    """

    id: str
    name: str
    brand: str
    suffix: str
    kind: str
    jurisdiction: str
    label_revision: str
    fingerprint: str
    text: bytes
    sources: tuple[Source, ...]
    regimens: tuple[Regimen, ...]
    bands: tuple[WeightBand, ...]
    lead_in: tuple[LeadIn, ...]
    premedication: tuple[Premedication, ...]
    observation: tuple[Observation, ...]
    durations: tuple[Duration, ...]
    restart: tuple[RestartRow, ...]
    bag_changes: tuple[BagChange, ...]
    lines: tuple[Line, ...]
    risk: tuple[RiskRow, ...]
    unknowns: tuple[Unknown, ...]
    all_facts: tuple[Fact, ...]
    infusion_times: tuple[InfusionTime, ...] = ()
    tocilizumab: tuple[StockRule, ...] = ()
    never_swap: tuple[str, ...] = ()
    based_on: str = ""
    site: tuple[SiteRule, ...] = ()
    structure: tuple[tuple[str, str], ...] = ()

    def facts(self) -> tuple[Fact, ...]:
        """Every fact in the order of the file."""
        return self.all_facts

    def facts_unverified_first(self) -> tuple[Fact, ...]:
        """For adoption: what nobody has read in a source comes first; otherwise the order of the file."""
        return tuple(sorted(self.all_facts, key=lambda fact: not fact.unverified))

    def unverified(self) -> tuple[Fact, ...]:
        """Facts of low confidence, from memory, or unknown."""
        return tuple(fact for fact in self.all_facts if fact.unverified)

    def facts_under(self, *paths: str) -> tuple[Fact, ...]:
        """Facts at or below these paths."""
        return tuple(
            fact for fact in self.all_facts if any(fact.path == p or fact.path.startswith(f"{p}.") for p in paths)
        )

    def fact(self, path: str) -> Fact | None:
        """The fact at exactly this path."""
        return next((fact for fact in self.all_facts if fact.path == path), None)

    def regimen(self, regimen_id: str) -> Regimen | None:
        """The regimen of this id."""
        return next((regimen for regimen in self.regimens if regimen.id == regimen_id), None)

    def lines_about(self, topic: str, regimen_id: str = "") -> tuple[Line, ...]:
        """Sentences of a topic that hold for the regimen ('' = all)."""
        return tuple(
            line
            for line in self.lines
            if line.topic == topic and (not regimen_id or not line.regimens or regimen_id in line.regimens)
        )

    @property
    def hold_criteria(self) -> tuple[Line, ...]:
        """What stops or delays an infusion."""
        return self.lines_about("hold")
