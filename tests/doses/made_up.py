"""A made-up pharmacy in a real store, for the tests of doses: lots, places, patients, and a command in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from crs_desktop.doses.entry import LogDose, VialsTyped
from crs_desktop.doses.service import DoseLog
from crs_desktop.episodes.service import EpisodeBook
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.commands import Enrol, WeightTyped
from crs_desktop.patients.service import PatientRegister
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.model import Lot, Place, VialLine
from crs_desktop.stock.service import StockLedger
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Store
from crs_desktop.therapies.catalogue import load_catalogue
from tests.store.made_up_keys import ANYBODY, KEYS

ZONE = ZoneInfo("America/New_York")
# Wednesday 2 December 2026, 03:10 in New York.
NOW = datetime(2026, 12, 2, 8, 10, tzinfo=UTC)
ACTOR = Actor("M. Okafor", "pharmacist", "desk 2")
CATALOGUE = load_catalogue()
T = TypeVar("T")


def must(answer: T | Refused) -> T:
    """The answer; a refusal here is a mistake in the test."""
    assert not isinstance(answer, Refused), answer
    return answer


@dataclass(slots=True)
class Pharmacy:
    """Real services over one store."""

    store: Store
    stock: StockLedger
    patients: PatientRegister
    episodes: EpisodeBook
    doses: DoseLog

    def place(self, name: str = "Main pharmacy", reach: str = "15") -> Place:
        """A place, made when new."""
        known = {place.name: place for place in self.stock.places()}
        return known.get(name) or must(self.stock.add_place(f"place {name}", name, reach, ACTOR))

    def receive(
        self, number: str, mg: str, vials: int, expires: str = "2027-06-30", brand: str = "Actemra",
        place: Place | None = None,
    ) -> Lot:  # fmt: skip
        """Vials of a lot."""
        where = place or self.place()
        command = ReceiveLot(f"in {number} {where.name}", brand, mg, number, expires, str(vials), where.id)
        return must(self.stock.receive(command, ACTOR)).lot

    def enrol(
        self, mrn: str, family: str = "Adler", given: str = "Ruth", kg: str = "72.5",
        measured: str = "2026-11-30 07:45", start: str = "2026-12-01",
    ) -> int:  # fmt: skip
        """A patient on teclistamab; answers the id."""
        weight = WeightTyped(kg, measured, "standing scale") if kg else None
        command = Enrol(
            f"enrol {mrn}", mrn, family, given, "1961-03-12", "", weight, "teclistamab", "mono", start, ()
        )  # fmt: skip
        return must(self.patients.enrol(command, ACTOR)).id

    def on_hand(self) -> dict[str, int]:
        """Vials by lot number, over all places."""
        held: dict[str, int] = {}
        for item in self.stock.on_hand():
            held[item.lot.number] = held.get(item.lot.number, 0) + item.vials
        return held

    def line(self, number: str, vials: int) -> VialLine:
        """Vials of a lot from the place where it lies (or lay)."""
        lines = self.stock.picture().shelf
        return next(
            VialLine(one.on_hand.lot.id, one.on_hand.place.id, vials)
            for one in lines
            if one.on_hand.lot.number == number
        )


@cache
def _empty_store() -> bytes:
    """A store that was made once; climbing the migrations for every test would take most of the time."""
    with TemporaryDirectory() as place:
        path = Path(place) / "t.crs"
        open_store(path, StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY).close()
        left = {one.name for one in path.parent.iterdir()}
        assert left == {"t.crs"}, "all of it is in the one file"
        return path.read_bytes()


def pharmacy(folder: Path, now: datetime = NOW, zone: ZoneInfo = ZONE) -> Pharmacy:
    """Services over the store in this folder (made when new), at a stated instant."""
    path = folder / "t.crs"
    if not path.exists():
        path.write_bytes(_empty_store())
    store = open_store(path, StatedClock(now), ChangeFeed(), KEYS, ANYBODY)
    register = PatientRegister(store, CATALOGUE, zone)
    return Pharmacy(store, StockLedger(store, zone), register, EpisodeBook(store, zone), DoseLog(store, zone))


def stocked(folder: Path, now: datetime = NOW) -> tuple[Pharmacy, int]:
    """One patient of 72.5 kg and vials for her dose of 580 mg."""
    made = pharmacy(folder, now)
    made.receive("B7101", "400", 3)
    made.receive("C2201", "200", 2)
    return made, made.enrol("0041827")


def dose(patient_id: int, vials: tuple[VialLine | VialsTyped, ...], request_id: str = "d1", **changed: Any) -> LogDose:
    """A dose of 580 mg that departs from nothing, but for what is named."""
    fields: dict[str, Any] = {
        "started_at": "2026-12-02 03:00", "ended_at": "", "amount_mg": "580", "purpose": "rescue", "supply": "ours",
        "grade": None, "prescriber": "A. Weiss", "given_by": "N. Berg", "note": "",
    }  # fmt: skip
    return LogDose(request_id, patient_id, vials=vials, **{**fields, **changed})
