"""What the gatherer hands to the builders: typed facts of one patient at one moment, nothing formatted or decided.

`None` always means *not known* and is printed so; an empty tuple means *none, and that was asked*.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from crs_desktop.kernel.amounts import BodyWeight, Mass, Volume


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """Who. `allergies` None: never recorded; empty: recorded as none known."""

    name: str
    born: date
    mrn: str
    allergies: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class WeightFacts:
    """A dated weight; `age_days` is counted by the rules up to the day the sheet is for."""

    weight: BodyWeight
    measured_on: date
    method: str
    age_days: int
    limit_days: int

    @property
    def stale(self) -> bool:
        """Older than the site's policy allows."""
        return self.age_days > self.limit_days


@dataclass(frozen=True, slots=True)
class DoseFacts:
    """One calculated tocilizumab dose; `uncapped` is weight times mg/kg before the largest single dose."""

    mg_per_kg: int
    uncapped: Mass
    calculated: Mass
    drawn: Mass
    volume: Volume
    mg_per_ml: int
    bag_ml: int
    infuse_minutes: int

    @property
    def capped(self) -> bool:
        """True when the largest single dose lowered it."""
        return self.calculated < self.uncapped


@dataclass(frozen=True, slots=True)
class VialFacts:
    """Vials of one lot for one set."""

    brand: str
    name: str
    strength_mg: int
    vials: int
    lot: str
    expires: date
    place: str


@dataclass(frozen=True, slots=True)
class SetFacts:
    """One whole-vial set; `short` holds the words that say what is missing, and then there may be no vials."""

    number: int
    vials: tuple[VialFacts, ...] = ()
    drawn: Mass | None = None
    waste: Mass | None = None
    confirmed: bool = False
    short: str = ""


@dataclass(frozen=True, slots=True)
class ProtocolFacts:
    """The protocol or rule file a sheet rests on."""

    name: str
    version: str
    fingerprint: str
    source_date: date | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who printed, when, and until when the sheet may be used. Not part of what the validity code names."""

    printed_by: str
    printed_at: datetime
    valid_until: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Whom to call; no number means a line to write it."""

    role: str
    number: str = ""
