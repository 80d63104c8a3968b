"""`print`: each sheet is filed in the store, the copy that was asked for is logged; a copy that fails is said."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.bootstrap.services import DEMO, open_house
from crs_desktop.command_line.entry import Entry
from crs_desktop.command_line.print import tell
from crs_desktop.command_line.world import Doors, World
from crs_desktop.demo.story import tell_story
from crs_desktop.house import House
from crs_desktop.kernel.answers import ExitStatus
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import Clock, StatedClock, parse_instant
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.staff.door.signed_in import SignedIn
from tests.store.made_up_keys import ANYBODY, KEYS
from tests.store.pharmacy import WEBER, rows

NOW = parse_instant("2026-11-22T09:00:00Z")
ZONE = ZoneInfo("Europe/Berlin")
WEBER_HERE = SignedIn(KEYS, ANYBODY, WEBER)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("print") / "site.crs"
    with closing(house_at(path)) as house:
        tell_story(house)
    return path


def house_at(path: Path) -> House:
    return open_house(path, StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY, ZONE, DEMO)


def world(store: Path, out: Path, kind: str = "infusion-day", patient: str | None = None) -> World:
    def opened(path: Path, clock: Clock, zone: ZoneInfo, signed: SignedIn) -> AbstractContextManager[House]:
        assert signed is WEBER_HERE
        return closing(house_at(path))

    def never(*_: object) -> int:
        raise AssertionError("print opens no window")

    doors = Doors(opened, never, never, lambda: False, lambda: store, lambda: WEBER)  # type: ignore[arg-type]
    options = argparse.Namespace(
        kind=kind, patient=patient, on=None, out=str(out), store=str(store), zone=None, by="A. Weber"
    )
    return World(options, StatedClock(NOW), None, doors, Here(options, StatedClock(NOW), lambda: WEBER))


class Here(Entry):
    """Somebody has signed in already."""

    def signed(self, store: Path) -> SignedIn:
        """Who."""
        return WEBER_HERE


def test_that_the_copies_are_the_filed_sheets_and_each_is_logged(store: Path, tmp_path: Path) -> None:
    told = tell(world(store, tmp_path / "out")).answer
    assert told.status is ExitStatus.YES
    printed = [Path(one["file"]) for one in told.document["printed"]]  # type: ignore[index, union-attr, call-overload, arg-type]
    assert printed and sorted(printed) == sorted((tmp_path / "out").iterdir())
    with closing(house_at(store)) as house:
        filed = {sheet.file_name: house.paper.content(sheet) for sheet in house.paper.sheets()}
        logged = rows(house.store, "SELECT json_extract(after, '$.to') FROM change_log WHERE intent = 'export paper'")
    assert all(path.read_bytes() == filed[path.name] for path in printed)
    assert {to for (to,) in logged} == {str(path) for path in printed}


def test_that_a_copy_that_cannot_be_written_is_said_and_the_sheet_stays_filed(store: Path, tmp_path: Path) -> None:
    with closing(house_at(store)) as house:
        before = len(house.paper.sheets())
    asked = world(store, tmp_path / "file" / "deeper", "dosing-sheet", "0012874")
    (tmp_path / "file").write_text("a file where a folder is wanted")
    with pytest.raises(EnvironmentFailure) as failed:
        tell(asked)
    assert failed.value.finding.code == "paper_not_written"
    with closing(house_at(store)) as house:
        assert len(house.paper.sheets()) == before + 1
