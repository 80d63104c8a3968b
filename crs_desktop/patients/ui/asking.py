"""A form panel that asks again: what is unusual gets a box to tick, and the yes holds for exactly that value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.forms import Form, FormPanel
from crs_desktop.kernel.refusal import Finding, Refused, Severity
from crs_desktop.patients.commands import confirmation


@dataclass(frozen=True, slots=True)
class Doubt:
    """The box that answers a finding, and the fields whose edit makes the answer void."""

    check: str
    about: tuple[str, ...]


# Which box answers which finding; a form holds those of them that it has.
DOUBTS = {
    "weight_unusual": Doubt("confirm_weight", ("weight_kg",)),
    "weight_changed": Doubt("confirm_weight", ("weight_kg", "measured_at")),
    "height_unusual": Doubt("confirm_height", ("height_cm",)),
    "patient_name_known": Doubt("confirm_name", ("family_name", "given_name")),
}


class AskingPanel(FormPanel):
    """Shows a box for each beware that the service wants answered; `confirmed` is what the next sending carries."""

    def __init__(self, title: str, accept: str, form: Form, parent: QWidget | None = None) -> None:
        super().__init__(title, accept, form, parent=parent)
        self._doubts: Mapping[str, Doubt] = {
            code: doubt for code, doubt in DOUBTS.items() if doubt.check in form.fields
        }
        self._asked: dict[str, Finding] = {}
        for doubt in self._doubts.values():
            form.fields[doubt.check].hide()
        form.changed.connect(self._edited)

    def confirmed(self) -> tuple[str, ...]:
        """What the user has said yes to."""
        values = self.form.values()
        return tuple(confirmation(finding) for code, finding in self._asked.items() if values[self._doubts[code].check])

    def settle(self, answer: object) -> bool:
        """A beware shows its box and puts the cursor there; a yes already given stays."""
        done = super().settle(answer)
        if isinstance(answer, Refused):
            asked = [item for item in answer.findings if item.severity is Severity.BEWARE and item.code in self._doubts]
            for finding in asked:
                if self._asked.get(finding.code) != finding:
                    self._withdraw(finding.code)
                    self._asked[finding.code] = finding
                self.form.fields[self._doubts[finding.code].check].show()
            if asked and len(asked) == len(answer.findings):
                first = self.form.fields[self._doubts[asked[0].code].check]
                first.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                self._scroll.ensureWidgetVisible(first)
        return done

    def _edited(self, name: str) -> None:
        for code in [code for code in self._asked if name in self._doubts[code].about]:
            self._withdraw(code)

    def _withdraw(self, code: str) -> None:
        self._asked.pop(code, None)
        field = self.form.fields[self._doubts[code].check]
        field.set_value("")
        field.hide()
