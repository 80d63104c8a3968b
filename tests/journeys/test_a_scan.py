"""A scanner at the real window: heard on any page, in any field, over the palette; silent once the desk is left."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.bootstrap.scans import Scans
from crs_desktop.doses.ui.record_dialog import DoseDialog
from crs_desktop.stock.scanning.model import ConfirmPack
from crs_desktop.stock.ui.receive_form import ReceiveForm
from crs_desktop.stock.ui.scan.box import ScanBox
from tests.journeys.desk import ACTOR, Person, desk_over, pause, take_picture, wait_until

GTIN = "00350242137010"
PACK = f"]d201{GTIN}21S1\x1d1728033110K7301"


class Counter(Person):
    """A person with a scanner, which types eight milliseconds a sign by stated times."""

    now = 10_000

    def scan(self, raw: str) -> None:
        """Type the code and Enter where the keyboard is."""
        target = QApplication.focusWidget() or self.window()
        for sign in [*raw, "\r"]:
            key = Qt.Key.Key_Return.value if sign == "\r" else ord(sign)
            event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, sign)
            self.now += 8
            event.setTimestamp(self.now)
            QApplication.sendEvent(target, event)
        self.now += 1000
        pause(1)

    def scans(self) -> Scans:
        """What hears scans at this desk."""
        wait_until(lambda: self.desk.scans is not None, "the scanner to be heard")
        assert self.desk.scans is not None
        return self.desk.scans

    def told(self) -> ScanBox:
        """The box that opened."""
        room = self.scans().room
        wait_until(lambda: room.box is not None, "the scan to be told")
        assert room.box is not None
        self.activate(room.box)
        return room.box


def confirm(desk: Desk) -> None:
    desk.house.scans.confirm("c", ConfirmPack(GTIN, "infusion", "Actemra", "400", "1"), ACTOR)


def test_that_a_scan_is_heard_on_any_page_and_its_vials_reach_the_board(story: Path) -> None:
    with desk_over(story) as desk:
        person = Counter(desk)
        person.scans()
        confirm(desk)
        before = sum(line.vials for line in desk.house.stock.on_hand())
        person.go("patients")
        page = desk.window.current_page()
        person.scan(PACK)
        box = person.told()
        assert desk.window.current_page() == page and box.badge.text() == "can be received"
        take_picture(desk, "scan-told", box)
        person.key(Qt.Key.Key_Space)
        receipt = person.dialog(ReceiveForm)
        person.scan(PACK.replace("21S1", "21S2"))
        wait_until(lambda: receipt.form.values()["vials"] == "2", "the second pack")
        take_picture(desk, "scan-receive", receipt)
        person.write(receipt.form.fields["place"].editor, "Main")
        person.key(Qt.Key.Key_Return)
        wait_until(lambda: sum(line.vials for line in desk.house.stock.on_hand()) == before + 2, "the vials")


def test_that_a_scan_into_the_form_of_a_dose_harms_nothing_in_it(story: Path) -> None:
    with desk_over(story) as desk:
        person = Counter(desk)
        person.scans()
        person.choose_row("Lindqvist, Karin")
        person.ctrl("D")
        dialog = person.dialog(DoseDialog)
        field = dialog.form.fields["prescriber"].editor
        person.write(field, "Dr. Made Up")
        typed = dialog.form.values()
        person.scan(PACK)
        box = person.told()
        assert box.badge.text() == "only told: a form is open" and not box.receive_button.isVisible()
        person.key(Qt.Key.Key_Escape)
        wait_until(lambda: person.scans().room.box is None, "the box to close")
        assert dialog.form.values() == typed and not dialog.recorded()


def test_that_the_search_box_reads_a_pasted_code_gives_way_to_a_scanner_and_a_desk_left_hears_nothing(
    story: Path,
) -> None:
    with desk_over(story) as desk:
        person = Counter(desk)
        scans = person.scans()
        person.ctrl("K")
        wait_until(lambda: QApplication.activeModalWidget() is not None, "the palette")
        QGuiApplication.clipboard().setText(PACK)
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        person.key(Qt.Key.Key_Return)
        box = person.told()
        assert box.said()[1] == "K7301" and box.badge.text() == "compare with the pack first"
        assert not box.typed_button.isVisible()
        person.key(Qt.Key.Key_Escape)
        person.ctrl("K")
        wait_until(lambda: QApplication.activeModalWidget() is not None, "the palette")
        person.scan(PACK.replace("K7301", "K7302"))
        assert person.told().said()[1] == "K7302"
        person.key(Qt.Key.Key_Escape)
        heard: list[str] = []
        scans.wedge.scanned.connect(heard.append)
        scans.close()
        person.scan(PACK)
        scans.came(PACK)
        pause(5)
        assert heard == [] and scans.room.box is None
