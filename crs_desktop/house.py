"""The use cases of one opened store in one place, handed by `bootstrap` to window, command line and demo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from crs_desktop.backups.service import BackupKeeper
from crs_desktop.documents.ledger.service import LedgerFiles
from crs_desktop.documents.service import PaperShop
from crs_desktop.documents.stock_paper import StockPaper
from crs_desktop.doses.planned.service import PlannedDoses
from crs_desktop.doses.service import DoseLog
from crs_desktop.episodes.service import EpisodeBook
from crs_desktop.kernel.clock import Clock
from crs_desktop.patients.service import PatientRegister
from crs_desktop.policy.service import PolicyBook
from crs_desktop.policy.standby.service import StandbyBook
from crs_desktop.readiness.recall.service import RecallDrill
from crs_desktop.readiness.service import ReadinessBoard
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
from crs_desktop.store.store import Store
from crs_desktop.therapies.service import TherapyLibrary


@dataclass(frozen=True, slots=True)
class House:
    """Every service of an opened store. Close it when done."""

    store: Store
    clock: Clock
    zone: ZoneInfo
    demo: bool
    policy: PolicyBook
    standby: StandbyBook
    library: TherapyLibrary
    stock: StockLedger
    moves: VialMoves
    holding: HoldingBook
    loans: LoanBook
    brands: BrandBook
    ledger: LedgerFiles
    scans: ScanDesk
    counts: CountBook
    recalls: RecallBook
    orders: OrderBook
    patients: PatientRegister
    episodes: EpisodeBook
    doses: DoseLog
    planned: PlannedDoses
    readiness: ReadinessBoard
    staff: StaffBook
    drill: RecallDrill
    paper: PaperShop
    stock_paper: StockPaper
    backups: BackupKeeper

    @property
    def path(self) -> Path:
        """The file of the store."""
        return self.store.path

    def close(self) -> None:
        """Give back every connection."""
        self.store.close()
