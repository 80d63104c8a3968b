"""A count in a real store, with short words for what people do in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff.signing.model import ProvenPerson, SecondSignature
from crs_desktop.stock.counting.commands import EndCount, EnterCount, OpenCount
from crs_desktop.stock.counting.model import BlindCount, Comparison, Standing
from crs_desktop.stock.counting.service import CountBook
from crs_desktop.stock.model import Movement, Place
from tests.stock.conftest import NOW, OKAFOR, WEBER, ZONE, Shelf

LINDGREN = Actor("S. Lindgren")


@dataclass
class Counters:
    """The shelf and its counts."""

    shelf: Shelf
    book: CountBook
    place: Place

    @classmethod
    def of(cls, shelf: Shelf) -> Counters:
        return cls(shelf, CountBook(shelf.store, ZONE), shelf.place())

    def receive(self, lot: str, vials: int) -> int:
        """Vials of a lot; answers the lot's id."""
        return self.shelf.receive(self.place, lot, vials).lot.id

    def begin(self) -> BlindCount:
        begun = self.book.open(OpenCount(self.shelf.request(), self.place.id, "monthly"), WEBER)
        assert isinstance(begun, BlindCount), begun
        return begun

    def enter(
        self, count: int, found: dict[int, object], who: Actor = WEBER, second: SecondSignature | None = None
    ) -> BlindCount | Refused:  # fmt: skip
        typed = tuple((lot, str(vials)) for lot, vials in found.items())
        return self.book.enter(EnterCount(self.shelf.request(), count, typed), who, second)

    def counted(self, count: int, found: dict[int, object], who: Actor = WEBER) -> BlindCount:
        seen = self.enter(count, found, who)
        assert isinstance(seen, BlindCount), seen
        return seen

    def standing(self, count: int, lot: int) -> Standing:
        seen = self.book.seen(count)
        assert isinstance(seen, BlindCount), seen
        return next(item.standing for item in seen.lots if item.lot.id == lot)

    def post(self, count: int) -> Comparison | Refused:
        return self.book.post(EndCount(self.shelf.request(), count), WEBER)

    def waste(self, lot: int, vials: int) -> Movement | Refused:
        moved = next(item for item in self.shelf.ledger.movements() if item.lot.id == lot)
        return self.shelf.waste(moved, vials)

    def holds(self) -> dict[int, int]:
        """Vials by lot."""
        return {item.lot.id: item.vials for item in self.shelf.ledger.on_hand()}


def proven(name: str = "S. Lindgren", at: datetime = NOW, role: str = "pharmacist") -> SecondSignature:
    """Somebody who has just proved who they are."""
    return SecondSignature(ProvenPerson(0, name, frozenset({role}), at))


__all__ = ["LINDGREN", "OKAFOR", "WEBER", "Counters", "proven"]
