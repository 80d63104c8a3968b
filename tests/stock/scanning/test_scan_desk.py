"""Scans beside a real store: confirmations are kept and compared, known lots say where they lie and in what state."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.stock.commands import ChangeLotState
from crs_desktop.stock.model import Lot, LotState, OnHand
from crs_desktop.stock.scanning.model import ConfirmPack, KnownPack, ReceiptFields, RefusedScan, Use
from crs_desktop.stock.scanning.service import ScanDesk
from crs_desktop.stock.scanning.telling import ToldReading, pack_of, tell_reading
from tests.stock.conftest import OKAFOR, WEBER, ZONE, Shelf, codes
from tests.stock.scanning.packs import ACTEMRA_80_BY_4, ACTEMRA_400, GS, TYENNE_SYRINGE, only
from tests.stock.scanning.packs import PACK as NUMBER

PACK = f"{NUMBER}21S1{GS}"  # with a serial number, so that nothing can be missing
FULL = f"{PACK}1728033110B7101"
RIGHT = ConfirmPack(ACTEMRA_400, "infusion", "Actemra", "400", "1")
UNKNOWN = "07032069804988"
TYENNE = ConfirmPack(UNKNOWN, "infusion", "Tyenne", "400", "1")


@pytest.fixture
def desk(shelf: Shelf) -> ScanDesk:
    made = ScanDesk(shelf.store, ZONE)
    made.warm_up()
    return made


def told(desk: ScanDesk, raw: str = FULL) -> ToldReading:
    """The one reading, every finding of it in words."""
    reading = desk.read(raw).certain
    assert reading is not None
    assert all(say(finding) for finding in (*reading.against, *reading.beware))
    return reading


def against(reading: ToldReading) -> list[str]:
    return [finding.code for finding in reading.against]


def confirmed(desk: ScanDesk, typed: ConfirmPack = RIGHT, request: str = "c1") -> KnownPack:
    pack = desk.confirm(request, typed, WEBER)
    assert isinstance(pack, KnownPack), pack
    return pack


def test_that_a_first_scan_waits_for_a_person_and_every_later_one_counts(desk: ScanDesk) -> None:
    before = told(desk)
    assert before.needs_confirming and before.good and before.fields is None
    assert against(before) == ["scan_pack_not_confirmed"]
    assert confirmed(desk).confirmed
    after = told(desk)
    assert not after.needs_confirming and after.against == ()
    assert after.fields == ReceiptFields("Actemra", "400", "B7101", "2028-03-31", "1")


def test_that_a_confirmation_is_compared_with_what_holds_in_the_same_moment(desk: ScanDesk) -> None:
    assert codes(desk.confirm("c0", replace(RIGHT, strength_mg="200"), WEBER)) == ["scan_confirm_differs"]
    confirmed(desk)
    assert codes(desk.confirm("c2", RIGHT, OKAFOR)) == ["scan_confirmed_already"]
    # Another desk cannot quietly make it something else; with a reason the later row holds, and both stay.
    assert codes(desk.confirm("c3", replace(RIGHT, vials="4"), OKAFOR)) == ["scan_confirm_differs"]
    corrected = desk.confirm("c4", replace(RIGHT, vials="4", reason="a carton of four in hand"), OKAFOR)
    assert isinstance(corrected, KnownPack) and corrected.vials == 4
    back = desk.confirm("c5", RIGHT, WEBER)
    assert codes(back) == ["scan_confirm_differs"], "compared with the latest, not with the table"
    carton = told(desk)
    assert carton.fields is not None and carton.fields.vials == "4"
    assert "scan_carton" in {finding.code for finding in carton.beware}


def test_that_two_desks_confirming_at_once_leave_one_row(desk: ScanDesk) -> None:
    gate = threading.Barrier(2)
    answers: list[object] = []

    def confirm(request: str) -> None:
        gate.wait()
        answers.append(desk.confirm(request, TYENNE, WEBER))

    threads = [threading.Thread(target=confirm, args=(f"both-{n}",)) for n in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(type(one).__name__ for one in answers) == ["KnownPack", "Refused"]


def test_that_a_number_that_is_none_is_never_confirmed(desk: ScanDesk) -> None:
    assert codes(desk.confirm("c", replace(RIGHT, gtin="00350242137011"), WEBER)) == ["scan_check_digit"]
    assert codes(desk.confirm("c", replace(RIGHT, gtin=""), WEBER)) == ["scan_check_digit"]


def test_that_what_was_confirmed_as_something_else_is_refused_by_its_name(desk: ScanDesk) -> None:
    other = confirmed(desk, ConfirmPack(UNKNOWN, "other", reason="heparin 5,000 units"))
    assert other == KnownPack(UNKNOWN, Use.OTHER, confirmed=True, note="heparin 5,000 units")
    scan = desk.read(f"01{UNKNOWN}1728033110A").scan
    assert isinstance(scan, RefusedScan) and "heparin 5,000 units" in say(scan.findings[0])


def test_that_a_syringe_is_refused_and_stays_so_without_a_written_reason(desk: ScanDesk) -> None:
    syringe = f"01{TYENNE_SYRINGE}1728033110A"
    told_scan = desk.read(syringe)
    assert isinstance(told_scan.scan, RefusedScan) and told_scan.readings == () and not told_scan.good
    typed = ConfirmPack(TYENNE_SYRINGE, "infusion", "Tyenne", "400", "1")
    assert codes(desk.confirm("c", typed, WEBER)) == ["scan_confirm_differs"]
    assert isinstance(desk.read(syringe).scan, RefusedScan)


def test_that_a_known_lot_says_where_it_lies(desk: ScanDesk, shelf: Shelf) -> None:
    confirmed(desk)
    main, ward = shelf.place(), shelf.place("Ward 7 fridge", "5")
    shelf.receive(main, expires="2028-03-31", vials=4)
    shelf.receive(ward, expires="2028-03-31", vials=2)
    reading = told(desk)
    assert reading.lot is not None and [(item.place.name, item.vials) for item in reading.held] == [
        ("Main pharmacy", 4),
        ("Ward 7 fridge", 2),
    ]
    assert reading.fields is not None and reading.against == ()
    assert told(desk, NUMBER).lot is None


def test_that_a_lot_known_with_another_expiry_is_read_again(desk: ScanDesk, shelf: Shelf) -> None:
    confirmed(desk)
    shelf.receive(shelf.place())
    reading = told(desk)
    assert against(reading) == ["scan_lot_other_expiry"] and reading.fields is None and not reading.good


@pytest.mark.parametrize(
    ("state", "stops", "told_codes"),
    [
        ("recalled", ["scan_lot_recalled"], []),
        ("quarantined", [], ["scan_lot_held_back"]),
        ("excursion", [], ["scan_lot_held_back"]),
    ],
)
def test_that_the_state_of_a_known_lot_is_told_and_a_recalled_one_is_not_received(
    desk: ScanDesk, shelf: Shelf, state: str, stops: list[str], told_codes: list[str]
) -> None:
    confirmed(desk)
    moved = shelf.receive(shelf.place(), expires="2028-03-31")
    shelf.ledger.change_state(ChangeLotState("q", moved.lot.id, state, "notice"), WEBER)
    reading = told(desk)
    assert against(reading) == stops and [finding.code for finding in reading.beware] == told_codes
    assert (reading.fields is None) == bool(stops)


def test_that_a_recall_that_names_a_lot_never_received_here_stops_it() -> None:
    asked: list[tuple[str, str]] = []

    def recalled(brand: str, number: str) -> bool:
        asked.append((brand, number))
        return number == "B7101"

    stopped = tell_reading(only(FULL), [], [], recalled)
    assert against(stopped) == ["scan_lot_recalled"] and stopped.fields is None
    assert tell_reading(only(f"{PACK}1728033110B7102"), [], [], recalled).against == ()
    assert asked == [("Actemra", "B7101"), ("Actemra", "B7102")]
    assert against(tell_reading(only(FULL, {}), [], [], recalled)) == ["scan_pack_not_confirmed"]


def test_that_a_state_in_one_place_counts_and_a_lot_number_of_another_product_is_told(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place(), expires="2028-03-31")
    here = OnHand(moved.lot, moved.place, 4, LotState.RECALLED, "notice")
    assert against(tell_reading(only(FULL), [moved.lot], [here], lambda *_: False)) == ["scan_lot_recalled"]
    other = Lot(9, "Avtozma", moved.lot.strength, "B7101", moved.lot.expires, LotState.AVAILABLE)
    beside = tell_reading(only(FULL), [moved.lot, other], [], lambda *_: False)
    assert [finding.code for finding in beside.beware] == ["scan_lot_of_another"] and beside.against == ()


def test_that_a_new_lot_of_a_brand_under_recall_says_that_it_will_wait(desk: ScanDesk) -> None:
    confirmed(desk, TYENNE)
    reading = told(desk, f"01{UNKNOWN}1728033110T1")
    assert "stock_brand_recall" in {finding.code for finding in reading.beware} and reading.fields is not None


def test_that_several_readings_are_told_and_none_is_chosen(desk: ScanDesk) -> None:
    confirmed(desk)
    scan = desk.read(f"{NUMBER}1728033110AB1221XYZ9")
    assert scan.certain is None and not scan.good
    assert [one.reading.lot for one in scan.readings] == ["AB12", "AB1221XYZ9"]


def test_that_an_expired_pack_is_told_whole_and_not_received(desk: ScanDesk) -> None:
    confirmed(desk)
    reading = told(desk, f"{PACK}1726113010B7101")
    assert against(reading) == ["scan_expired"] and reading.reading.lot == "B7101" and reading.fields is None


def test_that_the_pack_behind_a_reading_is_the_confirmed_one_or_the_expected_or_none() -> None:
    assert (known := pack_of(only(FULL))) is not None and known.confirmed
    assert (supposed := pack_of(only(f"01{ACTEMRA_80_BY_4}1728033110A", {}))) is None, supposed


def test_that_only_a_confirmation_that_came_through_is_kept(desk: ScanDesk, shelf: Shelf) -> None:
    assert isinstance(desk.confirm("c", ConfirmPack(ACTEMRA_400, ""), WEBER), Refused)
    assert told(desk).needs_confirming
    pack = confirmed(desk, request="again")
    assert desk.confirm("again", RIGHT, WEBER) == pack, "the same request is answered with its first result"
