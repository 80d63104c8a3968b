"""The nouns of doses: vial set, dose given, limits in force, next dose, record, proposal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from crs_desktop.kernel.amounts import BodyWeight, Mass, Volume
from crs_desktop.kernel.clock import whole_milliseconds
from crs_desktop.kernel.refusal import Finding
from crs_desktop.stock.model import LotState


class Purpose(StrEnum):
    """Why a dose was given: to treat, or planned ahead of an infusion."""

    RESCUE = "rescue"
    PROPHYLACTIC = "prophylactic"


class IntervalFrom(StrEnum):
    """Where the clock between two doses starts. Sources do not settle it, so it is always shown."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class VialSet:
    """Whole vials of one brand for one dose, largest strength first; strengths with no vial are left out."""

    vials: tuple[tuple[Mass, int], ...]
    opened: Mass
    drawn: Mass
    waste: Mass

    @property
    def count(self) -> int:
        """How many vials are opened."""
        return sum(number for _, number in self.vials)


@dataclass(frozen=True, slots=True)
class DoseGiven:
    """When a dose ran. Instants are kept in UTC. `in_episode` says whether it belongs to the episode asked about."""

    start: datetime
    end: datetime | None = None
    purpose: Purpose = Purpose.RESCUE
    in_episode: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", whole_milliseconds(self.start))
        if self.end is not None:
            object.__setattr__(self, "end", whole_milliseconds(self.end))
            if self.end < self.start:
                raise ValueError("a dose ends at or after its start")


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits in force: label, guideline and policy, already decided."""

    min_interval: timedelta
    interval_from: IntervalFrom
    per_24h: int
    per_episode: int

    def __post_init__(self) -> None:
        if self.min_interval < timedelta(0) or self.per_24h < 1 or self.per_episode < 1:
            raise ValueError("an interval is not negative, and at least one dose is allowed")


@dataclass(frozen=True, slots=True)
class NextDose:
    """May another dose start at the instant asked about?

    `from_` is the earliest instant at which every time limit is met (it may lie in the past), None when the episode is
    full. `reasons` are the limits that stand against it, `findings` what to know besides.
    """

    allowed: bool
    from_: datetime | None
    interval_from: IntervalFrom
    left_24h: int
    left_episode: int
    findings: tuple[Finding, ...] = ()
    reasons: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class VialsUsed:
    """Vials of one lot that went into a dose, with what the ledger says of the lot on that day."""

    lot: str
    brand: str
    strength: Mass
    count: int
    expires: date
    state: LotState = LotState.AVAILABLE
    counted: bool = True


@dataclass(frozen=True, slots=True)
class DoseRecord:
    """The facts about one dose that was given, as the rules for deviations need them.

    `others` are all other recorded doses of the patient; `day` is the site's day of the start; `weight_age_days` is
    counted to that day.
    """

    start: datetime
    end: datetime | None
    purpose: Purpose
    amount: Mass
    day: date
    recorded_at: datetime
    others: tuple[DoseGiven, ...]
    limits: Limits
    weight: BodyWeight | None
    weight_age_days: int | None
    max_weight_age_days: int
    rounding_percent: Decimal
    late_after: timedelta
    vials: tuple[VialsUsed, ...] = ()
    from_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A dose ready to be ordered: how much, from what, how, and when the one after it may start."""

    weight: BodyWeight
    mg_per_kg: int
    calculated: Mass
    capped: bool
    brand: str
    vials: VialSet
    volume: Volume
    bag_ml: int
    minutes: int
    rate_ml_per_hour: Decimal
    start: datetime
    after: NextDose
    steps: tuple[Finding, ...]
    findings: tuple[Finding, ...] = ()
