"""Use cases of a scan: what a code says beside the shelf, and a product number confirmed with a pack in hand."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock import repository
from crs_desktop.stock.scanning import acts, gs1
from crs_desktop.stock.scanning.model import ConfirmPack, KnownPack, Scan
from crs_desktop.stock.scanning.rules import read_scan
from crs_desktop.stock.scanning.telling import ToldScan, confirmed_here, tell_reading
from crs_desktop.store.store import Request, Result, Store, Writing


class ScanDesk:
    """Where codes are read."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone

    def warm_up(self) -> None:
        """Load the library before the first scan, off the window's thread."""
        gs1.warm_up()

    def read(self, raw: str) -> ToldScan:
        """What the code says, with the shelf as it stands now, in one consistent snapshot. Nothing is written."""
        today = local_day(self._store.clock.now(), self._zone)
        with self._store.read() as session:
            packs = acts.known(session)
            scan = read_scan(raw, today, packs)
            places, known_here = tuple(repository.places(session).values()), confirmed_here(scan, packs)
            if not isinstance(scan, Scan):
                return ToldScan(scan, (), places, known_here)
            lots, held = list(repository.lots(session).values()), repository.on_hand(session)

            def recalled(brand: str, number: str) -> bool:
                return repository.recall_naming(session, brand, number) is not None

            told = tuple(tell_reading(reading, lots, held, recalled) for reading in scan.readings)
            return ToldScan(scan, told, places, known_here)

    def confirm(self, request_id: str, typed: ConfirmPack, actor: Actor) -> KnownPack | Refused:
        """Keep what a person read off the pack in hand; from now on the number counts as that."""
        content = {
            "gtin": typed.gtin, "use": typed.use, "brand": typed.brand, "strength_mg": typed.strength_mg,
            "vials": typed.vials, "reason": typed.reason,
        }  # fmt: skip

        def work(writing: Writing) -> Result | Refused:
            return acts.confirm(writing, typed)

        result = self._store.perform(Request(request_id, "confirm pack", content), actor, [Topic.STOCK], work)
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            return acts.known(session)[result["gtin"]]
