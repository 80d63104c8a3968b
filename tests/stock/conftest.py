"""A real store on disk, a stated clock, and a ledger with a few made-up lots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from shutil import copyfile
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.documents.ledger.service import LedgerFiles
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.brands.service import BrandBook
from crs_desktop.stock.commands import ConfirmEarmark, ReceiveLot, ReverseMovement, WasteVials
from crs_desktop.stock.holding.service import HoldingBook
from crs_desktop.stock.model import Earmark, Movement, Place, VialLine
from crs_desktop.stock.moving.service import VialMoves
from crs_desktop.stock.service import StockLedger
from crs_desktop.stock.ui.shelf.desk import ShelfDesk
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Store
from tests.staff.signing.made_up import second
from tests.store.made_up_keys import ANYBODY, KEYS

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 2, 8, 30, tzinfo=UTC)
TODAY = date(2026, 12, 2)
WEBER, OKAFOR = Actor("A. Weber"), Actor("M. Okafor")


@dataclass
class Shelf:
    """The ledger under test with short words for its acts."""

    store: Store
    feed: ChangeFeed
    ledger: StockLedger
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def request(self) -> str:
        return f"request-{next(self.numbers)}"

    def place(self, name: str = "Main pharmacy", reach: str = "15") -> Place:
        made = self.ledger.add_place(self.request(), name, reach, WEBER)
        assert isinstance(made, Place)
        return made

    def receive(
        self, place: Place, lot: str = "B7101", vials: int = 4, *, brand: str = "Actemra", mg: str = "400",
        expires: str = "2027-02-28",
    ) -> Movement:  # fmt: skip
        command = ReceiveLot(self.request(), brand, mg, lot, expires, str(vials), place.id)
        made = self.ledger.receive(command, WEBER)
        assert isinstance(made, Movement)
        return made

    def waste(self, moved: Movement, vials: int) -> Movement | Refused:
        command = WasteVials(self.request(), moved.lot.id, moved.place.id, str(vials), "Dropped")
        return self.ledger.waste(command, WEBER)

    def reverse(self, movement_id: int) -> Movement | Refused:
        command = ReverseMovement(self.request(), movement_id, "Entered twice")
        return self.ledger.reverse(command, WEBER, second(self.ledger.asked(command), NOW))

    def promise(
        self, moved: Movement, vials: int = 2, *, holder: str = "course:1", set_no: int = 1,
        days: tuple[int, int] = (2, 16),
        actor: Actor = WEBER, ledger: StockLedger | None = None,
    ) -> Earmark | Refused:  # fmt: skip
        held = DayRange(date(2026, 12, days[0]), date(2026, 12, days[1]))
        line = VialLine(moved.lot.id, moved.place.id, vials)
        command = ConfirmEarmark(self.request(), holder, set_no, held, (line,))
        return (ledger or self.ledger).confirm(command, actor)


def desk_of(shelf: Shelf) -> ShelfDesk:
    """What the page of the shelf talks to."""
    store = shelf.store
    brands = BrandBook(store, ZONE)
    files = LedgerFiles(store, shelf.ledger, brands, ZONE)
    return ShelfDesk(shelf.ledger, VialMoves(store), HoldingBook(store, ZONE), brands, files.export)


def codes(answer: object) -> list[str]:
    """The codes of a refusal, in order."""
    assert isinstance(answer, Refused), answer
    return [finding.code for finding in answer.findings]


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store made once: climbing the migrations for every test would take most of its time."""
    path = tmp_path_factory.mktemp("store") / "empty.crs"
    open_store(path, StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY).close()
    return path


@pytest.fixture
def shelf(tmp_path: Path, empty_store: Path) -> Iterator[Shelf]:
    feed = ChangeFeed()
    copyfile(empty_store, tmp_path / "t.crs")
    store = open_store(tmp_path / "t.crs", StatedClock(NOW), feed, KEYS, ANYBODY)
    yield Shelf(store, feed, StockLedger(store, ZONE))
    store.close()
