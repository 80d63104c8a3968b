"""A recall: what it names is recalled everywhere at once, later receipts too, and is not released while it runs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.commands import UNDER_RECALL, ChangeLotState
from crs_desktop.stock.model import Lot, LotState, lot_key
from crs_desktop.stock.recalls.commands import EndRecall, RecordRecall
from crs_desktop.stock.recalls.model import Notice
from crs_desktop.stock.recalls.repository import alerts
from crs_desktop.stock.recalls.rules import named_lots
from crs_desktop.stock.recalls.service import RecallBook
from tests.stock.conftest import OKAFOR, WEBER, ZONE, Shelf, codes

NOTICE = RecordRecall(
    "n1", "D-1-2026", "I", "Actemra", "B1, B2", False, "2026-12-01", "particles", "letter of the firm"
)


@dataclass
class Recalls:
    """The shelf and its recalls."""

    shelf: Shelf
    book: RecallBook

    def record(self, **changed: object) -> Notice | Refused:
        return self.book.record(replace(NOTICE, **changed), WEBER)  # type: ignore[arg-type]

    def lot(self, number: str) -> Lot:
        return next(lot for lot in self.shelf.ledger.lots() if lot.number == number)


@pytest.fixture
def recalls(shelf: Shelf) -> Recalls:
    return Recalls(shelf, RecallBook(shelf.store, ZONE))


def test_that_every_lot_a_notice_names_is_recalled_in_all_places_at_once(recalls: Recalls) -> None:
    main, ward = recalls.shelf.place(), recalls.shelf.place("Ward 9", "5")
    for place in (main, ward):
        recalls.shelf.receive(place, "B1", 2)
    recalls.shelf.receive(main, "B2", 1, mg="200")
    recalls.shelf.receive(main, "B3", 1)
    recalls.shelf.receive(main, "B1", 1, brand="Avtozma")
    assert isinstance(recalls.record(), Notice)
    states = {(i.lot.brand, i.lot.number, i.place.name): i.state for i in recalls.shelf.ledger.on_hand()}
    assert {key for key, state in states.items() if state is LotState.RECALLED} == {
        ("Actemra", "B1", "Main pharmacy"), ("Actemra", "B1", "Ward 9"), ("Actemra", "B2", "Main pharmacy"),
    }  # fmt: skip
    assert recalls.lot("B2").state_reason == "Recall D-1-2026, class I."
    assert [(p.named.never_here, p.vials) for p in recalls.book.picture().notices] == [((), 5)]


def test_that_a_lot_received_later_is_recalled_from_its_first_minute(recalls: Recalls) -> None:
    place = recalls.shelf.place()
    recalls.record()
    assert recalls.shelf.receive(place, "b-1").lot.state is LotState.RECALLED
    assert recalls.shelf.receive(place, "B10").lot.state is LotState.AVAILABLE
    recalls.record(request_id="n2", number="D-2", lots="", every_lot=True, brand="Avtozma")
    assert recalls.shelf.receive(place, "X1", brand="Avtozma").lot.state is LotState.RECALLED


def test_that_a_lot_is_found_however_its_number_is_written(recalls: Recalls) -> None:
    recalls.shelf.receive(recalls.shelf.place(), "B-7101 a")
    recalls.record(lots="b7101A")
    assert recalls.lot("B-7101 a").state is LotState.RECALLED


def test_that_a_lot_that_only_looks_alike_is_told_and_not_recalled(recalls: Recalls) -> None:
    recalls.shelf.receive(recalls.shelf.place(), "BO1")
    recalls.record(lots="B01")
    assert recalls.lot("BO1").state is LotState.AVAILABLE
    (picture,) = recalls.book.picture().notices
    assert [(lot.number, number) for lot, number in picture.named.alike] == [("BO1", "B01")]
    assert picture.named.never_here == ("B01",)


def test_that_no_state_is_released_while_a_running_notice_names_the_lot(recalls: Recalls) -> None:
    recalls.shelf.receive(recalls.shelf.place(), "B1")
    notice = recalls.record()
    assert isinstance(notice, Notice)
    ledger, lot = recalls.shelf.ledger, recalls.lot("B1")
    refused = ledger.change_state(ChangeLotState("r1", lot.id, "available", "looks fine"), WEBER)
    assert isinstance(refused, Refused)
    assert recalls.lot("B1").state is LotState.RECALLED
    ended = recalls.book.end(EndRecall("e1", notice.id, "the firm withdrew it"), OKAFOR)
    assert isinstance(ended, Notice) and ended.end is not None and ended.end.actor == "M. Okafor"
    assert recalls.lot("B1").state is LotState.RECALLED  # an end releases nothing
    released = ledger.change_state(ChangeLotState("r2", lot.id, "available", "notice over, checked"), WEBER)
    assert isinstance(released, Lot) and released.state is LotState.AVAILABLE


def test_that_a_notice_is_recorded_once_while_it_runs(recalls: Recalls) -> None:
    first = recalls.record()
    assert isinstance(first, Notice)
    assert codes(recalls.record(request_id="n2", number="d 1 2026")) == ["recall_known"]
    recalls.book.end(EndRecall("e1", first.id, "more lots"), WEBER)
    assert isinstance(recalls.record(request_id="n3", lots="B1, B2, B3"), Notice)
    assert [item.notice.end is None for item in recalls.book.picture().notices] == [True, False]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"brand": "Aspirin"}, ["stock_brand"]),
        ({"brand": " "}, ["text_missing"]),
        ({"number": ""}, ["text_missing"]),
        ({"source": ""}, ["text_missing"]),
        ({"recall_class": "IV"}, ["recall_class_unknown"]),
        ({"noticed": "2026-13-01"}, ["day_does_not_exist"]),
        ({"noticed": "2026-12-03"}, ["recall_noticed_ahead"]),
        ({"lots": " , ;\n"}, ["recall_no_lots"]),
        ({"every_lot": True}, ["recall_lots_and_every"]),
        ({"lots": "B1, ---"}, ["recall_lot_unreadable"]),
        ({"lots": "B1, B\x07"}, ["text_unprintable"]),
        ({"lots": ",".join(f"B{n}" for n in range(501))}, ["recall_too_many_lots"]),
        ({"reason": "\x00"}, ["text_unprintable"]),
    ],
)
def test_that_each_bad_notice_is_answered(recalls: Recalls, changed: dict[str, object], found: list[str]) -> None:
    assert codes(recalls.record(**changed)) == found
    assert recalls.book.notices() == []


def test_that_a_notice_ends_once_and_with_a_reason(recalls: Recalls) -> None:
    notice = recalls.record()
    assert isinstance(notice, Notice)
    assert codes(recalls.book.end(EndRecall("e1", notice.id, ""), WEBER)) == ["text_missing"]
    assert codes(recalls.book.end(EndRecall("e2", 99, "typo"), WEBER)) == ["recall_unknown"]
    recalls.book.end(EndRecall("e3", notice.id, "typo"), WEBER)
    assert codes(recalls.book.end(EndRecall("e4", notice.id, "typo"), WEBER)) == ["recall_ended"]


def test_that_numbers_of_a_notice_are_kept_once_in_their_order(recalls: Recalls) -> None:
    notice = recalls.record(lots="B2; b-2\nB1,B1")
    assert isinstance(notice, Notice)
    assert notice.lots == ("B1", "B2")


def test_that_a_shipped_alert_stands_until_its_notice_is_recorded(recalls: Recalls) -> None:
    assert {alert.brand for alert in alerts()} == set(UNDER_RECALL)
    assert recalls.book.picture().alerts == alerts()
    alert = alerts()[0]
    recalls.record(number=alert.number.lower(), brand=alert.brand, lots="T1")
    assert recalls.book.picture().alerts == ()


def test_that_a_key_holds_letters_and_digits_alone() -> None:
    assert lot_key(" B-7101/a ") == lot_key("b7101A") == "b7101a"
    assert named_lots("Actemra", False, (), ()).lots == ()
