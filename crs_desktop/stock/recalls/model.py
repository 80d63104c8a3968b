"""Nouns of recalls: a notice, an alert about a brand, and what a notice comes to for people, vials and the board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Finding
from crs_desktop.stock.model import Lot, LotState, Place

CLASSES = ("I", "II", "III", "none")


@dataclass(frozen=True, slots=True)
class NoticeEnd:
    """Why a notice no longer holds here."""

    reason: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A recall notice. `lots` are the numbers that it names, also of lots that never came here."""

    id: int
    number: str
    recall_class: str
    brand: str
    every_lot: bool
    lots: tuple[str, ...]
    noticed: date
    reason: str
    source: str
    at: datetime
    actor: str
    end: NoticeEnd | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A notice about a brand that came with the program: its lots are not known here."""

    number: str
    recall_class: str
    brand: str
    noticed: date
    source: str


@dataclass(frozen=True, slots=True)
class NamedLots:
    """Lots of this ledger that a notice names, and those that differ from a number of it by look-alikes only."""

    lots: tuple[Lot, ...]
    alike: tuple[tuple[Lot, str], ...]
    never_here: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticePicture:
    """A notice with its lots here and the vials of them that are on hand."""

    notice: Notice
    named: NamedLots
    vials: int


@dataclass(frozen=True, slots=True)
class RecallsPicture:
    """What a page of recalls shows: notices, the running ones first, and alerts without a notice of their number."""

    notices: tuple[NoticePicture, ...]
    alerts: tuple[Alert, ...]


# --- what a notice comes to ---


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by name with the two other identifiers."""

    id: int
    name: str
    mrn: str
    born: date


@dataclass(frozen=True, slots=True)
class VialsOf:
    """So many vials of a lot; in a dose `missing` of them stood on no ledger."""

    lot: Lot
    vials: int
    place: Place | None = None
    missing: int = 0


@dataclass(frozen=True, slots=True)
class DoseReceived:
    """A dose that somebody received with vials of a recalled lot."""

    person: Person
    dose_id: int
    at: datetime
    amount: Mass
    purpose: str
    vials: tuple[VialsOf, ...]
    prescriber: str
    given_by: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A set of recalled vials that is promised to somebody; `person` None when the holder is not known any more."""

    person: Person | None
    holder: str
    set_no: int
    held: DayRange
    vials: tuple[VialsOf, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class WindowChanged:
    """What a recall does to one window: verdicts and sets before and after, and the sets that stand there instead."""

    person: Person
    days: DayRange
    owed: int
    verdict_before: str
    verdict_after: str
    sets_before: tuple[str, ...]
    sets_after: tuple[str, ...]
    reasons: tuple[Finding, ...]
    loses: bool


@dataclass(frozen=True, slots=True)
class ToPull:
    """Vials of a recalled lot in a place, and their state there."""

    lot: Lot
    place: Place
    vials: int
    state: LotState


@dataclass(frozen=True, slots=True)
class WentOut:
    """Vials of a recalled lot that left otherwise than in a dose: `kind` of the line, `to` whom if that is known."""

    lot: Lot
    place: Place
    vials: int
    kind: str
    to: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Drill:
    """Everything that a notice comes to. `recorded` False: what would happen if it were recorded."""

    number: str
    brand: str
    recorded: bool
    at: datetime
    named: NamedLots
    received: tuple[DoseReceived, ...]
    promised: tuple[Promise, ...]
    windows: tuple[WindowChanged, ...]
    to_pull: tuple[ToPull, ...]
    went_out: tuple[WentOut, ...]
    fixes: tuple[str, ...]
    notes: tuple[Finding, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        """Who received vials of the lots, each once, by name."""
        found = {dose.person.id: dose.person for dose in self.received}
        return tuple(sorted(found.values(), key=lambda person: (person.name, person.id)))

    @property
    def losing(self) -> tuple[WindowChanged, ...]:
        """Windows that lose sets or their readiness."""
        return tuple(window for window in self.windows if window.loses)

    @property
    def vials_to_pull(self) -> int:
        """All vials on hand."""
        return sum(line.vials for line in self.to_pull)
