"""Nouns of the board: the answer per window and per infusion, with every reason, and the picture's raw material."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from crs_desktop.doses.planned.model import PlannedNeed
from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Finding
from crs_desktop.patients.model import Course, Infusion, Patient, Weighing, Window
from crs_desktop.policy.model import Policy
from crs_desktop.readiness.chance.model import ChanceAnswer
from crs_desktop.readiness.model import BrandFix, DayFigures, Fix, OrderedVials, PlannedSet, RoundingFix
from crs_desktop.stock.model import Lot, Place, VialLine
from crs_desktop.stock.ordering.deliveries import Delivery


class Verdict(Enum):
    """The four answers; never green by default."""

    READY = "ready"
    READY_BUT = "ready_but"
    SHORT = "short"
    CANNOT_SAY = "cannot_say"

    @property
    def good(self) -> bool:
        """True for ready and ready, but."""
        return self in (Verdict.READY, Verdict.READY_BUT)


@dataclass(frozen=True, slots=True)
class LotTaken:
    """Vials of one lot in a planned set."""

    lot: Lot
    place: Place
    vials: int
    far: bool = False

    @property
    def line(self) -> VialLine:
        """As stock names them."""
        return VialLine(self.lot.id, self.place.id, self.vials)


@dataclass(frozen=True, slots=True)
class DeliveryTaken:
    """Vials of a planned set that an order still owes."""

    delivery: Delivery
    vials: int


@dataclass(frozen=True, slots=True)
class SetAnswer:
    """One set of the plan with its lots, and the promise that already holds exactly these vials, if any.

    `coming`: what of it is still to be delivered. `promise_covers` is False when the promise leaves out a day of the
    window from today on: confirm again.
    """

    planned: PlannedSet
    lots: tuple[LotTaken, ...]
    earmark_id: int | None
    promise_covers: bool
    coming: tuple[DeliveryTaken, ...] = ()

    @property
    def far(self) -> tuple[LotTaken, ...]:
        """Its vials in places that policy does not count: they have to be brought here first."""
        return tuple(taken for taken in self.lots if taken.far)


@dataclass(frozen=True, slots=True)
class WindowAnswer:
    """The verdict of one merged window of a patient."""

    patient: Patient
    window: Window
    weighing: Weighing | None
    weight_age_days: int | None
    dose: Mass | None
    owed: int
    sets: tuple[SetAnswer, ...]
    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def missing(self) -> int:
        """Sets owed without vials."""
        return self.owed - len(self.sets)


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """A planned prophylactic dose: its vials, or why it finds none. Never short; a finding of its own."""

    patient: Patient
    need: PlannedNeed
    dose: Mass | None
    lots: tuple[LotTaken, ...]
    coming: tuple[DeliveryTaken, ...]
    findings: tuple[Finding, ...]

    @property
    def met(self) -> bool:
        """True when it has its vials."""
        return bool(self.lots or self.coming)


@dataclass(frozen=True, slots=True)
class OrderBy:
    """The last safe moment to order: an hour later the named patient is short."""

    moment: datetime
    supplier: str
    patient: Patient
    day: date
    vials: tuple[OrderedVials, ...]


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """One scheduled infusion on the board; `window` None when no set is owed around it."""

    patient: Patient
    course: Course
    infusion: Infusion
    window: WindowAnswer | None
    weighing: Weighing | None

    @property
    def overdue(self) -> Finding | None:
        """That the day has passed and nobody has recorded anything."""
        return next((finding for finding in self.infusion.findings if finding.code == "infusion_not_recorded"), None)


@dataclass(frozen=True, slots=True)
class Board:
    """The whole answer at one instant, from one consistent snapshot."""

    asked_at: datetime
    today: date
    horizon: DayRange
    policy: Policy
    windows: tuple[WindowAnswer, ...]
    rows: tuple[RowAnswer, ...]
    days: tuple[DayFigures, ...]
    fixes: tuple[Fix, ...]
    proved_best: bool
    discrepancies: int
    unkept_promises: int
    fingerprint: str
    chances: ChanceAnswer | None = None
    conflict: Finding | None = None
    planned: tuple[PlannedAnswer, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    order_by: OrderBy | None = None
    too_late: tuple[Finding, ...] = ()

    @property
    def first_not_ready(self) -> WindowAnswer | None:
        """The window whose later of start and today comes first among those that are not ready."""
        waiting = [answer for answer in self.windows if not answer.verdict.good]
        order = {Verdict.SHORT: 0, Verdict.CANNOT_SAY: 1}
        return min(
            waiting,
            key=lambda item: (max(item.window.days.first, self.today), order[item.verdict], item.patient.id),
            default=None,
        )

    @property
    def way_out(self) -> Fix | None:
        """The smallest fix that is sure: none that waits for the check of a lot or for a decision about rounding."""
        return next((fix for fix in self.fixes if not isinstance(fix, BrandFix | RoundingFix)), None)

    @property
    def verdict(self) -> Verdict:
        """The worst of the windows, short before cannot say; ready when there is none."""
        found = {answer.verdict for answer in self.windows}
        if any(not one.met for one in self.planned):
            found.add(Verdict.READY_BUT)  # not short, and not green either
        worst_first = (Verdict.SHORT, Verdict.CANNOT_SAY, Verdict.READY_BUT)
        return next((verdict for verdict in worst_first if verdict in found), Verdict.READY)

    @property
    def unrecorded(self) -> int:
        """Infusions of the past, outside every window on the board, about which nothing is recorded."""
        return sum(1 for row in self.rows if row.window is None and row.overdue is not None)

    def window_of(self, holder: str) -> WindowAnswer | None:
        """The window for which stock holds vials under this name."""
        return next((answer for answer in self.windows if answer.window.holder == holder), None)
