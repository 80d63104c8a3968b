"""What one file gave while it is read: facts and structure with their place, sources, site rules and every mistake."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.therapies.model.facts import Fact, SiteRule, Source

SITE = "SITE"


@dataclass(slots=True)
class RawSiteRule:
    """One [[site.rules]] as it stands in the file; used is True when the fact it names was met."""

    path: str
    value: Any
    reason: str
    used: bool = False


@dataclass(slots=True)
class FileReading:
    """What one file gave: facts and structure with their place in the file, and findings."""

    name: str
    jurisdiction: str = ""
    findings: list[Finding] = field(default_factory=list)
    facts: list[tuple[tuple[int, ...], Fact]] = field(default_factory=list)
    structure: list[tuple[tuple[int, ...], tuple[str, str]]] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    site: dict[str, RawSiteRule] = field(default_factory=dict)
    memory: dict[tuple[str, ...], bool] = field(default_factory=dict)
    site_rules: list[SiteRule] = field(default_factory=list)

    def mistake(self, code: str, path: str, value: object = "", **values: object) -> None:
        """Note a mistake of this file."""
        self.findings.append(no(code, path, value, file=self.name, **values))

    def from_memory(self, sources: tuple[str, ...]) -> bool:
        """Whether one of these sources is recollection."""
        known = self.memory.get(sources)
        if known is None:
            known = any(self.sources[name].memory for name in sources if name in self.sources)
            self.memory[sources] = known
        return known

    def facts_in_order(self) -> tuple[Fact, ...]:
        """Facts as they stand in the file."""
        return tuple(fact for _, fact in sorted(self.facts, key=_place))

    def structure_in_order(self) -> tuple[tuple[str, str], ...]:
        """Everything that is no fact, as it stands in the file: path and text."""
        return tuple(said for _, said in sorted(self.structure, key=_place))


def _place(kept: tuple[tuple[int, ...], object]) -> tuple[int, ...]:
    return kept[0]
