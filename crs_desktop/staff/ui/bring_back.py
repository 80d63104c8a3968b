"""Bringing a backup back in front of the door: choose the file, see what it is, the code from paper, and only then."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDir, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QPushButton, QWidget

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import PlainLabel, button, keep_hidden, no_mnemonic, phrase, tr
from crs_desktop.kernel.refusal import no
from crs_desktop.staff.ui.frame import GateFrame
from crs_desktop.staff.ui.handed import BringBack, BundleOpened, BundleShown
from crs_desktop.staff.ui.panel import Panel
from crs_desktop.staff.ui.secret_fields import CodeField
from crs_desktop.staff.ui.steps import StepLine


class Facts(QWidget):
    """What a backup says of itself, a line for each."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("Panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 12, 16, 12)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)

    def show_lines(self, lines: tuple[tuple[str, str], ...]) -> None:
        """These, in place of those before."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, said) in enumerate(lines):
            value = PlainLabel(said, "strong" if row == 0 else "body", wrap=True)
            value.setAccessibleName(f"{name}: {said}")
            self._grid.addWidget(PlainLabel(name, "soft"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, row, 1)


class BringBackPage(GateFrame):
    """Three steps; nothing is changed before the last. `brought` carries what to say in front of the door."""

    brought = Signal(str)
    left = Signal()

    def __init__(
        self, tasks: Tasks, bringing: BringBack, calculator: Callable[[], None], store: str, folder: str = ""
    ) -> None:
        super().__init__(560, 32)
        self._tasks = tasks
        self._bringing = bringing
        self._store = store
        self._folder = folder
        self._near: BundleShown | None = None
        self._shown: BundleShown | None = None
        self._opened: BundleOpened | None = None
        self.steps = StepLine((tr("Choose the backup"), tr("Recovery code"), tr("Bring it back")))
        self.above.addWidget(self.steps)
        self.choice, self.code, self.last = self._made_choice(), self._made_code(), self._made_last()
        for panel in (self.choice, self.code, self.last):
            self.add(panel)
        self.say_foot(phrase("staff_ui_bring_nothing_yet"))
        self.offer_calculator(calculator)
        self.steps.mark(1)
        tasks.run(bringing.nearby, self._show_near, self, "paper")

    # --- what bootstrap uses ---

    def take_keyboard(self) -> None:
        """The cursor to where this step begins."""
        if self.current() is self.code:
            self.code.focus_secret()
        else:
            self.current().accept_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def current(self) -> Panel:
        """What is asked now."""
        panel = self.stack.current()
        assert isinstance(panel, Panel)
        return panel

    def step(self) -> int:
        """The present step, from 1."""
        return self.stack.listed().index(self.stack.current()) + 1

    def wipe(self) -> None:
        """Hold no code and no open backup."""
        self._opened = None
        self.code.wipe()

    def take_file(self, file: str) -> None:
        """Look at this file."""
        self.choice.run(lambda: self._bringing.look(file), self._looked, working=tr("Looking at it…"))

    # --- how it is done ---

    def _go(self, panel: Panel) -> None:
        self.current().reset()
        self.stack.show_one(panel)
        self.steps.mark(self.step())
        self.area.verticalScrollBar().setValue(0)
        self.take_keyboard()

    def _show_near(self, near: BundleShown | None) -> None:
        self._near = near
        if near is not None:
            self.near_button.setText(phrase("staff_ui_bring_near", when=no_mnemonic(near.lines[0][1])))
            keep_hidden(self.near_button, False)

    def _choose_file(self) -> None:
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        dialog = QFileDialog(
            self, tr("Choose the backup"), self._folder or home or QDir.homePath(), f"{tr('Backups')} (*.crsbackup)"
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.take_file)
        dialog.open()

    def _take_near(self) -> None:
        if self._near is not None:
            self._looked(self._near)

    def _looked(self, shown: object) -> None:
        assert isinstance(shown, BundleShown)
        self._shown = shown
        self.facts.show_lines(shown.lines)
        self.code_told.setText(shown.code_hint)
        self._go(self.code)

    def _send_code(self) -> None:
        typed, shown = self.code.form.values()["code"], self._shown
        assert shown is not None
        if not typed.strip():
            self.code.show_findings([no("staff_ui_needed", "code")])
            return
        self.code.run(
            lambda: self._bringing.open(shown.ticket, typed), self._check, working=tr("Trying the code…")
        )

    def _check(self, opened: object) -> None:
        shown = self._shown
        assert shown is not None
        self.code.run(
            lambda: self._bringing.check(shown.ticket, opened), self._checked,
            working=tr("Opening it in full…"), stop=tr("&Stop"),
        )  # fmt: skip

    def _checked(self, opened: object) -> None:
        assert isinstance(opened, BundleOpened)
        self._opened = opened
        self.last.head.setText(opened.head)
        self.last.tell(opened.means)
        self.last.say_accept(opened.accept)
        self._go(self.last)

    def _send_last(self) -> None:
        opened = self._opened
        assert opened is not None
        self.last.run(lambda: self._bringing.bring(opened.ticket), self._brought)

    def _brought(self, said: object) -> None:
        assert isinstance(said, str)
        self.wipe()
        self.brought.emit(said)

    # --- the panels ---

    def _made_choice(self) -> Panel:
        panel = Panel(
            self._tasks, tr("Bring back a backup"), tr("Choose the &file…"), back=tr("&Back"),
            working=tr("Looking at it…"),
        )  # fmt: skip
        panel.tell(phrase("staff_ui_bring", store=self._store))
        panel.without_fields()
        self.near_button: QPushButton = button("")
        self.near_button.clicked.connect(self._take_near)
        keep_hidden(self.near_button, True)
        panel.column.insertWidget(2, self.near_button)
        panel.submitted.connect(self._choose_file)
        panel.back.connect(self.left)
        return panel

    def _made_code(self) -> Panel:
        panel = Panel(self._tasks, tr("Is it this one?"), tr("&Open it"), back=tr("&Another file"))
        self.facts = Facts()
        self.code_told = PlainLabel("", "body", wrap=True)
        panel.column.insertWidget(2, self.facts)
        panel.column.insertWidget(3, self.code_told)
        panel.form.add(CodeField("code", tr("&Recovery code"), hint=phrase("staff_ui_code_hint")))
        panel.submitted.connect(self._send_code)
        panel.back.connect(lambda: self._go(self.choice))
        return panel

    def _made_last(self) -> Panel:
        panel = Panel(
            self._tasks, "", tr("&Bring it back"), back=tr("&Back"), working=tr("Putting it in place…")
        )
        panel.without_fields()
        panel.submitted.connect(self._send_last)
        panel.back.connect(lambda: self._go(self.code))
        return panel
