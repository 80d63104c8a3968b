"""What comes of a protocol on a calendar: dated doses, notes around them, clock times and the advice after a delay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Finding
from crs_desktop.therapies.model.care import InfusionTime, Observation, Premedication, RestartRow
from crs_desktop.therapies.model.doses import Amount


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a schedule depends on besides start, weight and doses given.

    `surface_m2`: body surface area; `grades`: highest CRS grade after each dose key, 0 for none, absent when nobody has
    said; `entered`: ids of conditional phases that a prescriber has entered; `population`: 'adult' or 'paediatric';
    `restart`: the restart row this schedule follows after the dose `last_key`, instead of beginning at the first step.
    """

    surface_m2: Decimal | None = None
    grades: Mapping[str, int] = field(default_factory=dict)
    entered: frozenset[str] = frozenset()
    population: str = ""
    restart: RestartRow | None = None
    last_key: str = ""


@dataclass(frozen=True, slots=True)
class ScheduledDose:
    """One dated dose of a schedule: what, when, allowed when, with what around it, and what about it is not sure.

    The three conditional lists hold the rows that depend on CRS with the dose before while nobody has said its grade.
    """

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
    part_of: str = ""
    conditional: tuple[Premedication, ...] = ()
    conditional_observation: tuple[Observation, ...] = ()
    infusion_times: tuple[InfusionTime, ...] = ()
    conditional_times: tuple[InfusionTime, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarNote:
    """Something around the doses: lymphodepletion, no driving, end of the infusion. Days None: how long is unknown.

    An `alternative` stands beside other rows of its kind, of which one is chosen; `when` says in which case.
    """

    kind: str
    label: str
    days: DayRange | None
    detail: str
    path: str
    alternative: bool = False
    when: str = ""


@dataclass(frozen=True, slots=True)
class PremedicationTime:
    """A medicine of a dose with its clock times (None where the offset is unknown) and the days it is given on."""

    item: Premedication
    earliest: datetime | None
    latest: datetime | None
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class BagStart:
    """When the bag of this number (1 = first) is started, and when the next one or the end is due; both UTC."""

    number: int
    starts: datetime
    ends: datetime


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
