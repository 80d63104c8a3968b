"""Save as PDF: says what a plain file means, asks where, and leaves the writing to the service."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QDir, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from crs_desktop.desktop.dialogs import Question
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.documents.filed import FiledSheet
from crs_desktop.documents.service import PaperShop
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Refused

Saved = Callable[[Path | Refused], None]


class PaperSaver:
    """Asks twice, once for the consequence and once for the place; then the sheet is exported."""

    def __init__(self, tasks: Tasks, paper: PaperShop, actor: Callable[[], Actor], parent: QWidget) -> None:
        self._tasks = tasks
        self._paper = paper
        self._actor = actor
        self._parent = parent

    def ask(self, sheet: FiledSheet, done: Saved) -> Question:
        """Say what a plain file means; on yes ask where."""
        question = Question(
            tr("Save as a plain file?"), phrase("paper_export_means"), tr("&Choose where to save"), parent=self._parent
        )
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.accepted.connect(partial(self.choose, sheet, done))
        question.open()
        return question

    def choose(self, sheet: FiledSheet, done: Saved) -> QFileDialog:
        """Ask for the place; the name offered says nothing about the patient."""
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._parent, tr("Save as PDF"), documents or QDir.homePath(), "PDF (*.pdf)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(sheet.file_name)
        dialog.fileSelected.connect(lambda name: self.save(sheet, Path(name), done))
        dialog.open()
        return dialog

    def save(self, sheet: FiledSheet, place: Path, done: Saved) -> None:
        """Export it there; what the dialog has asked to replace is replaced."""
        work = partial(self._paper.export, uuid4().hex, sheet, place, self._actor(), replace=True)
        self._tasks.run(work, done, owner=self._parent, pool="paper")
