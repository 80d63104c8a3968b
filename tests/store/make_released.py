"""Makes the small store that a release leaves behind: `python -m tests.store.make_released`, once for each new schema.

The file is made from the demo (nobody in it exists), with one dose given, and is never made again after the release.
It is encrypted under KEYS of made_up_keys.py, which therefore never change; encrypted, it cannot be packed small.
"""

from __future__ import annotations

import gzip
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from crs_desktop.bootstrap.services import DEMO, open_house
from crs_desktop.demo.story import DEMO_PHARMACIST, tell_story
from crs_desktop.doses.entry import OURS, LogDose, LoggedDose
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.stock.model import VialLine
from crs_desktop.store.driver import connect
from crs_desktop.store.opening import CURRENT_SCHEMA
from tests.store.made_up_keys import ANYBODY, KEYS

RELEASED = Path(__file__).parent / "released"
MADE_AT = datetime(2026, 12, 2, 14, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")


def main() -> Path:
    """The store of today's schema, as small as it gets."""
    kept = RELEASED / f"{CURRENT_SCHEMA}_demo.crs.gz"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.crs"
        house = open_house(path, StatedClock(MADE_AT), ChangeFeed(), KEYS, ANYBODY, ZONE, kind=DEMO)
        tell_story(house)
        patient = house.patients.records()[0].patient.id
        held = house.stock.on_hand()[0]
        vials = (VialLine(held.lot.id, held.place.id, 1),)
        command = LogDose(
            "released-dose", patient, "2026-12-02 08:00", "2026-12-02 09:00", "400", "rescue", OURS, vials, None,
            "Dr. Made-up", "Nurse Made-up", "", "made up", "Dr. Made-up",
        )  # fmt: skip
        given = house.doses.log_dose(command, DEMO_PHARMACIST)
        assert isinstance(given, LoggedDose), given
        house.readiness.refresh()
        house.close()
        small = path.with_name("small.crs")
        connection = connect(path, KEYS.data)
        connection.execute("VACUUM INTO ?", (str(small),))
        connection.close()
        kept.write_bytes(gzip.compress(small.read_bytes(), 9, mtime=0))
    return kept


if __name__ == "__main__":
    made = main()
    print(made, made.stat().st_size)
