"""The tab of recalls, driven on a real store: looked at, recorded, what it comes to, letters, ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.documents.filed import FiledSheet
from crs_desktop.documents.stock_paper import StockPaper
from crs_desktop.readiness.recall.service import RecallDrill
from crs_desktop.stock.recalls.service import RecallBook
from crs_desktop.stock.ui.recalls.page import RecallsPage
from tests.readiness.board.site import ACTOR, ZONE, Site, site_in

ALT = Qt.KeyboardModifier.AltModifier
NOTICE = {
    "brand": "Actemra", "number": "D-9", "recall_class": "I", "noticed": "2026-12-01", "lots": "b-1, B9",
    "reason": "particles", "source": "letter",
}  # fmt: skip


class Desk:
    """A person in front of the page, on a site with one patient who had a dose of lot B1."""

    def __init__(self, qtbot: QtBot, site: Site) -> None:
        self.qtbot, self.site, self.tasks = qtbot, site, Tasks()
        self.letters: list[FiledSheet] = []
        paper = StockPaper(site.store, ZONE, site.demo)

        def print_letters(recall: int) -> object:
            answer = paper.recall_letters(site.key(), recall, ACTOR)
            self.letters = list(answer) if isinstance(answer, tuple) else []
            return answer

        drill = RecallDrill(site.store, ZONE, site.demo)
        self.page = RecallsPage(self.tasks, RecallBook(site.store, ZONE), drill, print_letters, lambda: ACTOR)
        self.page.resize(1180, 760)
        self.bridge = ChangeBridge(site.store.feed)
        self.bridge.watch(self.page)
        qtbot.addWidget(self.page)
        self.page.show()
        qtbot.waitExposed(self.page)
        self.idle()

    def idle(self) -> None:
        self.qtbot.waitUntil(lambda: self.tasks.running == 0)

    def open(self, key: Qt.Key) -> FormDialog:
        self.page.activateWindow()
        self.qtbot.waitUntil(lambda: QApplication.activeWindow() is self.page)
        target: QWidget = QApplication.focusWidget() or self.page
        self.qtbot.keyClick(target, key, ALT)
        self.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), FormDialog))
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, FormDialog)
        return dialog

    def accept(self, dialog: FormDialog, **typed: str) -> None:
        dialog.form.set_values(typed)
        dialog.panel.submit()
        self.qtbot.waitUntil(lambda: not isValid(dialog) or not dialog.panel.running)
        self.idle()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    make_application([])
    site = site_in(tmp_path_factory.mktemp("site"))
    site.receive("B1", "400", 3)
    site.dose(site.enrol("Adler"), {"B1": 1})
    made = Desk(qtbot, site)
    yield made
    made.bridge.close()
    made.tasks.close()
    site.store.close()


def test_that_a_notice_is_looked_at_recorded_and_ended_by_keyboard(desk: Desk) -> None:
    page = desk.page
    assert "alert: Tyenne: notice D-0827-2026" in page.attention.text()
    desk.accept(desk.open(Qt.Key.Key_L), **NOTICE)
    desk.qtbot.waitUntil(lambda: page.pane.received.model.total() == 1)
    assert "not recorded: Nothing is recorded yet" in page.attention.text()
    assert page.notices.model.total() == 0 and desk.site.stock.on_hand()[0].state.value == "available"
    assert page.pane.head.text().startswith("Recall D-9 of Actemra: 1 lot of it here, 2 vials on hand to pull.")
    page.record_button.click()
    desk.qtbot.waitUntil(lambda: page.notices.model.total() == 1)
    desk.idle()
    assert "not recorded" not in page.attention.text()
    assert desk.site.stock.on_hand()[0].state.value == "recalled"
    desk.qtbot.waitUntil(lambda: page.pane.received.model.total() == 1)
    assert page.pane.tabs.tabText(0) == "To pull (2 vials)" and page.pane.tabs.tabText(1) == "Received (1 person)"
    desk.accept(desk.open(Qt.Key.Key_E), reason="withdrawn")
    desk.qtbot.waitUntil(lambda: page.notices.model.records()[0].notice.end is not None)
    desk.idle()
    assert not page.end_button.isEnabled() and not page.letters_button.isEnabled()


def test_that_a_notice_that_is_not_recorded_after_all_is_forgotten(desk: Desk) -> None:
    desk.accept(desk.open(Qt.Key.Key_L), **NOTICE)
    desk.page.forget_looked()
    assert "not recorded" not in desk.page.attention.text()
    assert desk.page.new_button.isVisibleTo(desk.page) and not desk.page.record_button.isVisibleTo(desk.page)
    assert desk.page.pane.received.model.total() == 0


def test_that_letters_are_filed_for_each_patient_and_said(desk: Desk) -> None:
    desk.accept(desk.open(Qt.Key.Key_R), **NOTICE)
    desk.qtbot.waitUntil(lambda: desk.page.letters_button.isEnabled())
    desk.page.letters_button.click()
    desk.qtbot.waitUntil(lambda: len(desk.letters) == 1)
    desk.idle()
    assert "1 letter filed" in desk.page.pane.notes.text()


def test_that_a_bad_notice_is_said_beside_its_field_and_stays(desk: Desk) -> None:
    dialog = desk.open(Qt.Key.Key_R)
    desk.accept(dialog, **{**NOTICE, "noticed": "2027-01-01", "lots": ""})
    assert "lies in the future" in dialog.form.error_of("noticed")
    assert "Name the lots" in dialog.form.error_of("lots")
    assert dialog.form.values()["number"] == "D-9"


def test_that_a_notice_recorded_by_somebody_else_meanwhile_is_said(desk: Desk) -> None:
    page = desk.page
    desk.accept(desk.open(Qt.Key.Key_L), **NOTICE)
    drilled = page._looked
    assert drilled is not None
    RecallBook(desk.site.store, ZONE).record(replace(drilled, request_id="of somebody else"), ACTOR)
    page.record_looked()
    desk.qtbot.waitUntil(lambda: "recorded already" in page.attention.text())
    desk.idle()
    assert "not recorded: The notice D-9 of this brand is recorded already" in page.attention.text()
