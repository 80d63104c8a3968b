"""A doses page over a real store, driven by keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.doses.ui.page import DosesPage
from crs_desktop.doses.ui.record_dialog import DoseDialog
from tests.doses.made_up import ACTOR, NOW, Pharmacy, stocked


@dataclass(slots=True)
class Desk:
    """The page, what lies under it, and what it asked of others."""

    qtbot: QtBot
    made: Pharmacy
    patient: int
    page: DosesPage
    printed: list[int] = field(default_factory=list)
    consequence: str = "Nobody is short."

    @property
    def dialog(self) -> DoseDialog:
        """The open form."""
        assert self.page.dialog is not None
        return self.page.dialog

    def open(self) -> DoseDialog:
        """Open the form from outside, as the board does."""
        self.page.open_record(self.patient)
        self.qtbot.waitExposed(self.dialog)
        return self.dialog

    def type(self, name: str, text: str) -> None:
        """Replace what stands in a field, key by key."""
        editor = self.dialog.form.fields[name].editor
        assert isinstance(editor, QLineEdit | QPlainTextEdit)
        editor.setFocus()
        editor.selectAll()
        self.qtbot.keyClick(editor, Qt.Key.Key_Delete)
        if text.isascii():
            self.qtbot.keyClicks(editor, text)
        else:
            QApplication.clipboard().setText(text)
            self.qtbot.keyClick(editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def choose(self, name: str, key: Qt.Key, times: int = 1) -> None:
        """Move a choice by arrow keys."""
        editor = self.dialog.form.fields[name].editor
        editor.setFocus()
        for _ in range(times):
            self.qtbot.keyClick(editor, key)

    def people(self) -> None:
        """Who ordered and who gave it."""
        self.type("prescriber", "A. Weiss")
        self.type("given_by", "N. Berg")

    def enter(self) -> None:
        """Enter in the amount field."""
        editor = self.dialog.form.fields["amount"].editor
        editor.setFocus()
        self.qtbot.keyClick(editor, Qt.Key.Key_Return)


def desk(qtbot: QtBot, folder: Path, site: tuple[Pharmacy, int] | None = None, tasks: Tasks | None = None) -> Desk:
    """A page shown over a stocked pharmacy."""
    made, patient = site or stocked(folder, NOW)
    found: list[Desk] = []
    page = DosesPage(
        tasks or Tasks(inline=True), made.doses, made.patients, made.stock, lambda: ACTOR, lambda _id: (),
        lambda one: found[0].printed.append(one), lambda: found[0].consequence,
    )  # fmt: skip
    found.append(Desk(qtbot, made, patient, page))
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    qtbot.waitExposed(page)
    return found[0]
