"""Printing: each page of the filed bytes is drawn as a picture at 300 dots to the inch, at its true size."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QWidget

from crs_desktop.desktop.spooling import spool_in_memory
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.documents.pages import PageSize, page_sizes, picture
from crs_desktop.documents.ui.images import image_of
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no

DOTS_PER_INCH = 300


def print_pages(content: bytes, printer: QPrinter, first: int = 1, last: int = 0) -> int:
    """Draw the pages of the filed bytes on the printer; gives how many. May run off the window's thread.

    Raises EnvironmentFailure when the printer does not take the paper.
    """
    sizes = page_sizes(content)
    wanted = range(max(first, 1) - 1, min(last or len(sizes), len(sizes)))
    painter = QPainter()
    for number in wanted:
        _set_page(printer, sizes[number])
        started = printer.newPage() if painter.isActive() else painter.begin(printer)
        if not started:
            painter.end()
            raise EnvironmentFailure(
                no("paper_not_printed", "printer", printer.printerName() or printer.outputFileName())
            )
        drawn = image_of(picture(content, number, DOTS_PER_INCH)).convertToFormat(QImage.Format.Format_Grayscale8)
        painter.drawImage(_target(printer, sizes[number]), drawn)
    if not painter.end() and len(wanted):
        raise EnvironmentFailure(no("paper_not_printed", "printer", printer.printerName()))
    return len(wanted)


class PaperPrinter:
    """Asks for a printer and prints there, off the window's thread."""

    def __init__(self, tasks: Tasks, parent: QWidget) -> None:
        self._tasks = tasks
        self._parent = parent

    def any_there(self) -> bool:
        """False when this computer knows no printer: the dialog would be an empty list."""
        return bool(QPrinterInfo.availablePrinterNames())

    def ask(self, content: bytes, title: str, done: Callable[[int], None] | None = None) -> QPrintDialog:
        """Open the printer dialog; on its yes the pages are printed and `done` hears how many."""
        spool_in_memory()
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(title)
        _set_page(printer, page_sizes(content)[0])
        dialog = QPrintDialog(printer, self._parent)
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, True)
        # A plain file is made by Save as PDF only, which says what that means and writes it into the change log.
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintToFile, False)
        dialog.accepted.connect(lambda: self.send(content, printer, done))
        QDialog.open(dialog)
        return dialog

    def send(self, content: bytes, printer: QPrinter, done: Callable[[int], None] | None = None) -> None:
        """Print on this printer without asking."""
        first, last = printer.fromPage() or 1, printer.toPage()
        self._tasks.run(lambda: print_pages(content, printer, first, last), done, owner=self._parent, pool="paper")


def _set_page(printer: QPrinter, size: PageSize) -> None:
    page = QPageSize(QSizeF(size.width, size.height), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    printer.setFullPage(True)
    printer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))


def _target(printer: QPrinter, size: PageSize) -> QRectF:
    paper = printer.paperRect(QPrinter.Unit.DevicePixel)
    wide = size.width / 72 * printer.logicalDpiX()
    high = size.height / 72 * printer.logicalDpiY()
    shrink = min(1.0, paper.width() / wide, paper.height() / high)
    wide, high = wide * shrink, high * shrink
    corner = QPointF((paper.width() - wide) / 2, (paper.height() - high) / 2)
    return QRectF(corner, QSizeF(wide, high))
