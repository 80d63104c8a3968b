"""The nouns of the plan: what is on hand, what is owed, what was promised, and the one best answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Finding

Vials = tuple[tuple[str, int], ...]
"""Vials of one set: the key of a supply line with a count, each key once."""
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class SupplyLine:
    """Vials of one lot in one place. `available_from` is the first day on which they count (None: they are there).

    `hour`: the minute of the day before `available_from` at which a delivery is there; a demand known to start later
    on that day has it already. `far`: in reach only for sets that need not be near (`Demand.further`).
    """

    key: str
    lot: str
    brand: str
    strength: Mass
    vials: int
    expires: date
    place: str = ""
    available_from: date | None = None
    usable: bool = True
    far: bool = False
    hour: int | None = None

    def __post_init__(self) -> None:
        if self.strength.mcg <= 0 or self.vials < 0:
            raise ValueError(f"supply {self.key}: a vial holds more than 0 mg, and there are 0 or more of them")
        if self.hour is not None and not (0 <= self.hour < DAY_MINUTES and self.available_from is not None):
            raise ValueError(f"supply {self.key}: the hour is a minute of the day before the vials count")


@dataclass(frozen=True, slots=True)
class Demand:
    """The sets owed to one holder over one merged window, both days included.

    `further`: so many of the sets, the last ones, may also be made of supply that is far. `first_minute`: the minute
    of the window's first day at which its infusion starts, where that is known.
    """

    holder: str
    dose: Mass
    sets: int
    window: DayRange
    further: int = 0
    first_minute: int | None = None

    def __post_init__(self) -> None:
        if self.dose.mcg <= 0 or self.sets < 0:
            raise ValueError(f"demand of {self.holder}: a dose is more than 0 mg, and the sets are 0 or more")
        if not 0 <= self.further <= self.sets:
            raise ValueError(f"demand of {self.holder}: of the sets, 0 to all may be further away")
        if self.first_minute is not None and not 0 <= self.first_minute < DAY_MINUTES:
            raise ValueError(f"demand of {self.holder}: a minute of the day is 0 to 1439")


@dataclass(frozen=True, slots=True)
class PlannedUse:
    """A prophylactic dose on the schedule: spent on its day, not held before."""

    holder: str
    day: date
    dose: Mass

    def __post_init__(self) -> None:
        if self.dose.mcg <= 0:
            raise ValueError(f"planned use of {self.holder}: a dose is more than 0 mg")


@dataclass(frozen=True, slots=True)
class Earmark:
    """A promise of named vials to one set of a holder: confirmed by a person, or proposed by an earlier plan."""

    holder: str
    set_no: int
    vials: Vials
    confirmed: bool


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """Everything the plan looks at. `rounding` is a percentage, 0 to 10; each holder has at most one demand."""

    today: date
    rounding: Decimal
    supply: tuple[SupplyLine, ...]
    demands: tuple[Demand, ...]
    planned_use: tuple[PlannedUse, ...] = ()
    earmarks: tuple[Earmark, ...] = ()
    time_limit_s: float = 5.0

    def __post_init__(self) -> None:
        if not 0 <= self.rounding <= 10:
            raise ValueError("the rounding is 0 to 10 percent")
        if len({line.key for line in self.supply}) != len(self.supply):
            raise ValueError("two supply lines share a key")
        if len({demand.holder for demand in self.demands}) != len(self.demands):
            raise ValueError("two demands share a holder")


@dataclass(frozen=True, slots=True)
class PlannedSet:
    """Whole vials of one brand for one dose of one holder."""

    holder: str
    set_no: int
    dose: Mass
    drawn: Mass
    opened: Mass
    vials: Vials

    @property
    def waste(self) -> Mass:
        """What stays in the opened vials."""
        return self.opened - self.drawn

    @property
    def rounded(self) -> bool:
        """True when policy rounding made the drawn dose another than the calculated one."""
        return self.drawn != self.dose


@dataclass(frozen=True, slots=True)
class MetUse:
    """A planned use that finds its vials on its day."""

    use: PlannedUse
    drawn: Mass
    opened: Mass
    vials: Vials

    @property
    def waste(self) -> Mass:
        """What stays in the opened vials."""
        return self.opened - self.drawn


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Sets owed that no vials are left for, and why."""

    holder: str
    sets: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class UnmetUse:
    """A planned use without vials on its day: a finding of its own, never *short*."""

    use: PlannedUse
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sets by holder and planned uses that cannot all be had on a day, with every vial that counts for any of them.

    `minimal`: it has been tried that without any single set or use the others can be had.
    """

    day: date
    holders: tuple[tuple[str, int], ...]
    planned: tuple[PlannedUse, ...]
    vials: Vials
    minimal: bool


@dataclass(frozen=True, slots=True)
class KeyCoverage:
    """Level 1 for one key: patients with at least one set, sets, and after them the planned uses met."""

    key: date
    patients: int
    sets: int
    planned: int


@dataclass(frozen=True, slots=True)
class Levels:
    """What the answer is worth, level by level, in exact numbers (masses in micrograms)."""

    coverage: tuple[KeyCoverage, ...]
    confirmed_changes: int
    waste_mcg: int
    rounding_mcg: int
    proposed_changes: int
    expiry_mcg_days: int
    vials: int

    def after_coverage(self) -> tuple[int, int, int, int, int, int]:
        """Levels 2 to 6, less is better, in their order."""
        return (
            self.confirmed_changes,
            self.waste_mcg,
            self.rounding_mcg,
            self.proposed_changes,
            self.expiry_mcg_days,
            self.vials,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """The one best answer, or the best one found in time (`proved_best` false).

    `proved_best` speaks of the levels 1 to 6 with the number of vials; `settled` of the choice among equals after it.
    """

    sets: tuple[PlannedSet, ...]
    uncovered: tuple[Uncovered, ...]
    planned: tuple[MetUse, ...]
    unmet: tuple[UnmetUse, ...]
    levels: Levels
    proved_best: bool
    settled: bool = True

    @property
    def ready(self) -> bool:
        """True when every set owed has its vials. Not proved and uncovered together mean: cannot say."""
        return not self.uncovered


@dataclass(frozen=True, slots=True)
class Movable:
    """A demand whose infusion may be moved, with the windows it could have instead, the most welcome first."""

    holder: str
    windows: tuple[DayRange, ...]


@dataclass(frozen=True, slots=True)
class Reserves:
    """What a site has and does not count: vials `elsewhere` as they would count once brought `to` a place here, vials
    `waiting` for the check of their lot, and the most rounding that nobody has decided about (None: decided)."""

    elsewhere: tuple[SupplyLine, ...] = ()
    to: str = ""
    waiting: tuple[SupplyLine, ...] = ()
    rounding: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReservedVials:
    """So many vials of a supply line that does not count as it is."""

    key: str
    lot: str
    brand: str
    strength: Mass
    count: int
    place: str


@dataclass(frozen=True, slots=True)
class TransferFix:
    """Vials brought from places that policy does not count to one that it counts, there when the first day begins."""

    vials: tuple[ReservedVials, ...]
    to: str
    by: date


@dataclass(frozen=True, slots=True)
class BrandFix:
    """Vials of another brand that lie here and wait for the check of their lot; they help if the check lets them."""

    vials: tuple[ReservedVials, ...]
    by: date


@dataclass(frozen=True, slots=True)
class RoundingFix:
    """The least rounding, in percent, with which every set owed is covered, and whose doses it changes."""

    percent: Decimal
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderedVials:
    """So many vials of a brand and strength."""

    brand: str
    strength: Mass
    count: int


@dataclass(frozen=True, slots=True)
class OrderFix:
    """Vials to be ordered, and the first day on which they must count."""

    vials: tuple[OrderedVials, ...]
    by: date


@dataclass(frozen=True, slots=True)
class MoveFix:
    """One holder's window moved to begin on another day."""

    holder: str
    window: DayRange


Fix = TransferFix | BrandFix | RoundingFix | OrderFix | MoveFix


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day of the chart: sets owed that day, of them covered, usable vials whose last day this is or that arrive."""

    day: date
    owed: int
    covered: int
    expiring: int
    arriving: int = 0
