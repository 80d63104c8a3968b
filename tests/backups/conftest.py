"""A pharmacy in a real store with its keeper of backups, and a clock that a test can turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crs_desktop.backups.service import BackupKeeper
from tests.store.pharmacy import ZONE, Pharmacy, new_pharmacy
from tests.store.turned_clock import TurnedClock


@dataclass
class Site:
    """The pharmacy, its keeper, its clock."""

    pharmacy: Pharmacy
    keeper: BackupKeeper
    clock: TurnedClock


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    pharmacy = new_pharmacy(tmp_path / "t.crs")
    clock = TurnedClock()
    pharmacy.store.clock = clock
    pharmacy.store.state_facts({"kind": "pharmacy", "time_zone": ZONE.key})
    yield Site(pharmacy, BackupKeeper(pharmacy.store, pharmacy.doses, ZONE), clock)
    pharmacy.close()
