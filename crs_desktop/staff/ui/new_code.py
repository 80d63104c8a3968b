"""A new recovery or emergency code: shown, printed, typed back once; only then does the old one stop working."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import button, phrase, tr
from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff.ui.codes import TypeBack, emergency_card, recovery_card
from crs_desktop.staff.ui.handed import Codes, PrintCodes
from crs_desktop.staff.ui.panel import Panel
from crs_desktop.staff.ui.people import CodeKind, NewCodes


class NewCodeDialog(QDialog):
    """Two steps. Esc or closing before the end leaves the old code as it is. `kept` comes once, at the end."""

    kept = Signal()

    def __init__(
        self, tasks: Tasks, kind: CodeKind, codes: NewCodes, print_codes: PrintCodes, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._new_codes = codes
        self._kind: CodeKind = kind
        self._print = print_codes
        self._codes: Codes | None = None
        self._prepared: object = None
        head = tr("A new recovery code") if kind == "recovery" else tr("A new emergency code")
        self.setWindowTitle(head)
        self.setAccessibleName(head)
        self.card = recovery_card() if kind == "recovery" else emergency_card()
        self.show_panel = Panel(tasks, head, tr("&Next: try it"), back=tr("Leave the old one"), working=tr("Sealing…"))
        self.show_panel.tell(phrase("staff_ui_new_code"))
        self.show_panel.without_fields()
        self.print_button = button(tr("&Print it"))
        self.print_button.clicked.connect(self._print_it)
        column = self.show_panel.column
        column.insertWidget(column.count() - 3, self.card)
        column.insertWidget(column.count() - 3, self.print_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.try_panel = Panel(
            tasks, tr("Try it once"), tr("&Use it from now on"), back=tr("&Back: show it again"), working=tr("Trying…")
        )
        self.try_panel.tell(phrase("staff_ui_try_new"))
        self.typed = TypeBack(self.try_panel.form, tr("&Code"), phrase("staff_ui_code_hint"))
        self._connect()
        self.stack = QStackedWidget()
        for panel in (self.show_panel, self.try_panel):
            self.stack.addWidget(panel)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.addWidget(self.stack)
        self.setMinimumWidth(min(scaled(520), self.screen().availableGeometry().width() - 40))
        self.print_button.setEnabled(False)
        self.show_panel.run(lambda: codes.fresh(kind), self._show)

    def _connect(self) -> None:
        self.show_panel.submitted.connect(self._go_try)
        self.show_panel.back.connect(self.reject)
        self.try_panel.back.connect(lambda: self.stack.setCurrentWidget(self.show_panel))
        self.try_panel.submitted.connect(self._send)

    def _show(self, answer: tuple[object, Codes]) -> None:
        self._prepared, self._codes = answer
        self.card.show_code(self._code())
        self.print_button.setEnabled(True)
        self.print_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _code(self) -> str:
        codes = self._codes or Codes()
        return codes.recovery if self._kind == "recovery" else codes.emergency

    def _print_it(self) -> None:
        if self._codes is not None and self._print(self._codes, self):
            self.show_panel.tell(phrase("staff_ui_printed"))

    def _go_try(self) -> None:
        if self._codes is not None:
            self.stack.setCurrentWidget(self.try_panel)
            self.try_panel.focus_secret()

    def _send(self) -> None:
        missing = self.typed.missing()
        if missing is not None:
            self.try_panel.show_findings([missing])
            return
        typed, code, prepared, calls = self.typed.field.value(), self._code(), self._prepared, self._new_codes

        def work() -> Refused | object:
            refused = TypeBack.explained(code, typed, calls.try_code(prepared, typed))
            return refused if refused is not None else calls.keep(prepared)

        self.try_panel.run(work, lambda _kept: self._done())

    def _done(self) -> None:
        self.kept.emit()
        self.accept()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._codes = self._prepared = None
            self.card.show_code("")
