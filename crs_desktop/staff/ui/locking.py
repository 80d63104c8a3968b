"""When a desk locks by itself: the minutes that hold at every desk, and what this computer's system can tell."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import button, heading, keep_hidden, message, phrase, tr
from crs_desktop.kernel.refusal import no
from crs_desktop.staff.commands import StateLockMinutes
from crs_desktop.staff.model import LOCK_LEAST, LOCK_MOST, LockAfter
from crs_desktop.staff.ui import words
from crs_desktop.staff.ui.passwords import fit

StateMinutes = Callable[[StateLockMinutes], object]
Watched = Callable[[], str]


class LockingView(QWidget):
    """Says it to everybody who sees the page of people; only an administrator finds the button."""

    def __init__(
        self, tasks: Tasks, state: StateMinutes, watched: Watched, zone: ZoneInfo, told: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._state = state
        self._watched = watched
        self._zone = zone
        self._told = told
        self._now = LockAfter()
        self.minutes, self.stated, self.here = message(), message(), message()
        self.change_button = button(tr("Other mi&nutes…"))
        self.change_button.clicked.connect(lambda: self.open_form())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for one in (heading(tr("Every desk")), self.minutes, self.stated):
            column.addWidget(one)
        column.addWidget(self.change_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(12)
        for one in (heading(tr("This computer")), self.here):
            column.addWidget(one)
        column.addStretch(1)

    def show_lock(self, lock: LockAfter, may_change: bool) -> None:
        """What holds now."""
        self._now = lock
        self.minutes.setText(phrase("locking_after", minutes=minutes_text(lock.minutes)))
        self.stated.setText(
            phrase("locking_usual")
            if lock.at is None
            else phrase(
                "locking_stated", name=lock.stated_by, when=words.when_text(lock.at, self._zone), reason=lock.reason
            )
        )
        self.here.setText(self._watched())
        keep_hidden(self.change_button, not may_change)

    def open_form(self) -> FormDialog:
        """Ask for other minutes."""
        form = Form()
        form.add_widget(message(phrase("locking_form", least=LOCK_LEAST, most=LOCK_MOST)))
        form.number("minutes", tr("&Lock after"), tr("minutes"))
        form.text("reason", tr("&Reason"))
        form.set_values({"minutes": str(self._now.minutes)})
        dialog = FormDialog(tr("When desks lock"), tr("&Change"), form, self)
        request_id = uuid4().hex

        def send(typed: dict[str, str]) -> None:
            found = [no("staff_ui_needed", name) for name in ("minutes", "reason") if not typed[name].strip()]
            if found:
                dialog.show_findings(found)
                return
            command = StateLockMinutes(request_id, typed["minutes"], typed["reason"])
            dialog.send(self._tasks, lambda: self._state(command), self._done)

        dialog.submitted.connect(send)
        fit(dialog, 460)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        dialog.form.focus_first()
        return dialog

    def _done(self, answer: object) -> None:
        if isinstance(answer, int):
            self._told(phrase("locking_changed", minutes=minutes_text(answer)))


def minutes_text(minutes: int) -> str:
    """'1 minute', '5 minutes'."""
    return tr("1 minute") if minutes == 1 else tr("{count} minutes").format(count=minutes)
