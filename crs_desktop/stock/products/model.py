"""Nouns of brands: what is claimed of a brand, where that was read and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

_SURE = "high"


@dataclass(frozen=True, slots=True)
class Claim:
    """Something said of a brand. Empty: unknown. `since` is a day or a month, as far as it is known."""

    value: str
    note: str
    sources: tuple[str, ...]
    read: date
    confidence: str
    since: str = ""

    @property
    def unknown(self) -> bool:
        """True when nobody has found it."""
        return not self.value

    @property
    def unverified(self) -> bool:
        """True when it is known from memory or second hand only."""
        return self.confidence != _SURE and not self.unknown


@dataclass(frozen=True, slots=True)
class Diluted:
    """How long the diluted drug keeps in one diluent at one temperature."""

    diluent: str
    temperature: str
    hours: int
    claim: Claim


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand of tocilizumab for infusion. A set never mixes two of them."""

    name: str
    product: str
    labeler: str
    reference: bool
    crs: Claim
    storage: Claim
    excursion: Claim
    diluted: tuple[Diluted, ...]
    recall: Claim | None

    @property
    def for_crs(self) -> bool:
        """True only when CRS is known to be an indication; unknown is not yes."""
        return self.crs.value == "yes"
