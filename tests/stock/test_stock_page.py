"""The page of stock, driven by keys on a real store: every act, every bad input, and nothing recorded twice."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, apply_theme
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.commands import ChangeLotState
from crs_desktop.stock.model import LotState, VialLine
from crs_desktop.stock.ui.page import StockPage
from crs_desktop.stock.ui.words import state_of, state_text
from tests.stock.conftest import OKAFOR, WEBER, Shelf, desk_of
from tests.stock.test_ledger import spend

ALT = Qt.KeyboardModifier.AltModifier


class Desk:
    """A person at the keyboard in front of the page."""

    def __init__(self, qtbot: QtBot, page: StockPage, shelf: Shelf) -> None:
        self.qtbot, self.page, self.shelf = qtbot, page, shelf

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key to whatever has the focus, as a keyboard sends it."""
        target: QWidget = QApplication.focusWidget() or self.page
        self.qtbot.keyClick(target, key, modifier)

    def type(self, text: str) -> None:
        target = QApplication.focusWidget()
        assert target is not None
        if text.isascii():
            self.qtbot.keyClicks(target, text)
        else:  # the test keyboard has Latin letters only
            QApplication.clipboard().setText(text)
            self.qtbot.keyClick(target, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def dialogs(self) -> list[FormDialog]:
        return [dialog for dialog in self.page.findChildren(FormDialog) if dialog.isVisible()]

    def open(self, key: Qt.Key) -> FormDialog:
        """Press a mnemonic of the page and wait for its form."""
        self.page.activateWindow()
        self.qtbot.waitUntil(lambda: QApplication.activeWindow() is self.page)
        self.press(key, ALT)
        self.qtbot.waitUntil(lambda: len(self.dialogs()) == 1)
        dialog = self.dialogs()[0]
        dialog.activateWindow()
        self.qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
        return dialog

    def fill(self, **typed: str) -> None:
        """Type into each named field of the open form; a choice is made by its first letters."""
        form = self.dialogs()[0].form
        for name, text in typed.items():
            editor = form.fields[name].editor
            editor.setFocus()
            if isinstance(editor, QComboBox):
                self.qtbot.keyClicks(editor, text)
            else:
                self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
                self.type(text)

    def settled(self, lines: int) -> None:
        """Wait until the page shows so many lines on the shelf by itself."""
        self.qtbot.waitUntil(lambda: len(self.page.shelf.model.records()) == lines)


@pytest.fixture
def desk(qtbot: QtBot, shelf: Shelf) -> Iterator[Desk]:
    make_application([])

    def names(holders: Collection[str]) -> Mapping[str, str]:
        return {holder: f"Adler, R. ({holder})" for holder in holders if holder != "course:9"}

    tasks = Tasks()
    page = StockPage(tasks, desk_of(shelf), lambda: OKAFOR, names)
    page.resize(1180, 760)
    bridge = ChangeBridge(shelf.feed)
    bridge.watch(page)
    qtbot.addWidget(page)
    yield Desk(qtbot, page, shelf)
    bridge.close()
    tasks.close()


def shown(desk: Desk) -> None:
    desk.page.show()
    desk.qtbot.waitExposed(desk.page)
    desk.qtbot.waitUntil(lambda: desk.page.tasks.running == 0)


def test_that_the_first_place_and_the_first_lot_are_entered_by_keyboard(desk: Desk) -> None:
    shown(desk)
    assert "No places yet" in desk.page.notice_text()
    desk.open(Qt.Key.Key_P)
    desk.type("Main pharmacy")
    desk.press(Qt.Key.Key_Tab)
    desk.type("15")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: not desk.page.notice_text())
    desk.open(Qt.Key.Key_R)
    desk.fill(brand="Act", strength_mg="400", lot="<b>7</b> & 批", expires="2027-02-28", vials="6")
    desk.press(Qt.Key.Key_Return)
    desk.settled(1)
    line = desk.page.shelf.current()
    assert line is not None and line.on_hand.lot.number == "<b>7</b> & 批"
    assert "Actemra 400 mg: 6 usable, 6 free" in desk.page.totals.text()
    assert [moved.actor for moved in desk.shelf.ledger.movements()] == ["M. Okafor"]


BAD = [
    ("vials", "0", "Quantity: 0 is outside 1 to 10000."),
    ("vials", "-2", "Quantity: “-2” is not a whole number."),
    ("vials", "1.5", "Quantity: “1.5” is not a whole number."),
    ("vials", "１", "Quantity: “１” is not a whole number."),
    ("expires", "2026-12-01", "The lot expired on 2026-12-01 and cannot be received as stock."),
    ("expires", "2027-02-31", "There is no day 2027-02-31."),
    ("lot", "x" * 300, "Lot number has 300 characters; 200 is the most."),
]


