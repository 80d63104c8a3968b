"""The desk of a random user: a real store, an own ledger of plain numbers, and what is found in both."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from hypothesis.stateful import RuleBasedStateMachine

from crs_desktop.bootstrap.services import open_house
from crs_desktop.doses.entry import LoggedDose
from crs_desktop.house import House
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.commands import Enrol, WeightTyped
from crs_desktop.patients.model import Patient
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.holding.service import HoldingBook
from crs_desktop.stock.model import Movement, OnHand
from crs_desktop.stock.moving.loans import LoanBook
from crs_desktop.stock.moving.service import VialMoves
from tests.store.made_up_keys import ANYBODY, KEYS
from tests.store.pharmacy import WEBER, ZONE
from tests.store.turned_clock import TurnedClock

Key = tuple[int, int]
LOTS = ("B1", "B2", "10D9T")


class Desk(RuleBasedStateMachine):
    """Two patients, three places (one 3 h away), three lot numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="crs-stock-"))
        self.clock = TurnedClock()
        path = self.folder / "t.crs"
        path.write_bytes(_template())
        self.house = open_house(path, self.clock, ChangeFeed(), KEYS, ANYBODY, ZONE)
        store = self.house.store
        self.loans, self.moves, self.holding = LoanBook(store, ZONE), VialMoves(store), HoldingBook(store, ZONE)
        self.numbers = 0
        self.shelf: Counter[Key] = Counter()
        self.discrepancies = 0
        self.doses: list[LoggedDose] = []

    def teardown(self) -> None:
        """The board that is kept is the board that a program answers which has just been started; nothing stays."""
        painted = self.house.readiness.refresh()
        path = self.house.path
        self.house.close()
        again = open_house(path, self.clock, ChangeFeed(), KEYS, ANYBODY, ZONE)
        fresh = again.readiness.refresh()
        again.close()
        shutil.rmtree(self.folder)
        assert fresh == painted

    # --- what this user can find ---

    def key(self) -> str:
        self.numbers += 1
        return f"r{self.numbers}"

    def held(self) -> list[OnHand]:
        return sorted(self.house.stock.on_hand(), key=lambda item: (item.lot.id, item.place.id))

    def some(self, number: int) -> OnHand:
        held = self.held()
        return held[number % len(held)]

    def anything(self) -> bool:
        return bool(+self.shelf)

    def today(self) -> date:
        return local_day(self.clock.now(), ZONE)

    def moved(self, answer: object, *changes: tuple[Key, int]) -> bool:
        """What was accepted changes my own ledger; what was refused changes nothing, as the invariants then see."""
        if isinstance(answer, Refused):
            assert answer.findings
            return False
        for key, vials in changes:
            self.shelf[key] += vials
        return True

    def receive(self, lot: str, place: int, vials: int, last: int) -> None:
        expires = date(2026, 12, 20) + timedelta(days=40 * LOTS.index(lot) + (last == 2))
        command = ReceiveLot(self.key(), "Actemra", "400", lot, expires.isoformat(), str(vials), place)
        answer = self.house.stock.receive(command, WEBER)
        if isinstance(answer, Movement):
            self.shelf[answer.lot.id, answer.place.id] += vials

    def recalled(self) -> set[str]:
        return {lot for one in self.house.recalls.notices() if one.end is None for lot in one.lots}

    def promised(self, key: Key) -> int:
        """The most that promises hold of these vials on any day from today on, day by day."""
        marks = self.house.stock.earmarks()
        days = [self.today() + timedelta(days=n) for n in range(20)]
        return max(
            sum(line.vials for one in marks if day in one.held for line in one.vials if line.key == key) for day in days
        )


def key_of(item: OnHand) -> Key:
    return item.lot.id, item.place.id


def line_key(line: Movement) -> Key:
    return line.lot.id, line.place.id


def both_lines(line: Movement, lines: list[Movement]) -> list[Movement]:
    """The line and, of a move, the other one."""
    other = [one for one in lines if line.id in (one.pair,) or (line.pair is not None and one.id == line.pair)]
    return [line, *other]


@cache
def _template() -> bytes:
    """A store with three places, a partner and two patients, and no vials."""
    with tempfile.TemporaryDirectory() as folder:
        house: House = open_house(Path(folder) / "t.crs", TurnedClock(), ChangeFeed(), KEYS, ANYBODY, ZONE)
        for number, (name, reach) in enumerate((("Pharmacy", "15"), ("Ward", "5"), ("Depot", "180"))):
            house.stock.add_place(f"place-{number}", name, reach, WEBER)
        LoanBook(house.store, ZONE).add_partner("partner", "St. Elsewhere", "", WEBER)
        for number, (mrn, name) in enumerate((("0041827", "Adler"), ("0041828", "Berg"))):
            weight = WeightTyped("50", "2026-12-01 07:45", "standing scale")
            enrol = Enrol(
                f"enrol-{number}", mrn, name, "Ruth", "1961-03-12", "", weight, "teclistamab", "mono", "2026-12-02"
            )
            made = house.patients.enrol(enrol, WEBER)
            assert isinstance(made, Patient), made
        house.close()
        return house.path.read_bytes()
