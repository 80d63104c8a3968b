"""Prints the recovery and the emergency code, each on a page of its own, without a file and without a preview."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.dialogs import Question
from crs_desktop.desktop.spooling import spool_in_memory
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.staff.ui import words
from crs_desktop.staff.ui.handed import Codes

_A_LINE = 4
_POINTS_HEAD, _POINTS_CODE, _POINTS_TEXT = 18, 26, 12


def print_codes(codes: Codes, parent: QWidget) -> bool:
    """Ask for a printer and print there; False when there is none, nobody chose one, or it does not take the paper."""
    if not QPrinterInfo.availablePrinterNames():
        question = Question(tr("No printer"), phrase("staff_ui_no_printer"), tr("Understood"), tr("Close"), parent)
        question.exec()
        return False
    spool_in_memory()
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName("crs_desktop")  # the list of print jobs is read by others
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintToFile, False)
    return bool(dialog.exec()) and draw_codes(codes, printer)


def draw_codes(codes: Codes, printer: QPrinter) -> bool:
    """Draw a page for each code there is; False when the printer does not take it."""
    pages = [
        (head, text, code)
        for head, text, code in (
            (tr("Recovery code"), phrase("staff_ui_paper_recovery"), codes.recovery),
            (tr("Emergency code"), phrase("staff_ui_paper_emergency"), codes.emergency),
        )
        if code
    ]
    painter = QPainter()
    for head, text, code in pages:
        if not (printer.newPage() if painter.isActive() else painter.begin(printer)):
            painter.end()
            return False
        _draw(painter, printer, head, text, code)
    return painter.end()


def _draw(painter: QPainter, printer: QPrinter, head: str, text: str, code: str) -> None:
    page = QRectF(printer.pageLayout().paintRectPixels(printer.resolution()))
    page.moveTo(0, 0)
    at = 0.0
    groups = words.groups(code)
    lines = ["   ".join(groups[first : first + _A_LINE]) for first in range(0, len(groups), _A_LINE)]
    for said, points, mono in (
        ("crs_desktop", _POINTS_TEXT, False), (head, _POINTS_HEAD, False),
        *((line, _POINTS_CODE, True) for line in lines), (text, _POINTS_TEXT, False),
    ):  # fmt: skip
        painter.setFont(_font(points, mono))
        room = QRectF(0, at, page.width(), page.height() - at)
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)
        taken = painter.boundingRect(room, flags, said)
        painter.drawText(room, flags, said)
        at += taken.height() + points * printer.resolution() / 72


def _font(points: int, mono: bool) -> QFont:
    font = QFont("monospace" if mono else "sans-serif", points)
    if mono:
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setBold(True)
    return font
