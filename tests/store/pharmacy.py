"""A small made-up pharmacy in a real store, for the tests of the store and for the processes they start.

The long form of these tests (500 kills, 1,000 races, a fault in every call of the operating system) runs with
`CRS_LONG=1 python3 start.py test tests/store`; without it they take under a minute.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from crs_desktop.doses.entry import OURS, LogDose
from crs_desktop.doses.service import DoseLog
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.days import DayRange
from crs_desktop.patients.commands import Enrol, WeightTyped
from crs_desktop.patients.model import Patient
from crs_desktop.patients.service import PatientRegister
from crs_desktop.stock.commands import ConfirmEarmark, ReceiveLot
from crs_desktop.stock.model import Movement, VialLine
from crs_desktop.stock.service import StockLedger
from crs_desktop.store.keys.model import StoreKeys
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Request, Result, Store, Writing
from tests.patients.courses import CATALOGUE
from tests.store.made_up_keys import ANYBODY, KEYS

LONG = os.environ.get("CRS_LONG") == "1"
ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("America/New_York")
# Wednesday 2 December 2026, 09:00 in New York.
NOW = datetime(2026, 12, 2, 14, 0, tzinfo=UTC)
WEBER, OKAFOR = Actor("A. Weber", "pharmacist", "desk 1"), Actor("M. Okafor", "pharmacist", "desk 2")
HELD = DayRange(date(2026, 12, 2), date(2026, 12, 16))
PATIENT = 1


@dataclass
class Pharmacy:
    """An opened store with the services that the tests need."""

    store: Store
    feed: ChangeFeed
    stock: StockLedger
    doses: DoseLog

    def receive(self, lot: str, vials: int) -> VialLine:
        """Vials of a lot into the first place; answers lot, place and how many."""
        command = ReceiveLot(f"receive-{lot}", "Actemra", "400", lot, "2027-02-28", str(vials), 1)
        moved = self.stock.receive(command, WEBER)
        assert isinstance(moved, Movement), moved
        return VialLine(moved.lot.id, moved.place.id, vials)

    def close(self) -> None:
        """Give back every connection."""
        self.store.close()


def open_pharmacy(path: Path, keys: StoreKeys = KEYS) -> Pharmacy:
    """The services on the store at `path`."""
    feed = ChangeFeed()
    store = open_store(path, StatedClock(NOW), feed, keys, ANYBODY)
    return Pharmacy(store, feed, StockLedger(store, ZONE), DoseLog(store, ZONE))


def new_pharmacy(path: Path) -> Pharmacy:
    """A store with one place and one patient, and no vials."""
    path.write_bytes(_filled())
    return open_pharmacy(path)


def new_store(path: Path) -> Path:
    """An empty store of today's schema, closed."""
    path.write_bytes(_empty())
    return path


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.crs"
        open_pharmacy(path).close()
        return path.read_bytes()


@cache
def _filled() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        pharmacy = open_pharmacy(new_store(Path(folder) / "t.crs"))
        pharmacy.stock.add_place("place-1", "Main pharmacy", "15", WEBER)
        weight = WeightTyped("72.5", "2026-12-01 07:45", "standing scale")
        command = Enrol(
            "enrol-1", "0041827", "Adler", "Ruth", "1961-03-12", "", weight, "teclistamab", "mono", "2026-12-02"
        )
        made = PatientRegister(pharmacy.store, CATALOGUE, ZONE).enrol(command, WEBER)
        assert isinstance(made, Patient), made
        pharmacy.close()
        return pharmacy.store.path.read_bytes()


def dose(request_id: str, line: VialLine, vials: int = 1) -> LogDose:
    """A dose given at 08:00 from this lot; whatever is unusual about it has its reason."""
    return LogDose(
        request_id, PATIENT, "2026-12-02 08:00", "", "400", "rescue", OURS,
        (VialLine(line.lot_id, line.place_id, vials),), None, "Dr. Lindqvist", "N. Abara", "",
        "made up for a test", "Dr. Lindqvist",
    )  # fmt: skip


def promise(request_id: str, line: VialLine, holder: str) -> ConfirmEarmark:
    """All vials of the line for this holder."""
    return ConfirmEarmark(request_id, holder, 1, HELD, (line,))


def note(store: Store, key: str, text: str = "", intent: str = "note") -> object:
    """The smallest write: one row of the change log."""

    def work(writing: Writing) -> Result:
        writing.log("note", key, "add", after={"text": text})
        return {"key": key}

    return store.perform(Request(key, intent, {"text": text}), WEBER, [], work)


def rows(store: Store, statement: str) -> list[tuple[object, ...]]:
    """What a plain query answers."""
    with store.read() as session:
        return [tuple(row) for row in session.connection().exec_driver_sql(statement)]
