"""Tries what happens to vials on the shelf: moved, held back, lent, priced; each where it is there to be acted on."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from crs_desktop.house import House
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.brands.service import StatePrice
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.holding.commands import EndExcursion, HoldLot, ReleaseLot, TellExcursion
from crs_desktop.stock.model import LedgerWanted, VialLine
from crs_desktop.stock.moving.loans import BorrowVials, GiveBack, LendVials
from crs_desktop.stock.moving.service import MoveVials, PreparedNotGiven

# In the order in which a fresh store gets them: a second place with a lot of its own, a partner, a loan each way.
_PLACE, _PARTNER, _LENT, _BORROWED, _EXCURSION = 2, 1, 1, 2, 1


def key() -> str:
    """A request of its own."""
    return uuid4().hex


def _lot(number: str) -> ReceiveLot:
    return ReceiveLot(key(), "Actemra", "200", number, "2027-02-28", "3", _PLACE)


def with_loans(house: House, who: Actor) -> None:
    """A second place with a lot in quarantine and one lent and borrowed from, and an excursion that still runs."""
    book, holding = house.loans, house.holding
    made = [
        house.stock.add_place(key(), "Ward 7", "90", who),
        came := house.stock.receive(_lot("W1"), who),
        blocked := house.stock.receive(_lot("W2"), who),
        book.add_partner(key(), "County hospital", "", who),
    ]
    assert not any(isinstance(one, Refused) for one in made), made
    assert not isinstance(came, Refused) and not isinstance(blocked, Refused)
    lent = book.lend(LendVials(key(), str(_PARTNER), came.lot.id, came.place.id, "1", "", ""), who)
    borrowed = book.borrow(BorrowVials(key(), str(_PARTNER), _lot("W1"), "", ""), who)
    held = holding.quarantine(HoldLot(key(), blocked.lot.id, 0, "Notice"), who)
    third = house.stock.add_place(key(), "Ward 9 fridge", "90", who)
    assert not isinstance(third, Refused)
    warm = holding.tell(TellExcursion(key(), str(third.id), "2026-12-01 02:00", "", "", "", "Door"), who)
    assert not any(isinstance(one, Refused) for one in (lent, borrowed, held, warm)), (lent, borrowed, held, warm)


def _there(house: House, number: str) -> VialLine:
    lot = next(item for item in house.stock.on_hand() if item.lot.number == number)
    return VialLine(lot.lot.id, lot.place.id, 1)


def _release(house: House, who: Actor) -> object:
    return house.holding.release(ReleaseLot(key(), _there(house, "W2").lot_id, 0, "Checked", "Dr. Ito"), who)


def _lend(house: House, who: Actor) -> object:
    line = _there(house, "W1")
    return house.loans.lend(LendVials(key(), str(_PARTNER), line.lot_id, line.place_id, "1", "", ""), who)


def _give_back(house: House, who: Actor) -> object:
    line = _there(house, "W1")
    return house.loans.give_back(GiveBack(key(), _BORROWED, line.lot_id, line.place_id, "1", ""), who)


def _move(house: House, who: Actor) -> object:
    line = _there(house, "W1")
    return house.moves.move(MoveVials(key(), line.lot_id, line.place_id, "1", "1", ""), who)


VIAL_TRIES: dict[str, Callable[[House, Actor], object]] = {
    "move vials": _move,
    "prepared not given": lambda house, who: house.moves.prepared(
        PreparedNotGiven(key(), "course:1", (_there(house, "W1"),), "Stopped"), who
    ),
    "hold lot": lambda house, who: house.holding.quarantine(
        HoldLot(key(), _there(house, "W1").lot_id, 0, "Notice"), who
    ),
    "release lot": _release,
    "record excursion": lambda house, who: house.holding.tell(
        TellExcursion(key(), "1", "2026-12-01 01:00", "", "", "", "Door"), who
    ),
    "end excursion": lambda house, who: house.holding.end(
        EndExcursion(key(), _EXCURSION, "2026-12-01 03:00", "", "", ""), who
    ),
    "state price": lambda house, who: house.brands.state_price(
        StatePrice(key(), "Actemra", "400", "2150.00", "USD", "2026-12-01", ""), who
    ),
    "export ledger": lambda house, who: house.ledger.export(
        key(), LedgerWanted(), house.path.with_name(f"{key()}.csv"), who
    ),
    "add partner": lambda house, who: house.loans.add_partner(key(), "City hospital", "", who),
    "lend vials": _lend,
    "borrow vials": lambda house, who: house.loans.borrow(
        BorrowVials(key(), str(_PARTNER), _lot("W3"), "", ""), who
    ),
    "give back vials": _give_back,
    "take back vials": lambda house, who: house.loans.take_back(_LENT, ReceiveLot(
        key(), "Actemra", "200", "W1", "2027-02-28", "1", _PLACE
    ), who),
    "end loan": lambda house, who: house.loans.end(key(), _LENT, "Paid for", who),
}  # fmt: skip