@pytest.mark.parametrize(("field", "typed", "said"), BAD)
def test_that_bad_input_is_said_beside_its_field_and_stays(desk: Desk, field: str, typed: str, said: str) -> None:
    desk.shelf.place()
    shown(desk)
    dialog = desk.open(Qt.Key.Key_R)
    desk.fill(brand="Act", strength_mg="400", lot="B7101", expires="2027-02-28", vials="6")
    dialog.form.set_values({field: typed})
    before = dialog.form.values()
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: dialog.form.error_of(field) == said)
    assert dialog.form.values() == before and dialog.isVisible()
    assert desk.shelf.ledger.lots() == []


def test_that_an_empty_form_names_every_missing_field(desk: Desk) -> None:
    desk.shelf.place()
    desk.shelf.place("Ward 7", "5")
    shown(desk)
    dialog = desk.open(Qt.Key.Key_R)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: bool(dialog.form.error_of("brand")))
    assert all(dialog.form.error_of(name) for name in dialog.form.fields)
    assert "6 entries" in dialog.form.summary_text()


def test_that_enter_twice_records_once(desk: Desk) -> None:
    desk.shelf.place()
    shown(desk)
    dialog = desk.open(Qt.Key.Key_R)
    desk.fill(brand="Tye", strength_mg="80", lot="TY1", expires="2027-02-28", vials="3")
    panel = dialog.panel
    desk.qtbot.keyClick(panel, Qt.Key.Key_Return)
    desk.qtbot.keyClick(panel, Qt.Key.Key_Return)
    panel.submitted.emit(dialog.form.values())  # a second answer on its way, as after a lost reply
    desk.settled(1)
    desk.qtbot.waitUntil(lambda: desk.page.tasks.running == 0)
    assert [moved.vials for moved in desk.shelf.ledger.movements()] == [3]


def test_that_vials_are_wasted_with_a_reason_and_never_more_than_there_are(desk: Desk) -> None:
    desk.shelf.receive(desk.shelf.place(), vials=2)
    shown(desk)
    desk.page.shelf.view.setFocus()
    dialog = desk.open(Qt.Key.Key_W)
    assert dialog.panel.identifiers_text() == "Actemra 400 mg, lot B7101   Main pharmacy   2 vials on hand, 0 promised"
    desk.fill(vials="3", cause="oth", reason="Dropped")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: "holds 2" in dialog.form.error_of("vials"))
    desk.fill(vials="1")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: [line.on_hand.vials for line in desk.page.shelf.model.records()] == [1])


def test_that_a_lot_is_quarantined_and_released_from_the_same_button(desk: Desk) -> None:
    moved = desk.shelf.receive(desk.shelf.place())
    shown(desk)
    desk.page.shelf.view.setFocus()
    acts = [(Qt.Key.Key_Q, LotState.QUARANTINED, "quarantined"), (Qt.Key.Key_A, LotState.AVAILABLE, "available")]
    for key, state, word in acts:
        desk.open(key)
        desk.fill(reason="Fridge alarm")
        if state is LotState.AVAILABLE:
            desk.fill(authority="Dr. Ito")
        desk.press(Qt.Key.Key_Return)
        desk.qtbot.waitUntil(lambda word=word: state_text(desk.page.shelf.model.records()[0]) == word)
        assert desk.shelf.ledger.lots()[0].state is state
        desk.qtbot.waitUntil(lambda: not desk.dialogs())
    assert moved.lot.id == desk.shelf.ledger.lots()[0].id


def test_that_a_lot_changed_at_another_desk_is_said_plainly(desk: Desk) -> None:
    moved = desk.shelf.receive(desk.shelf.place())
    shown(desk)
    desk.page.shelf.view.setFocus()
    dialog = desk.open(Qt.Key.Key_Q)
    desk.shelf.ledger.change_state(ChangeLotState("other", moved.lot.id, "quarantined", "Recall letter"), WEBER)
    desk.fill(reason="Fridge alarm")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: "somebody was faster" in dialog.form.summary_text())


def test_that_a_line_of_the_ledger_is_corrected_and_stays_readable(desk: Desk) -> None:
    moved = desk.shelf.receive(desk.shelf.place(), vials=4)
    desk.shelf.waste(moved, 3)
    shown(desk)
    desk.page.shelf.view.setFocus()
    desk.qtbot.waitUntil(lambda: len(desk.page.ledger.model.records()) == 2)
    assert desk.page.ledger_block.head() == "Ledger of Actemra 400 mg, lot B7101"
    desk.page.ledger.view.setFocus()
    desk.open(Qt.Key.Key_C)
    desk.fill(reason="Wrong lot")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(desk.page.ledger.model.records()) == 3)
    texts = [
        [column.text(line) for column in desk.page.ledger.model.columns] for line in desk.page.ledger.model.records()
    ]
    assert [(row[2], row[3], row[4]) for row in texts] == [
        ("reversal of line 2", "+3", "4"),
        ("wasted, reversed by 3", "−3", "1"),
        ("received", "+4", "4"),
    ]
    desk.page.ledger.choose(2)
    assert not desk.page.correct_button.isEnabled()


