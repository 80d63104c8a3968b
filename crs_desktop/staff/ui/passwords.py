"""Dialogs for a new password: one's own, or a temporary one that an administrator gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import message, phrase, tr
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.staff.ui.handed import Judge, Named
from crs_desktop.staff.ui.new_password import NewPassword
from crs_desktop.staff.ui.secret_fields import PasswordField


def fit(dialog: FormDialog, width: int = 520, extra: int = 190) -> None:
    """As high as its form wants, but never higher than the screen; what is too much stays beneath the fields."""
    column = dialog.form.layout()
    if isinstance(column, QVBoxLayout):
        column.addStretch(1)
    room = dialog.screen().availableGeometry()
    high = dialog.form.sizeHint().height() + scaled(extra)
    dialog.resize(min(scaled(width), room.width() - 40), min(high, room.height() - scaled(60)))


class SetPasswordDialog(FormDialog):
    """The old one, the new one twice. `change(old, new)` runs on a worker; fields: old, password."""

    def __init__(
        self,
        tasks: Tasks,
        judge: Judge,
        change: Callable[[str, str], Refused | object],
        words: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Change my password"), tr("&Use this password"), Form(), parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._tasks = tasks
        self._change = change
        self.old = self.form.add(PasswordField("old", tr("&Old password")))
        self.password = NewPassword(self.form, tasks, judge, lambda: words)
        self.submitted.connect(lambda _values: self._send())
        fit(self)
        self.form.focus_first()

    def _send(self) -> None:
        wrong = self.password.refusal()
        found = [] if self.old.value() else [no("staff_ui_password_missing", "old")]
        found += [wrong] if wrong is not None else []
        if found:
            self.show_findings(found)
            return
        judged, old, new, change = self.password.judged(), self.old.value(), self.password.first.value(), self._change
        self.old.wipe()
        self.password.wipe()
        self.send(self._tasks, lambda: judged() or change(old, new))


class TemporaryPasswordDialog(FormDialog):
    """An administrator gives a password that opens once and must be changed then. `give(password, reason)` runs on a
    worker; fields: reason (only when somebody is taken back), password."""

    def __init__(
        self,
        tasks: Tasks,
        judge: Judge,
        give: Callable[[str, str], Refused | object],
        who: Named,
        *,
        take_back: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        head = tr("Take back") if take_back else tr("A temporary password")
        super().__init__(head, tr("&Take back") if take_back else tr("&Give it"), Form(), parent)
        self._tasks = tasks
        self._give = give
        self.panel.set_identifiers(who.name, who.sign_in)
        if take_back:
            self.form.text("reason", tr("&Reason"))
        self.form.add_widget(message(phrase("staff_ui_temporary")))
        self.password = NewPassword(self.form, tasks, judge, lambda: (who.sign_in, who.name), tr("Temporary &password"))
        self.submitted.connect(self._send)
        fit(self)

    def _send(self, typed: dict[str, str]) -> None:
        wrong, reason = self.password.refusal(), typed.get("reason", "")
        found = [no("staff_ui_needed", "reason")] if "reason" in typed and not reason.strip() else []
        found += [wrong] if wrong is not None else []
        if found:
            self.show_findings(found)
            return
        judged, password, give = self.password.judged(), self.password.first.value(), self._give
        self.password.wipe()
        self.send(self._tasks, lambda: judged() or give(password, reason))
