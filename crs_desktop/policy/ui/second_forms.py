"""Forms about second checks: what they caught by month, which act alone is looked over, and a rule for the night."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.protocols import Blind
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import row_height, scaled
from crs_desktop.desktop.words import button, heading, message, phrase, tr
from crs_desktop.staff.signing.commands import STANDS, WITHDRAWN
from crs_desktop.staff.signing.model import Catches, CaughtCount


def counts_dialog(catches: Catches, parent: QWidget) -> QDialog:
    """What was checked and what was caught, newest month first."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(tr("Second checks by month"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    table: RecordTable[CaughtCount] = RecordTable(
        tr("Second checks by month"), count_columns(), lambda line: (line.month, line.subject), sortable=False
    )
    table.show_records(catches.lines)
    table.setMinimumHeight(row_height() * 6)
    close = button(tr("&Close"), "main")
    close.clicked.connect(dialog.accept)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(16, 16, 16, 16)
    column.setSpacing(12)
    column.addWidget(heading(tr("Second checks by month")))
    column.addWidget(message(phrase("policy_ui_counts")))
    column.addWidget(table, 1)
    column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
    room = dialog.screen().availableGeometry()
    dialog.resize(min(scaled(760), room.width() - 40), min(scaled(480), room.height() - scaled(60)))
    return dialog


def count_columns() -> list[Column[CaughtCount]]:
    """One line a subject and month; four columns, so that large text fits."""
    return [
        Column(tr("Of, month"), lambda line: line.subject, strong=True, stretch=True, below=lambda line: line.month),
        Column(tr("Checks"), lambda line: str(line.checks), "right"),
        Column(tr("Differed"), lambda line: str(line.differed), "right", strong=True, below=_became),
        Column(tr("Alone"), lambda line: str(line.alone), "right"),
    ]


def _became(line: CaughtCount) -> str:
    """What became of the differences found: also of those of an earlier month."""
    said = [(line.corrected, tr("{count} corrected")), (line.explained, tr("{count} explained"))]
    return ", ".join(text.format(count=count) for count, text in said if count)


def look_over_dialog(lines: Sequence[tuple[str, str]], parent: QWidget) -> FormDialog:
    """Which act of one pharmacist alone is looked over."""
    form = Form()
    form.add_widget(message(phrase("policy_ui_look_over_which")))
    form.choice("check", tr("&Signed alone"), lines, ask=len(lines) != 1)
    dialog = FormDialog(tr("Look over what was signed alone"), tr("&Look over"), form, parent)
    dialog.resize(scaled(560), min(scaled(320), dialog.screen().availableGeometry().height() - scaled(60)))
    return dialog


def look_over_blind() -> dict[str, Blind]:
    """How what was signed alone is asked again: receipts."""
    return {
        "lot": Blind(tr("&Lot number"), tr("From the vial or the delivery note")),
        "strength_mg": Blind(tr("S&trength of a vial")),
        "vials": Blind(tr("Vials in this &receipt"), unit=tr("vials")),
    }


def night_dialog(parent: QWidget) -> FormDialog:
    """A rule for one pharmacist at night; the hours are left out when it is taken away."""
    form = Form(columns=2)
    form.add_widget(message(phrase("policy_ui_night_form")))
    form.choice("rule", tr("&Rule"), night_choices(), ask=True)
    form.day("valid_from", tr("Valid &from"), hint=tr("Today or later"))
    form.text("from", tr("Fro&m this time"), example="HH:MM")
    form.text("until", tr("&Until this time"), example="HH:MM")
    form.long_text("text", tr("&Text of the rule"), hint=tr("Who may, when, and who looks it over"))
    dialog = FormDialog(tr("State a night rule"), tr("&State it"), form, parent)
    height = form.sizeHint().height() + scaled(220)
    dialog.resize(scaled(640), min(height, dialog.screen().availableGeometry().height() - scaled(60)))
    return dialog


def night_choices() -> list[tuple[str, str]]:
    """A rule that holds, or the end of one."""
    return [(STANDS, tr("One may sign alone")), (WITHDRAWN, tr("Nobody signs alone"))]


def night_blind() -> dict[str, Blind]:
    """How a night rule is asked of a second person."""
    return {
        "rule": Blind(tr("&Rule"), phrase("policy_ui_night_choice")),
        "valid_from": Blind(tr("Valid &from")),
        "from": Blind(tr("Fro&m this time"), "HH:MM"),
        "until": Blind(tr("&Until this time"), "HH:MM"),
    }
