"""The tab of counts, driven by keys on a real store: blind, by two people, with scans, and posted once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import ThemeName, apply_theme
from crs_desktop.kernel.refusal import no, refuse
from crs_desktop.staff.signing.service import made_up_second
from crs_desktop.staff.ui.second_person import AskSecondPerson, SecondPersonDialog
from crs_desktop.stock.counting.model import CountOutcome
from crs_desktop.stock.counting.rules import field_of
from crs_desktop.stock.scanning.model import ConfirmPack
from crs_desktop.stock.scanning.service import ScanDesk
from crs_desktop.stock.ui.counting.forms import CountForm
from crs_desktop.stock.ui.counting.page import CountsPage
from tests.stock.conftest import OKAFOR, WEBER, ZONE, Shelf
from tests.stock.counting.counters import Counters
from tests.stock.scanning.packs import GS, PACK

ALT, NONE = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier


class Desk:
    """A person at the keyboard in front of the page. `who` is signed in."""

    def __init__(self, qtbot: QtBot, counters: Counters) -> None:
        self.qtbot, self.counters, self.who = qtbot, counters, WEBER
        self.tasks, self.sheets = Tasks(), list[int]()
        clock = counters.shelf.store.clock
        second = AskSecondPerson(self.tasks, made_up_second(clock), tuple, lambda: refuse(no("text_missing")))
        self.page = CountsPage(self.tasks, counters.book, lambda: self.who, second, self.sheets.append)
        self.page.resize(1180, 760)
        self.bridge = ChangeBridge(counters.shelf.feed)
        self.bridge.watch(self.page)
        qtbot.addWidget(self.page)

    def show(self) -> None:
        self.page.show()
        self.qtbot.waitExposed(self.page)
        self.idle()

    def idle(self) -> None:
        self.qtbot.waitUntil(lambda: self.tasks.running == 0)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        target: QWidget = QApplication.focusWidget() or self.page
        self.qtbot.keyClick(target, key, modifier)

    def open(self, key: Qt.Key, kind: type[FormDialog] = FormDialog) -> FormDialog:
        """Press a mnemonic of the page and wait for its form."""
        self.page.activateWindow()
        self.qtbot.waitUntil(lambda: QApplication.activeWindow() is self.page)
        self.press(key, ALT)
        self.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind))
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, kind)
        dialog.activateWindow()  # a key that is pressed before it is active would go to the page behind it
        self.qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
        return dialog

    def fill(self, dialog: FormDialog, **typed: str) -> None:
        for name, text in typed.items():
            field = dialog.form.fields[name.replace("_", "-") if name.startswith("lot") else name]
            field.editor.setFocus()
            self.qtbot.keyClicks(field.editor, text)

    def accept(self, dialog: FormDialog) -> None:
        dialog.panel.submit()
        self.qtbot.waitUntil(lambda: not isValid(dialog) or not dialog.panel.running)
        self.idle()


@pytest.fixture
def desk(qtbot: QtBot, shelf: Shelf) -> Iterator[Desk]:
    make_application([])
    made = Desk(qtbot, Counters.of(shelf))
    yield made
    made.bridge.close()
    made.tasks.close()


def scanned(lot: str, serial: str) -> str:
    """What a scanner sends of a pack."""
    return f"{PACK}17270228" + f"10{lot}{GS}21{serial}"


def words(widget: QWidget) -> str:
    """Everything that is written on it."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_that_a_count_goes_from_begin_to_close_by_keyboard(desk: Desk) -> None:
    lot = desk.counters.receive("B1", 7)
    desk.show()
    assert "No counts yet" in desk.page.notice_text()
    desk.page.open_begin()
    begin = QApplication.activeModalWidget()
    assert isinstance(begin, FormDialog)
    desk.accept(begin)
    assert [item.lot.number for item in desk.page.lots.model.records()] == ["B1"]
    form = desk.open(Qt.Key.Key_E, CountForm)
    assert "7" not in words(form).replace("2027", "")
    desk.fill(form, **{f"lot_{lot}": "5"})
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: bool(desk.page.lots.model.records()[0].rounds))
    desk.idle()
    assert desk.page.numbers.model.records() == [] and not desk.page.close_button.isEnabled()
    assert "count again" in desk.page.attention.text()
    again = desk.open(Qt.Key.Key_A)
    assert "A. Weber" in words(again) and again.focusWidget() is again.panel.accept_button
    again.panel.submit()
    desk.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), SecondPersonDialog))
    second = QApplication.activeModalWidget()
    assert isinstance(second, SecondPersonDialog)
    assert not {"5", "7"} & set(words(second).replace("2027", "").split())
    desk.fill(second, **{f"lot_{lot}": "5"})
    desk.accept(second)
    desk.qtbot.waitUntil(lambda: len(desk.page.numbers.model.records()) == 1)
    (found,) = desk.page.numbers.model.records()
    assert (found.expected, found.settled, found.difference) == (7, 5, -2)
    close = desk.open(Qt.Key.Key_C)
    assert "ledger 7, found 5 (A. Weber), 5 (S. Lindgren): 2 vials leave the ledger" in words(close)
    desk.accept(close)
    desk.qtbot.waitUntil(lambda: desk.counters.holds() == {lot: 5})
    desk.idle()
    (ended,) = desk.page.counts.model.records()
    assert ended.end is not None and ended.end.outcome is CountOutcome.POSTED


