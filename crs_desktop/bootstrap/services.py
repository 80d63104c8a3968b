"""Opens a store and sets up its services: the only module that knows every concrete class, read top to bottom."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tzlocal import get_localzone_name

from crs_desktop.backups.service import BackupKeeper
from crs_desktop.demo.story import tell_story
from crs_desktop.documents.ledger.service import LedgerFiles
from crs_desktop.documents.old_paper import take_in_old_paper
from crs_desktop.documents.service import PaperShop
from crs_desktop.documents.stock_paper import StockPaper
from crs_desktop.doses.planned.service import PlannedDoses
from crs_desktop.doses.service import DoseLog
from crs_desktop.episodes.service import EpisodeBook
from crs_desktop.house import House
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import Clock
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import no
from crs_desktop.patients.service import PatientRegister
from crs_desktop.policy.service import PolicyBook
from crs_desktop.policy.standby.service import StandbyBook
from crs_desktop.readiness.recall.service import RecallDrill
from crs_desktop.readiness.service import ReadinessBoard
from crs_desktop.staff.guard import MadeUpGuard
from crs_desktop.staff.service import StaffBook
from crs_desktop.stock.brands.service import BrandBook
from crs_desktop.stock.counting.service import CountBook
from crs_desktop.stock.holding.service import HoldingBook
from crs_desktop.stock.moving.loans import LoanBook
from crs_desktop.stock.moving.service import VialMoves
from crs_desktop.stock.ordering.service import OrderBook
from crs_desktop.stock.recalls.service import RecallBook
from crs_desktop.stock.scanning.service import ScanDesk
from crs_desktop.stock.service import StockLedger
from crs_desktop.store.guard import Guard
from crs_desktop.store.keys.model import StoreKeys, new_keys
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Store
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.service import TherapyLibrary

DEMO, PHARMACY = "demo", "pharmacy"


def machine_zone() -> ZoneInfo:
    """The time zone of this machine, UTC when it does not say."""
    return read_zone(get_localzone_name() or "UTC")


def read_zone(name: str) -> ZoneInfo:
    """A zone by its IANA name. Raises NotUnderstood for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise NotUnderstood(no("zone_unknown", "zone", name)) from error


def open_house(
    path: Path,
    clock: Clock,
    feed: ChangeFeed,
    keys: StoreKeys,
    guard: Guard,
    zone: ZoneInfo | None = None,
    kind: str = PHARMACY,
) -> House:
    """Open the store at `path` (made when new, in `zone` or the machine's) and set up its services."""
    store = open_store(path, clock, feed, keys, guard)
    try:
        return _furnished(store, clock, zone, kind)
    except BaseException:
        store.close()
        raise


def _furnished(store: Store, clock: Clock, zone: ZoneInfo | None, kind: str) -> House:
    if store.fact("kind") is None:
        stated = store.fact("time_zone")  # by the first start, where somebody read it
        store.state_facts({"kind": kind} if stated else {"kind": kind, "time_zone": (zone or machine_zone()).key})
    site_zone = ZoneInfo(store.fact("time_zone") or "UTC")
    demo = store.fact("kind") == DEMO
    library = TherapyLibrary(store, load_catalogue())
    stock, brands = StockLedger(store, site_zone), BrandBook(store, site_zone)
    readiness = ReadinessBoard(store, stock, site_zone, demo, library.catalogue)
    doses = DoseLog(store, site_zone)
    old_paper = take_in_old_paper(store, store.path.parent / f"{store.path.stem}-paper")
    return House(
        store=store,
        clock=clock,
        zone=site_zone,
        demo=demo,
        policy=PolicyBook(store),
        standby=StandbyBook(store, site_zone, lambda: [one.id for one in library.catalogue.protocols]),
        library=library,
        stock=stock,
        moves=VialMoves(store),
        holding=HoldingBook(store, site_zone),
        loans=LoanBook(store, site_zone),
        brands=brands,
        ledger=LedgerFiles(store, stock, brands, site_zone),
        scans=ScanDesk(store, site_zone),
        counts=CountBook(store, site_zone),
        recalls=RecallBook(store, site_zone),
        orders=OrderBook(store, site_zone),
        patients=PatientRegister(store, library.catalogue, site_zone),
        episodes=EpisodeBook(store, site_zone),
        doses=doses,
        planned=PlannedDoses(store, site_zone),
        readiness=readiness,
        staff=StaffBook(store, site_zone),
        drill=RecallDrill(store, site_zone, demo),
        stock_paper=StockPaper(store, site_zone, demo),
        paper=PaperShop(store, site_zone, readiness, doses, old_paper.findings),
        backups=BackupKeeper(store, doses, site_zone),
    )


@contextmanager
def demo_house(clock: Clock, feed: ChangeFeed, seed: int = 0, zone: ZoneInfo | None = None) -> Iterator[House]:
    """A throw-away store of made-up patients, lots and schedules around today; gone when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="crs-demo-"))
    try:
        # Nobody can read it after a crash: its key was never written.
        house = open_house(folder / "demo.crs", clock, feed, new_keys(), MadeUpGuard(), zone, kind=DEMO)
        try:
            tell_story(house, seed)
            yield house
        finally:
            house.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
