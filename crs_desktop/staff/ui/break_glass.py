"""Breaking the glass while signed in: more than one's own rights, with a reason, logged and looked over."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import message, phrase, tr
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.staff.ui.passwords import fit


class BreakGlassDialog(FormDialog):
    """Reason, and one's own name typed as a signature. `break_glass(reason, name)` runs on a worker; `broken` carries
    its answer. Fields: reason, name."""

    broken = Signal(object)

    def __init__(
        self,
        tasks: Tasks,
        break_glass: Callable[[str, str], Refused | object],
        name: str,
        roles: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Break glass"), tr("&Break glass"), Form(), parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._tasks = tasks
        self._break = break_glass
        self.panel.set_identifiers(name, roles)
        self.form.add_widget(message(phrase("staff_ui_break_glass")))
        self.form.long_text("reason", tr("&Reason"), hint=phrase("staff_ui_break_glass_hint"))
        self.form.text("name", tr("Your full &name"), hint=phrase("staff_ui_signature_hint"))
        self.submitted.connect(self._send)
        fit(self)
        self.form.focus_first()

    def _send(self, typed: dict[str, str]) -> None:
        reason, name, break_glass = typed["reason"].strip(), typed["name"].strip(), self._break
        missing = [no("staff_ui_needed", one) for one in ("reason", "name") if not typed[one].strip()]
        if missing:
            self.show_findings(missing)
            return
        self.send(self._tasks, lambda: break_glass(reason, name), self.broken.emit)
