"""Made-up patients in a real store, for the tests of rooms that need some."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.patients.commands import Enrol, WeightTyped
from crs_desktop.patients.service import PatientRegister
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Store
from tests.patients.courses import CATALOGUE
from tests.store.made_up_keys import ANYBODY, KEYS

ZONE = ZoneInfo("America/New_York")
# Wednesday 2 December 2026, 09:00 in New York.
NOW = datetime(2026, 12, 2, 14, 0, tzinfo=UTC)
ACTOR = Actor("M. Okafor", "pharmacist", "desk 2")
WEIGHT = WeightTyped("72.5", "2026-12-01 07:45", "standing scale")


def new_store(folder: Path, now: datetime = NOW) -> Store:
    """An empty store at a stated instant."""
    path = folder / "t.crs"
    path.write_bytes(_empty_store())
    return open_store(path, StatedClock(now), ChangeFeed(), KEYS, ANYBODY)


@cache
def _empty_store() -> bytes:
    """A new store as it lies on disk; climbing the migrations once is enough for all tests."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "t.crs"
        open_store(path, StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY).close()
        return path.read_bytes()


def at(store: Store, now: datetime) -> Store:
    """The same store at another instant."""
    return open_store(store.path, StatedClock(now), ChangeFeed(), KEYS, ANYBODY)


def register_of(store: Store, zone: ZoneInfo = ZONE) -> PatientRegister:
    """The register of a store."""
    return PatientRegister(store, CATALOGUE, zone)


def enrolment(
    request_id: str = "r1",
    mrn: str = "0041827",
    family_name: str = "Adler",
    given_name: str = "Ruth",
    birth_date: str = "1961-03-12",
    allergies: str = "",
    weight: WeightTyped | None = WEIGHT,
    therapy_id: str = "teclistamab",
    regimen_id: str = "mono",
    start: str = "2026-12-03",
    confirmed: tuple[str, ...] = (),
) -> Enrol:
    """An enrolment that is in order, but for what is named."""
    return Enrol(
        request_id, mrn, family_name, given_name, birth_date, allergies, weight, therapy_id, regimen_id, start,
        confirmed,
    )  # fmt: skip