def test_that_a_promise_is_shown_by_name_and_let_go_with_a_reason(desk: Desk) -> None:
    desk.shelf.promise(desk.shelf.receive(desk.shelf.place(), vials=4))
    shown(desk)
    assert desk.page.promises_block.head() == "Promises (1)"
    desk.page.promises.view.setFocus()
    dialog = desk.open(Qt.Key.Key_G)
    assert dialog.panel.identifiers_text() == "Adler, R. (course:1)"
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: dialog.form.error_of("reason") == "Reason is missing.")
    desk.fill(reason="Infusion cancelled")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: desk.page.promises_block.head() == "Promises (0)")
    assert desk.page.shelf.model.records()[0].free == 4


def test_that_open_discrepancies_and_broken_promises_stand_above_everything(desk: Desk) -> None:
    moved = desk.shelf.receive(desk.shelf.place(), vials=2)
    assert not isinstance(desk.shelf.promise(moved, holder="course:9"), Refused)
    shown(desk)
    assert not desk.page.attention.isVisible()
    spend(desk.shelf, VialLine(moved.lot.id, moved.place.id, 3), dose=12)
    desk.qtbot.waitUntil(desk.page.attention.isVisible)
    said = desk.page.attention.text()
    assert "open discrepancy: Dose 12 used 1 vial of Actemra 400 mg, lot B7101 (Main pharmacy)" in said
    assert "promise in danger: Actemra 400 mg, lot B7101 in Main pharmacy: 2 promised, 0 usable" in said
    assert "Promised to: course 9." in said


def test_that_used_up_lots_are_shown_when_asked_for(desk: Desk) -> None:
    moved = desk.shelf.receive(desk.shelf.place(), vials=1)
    desk.shelf.waste(moved, 1)
    shown(desk)
    desk.settled(0)
    desk.page.activateWindow()
    desk.press(Qt.Key.Key_U, ALT)
    desk.settled(1)
    assert state_text(desk.page.shelf.model.records()[0]) == "used up"


def test_that_every_state_has_its_word_and_its_shape(desk: Desk) -> None:
    main, far = desk.shelf.place(), desk.shelf.place("Riverside", "180")
    desk.shelf.receive(main, "plain")
    desk.shelf.promise(desk.shelf.receive(main, "promised", 2), 2)
    desk.shelf.receive(far, "far")
    desk.shelf.receive(main, "soon", expires="2026-12-05")
    held = desk.shelf.receive(main, "held")
    desk.shelf.ledger.change_state(ChangeLotState("q", held.lot.id, "quarantined", "x"), WEBER)
    shown(desk)
    desk.settled(5)
    lines = {line.on_hand.lot.number: line for line in desk.page.shelf.model.records()}
    assert {name: (state_text(line), state_of(line)) for name, line in lines.items()} == {
        "plain": ("available", State.READY),
        "promised": ("all promised", State.READY),
        "far": ("too far to count", State.READY_BUT),
        "soon": ("expires soon", State.READY_BUT),
        "held": ("quarantined", State.CANNOT_SAY),
    }


def test_that_larger_text_grows_the_tables_of_an_open_page(desk: Desk) -> None:
    shown(desk)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = desk.page.shelf.minimumHeight()
    apply_theme(app, "light", 200)
    grown = desk.page.shelf.minimumHeight()
    apply_theme(app, "light", 100)
    assert grown > 1.8 * before and desk.page.shelf.minimumHeight() == before


def test_that_a_store_that_fails_is_said_in_the_form_and_what_was_typed_stays(desk: Desk) -> None:
    desk.shelf.place()
    shown(desk)
    dialog = desk.open(Qt.Key.Key_R)
    desk.fill(brand="Act", strength_mg="400", lot="B7101", expires="2027-02-28", vials="6")
    before = dialog.form.values()
    path = desk.shelf.store.path
    aside = path.with_suffix(".aside")
    desk.shelf.store.close()
    path.rename(aside)
    path.write_bytes(b"this is not a store" * 400)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: "is not a store of this program" in dialog.form.summary_text())
    desk.shelf.store.close()
    aside.replace(path)
    assert dialog.form.values() == before
    desk.press(Qt.Key.Key_Return)
    desk.settled(1)
    assert [moved.vials for moved in desk.shelf.ledger.movements()] == [6]
