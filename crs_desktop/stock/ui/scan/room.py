"""Where scans arrive: read off the window's thread, then told in the box or handed to an open receipt or count."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from crs_desktop.desktop.scans.target import form_in_front, on_screen
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.kernel.actors import Actor
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.scanning.telling import ToldReading, ToldScan
from crs_desktop.stock.ui.counting.forms import CountForm
from crs_desktop.stock.ui.forms import open_dialog, receive_dialog
from crs_desktop.stock.ui.receive_form import ReceiveForm
from crs_desktop.stock.ui.scan.box import ScanBox
from crs_desktop.stock.ui.scan.confirm import command_of, confirm_dialog

if TYPE_CHECKING:
    from crs_desktop.stock.scanning.service import ScanDesk
    from crs_desktop.stock.service import StockLedger


class ScanRoom:
    """The scans of one window. `put_back` types the last scan where it was typed, for one that was none."""

    def __init__(
        self,
        tasks: Tasks,
        scans: ScanDesk,
        stock: StockLedger,
        actor: Callable[[], Actor],
        window: QWidget,
        put_back: Callable[[], None],
    ) -> None:
        self._tasks = tasks
        self._scans = scans
        self._stock = stock
        self._actor = actor
        self._window = window
        self._put_back = put_back
        self._box: ScanBox | None = None

    @property
    def box(self) -> ScanBox | None:
        """The box, while it is open."""
        return self._box if on_screen(self._box) else None

    def came(self, raw: str, typed: bool = True) -> None:
        """A scan: `typed` by a scanner, or pasted into the search box."""
        front = QApplication.activeModalWidget()
        if isinstance(front, ReceiveForm | CountForm):
            self._read(raw, front.take_told, front)
            return
        box = self.box
        if box is not None and front is box:
            self._read(raw, box.show_told, box)
            return
        bare = form_in_front()
        owner = front if bare and front is not None else self._window
        self._read(raw, lambda told: self._show(told, owner, bare, typed), owner)

    def _read(self, raw: str, then: Callable[[ToldScan], None], owner: QWidget) -> None:
        self._tasks.run(lambda: self._scans.read(raw), then, owner)

    def _show(self, told: ToldScan, owner: QWidget, bare: bool, typed: bool) -> None:
        self._close()
        box = self._box = ScanBox(owner, bare, typed)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.scanned_again.connect(self.came)
        box.receive.connect(lambda chosen: self._receive(box.told, chosen))
        box.confirm.connect(lambda gtin: self._confirm(box, gtin))
        box.was_typed.connect(self._was_typed)
        box.show_told(told)
        box.open()

    def _was_typed(self) -> None:
        self._close()
        self._put_back()

    def _receive(self, told: ToldScan, chosen: ToldReading | None) -> None:
        if chosen is None or chosen.fields is None:
            return
        self._close()

        def send(request_id: str, typed: dict[str, str]) -> object:
            command = ReceiveLot(
                request_id, typed["brand"], typed["strength_mg"], typed["lot"], typed["expires"], typed["vials"],
                int(typed["place"] or 0),
            )  # fmt: skip
            return self._stock.receive(command, self._actor())

        dialog = receive_dialog(told.places, self._window)
        open_dialog(dialog, self._tasks, send)
        dialog.take_told(ToldScan(told.scan, (chosen,), told.places))

    def _confirm(self, box: ScanBox, gtin: str) -> None:
        raw = box.told.scan.raw

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._scans.confirm(request_id, command_of(gtin, typed), self._actor())

        again = bool(box.told.confirmed_here)
        open_dialog(
            confirm_dialog(gtin, again, box), self._tasks, send, lambda _pack: self._read(raw, box.show_told, box)
        )

    def _close(self) -> None:
        box, self._box = self.box, None
        if box is not None:
            box.close()
