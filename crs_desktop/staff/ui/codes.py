"""A code shown large, in numbered groups, with what it is for and where its paper belongs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from crs_desktop.desktop.forms import Form
from crs_desktop.desktop.words import PlainLabel, heading, message, tr
from crs_desktop.kernel.refusal import Finding, Refused, no
from crs_desktop.staff.ui import words
from crs_desktop.staff.ui.secret_fields import CodeField

_A_ROW = 4
_MOST_NAMED = 2  # more groups than that is another code, not a slip


class CodeCard(QWidget):
    """Cannot be selected or copied: a code goes to paper, not through the clipboard."""

    def __init__(self, head: str, text: str) -> None:
        super().__init__()
        self.setObjectName("Panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._groups = QWidget()
        self._grid = QGridLayout(self._groups)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(28)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(_A_ROW, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(heading(head))
        column.addWidget(self._groups)
        column.addWidget(message(text))
        self._head = head
        self._said: list[str] = []

    def show_code(self, code: str) -> None:
        """Show this one; an empty code leaves nothing behind."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._said = said = words.groups(code)
        for number, text in enumerate(said, start=1):
            self._grid.addWidget(_group(number, text), *divmod(number - 1, _A_ROW))
        spoken = ". ".join(" ".join(one) for one in said)
        self._groups.setAccessibleName(f"{self._head}: {spoken}" if said else self._head)

    def shown(self) -> str:
        """The code as shown."""
        return " ".join(self._said)


class TypeBack:
    """A field for the code from the paper, and the reading of what comes back."""

    def __init__(self, form: Form, label: str, hint: str) -> None:
        self.field = form.add(CodeField("code", label, hint=hint), True)

    def missing(self) -> Finding | None:
        """Nothing typed."""
        return None if self.field.value().strip() else no("staff_ui_needed", "code")

    @staticmethod
    def explained(code: str, typed: str, answer: Refused | None) -> Refused | None:
        """The refusal, and which groups to look at when that can be told and it does not name one itself."""
        if answer is None or any(one.get("group") for one in answer.findings):
            return answer
        wrong = words.wrong_groups(code, typed)
        if not 0 < len(wrong) <= _MOST_NAMED:
            return answer
        named = ", ".join(str(one) for one in wrong)
        first = Finding(answer.findings[0].code, "code", "", answer.findings[0].values)
        return Refused((first, no("staff_ui_code_group", "code", groups=named)))


def _group(number: int, text: str) -> QWidget:
    """A small number above the letters."""
    one = QWidget()
    column = QVBoxLayout(one)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(PlainLabel(str(number), "caption"))
    column.addWidget(PlainLabel(text, "title"))
    return one


def recovery_card() -> CodeCard:
    """For the safe."""
    return CodeCard(tr("Recovery code"), words.use_text("recovery"))


def emergency_card() -> CodeCard:
    """For the envelope."""
    return CodeCard(tr("Emergency code"), words.use_text("emergency"))

