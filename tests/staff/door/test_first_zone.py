"""A new store counts its days in the zone that was read at the first start, whatever the machine says."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.bootstrap import services
from crs_desktop.bootstrap.services import open_house
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no
from crs_desktop.staff.door.beginning import Beginning, Prepared
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.door.signed_in import SignedIn
from crs_desktop.staff.service import StaffBook
from tests.staff.door.rooms import a_door, again, got, prepared
from tests.store.pharmacy import rows

TOKYO, BERLIN, MACHINE = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/Denver")
STATED = "SELECT after FROM change_log WHERE intent = 'state facts of the store' ORDER BY id"


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return a_door(tmp_path / "t.crs")


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "get_localzone_name", lambda: MACHINE.key)


def fails(*_: object, **__: object) -> None:
    """As a disk that is full."""
    raise EnvironmentFailure(no("store_failed", "store"))


def zone_of(door: Door, signed: SignedIn, given: ZoneInfo | None = None) -> tuple[str, list[tuple[object, ...]]]:
    """In which zone the services count, opened with --zone or without, and what was stated until then."""
    house = open_house(door.path, door.clock, ChangeFeed(), signed.keys, signed.guard, given)
    try:
        return house.zone.key, [tuple(row) for row in rows(house.store, STATED)]
    finally:
        house.close()


def made(door: Door, zone: ZoneInfo | None) -> SignedIn:
    beginning = Beginning(door)
    return got(beginning.make(prepared(beginning), zone))


def test_that_the_zone_that_was_read_is_stated_while_the_store_is_made(door: Door) -> None:
    signed = made(door, TOKYO)
    expected = ("Asia/Tokyo", [('{"time_zone":"Asia/Tokyo"}',), ('{"kind":"pharmacy"}',)])
    assert zone_of(door, signed) == expected
    assert zone_of(door, signed, BERLIN) == expected, "and it stays"


def test_that_without_one_it_is_the_machines(door: Door) -> None:
    zone, stated = zone_of(door, made(door, None))
    assert zone == "America/Denver" and stated == [('{"kind":"pharmacy","time_zone":"America/Denver"}',)]


def test_that_whoever_was_cut_off_and_chooses_another_has_the_other(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    beginning = Beginning(door)
    ready: Prepared = prepared(beginning)
    with monkeypatch.context() as cut, pytest.raises(EnvironmentFailure):
        cut.setattr(StaffBook, "begin", fails)
        beginning.make(ready, TOKYO)
    signed = got(beginning.make(ready, BERLIN))
    assert zone_of(door, signed)[0] == "Europe/Berlin"


def test_that_a_store_in_which_something_may_have_been_counted_keeps_its_zone(door: Door) -> None:
    beginning = Beginning(door)
    ready = prepared(beginning)
    signed = got(beginning.make(ready, TOKYO))
    zone_of(door, signed)
    signed = got(beginning.make(ready, BERLIN))
    assert zone_of(again(door), signed)[0] == "Asia/Tokyo"
