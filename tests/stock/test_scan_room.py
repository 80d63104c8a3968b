"""Scans at the window, by keys at stated times on a real store: told in the box, confirmed, received, refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.scans.burst import SEPARATOR
from crs_desktop.desktop.scans.target import target_in_front
from crs_desktop.desktop.scans.wedge import Wedge
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.stock.commands import ChangeLotState
from crs_desktop.stock.scanning.model import ConfirmPack
from crs_desktop.stock.scanning.service import ScanDesk
from crs_desktop.stock.ui.receive_form import ReceiveForm
from crs_desktop.stock.ui.scan.box import ScanBox
from crs_desktop.stock.ui.scan.room import ScanRoom
from tests.stock.conftest import WEBER, ZONE, Shelf
from tests.stock.scanning.packs import ACTEMRA_80_BY_4, ACTEMRA_400, TYENNE_SYRINGE

NONE = Qt.KeyboardModifier.NoModifier


def code(serial: str = "S1", lot: str = "B7101", number: str = ACTEMRA_400, expiry: str = "280331") -> str:
    return f"]d201{number}21{serial}{SEPARATOR}17{expiry}10{lot}"


class Counter:
    """A window, a scanner and a person."""

    def __init__(self, qtbot: QtBot, shelf: Shelf) -> None:
        self.qtbot, self.shelf = qtbot, shelf
        self.window = QWidget()
        self.window.resize(1000, 700)
        self.line = QLineEdit()
        QVBoxLayout(self.window).addWidget(self.line)
        self.desk = ScanDesk(shelf.store, ZONE)
        self.wedge = Wedge()
        self.tasks = Tasks()
        self.room = ScanRoom(self.tasks, self.desk, shelf.ledger, lambda: WEBER, self.window, self.wedge.put_back)
        self.wedge.scanned.connect(self._came)
        self.now = 1000

    def _came(self, raw: str) -> None:
        target = target_in_front()
        if target is None:
            self.room.came(raw)
        else:
            target.take_scan(raw)

    def scan(self, raw: str) -> None:
        """As a scanner types it: 8 ms a sign, then Enter."""
        target = QApplication.focusWidget() or self.window
        for sign in [*raw, "\r"]:
            key = Qt.Key.Key_Return.value if sign == "\r" else ord(sign)
            event = QKeyEvent(QEvent.Type.KeyPress, key, NONE, sign)
            self.now += 8
            event.setTimestamp(self.now)
            QApplication.sendEvent(target, event)
        self.now += 1000
        QApplication.processEvents()
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.tasks.running == 0)
        QApplication.processEvents()

    def box(self) -> ScanBox:
        """The box that is open."""
        self.qtbot.waitUntil(lambda: self.room.box is not None)
        box = self.room.box
        assert box is not None
        box.activateWindow()
        self.qtbot.waitUntil(box.isActiveWindow)
        return box

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def form(self, kind: type[FormDialog] = FormDialog) -> FormDialog:
        def there() -> list[FormDialog]:
            return [one for one in self.window.findChildren(kind) if one.isVisible()]

        self.qtbot.waitUntil(lambda: len(there()) == 1)
        dialog = there()[0]
        dialog.activateWindow()
        self.qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    def fill(self, dialog: FormDialog, **typed: str) -> None:
        for name, text in typed.items():
            editor = dialog.form.fields[name].editor
            editor.setFocus()
            if not isinstance(editor, QComboBox):
                self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            self.qtbot.keyClicks(editor, text)

    def confirmed(self, number: str = ACTEMRA_400, mg: str = "400", vials: str = "1", brand: str = "Actemra") -> None:
        self.desk.confirm(f"c-{number}", ConfirmPack(number, "infusion", brand, mg, vials), WEBER)


@pytest.fixture
def counter(qtbot: QtBot, shelf: Shelf) -> Iterator[Counter]:
    make_application([])
    made = Counter(qtbot, shelf)
    qtbot.addWidget(made.window)
    made.window.show()
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    made.line.setFocus()
    made.wedge.start()
    yield made
    made.wedge.stop()
    made.tasks.close()


def test_that_a_first_pack_is_compared_then_received_by_keyboard_alone(counter: Counter) -> None:
    counter.shelf.place()
    counter.scan(code())
    box = counter.box()
    assert (box.badge.state(), box.badge.text()) == (State.READY_BUT, "compare with the pack first")
    assert box.product.text() == "Actemra 400 mg (expected)" and counter.line.text() == ""
    assert box.said()[:4] == ["Lot", "B7101", "Expires", "Fri 31 Mar 2028"]
    assert not box.receive_button.isVisible()
    counter.press(Qt.Key.Key_Space)
    dialog = counter.form()
    assert all(not field.value() for field in dialog.form.fields.values()), "nothing is filled in for the person"
    counter.fill(dialog, use="vials", brand="Act", strength_mg="400", vials="1")
    counter.press(Qt.Key.Key_Return)
    counter.qtbot.waitUntil(lambda: box.badge.text() == "can be received")
    assert box.product.text() == "Actemra 400 mg" and box.isVisible()
    box.activateWindow()
    counter.qtbot.waitUntil(box.isActiveWindow)
    box.receive_button.setFocus()
    counter.press(Qt.Key.Key_Space)
    receipt = counter.form(ReceiveForm)
    assert receipt.form.values() == {
        "brand": "Actemra", "strength_mg": "400", "lot": "B7101", "expires": "2028-03-31", "vials": "1", "place": "1",
    }  # fmt: skip
    assert QApplication.focusWidget() is receipt.panel.accept_button
    counter.press(Qt.Key.Key_Return)
    counter.qtbot.waitUntil(lambda: [one.vials for one in counter.shelf.ledger.movements()] == [1])
    assert counter.shelf.ledger.lots()[0].number == "B7101"


def test_that_a_carton_of_four_is_four_vials_and_each_further_carton_four_more(counter: Counter) -> None:
    counter.shelf.place()
    counter.confirmed(ACTEMRA_80_BY_4, "80", "4")
    counter.scan(code("K1", number=ACTEMRA_80_BY_4))
    box = counter.box()
    assert "One pack with this number is 4 vials of Actemra 80 mg." in box.said()
    counter.press(Qt.Key.Key_Space)
    receipt = counter.form(ReceiveForm)
    assert receipt.form.values()["vials"] == "4"
    counter.scan(code("K2", number=ACTEMRA_80_BY_4))
    assert receipt.form.values()["vials"] == "8"
    assert receipt.panel.identifiers_text() == "Actemra 80 mg   2 packs scanned: 8 vials"
    counter.scan(code("K2", number=ACTEMRA_80_BY_4))
    assert receipt.form.values()["vials"] == "8" and "scanned already" in receipt.form.summary_text()
    counter.scan(code("K3", lot="B7102", number=ACTEMRA_80_BY_4))
    assert receipt.form.values()["vials"] == "8" and "One receipt holds one lot" in receipt.form.error_of("lot")
    assert counter.shelf.ledger.movements() == [], "no Enter of a scanner sends a form"


def test_that_a_receipt_typed_by_hand_takes_a_scan_and_an_edit_makes_it_typed_again(counter: Counter) -> None:
    counter.shelf.place()
    counter.confirmed()
    counter.scan(code())
    counter.box()
    counter.press(Qt.Key.Key_Space)
    receipt = counter.form(ReceiveForm)
    assert isinstance(receipt, ReceiveForm) and receipt.gathered is not None
    counter.fill(receipt, lot="B7101X")
    assert receipt.gathered is None and receipt.panel.identifiers_text() == ""
    counter.scan(code("S2"))
    assert receipt.form.values()["lot"] == "B7101X" and "B7101X stands here" in receipt.form.error_of("lot")


def test_that_a_known_lot_says_where_it_lies_and_in_what_state(counter: Counter) -> None:
    counter.confirmed()
    moved = counter.shelf.receive(counter.shelf.place(), expires="2028-03-31", vials=4)
    counter.shelf.ledger.change_state(ChangeLotState("q", moved.lot.id, "quarantined", "Fridge alarm"), WEBER)
    counter.scan(code())
    box = counter.box()
    assert box.badge.text() == "can be received, but"
    assert "Main pharmacy: 4 vials, quarantined" in box.said()


REFUSED = [
    (code(number=TYENNE_SYRINGE), "no stock for CRS", "injection under the skin"),
    (code(expiry="261101"), "not to be received", "It expired on 2026-11-01."),
    ("]d20100350242137011", "not read", "check digit would be 0"),
    ("]d2" + "010035024213701010A\x1e", "not read", "A control character arrived"),
    ("https://example.org/x", "not read", "This is a web address"),
]


@pytest.mark.parametrize(("raw", "verdict", "said"), REFUSED)
def test_that_what_is_refused_says_why_and_offers_no_receipt(
    counter: Counter, raw: str, verdict: str, said: str
) -> None:
    counter.shelf.place()
    counter.confirmed()
    counter.scan(raw)
    box = counter.box()
    assert box.badge.text() == verdict and any(said in line for line in box.said()), box.said()
    assert not (box.receive_button.isVisible() and box.receive_button.isEnabled())
    assert counter.line.text() == ""
    counter.press(Qt.Key.Key_Escape)
    assert counter.room.box is None


def test_that_day_00_is_the_last_of_the_month_and_told(counter: Counter) -> None:
    counter.shelf.place()
    counter.confirmed()
    counter.scan(code(expiry="280200"))
    said = counter.box().said()
    assert "Tue 29 Feb 2028" in said and any("means the last of the month" in line for line in said)


def test_that_of_several_readings_a_person_chooses(counter: Counter) -> None:
    counter.shelf.place()
    counter.confirmed()
    counter.scan(f"]d201{ACTEMRA_400}1728033110AB1221XYZ9")
    box = counter.box()
    assert box.badge.text() == "choose what the pack shows" and not box.receive_button.isEnabled()
    assert QApplication.focusWidget() is box.choice.editor
    counter.press(Qt.Key.Key_Down)
    assert box.said()[1] == "AB12" and box.receive_button.isEnabled()
    counter.press(Qt.Key.Key_Down)
    assert box.said()[1] == "AB1221XYZ9"
    assert any("Read as" in line or "separator" in line for line in box.said())


def test_that_the_next_pack_takes_the_place_of_the_one_before(counter: Counter) -> None:
    counter.shelf.place()
    counter.confirmed()
    counter.scan(code(lot="A1"))
    box = counter.box()
    counter.scan(code("S9", lot="A2"))
    assert counter.box() is box and box.said()[1] == "A2"


def test_that_a_form_in_front_keeps_what_was_typed_and_the_pack_is_only_told(counter: Counter) -> None:
    counter.confirmed()
    counter.shelf.receive(counter.shelf.place(), expires="2028-03-31")
    form = Form()
    form.text("reason", "&Reason")
    dialog = FormDialog("Waste vials", "&Waste", form, counter.window)
    sent: list[dict[str, str]] = []
    dialog.submitted.connect(sent.append)
    dialog.open()
    dialog.activateWindow()
    counter.qtbot.waitUntil(dialog.isActiveWindow)
    form.focus_first()
    counter.qtbot.keyClicks(form.fields["reason"].editor, "Dropped")
    counter.scan(code())
    box = counter.box()
    assert form.values() == {"reason": "Dropped"} and sent == [], "no sign of it in the field, and no Enter"
    assert box.badge.text() == "only told: a form is open"
    assert not box.receive_button.isVisible() and not box.confirm_button.isVisible()
    assert any("A form is open" in line for line in box.said())
    assert not any("Main pharmacy" in line for line in box.said()), "nothing of the store beside a blind entry"
    counter.press(Qt.Key.Key_Escape)
    assert dialog.isVisible()


def test_that_what_was_no_scan_goes_back_to_where_it_was_typed(counter: Counter) -> None:
    counter.scan("correcthorse")
    box = counter.box()
    assert "Scanned: correcthorse" in box.raw.text()
    counter.press(Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
    counter.qtbot.waitUntil(lambda: counter.line.text() == "correcthorse")
    assert counter.room.box is None


def test_that_a_pack_confirmed_as_something_else_by_mistake_can_be_put_right(counter: Counter) -> None:
    counter.shelf.place()
    counter.desk.confirm("c", ConfirmPack("07032069804988", "other", reason="heparin"), WEBER)
    counter.scan(code(number="07032069804988"))
    box = counter.box()
    assert box.badge.text() == "no stock for CRS" and box.correct_button.isVisible()
    counter.press(Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    dialog = counter.form()
    counter.fill(dialog, use="vials", brand="Tye", strength_mg="200", vials="1")
    counter.press(Qt.Key.Key_Return)
    counter.qtbot.waitUntil(lambda: "write down why" in dialog.form.error_of("use"))
    counter.fill(dialog, reason="Mistaken for the pack beside it")
    counter.press(Qt.Key.Key_Return)
    counter.qtbot.waitUntil(lambda: box.product.text() == "Tyenne 200 mg")
    counter.scan(code(number=TYENNE_SYRINGE))
    assert not box.correct_button.isVisible(), "a syringe of the shipped table stays one"


def test_that_without_a_place_nothing_can_be_received_and_it_says_so(counter: Counter) -> None:
    counter.confirmed()
    counter.scan(code())
    box = counter.box()
    assert box.typed_button.isVisible()
    assert not box.receive_button.isEnabled() and any("name the first place" in line for line in box.said())


def test_that_a_pasted_code_is_told_and_has_no_field_to_go_back_to(counter: Counter) -> None:
    counter.room.came("00350242137010", typed=False)
    counter.settle()
    box = counter.box()
    assert box.said()[1] == "not in the code" and not box.typed_button.isVisible()
