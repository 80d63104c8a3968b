"""Who is at this desk: a button in the top bar that shows the name written into every record, and changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from crs_desktop.desktop.theme import text_percent
from crs_desktop.desktop.words import button, no_mnemonic, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.entry import read_name
from crs_desktop.kernel.refusal import Finding, refuse

if TYPE_CHECKING:
    from crs_desktop.desktop.forms import FormDialog

_LARGE_PERCENT = 150  # from here on the top bar has room for the name alone; the rest is still said


class Who(QObject):
    """Holds the present actor. For the demo, where nobody signs in: the name is a statement."""

    changed = Signal(object)

    def __init__(self, actor: Actor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actor = actor
        self.button: QPushButton = button("", "quiet", hint=tr("Every record carries this name"))
        self.button.clicked.connect(self.ask)
        self._say()

    def actor(self) -> Actor:
        """Who acts now."""
        return self._actor

    def ask(self) -> FormDialog:
        """Ask for the name."""
        from crs_desktop.desktop.forms import Form, FormDialog  # not before the first picture

        form = Form()
        form.text("name", tr("&Name"), hint=phrase("desktop_who_hint"))
        form.set_values({"name": self._actor.name})
        dialog = FormDialog(tr("Who is at this desk?"), tr("&Use this name"), form, self.button.window())
        dialog.submitted.connect(lambda values: self._take(values, dialog))
        dialog.open()
        return dialog

    def _take(self, values: dict[str, str], dialog: FormDialog) -> None:
        read = read_name(values["name"], "name")
        if isinstance(read, Finding):
            dialog.settle(refuse(read))
            return
        self._actor = Actor(read, self._actor.role, self._actor.desk)
        self._say()
        dialog.settle(self._actor)
        self.changed.emit(self._actor)

    def _say(self) -> None:
        said = phrase("desktop_who", name=self._actor.name)
        self.button.setText(no_mnemonic(said if text_percent() < _LARGE_PERCENT else self._actor.name))
        self.button.setAccessibleName(said)
