"""Nouns of the second check: who has proved who they are, what is asked blind, what differed, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum

from crs_desktop.kernel.refusal import Refused


class Kind(StrEnum):
    """How an entry is read and compared."""

    WEIGHT = "weight"
    DOSE = "dose"
    COUNT = "count"
    CHOICE = "choice"
    TEXT = "text"
    DAY = "day"
    CLOCK = "clock"


class Outcome(StrEnum):
    """What one row says. A difference stays one until a later row explains it or corrects what was checked."""

    AGREED = "agreed"
    DIFFERS = "differs"
    EXPLAINED = "explained"
    CORRECTED = "corrected"
    ALONE = "alone"
    LOOKED_OVER = "looked_over"


class Standing(Enum):
    """Where the second check of one thing stands, from all its rows."""

    WAITING = "waiting"
    DIFFERS = "differs"
    ALONE = "alone"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class ProvenPerson:
    """A second person who has just proved who they are. `roles` are those of their sign-in, in words."""

    person_id: int
    name: str
    roles: frozenset[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Prover:
    """How a second person proves at this desk who they are: with sign-in and password.

    `made_up` is the name that proves itself without a password in the demo, where nobody exists; empty elsewhere.
    """

    prove: Callable[[str, str], ProvenPerson | Refused]
    made_up: str = ""


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """Whose act is checked. `ids` are all people who bear or bore this name: one, or nobody in the demo."""

    name: str
    ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SecondSignature:
    """What the second person brings. `by` is None when there was nobody else: then `alone_reason` says why."""

    by: ProvenPerson | None
    entered: Mapping[str, str] = field(default_factory=dict)
    explanation: str = ""
    alone_reason: str = ""


@dataclass(frozen=True, slots=True)
class AskedField:
    """One thing to enter blind. `truth` is the first result: kg, mg, a number, an id, a text, a day, HH:MM.

    An empty `truth` says that the first person had none: then an empty entry agrees with it. `choices` are pairs of id
    and what a person reads.
    """

    name: str
    kind: Kind
    truth: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a second person must enter about one thing without seeing it. `alone`: the night rule may stand in."""

    subject: str
    subject_id: str
    fields: tuple[AskedField, ...]
    alone: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One field in which the two results differ, each as a person reads it."""

    field: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class SecondCheck:
    """One row. `second` is None for an act alone: then `explanation` is the reason and `asked` what is looked over."""

    id: int
    at: datetime
    subject: str
    subject_id: str
    first: str
    second: str | None
    outcome: Outcome
    entered: Mapping[str, str]
    differences: tuple[Difference, ...]
    explanation: str
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What an entry comes to: an outcome with its differences. `again` when the same was caught before."""

    outcome: Outcome
    differences: tuple[Difference, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Signed:
    """A second signature that holds."""

    check_id: int
    outcome: Outcome
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class NightRule:
    """From this day on one pharmacist may act alone between these minutes of the local day; or no longer may."""

    id: int
    at: datetime
    valid_from: date
    from_minute: int
    until_minute: int
    stands: bool
    text: str
    stated_by: tuple[str, str]

    @property
    def hours(self) -> str:
        """As people write it: 22:00–06:00."""
        return f"{clock_text(self.from_minute)}–{clock_text(self.until_minute)}"


@dataclass(frozen=True, slots=True)
class CaughtCount:
    """Second checks of one subject in one month ('2026-12'): how many, and what became of those that differed."""

    subject: str
    month: str
    checks: int = 0
    differed: int = 0
    explained: int = 0
    corrected: int = 0
    alone: int = 0


@dataclass(frozen=True, slots=True)
class Catches:
    """What second checks have caught, newest month first."""

    lines: tuple[CaughtCount, ...]

    @property
    def checks(self) -> int:
        """All checks by a second person."""
        return sum(line.checks for line in self.lines)

    @property
    def differed(self) -> int:
        """Those in which the two results differed."""
        return sum(line.differed for line in self.lines)

    @property
    def explained(self) -> int:
        """Differences that somebody explained."""
        return sum(line.explained for line in self.lines)

    @property
    def corrected(self) -> int:
        """Differences that led to a correction."""
        return sum(line.corrected for line in self.lines)

    @property
    def alone(self) -> int:
        """Acts of one pharmacist alone."""
        return sum(line.alone for line in self.lines)


def clock_text(minute: int) -> str:
    """A minute of the day as HH:MM."""
    return f"{minute // 60:02}:{minute % 60:02}"
