"""How a product is given: amounts by weight, named steps with their gaps, repeating phases, preparation tables."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from crs_desktop.kernel.amounts import BodyWeight, grouped, plain

ROLES = ("cells", "step_up", "first_full", "full", "rate_step")
KINDS = ("car_t", "bispecific")


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact number with its unit."""

    value: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{grouped(self.value)} {self.unit}"


@dataclass(frozen=True, slots=True)
class AmountBranch:
    """What a dose amounts to for a range of body weights, in kg.

    `from_kg` and `to_kg` are included, `above_kg` and `below_kg` are not. `most` is the upper end where the label gives
    a range, as it does for cells; `cap` is the most that a dose by weight or surface may come to.
    """

    amount: Amount
    from_kg: Decimal | None
    below_kg: Decimal | None
    cap: Amount | None
    path: str
    most: Amount | None = None
    above_kg: Decimal | None = None
    to_kg: Decimal | None = None

    def holds_for(self, weight: BodyWeight) -> bool:
        """True when the weight lies in this branch."""
        above = (self.from_kg is None or weight.kg >= self.from_kg) and (
            self.above_kg is None or weight.kg > self.above_kg
        )
        below = (self.below_kg is None or weight.kg < self.below_kg) and (self.to_kg is None or weight.kg <= self.to_kg)
        return above and below

    @property
    def text(self) -> str:
        """'15 mcg/m2/day, at most 28 mcg/day', '2 to 5 mg'."""
        said = f"{grouped(self.amount.value)} to {self.most}" if self.most else str(self.amount)
        return f"{said}, at most {self.cap}" if self.cap else said

    @property
    def range_text(self) -> str:
        """'45 kg or more', 'under 45 kg', 'over 50 kg', 'up to 50 kg', or '' for every weight."""
        low = f"{plain(self.from_kg)} kg or more" if self.from_kg is not None else ""
        low = f"over {plain(self.above_kg)} kg" if self.above_kg is not None else low
        high = f"under {plain(self.below_kg)} kg" if self.below_kg is not None else ""
        high = f"up to {plain(self.to_kg)} kg" if self.to_kg is not None else high
        if self.from_kg is not None and self.below_kg is not None:
            return f"{plain(self.from_kg)} kg to {high}"
        return f"{low}, {high}" if low and high else low or high


@dataclass(frozen=True, slots=True)
class Gap:
    """Whole days from the dose named `after` ('' = the dose before). None is unknown, never 'no limit'."""

    minimum: int | None = None
    usual: tuple[int, int] | None = None
    nominal: int | None = None
    maximum: int | None = None
    after: str = ""
    extension_reason: str = ""


@dataclass(frozen=True, slots=True)
class DoseStep:
    """One named dose of the first phase. `part_of` names the dose it is a part of, when given on several days."""

    key: str
    label: str
    role: str
    day: int
    route: str
    amounts: tuple[AmountBranch, ...]
    gap: Gap
    restart_class: str
    infusion_days: int | None
    cycle: int | None
    path: str
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What must hold before a phase begins or ends, besides that the doses before it were given.

    Weeks count from day 1 of the regimen: week 1 is days 1 to 7. A phase that needs a response is entered only when a
    prescriber says so; `mandatory` None: whether the switch is a duty was not read.
    """

    from_week: int | None = None
    until_week: int | None = None
    response: str = ""
    sustained_months: int | None = None
    full_doses: int | None = None
    mandatory: bool | None = None

    @property
    def conditional(self) -> bool:
        """True when somebody has to judge before this phase begins."""
        return self.response != ""


@dataclass(frozen=True, slots=True)
class Phase:
    """Repeating doses after the named steps; count None = until somebody stops.

    Either every `gap` days (keys are `key` with {n} filled), or on `days` of the `cycles` from first to last, both
    included (keys are `key` with {c} and {d} filled); the last cycle None: until somebody stops.
    """

    id: str
    label: str
    key: str
    first_number: int
    count: int | None
    route: str
    amounts: tuple[AmountBranch, ...]
    first_gap: Gap
    gap: Gap
    entry: str
    optional: bool
    restart_class: str
    infusion_days: int | None
    by_cycle: bool
    path: str
    rule: Entry | None = None
    cycles: tuple[int, int | None] | None = None
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Regimen:
    """One way of giving the product."""

    id: str
    title: str
    indication: str
    day_origin: str
    first_day: int
    steps: tuple[DoseStep, ...]
    phases: tuple[Phase, ...]
    path: str
    cycle_days: int | None = None
    symptom_free_hours: int | None = None


@dataclass(frozen=True, slots=True)
class WeightBand:
    """A row of a preparation table: whole kilograms, both ends included, and the amount per dose key."""

    from_kg: int
    to_kg: int
    amounts: tuple[tuple[str, Amount], ...]
    regimens: tuple[str, ...]
    path: str

    def amount_for(self, regimen: str, key: str, weight: BodyWeight) -> Amount | None:
        """The table's amount. None between two printed bands (such as 39.5 kg): how to round is not in the file."""
        if regimen not in self.regimens or not self.from_kg <= weight.kg <= self.to_kg:
            return None
        return dict(self.amounts).get(key)
