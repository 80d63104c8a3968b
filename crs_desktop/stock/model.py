"""Nouns of stock: a place, a lot, a movement, what is on hand, an earmark, and the picture made of them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.days import DayRange


class MovementKind(Enum):
    """Why vials came or went."""

    RECEIVE = "receive"
    WASTE = "waste"
    DOSE = "dose"
    REVERSAL = "reversal"
    MOVE = "move"
    COUNT = "count"
    LOAN = "loan"
    PREPARED = "prepared"


class WasteCause(Enum):
    """Why vials were thrown away."""

    BROKEN = "broken"
    EXPIRED = "expired"
    EXCURSION = "excursion"
    RECALLED = "recalled"
    PREPARED = "prepared"
    OTHER = "other"


class LotState(Enum):
    """Whether a lot may be used."""

    AVAILABLE = "available"
    QUARANTINED = "quarantined"
    RECALLED = "recalled"
    EXCURSION = "excursion"

    @property
    def weight(self) -> int:
        """How much a state stands against using a vial; the heavier of two holds."""
        return (LotState.AVAILABLE, LotState.EXCURSION, LotState.QUARANTINED, LotState.RECALLED).index(self)


def heavier(everywhere: LotState, here: tuple[LotState, str] | None) -> LotState:
    """What stands most against using vials: their state everywhere, or the one set in their place, if any."""
    return everywhere if here is None else max(everywhere, here[0], key=lambda state: state.weight)


@dataclass(frozen=True, slots=True)
class Place:
    """Where vials lie and how long it takes to have them at the bedside."""

    id: int
    name: str
    reach: timedelta


@dataclass(frozen=True, slots=True)
class Lot:
    """Vials of one brand, strength and lot number, with the day they expire and their state in every place."""

    id: int
    brand: str
    strength: Mass
    number: str
    expires: date
    state: LotState
    state_reason: str = ""


def lot_key(number: str) -> str:
    """A lot number as it is compared with a notice: its letters and digits alone, so that B-7101 is b 7101.

    To pull a lot too many does less harm than to leave one on the shelf.
    """
    plain = unicodedata.normalize("NFKC", number).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


@dataclass(frozen=True, slots=True)
class StateMark:
    """A state that somebody set, of a lot in one place or (no place) everywhere, with the notice or the warm fridge."""

    state: LotState
    reason: str
    at: datetime
    actor: str
    place: int | None = None
    recall: int | None = None
    excursion: int | None = None


@dataclass(frozen=True, slots=True)
class OnHand:
    """Vials of one lot in one place: the sum of its movements, never below zero, and their state in this place."""

    lot: Lot
    place: Place
    vials: int
    here: LotState = LotState.AVAILABLE
    here_reason: str = ""

    @property
    def state(self) -> LotState:
        """The heavier of the lot's state everywhere and its state in this place."""
        return max(self.lot.state, self.here, key=lambda state: state.weight)

    def __post_init__(self) -> None:
        if self.vials < 0:
            raise ValueError("a lot never holds fewer than no vials")


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the ledger: vials that came (above 0) or went (below 0). Never edited; `reverses` names another.

    `pair` is the line by which vials that came in a move had gone; `cause` the coded reason of a waste; `holder` for
    whom a dose was prepared that was not given; `order`, `count` and `loan` what else the line belongs to.
    """

    id: int
    lot: Lot
    place: Place
    vials: int
    kind: MovementKind
    reason: str
    at: datetime
    actor: str
    reverses: int | None = None
    reversed_by: int | None = None
    dose: int | None = None
    pair: int | None = None
    order: int | None = None
    count: int | None = None
    loan: int | None = None
    cause: str = ""
    holder: str = ""

    @property
    def is_receipt(self) -> bool:
        """Vials that came from outside, bought or borrowed: corrected by two."""
        return self.vials > 0 and self.kind in (MovementKind.RECEIVE, MovementKind.LOAN)


@dataclass(frozen=True, slots=True, order=True)
class VialLine:
    """So many vials of one lot from one place."""

    lot_id: int
    place_id: int
    vials: int

    @property
    def key(self) -> tuple[int, int]:
        """Lot id and place id."""
        return self.lot_id, self.place_id


@dataclass(frozen=True, slots=True)
class Earmark:
    """A promise of one whole set of vials to a holder for a range of days, confirmed by a named person.

    What the plan merely proposes lives with the plan's answer; a row here is a promise.
    """

    id: int
    holder: str
    set_no: int
    held: DayRange
    vials: tuple[VialLine, ...]
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Vials that the bedside used and the ledger did not hold: open until somebody explains it."""

    id: int
    lot: Lot
    place: Place | None
    vials: int
    dose: int
    opened_at: datetime


class Condition(Enum):
    """What has to be known about vials on a shelf before they are counted on; the heaviest first."""

    RECALLED = "recalled"
    EXPIRED = "expired"
    QUARANTINED = "quarantined"
    EXCURSION = "excursion"
    OVER_PROMISED = "over_promised"
    TOO_FAR = "too_far"
    EXPIRES_SOON = "expires_soon"

    @property
    def blocks(self) -> bool:
        """True when the vials must not be used at all."""
        return self in (Condition.RECALLED, Condition.EXPIRED, Condition.QUARANTINED, Condition.EXCURSION)


@dataclass(frozen=True, slots=True)
class ShelfLine:
    """Vials of one lot in one place as they stand today. `promised` is the most that promises hold on any one day."""

    on_hand: OnHand
    promised: int
    days_left: int
    conditions: tuple[Condition, ...]

    @property
    def key(self) -> tuple[int, int]:
        """Lot id and place id."""
        return self.on_hand.lot.id, self.on_hand.place.id

    @property
    def usable(self) -> int:
        """Vials that may be used."""
        blocked = any(condition.blocks for condition in self.conditions)
        return 0 if blocked else self.on_hand.vials

    @property
    def free(self) -> int:
        """Usable vials that nobody has been promised."""
        return max(0, self.usable - self.promised)


@dataclass(frozen=True, slots=True)
class BrandTotal:
    """All vials of one brand and strength; `far` may be used but lie too far away to be counted."""

    brand: str
    strength: Mass
    usable: int
    free: int
    far: int
    blocked: int


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A movement, what its lot held after it over all places, and what of it lay in the place of the line."""

    movement: Movement
    balance: int
    here: int = 0


@dataclass(frozen=True, slots=True)
class LedgerWanted:
    """Which lines of the ledger: of one lot, of one place, of some kinds, of a range of local days. Empty: all."""

    lot_id: int | None = None
    place_id: int | None = None
    kinds: tuple[MovementKind, ...] = ()
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class StockPicture:
    """Everything a page of stock shows, read in one moment."""

    today: date
    places: tuple[Place, ...]
    shelf: tuple[ShelfLine, ...]
    totals: tuple[BrandTotal, ...]
    earmarks: tuple[Earmark, ...]
    discrepancies: tuple[Discrepancy, ...]
