"""The nouns of a protocol and of the schedule made from it. What is not known is a fact too, visible as unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from crs_desktop.kernel.amounts import BodyWeight, grouped, plain
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Finding

Value = str | int | Decimal | bool | tuple[str, ...] | tuple[int, ...] | tuple[Decimal, ...] | None

ROLES = ("cells", "step_up", "first_full", "full", "rate_step")
KINDS = ("car_t", "bispecific")
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

    @property
    def unknown(self) -> bool:
        """Nobody has read this value anywhere: the note says what is missing."""
        return self.value is None

    @property
    def unverified(self) -> bool:
        """Low confidence or from memory: works only after the site's pharmacist adopted it. Unknown counts as well."""
        return self.unknown or self.confidence == "low" or self.from_memory

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
class Amount:
    """An exact number with its unit."""

    value: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{grouped(self.value)} {self.unit}"


@dataclass(frozen=True, slots=True)
class AmountBranch:
    """What a dose amounts to for a body weight from `from_kg` (inclusive) to below `below_kg`."""

    amount: Amount
    from_kg: Decimal | None
    below_kg: Decimal | None
    cap: Amount | None
    path: str

    def holds_for(self, weight: BodyWeight) -> bool:
        """True when the weight lies in this branch."""
        above = self.from_kg is None or weight.kg >= self.from_kg
        return above and (self.below_kg is None or weight.kg < self.below_kg)

    @property
    def text(self) -> str:
        """'15 mcg/m2/day, at most 28 mcg/day'."""
        return f"{self.amount}, at most {self.cap}" if self.cap else str(self.amount)

    @property
    def range_text(self) -> str:
        """'45 kg or more', 'under 45 kg', or '' for every weight."""
        if self.from_kg is not None and self.below_kg is not None:
            return f"{plain(self.from_kg)} kg to under {plain(self.below_kg)} kg"
        if self.from_kg is not None:
            return f"{plain(self.from_kg)} kg or more"
        return f"under {plain(self.below_kg)} kg" if self.below_kg is not None else ""


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
    """One named dose of the first treatment phase."""

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


@dataclass(frozen=True, slots=True)
class Phase:
    """Repeating doses after the named steps: keys are `key` with {n} filled; count None = until somebody stops."""

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


@dataclass(frozen=True, slots=True)
class LeadIn:
    """A drug given on days counted from the infusion before it: lymphodepletion, or a companion drug."""

    id: str
    drug: str
    kind: str
    amount: Amount | None
    route: str
    days: tuple[int, ...]
    regimens: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True)
class Premedication:
    """One medicine before a dose. Minutes count back from the start of the infusion or injection; None is unknown."""

    id: str
    drug: str
    kind: str
    dose: tuple[Decimal, ...]
    unit: str
    most: Amount | None
    route: tuple[str, ...]
    earliest_minutes: int | None
    latest_minutes: int | None
    timing: str
    days: tuple[int, ...]
    optional: bool
    or_equivalent: bool
    population: str
    regimens: tuple[str, ...]
    applies_to: tuple[str, ...]
    also_when: tuple[str, ...]
    path: str

    @property
    def dose_text(self) -> str:
        """'16 mg', '650 to 1,000 mg', '5 mg/m2, at most 20 mg', or '' when unknown."""
        said = " to ".join(grouped(number) for number in self.dose)
        said = f"{said} {self.unit}" if said else ""
        return f"{said}, at most {self.most}" if said and self.most else said


@dataclass(frozen=True, slots=True)
class Observation:
    """Where and how long a patient is watched after a dose. An alternative row stands beside the stricter default."""

    id: str
    setting: str
    hours: int | None
    days: int | None
    when: str
    alternative: bool
    regimens: tuple[str, ...]
    applies_to: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True)
class Duration:
    """A rule that runs for days from the infusion: daily checks, stay near, no driving. Old rules stay on file."""

    id: str
    kind: str
    text: str
    days: int | None
    valid_from: str
    valid_to: str
    applies_to: tuple[str, ...]
    path: str

    def in_force(self, day: date) -> bool:
        """True when the rule held on this day. A month or year alone counts whole."""
        said = day.isoformat()
        begun = said[: len(self.valid_from)] >= self.valid_from
        return begun and (not self.valid_to or said[: len(self.valid_to)] <= self.valid_to)


@dataclass(frozen=True, slots=True)
class RestartRow:
    """After a delay, pause or event of from `least` to `most` (both included, None = open): what to do."""

    id: str
    situation: str
    unit: str
    least: int | None
    most: int | None
    action: str
    resume_at: str
    premedicate: bool | None
    observe_as_step_up: bool | None
    weigh_benefit: bool
    regimens: tuple[str, ...]
    path: str

    def holds_for(self, elapsed: int) -> bool:
        """True when the elapsed time lies in this row."""
        return (self.least is None or elapsed >= self.least) and (self.most is None or elapsed <= self.most)


@dataclass(frozen=True, slots=True)
class BagChange:
    """A way of dividing a continuous infusion into bags."""

    hours: int
    rate_ml_per_h: Decimal | None
    path: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence under a topic: hold, administration, driving, tocilizumab, crs, icans, rems and so on; '' unknown."""

    id: str
    topic: str
    text: str
    grade: str
    regimens: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True)
class RiskRow:
    """How often CRS came and what it needed, in one trial; each percentage with the people it counts."""

    id: str
    trial: str
    population: str
    patients: int | None
    grading: str
    regimens: tuple[str, ...]
    figures: tuple[tuple[str, Value], ...]
    path: str

    def figure(self, name: str) -> Value:
        """A figure such as 'crs_any_pct'; None when unknown or not given."""
        return dict(self.figures).get(name)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A gap of the reference, said aloud. `about` names path beginnings it concerns (empty: the whole product)."""

    id: str
    text: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Protocol:
    """One product in one jurisdiction and label version, exactly as its file says; `text` is the file itself."""

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


@dataclass(frozen=True, slots=True)
class ScheduledDose:
    """One dated dose of a schedule: what, when, allowed when, with what around it, and what about it is not sure."""

    key: str
    label: str
    role: str
    day_number: int
    cycle: int | None
    route: str
    phase: str
    planned: date
    placed: bool
    allowed: DayRange | None
    usual: DayRange | None
    ends: date | None
    amount_text: str
    amount: Amount | None
    table_amount: Amount | None
    premedication: tuple[Premedication, ...]
    observation: tuple[Observation, ...]
    unverified_facts: tuple[str, ...]
    unknowns: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class CalendarNote:
    """Something around the doses: lymphodepletion, no driving, end of the infusion. Days None: how long is unknown."""

    kind: str
    label: str
    days: DayRange | None
    detail: str
    path: str


@dataclass(frozen=True, slots=True)
class PremedicationTime:
    """A medicine of a dose with its clock times (None where the offset is unknown) and the days it is given on."""

    item: Premedication
    earliest: datetime | None
    latest: datetime | None
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class RestartAdvice:
    """What to do `elapsed` days after the last dose: too_early, on_schedule, row, no_rule or complete."""

    kind: str
    last_key: str
    elapsed: int
    row: RestartRow | None
    next_key: str
    changes_on: date | None
    unverified: bool
