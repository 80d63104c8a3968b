"""A value of a protocol with its unit, source, date and certainty. What nobody has read is a fact too: unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crs_desktop.kernel.amounts import grouped

Value = str | int | Decimal | bool | tuple[str, ...] | tuple[int, ...] | tuple[Decimal, ...] | None

CONFIDENCES = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read. `memory` marks recollection: nothing was read, so the fact is unverified."""

    id: str
    title: str
    url: str
    note: str
    memory: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of a protocol with where it stands in the file, where it was read, when, and how sure that is."""

    path: str
    value: Value
    unit: str
    sources: tuple[str, ...]
    read: date
    confidence: str
    valid_from: str
    valid_to: str
    note: str
    from_memory: bool = False
    jurisdiction: str = ""
    by_site: bool = False

    @property
    def foreign(self) -> bool:
        """Read in the rules of another jurisdiction than the protocol's: a stand-in until its own label is read."""
        return self.jurisdiction != ""

    @property
    def unknown(self) -> bool:
        """Nobody has read this value anywhere: the note says what is missing."""
        return self.value is None

    @property
    def unverified(self) -> bool:
        """Low confidence, from memory, from elsewhere or unknown: works only after adoption. Not so a site's own."""
        if self.by_site:
            return False
        return self.unknown or self.confidence == "low" or self.from_memory or self.foreign

    @property
    def text(self) -> str:
        """The value for people; empty when unknown."""
        if self.value is None:
            return ""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        parts = self.value if isinstance(self.value, tuple) else (self.value,)
        said = ", ".join(part if isinstance(part, str) else grouped(part) for part in parts)
        return said if self.unit in ("", "text", "yes or no", "date") else f"{said} {self.unit}"


@dataclass(frozen=True, slots=True)
class SiteRule:
    """One value that this site sets otherwise, with the reason. `shipped` is what the shipped file says."""

    path: str
    value: Value
    reason: str
    shipped: Value