def test_that_somebody_else_who_is_signed_in_counts_again_in_the_plain_form(desk: Desk) -> None:
    lot = desk.counters.receive("B1", 7)
    count = desk.counters.begin().count.id
    desk.counters.counted(count, {lot: 5})
    desk.who = OKAFOR
    desk.show()
    form = desk.open(Qt.Key.Key_A, CountForm)
    desk.fill(form, **{f"lot_{lot}": "5"})
    desk.accept(form)
    assert desk.counters.book.picture().running[0].finished


def test_that_bad_input_is_said_beside_its_field_and_stays(desk: Desk) -> None:
    lot = desk.counters.receive("B1", 7)
    desk.counters.begin()
    desk.show()
    form = desk.open(Qt.Key.Key_E, CountForm)
    desk.fill(form, **{f"lot_{lot}": "5.5"})
    desk.accept(form)
    assert "“5.5” is not a whole number" in form.form.error_of(field_of(lot))
    assert form.form.values()[field_of(lot)] == "5.5"
    form.form.set_values({field_of(lot): ""})
    desk.accept(form)
    assert "No number was entered" in form.form.summary_text()


def test_that_a_scan_adds_one_pack_to_its_lot_and_the_same_pack_once(desk: Desk) -> None:
    lot = desk.counters.receive("B1", 7)
    scans = ScanDesk(desk.counters.shelf.store, ZONE)
    scans.confirm("p1", ConfirmPack("00350242137010", "infusion", "Actemra", "400", "1"), WEBER)
    desk.counters.begin()
    desk.show()
    form = desk.open(Qt.Key.Key_E, CountForm)
    assert isinstance(form, CountForm)
    for serial, vials in (("S1", "1"), ("S2", "2"), ("S2", "2")):
        form.take_told(scans.read(scanned("B1", serial)))
        assert form.form.values()[field_of(lot)] == vials
    assert "S2" in form.form.summary_text()
    form.take_told(scans.read(scanned("ZZ9", "S3")))
    assert "does not know lot ZZ9" in form.form.summary_text()
    form.take_told(scans.read("nonsense"))
    assert form.form.values()[field_of(lot)] == "2"


def test_that_the_sheet_and_giving_up_can_be_had_by_keyboard(desk: Desk) -> None:
    desk.counters.receive("B1", 7)
    count = desk.counters.begin().count.id
    desk.show()
    desk.page.activateWindow()
    desk.qtbot.waitUntil(lambda: QApplication.activeWindow() is desk.page)
    desk.press(Qt.Key.Key_P, ALT)
    desk.qtbot.waitUntil(lambda: desk.sheets == [count])
    dialog = desk.open(Qt.Key.Key_G)
    desk.fill(dialog, reason="called away")
    desk.accept(dialog)
    desk.qtbot.waitUntil(lambda: not desk.counters.book.picture().running)
    assert not desk.page.give_up_button.isEnabled()


@pytest.mark.parametrize(("theme", "percent"), [("dark", 100), ("light", 200)])
def test_that_the_page_is_whole_in_dark_and_with_large_text(desk: Desk, theme: ThemeName, percent: int) -> None:
    lot = desk.counters.receive("B1", 7)
    count = desk.counters.begin().count.id
    desk.counters.counted(count, {lot: 5})
    app = make_application([])
    apply_theme(app, theme, percent)
    try:
        desk.show()
        assert "count again: Count 1 of Main pharmacy" in desk.page.attention.text()
        assert [item.lot.number for item in desk.page.lots.model.records()] == ["B1"]
    finally:
        apply_theme(app)
