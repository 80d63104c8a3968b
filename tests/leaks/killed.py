"""Run as a process: records one dose after the other and says `ACK n`, until it is killed.

With `plain` the driver is given no key, on a store of its own: what the search must find.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

from crs_desktop.bootstrap.services import open_house
from crs_desktop.house import House
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.door.signed_in import SignedIn
from tests.bootstrap.at_reception import PASSWORDS
from tests.crash.hooks import become
from tests.leaks.markers import PATIENTS
from tests.leaks.planting import Planter, must
from tests.leaks.site import Site, this_site
from tests.store.keys.cheap import cheapen
from tests.store.made_up_keys import ANYBODY, KEYS
from tests.store.pharmacy import NOW, ZONE


@contextmanager
def _opened(site: Site, plain: bool) -> Iterator[tuple[House, Actor]]:
    clock = StatedClock(NOW)
    if plain:
        become("plain")
        actor = Actor("A. Weber", "pharmacist+administrator", "desk 1")
        yield open_house(site.store, clock, ChangeFeed(), KEYS, ANYBODY, ZoneInfo(str(ZONE))), actor
        return
    signed = Door(site.store, clock, "desk 1").sign_in("weber", PASSWORDS["weber"])
    assert isinstance(signed, SignedIn), signed
    yield open_house(site.store, clock, ChangeFeed(), signed.keys, signed.guard), signed.actor


def main(plain: bool) -> None:
    """Record without an end."""
    cheapen()
    with _opened(this_site(), plain) as (house, actor):
        planter = Planter(house, actor)
        if plain:
            planter.receive()
            for one in PATIENTS:
                planter.enrol(one, "2026-12-01")
        for number in range(1, 1_000):
            started = NOW.astimezone(ZONE) - timedelta(minutes=number)
            must(house.doses.log_dose(planter.dose(f"{started:%Y-%m-%d %H:%M}", patient=1 + number % 4), actor))
            print(f"ACK {number}", flush=True)


if __name__ == "__main__":
    main("plain" in sys.argv)
