"""The ledger as a file: nothing in it runs in a spreadsheet, it is whole or not there, and the log tells who asked."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.documents.ledger.rules import HEAD, harmless
from crs_desktop.documents.ledger.service import LedgerFiles
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.stock.brands.service import BrandBook, StatePrice
from crs_desktop.stock.commands import ReceiveLot, ReverseMovement, WasteVials
from crs_desktop.stock.model import LedgerWanted, Movement, MovementKind
from crs_desktop.stock.service import StockLedger
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Store
from tests.store.made_up_keys import ANYBODY, KEYS

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 2, 8, 30, tzinfo=UTC)
WEBER = Actor("=cmd|A. Weber")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "t.crs", StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY)
    yield made
    made.close()


@pytest.fixture
def files(store: Store) -> LedgerFiles:
    """A ledger with two lots in two places, three lost vials, a reversal and a price that came later."""
    stock, brands = StockLedger(store, ZONE), BrandBook(store, ZONE)
    stock.add_place("p1", "Main pharmacy", "15", WEBER)
    stock.add_place("p2", "@Ward 7", "90", WEBER)
    for number, lot, place in (("1", "+B1", 1), ("2", "B2", 2)):
        stock.receive(ReceiveLot(f"r{number}", "Actemra", "400", lot, "2027-02-28", "4", place), WEBER)
    for key, vials, reason in (("w1", "2", "-1+2"), ("w2", "1", "slip")):
        assert isinstance(stock.waste(WasteVials(key, 1, 1, vials, reason, "broken"), WEBER), Movement)
    stock.reverse(ReverseMovement("v", 4, "Nothing broke"), WEBER, None)
    brands.state_price(StatePrice("c1", "Actemra", "400", "2150.00", "USD", "2026-12-02", ""), WEBER)
    brands.state_price(StatePrice("c2", "Actemra", "400", "9999.00", "USD", "2026-12-03", ""), WEBER)
    return LedgerFiles(store, stock, brands, ZONE)


def rows(place: Path) -> list[dict[str, str]]:
    with place.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_that_the_file_holds_every_line_with_its_balances_and_what_was_lost(files: LedgerFiles, tmp_path: Path) -> None:
    place = files.export("x", LedgerWanted(), tmp_path / "ledger.csv", WEBER)
    assert isinstance(place, Path)
    found = rows(place)
    assert tuple(found[0]) == HEAD and [row["line"] for row in found] == ["5", "4", "3", "2", "1"]
    assert [(row["vials"], row["left_here"]) for row in found] == [
        ("1", "2"), ("-1", "1"), ("-2", "2"), ("4", "4"), ("4", "4"),
    ]  # fmt: skip
    assert [row["cost"] for row in found] == ["", "", "USD 4,300.00", "", ""]  # the price of that day; not taken back
    assert found[0]["at"] == "2026-12-02T03:30:00-05:00" and found[0]["reverses"] == "4"


def test_that_no_cell_begins_like_a_formula(files: LedgerFiles, tmp_path: Path) -> None:
    place = files.export("x", LedgerWanted(), tmp_path / "ledger.csv", WEBER)
    assert isinstance(place, Path)
    for row in rows(place):
        for name, cell in row.items():
            assert name == "vials" or not cell.startswith(("=", "+", "-", "@")), (name, cell)
    third = next(row for row in rows(place) if row["line"] == "3")
    assert (third["by"], third["reason"], third["lot"]) == ("'=cmd|A. Weber", "'-1+2", "'+B1")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", " =1", "\ufeff=1", "＝1", "−1"])
def test_that_what_a_spreadsheet_runs_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert [harmless(other) for other in ("", "B1", "a=1", "Élise")] == ["", "B1", "a=1", "Élise"]


def test_that_other_bytes_of_the_name_stay_and_only_the_owner_reads_it(files: LedgerFiles, tmp_path: Path) -> None:
    wanted = tmp_path / "ledger.csv"
    wanted.write_bytes(b"mine")
    place = files.export("x", LedgerWanted(), wanted, WEBER)
    assert place == tmp_path / "ledger-2.csv" and wanted.read_bytes() == b"mine"
    assert isinstance(place, Path) and place.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".crs-paper-*"))


def test_that_the_log_tells_where_it_went_and_a_file_that_cannot_be_written_is_not_logged(
    files: LedgerFiles, store: Store, tmp_path: Path
) -> None:
    from sqlalchemy import text

    def told() -> list[str]:
        with store.read() as session:
            return list(session.scalars(text("SELECT after FROM change_log WHERE action = 'export'")))

    (tmp_path / "file").write_text("no folder")
    with pytest.raises(EnvironmentFailure):
        files.export("x", LedgerWanted(), tmp_path / "file" / "ledger.csv", WEBER)
    assert told() == []
    files.export("y", LedgerWanted(), tmp_path / "ledger.csv", WEBER)
    assert len(told()) == 1 and "ledger.csv" in told()[0]


def test_that_lines_are_chosen_by_lot_place_kind_and_local_day_with_the_balances_of_all(files: LedgerFiles) -> None:
    def numbers(asked: LedgerWanted) -> list[tuple[int, int]]:
        return [(line.movement.id, line.here) for line, _ in files.lines(asked)]

    assert numbers(LedgerWanted(lot_id=2)) == numbers(LedgerWanted(place_id=2)) == [(2, 4)]
    assert numbers(LedgerWanted(kinds=(MovementKind.WASTE,))) == [(4, 1), (3, 2)]
    assert numbers(LedgerWanted(first=date(2026, 12, 3))) == numbers(LedgerWanted(last=date(2026, 12, 1))) == []
    assert len(numbers(LedgerWanted(first=date(2026, 12, 2), last=date(2026, 12, 2)))) == 5
