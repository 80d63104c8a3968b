"""What surrounds the doses: lead-in, premedication, observation, durations, restart, sentences and risk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crs_desktop.kernel.amounts import grouped
from crs_desktop.therapies.model.doses import Amount, DoseStep
from crs_desktop.therapies.model.facts import Value


@dataclass(frozen=True, slots=True)
class LeadIn:
    """A drug with a calendar of its own around the doses: lymphodepletion, pretreatment, or a companion drug.

    Either on fixed `days` as the regimen counts them (with `cycles`: of each of these cycles, both included), or for
    `lasting_days` days in a row of which the last lies `ends_before` = (least, most) days before the first dose.
    """

    id: str
    drug: str
    kind: str
    amount: Amount | None
    route: str
    days: tuple[int, ...]
    regimens: tuple[str, ...]
    path: str
    lasting_days: int | None = None
    ends_before: tuple[int, int] | None = None
    cycles: tuple[int, int] | None = None
    alternative: bool = False
    when: str = ""


@dataclass(frozen=True, slots=True)
class Premedication:
    """One medicine around a dose. Minutes count back from the start of the infusion or injection; None is unknown.

    `after_grades`: only when the dose before was followed by CRS of one of these grades (0 is no CRS); empty: always.
    `following_days`: also on so many days after the dose. `minutes_after`: given after the end of the infusion instead.
    `one_of`: of the rows with the same word here, one is given. `on_restart`: also before a dose repeated on a restart.
    """

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
    after_grades: tuple[int, ...] = ()
    on_restart: bool = False
    following_days: tuple[int, ...] = ()
    minutes_after: tuple[int, int] | None = None
    over_minutes: tuple[int, int] | None = None
    until: str = ""
    when: str = ""
    one_of: str = ""

    @property
    def dose_text(self) -> str:
        """'16 mg', '650 to 1,000 mg', '5 mg/m2, at most 20 mg', or '' when unknown."""
        said = " to ".join(grouped(number) for number in self.dose)
        said = f"{said} {self.unit}" if said else ""
        return f"{said}, at most {self.most}" if said and self.most else said


@dataclass(frozen=True, slots=True)
class Observation:
    """Where and how long a patient is watched after a dose. An alternative row stands beside the stricter default.

    `hours` to `most_hours` (None: no upper end), counted from the `start` or the `end` of the infusion ('' is unknown).
    """

    id: str
    setting: str
    hours: int | None
    days: int | None
    when: str
    alternative: bool
    regimens: tuple[str, ...]
    applies_to: tuple[str, ...]
    path: str
    most_hours: int | None = None
    counted_from: str = ""
    then: str = ""
    after_grades: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class InfusionTime:
    """How long an infusion runs, in minutes (least, most); `after_grades` as in Premedication."""

    id: str
    minutes: tuple[int, int] | None
    after_grades: tuple[int, ...]
    when: str
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
    regimens: tuple[str, ...] = ()

    def holds_in(self, regimen_id: str) -> bool:
        """True when the rule is one of this regimen; a rule that names none holds in all."""
        return not self.regimens or regimen_id in self.regimens

    def in_force(self, day: date) -> bool:
        """True when the rule held on this day. A month or year alone counts whole."""
        said = day.isoformat()
        begun = said[: len(self.valid_from)] >= self.valid_from
        return begun and (not self.valid_to or said[: len(self.valid_to)] <= self.valid_to)


@dataclass(frozen=True, slots=True)
class StockRule:
    """How much tocilizumab a rule of the product wants at hand before these doses; None: not stated, or not read."""

    id: str
    doses: int | None
    second_within_hours: int | None
    text: str
    valid_from: str
    valid_to: str
    jurisdiction: str
    applies_to: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True)
class RestartRow:
    """After a delay, pause or event of from `least` to `most` (both included, None = open): what to do.

    `resume_at` begins at that step of the regimen; `doses` is a ladder of its own instead, its days counted from its
    first dose (day 1). `then` says where the course goes on: '' after the dose that was last given, `next_cycle` with
    the next cycle, or the id of a phase. An event (`CRS`, `ICANS`) names its `grades`.
    """

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
    doses: tuple[DoseStep, ...] = ()
    then: str = ""
    repeat_lead_in: bool | None = None
    event: str = ""
    grades: tuple[int, ...] = ()

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
class DoseRisk:
    """How often CRS followed one dose, in percent `of` patients, of patients with CRS, or of events."""

    dose: str
    percent: Decimal | None
    of: str
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
    by_dose: tuple[DoseRisk, ...] = ()

    def figure(self, name: str) -> Value:
        """A figure such as 'crs_any_pct'; None when unknown or not given."""
        return dict(self.figures).get(name)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A gap of the reference, said aloud. `about` names path beginnings it concerns (empty: the whole product)."""

    id: str
    text: str
    about: tuple[str, ...]
