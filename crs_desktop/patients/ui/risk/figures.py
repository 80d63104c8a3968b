"""The figures of the product: what is to be expected in sentences, then every figure on file with its people."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import row_height
from crs_desktop.desktop.words import PlainLabel, StateBadge, message, phrase, tr
from crs_desktop.patients.risk.service import RiskPicture
from crs_desktop.patients.ui.risk.words import Expected, FigureLine, expectations, figure_lines


class FiguresTab(QWidget):
    """Shows; decides nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._what = PlainLabel(phrase("risk_what_figures"), "soft", wrap=True)
        self._expected = QWidget()
        self._lines = QVBoxLayout(self._expected)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self.table = _table()
        self.table.setMinimumHeight(row_height() * 7)
        inside = QWidget()
        inside.setObjectName("PageFrame")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 10, 0, 0)
        around.addWidget(scroll)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._what)
        column.addWidget(self._expected)
        column.addWidget(self.table.filter_box)
        column.addWidget(self.table, 1)

    def show_picture(self, picture: RiskPicture) -> None:
        """The figures of the chosen course."""
        while self._lines.count():
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        if picture.course is None or picture.demand is None:
            self._lines.addWidget(message(phrase("risk_no_course_here")))
            self.table.show_records(())
            return
        for one in expectations(picture.demand):
            self._lines.addWidget(_ExpectedLine(one))
        self.table.show_records(figure_lines(picture.course.protocol, picture.course.regimen_id))
        self.table.fit_columns()


class _ExpectedLine(QWidget):
    """A sentence; what is not sure carries shape and word behind it."""

    def __init__(self, one: Expected) -> None:
        super().__init__()
        column = QHBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        badge = StateBadge(parent=self)
        badge.set_state(one.state, text=one.sure)
        badge.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        column.addWidget(message(one.text), 1)
        column.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)


def _table() -> RecordTable[FigureLine]:
    columns: list[Column[FigureLine]] = [
        Column(tr("Trial"), lambda line: line.trial, groups=True, stretch=True),
        Column(tr("Figure and how sure"), lambda line: line.figure, below=lambda line: line.sure,
               state=lambda line: line.state, strong=True),
        Column(tr("Value"), lambda line: line.value, below=lambda line: line.of_whom),
    ]  # fmt: skip
    return RecordTable(
        tr("Figures on file"), columns, lambda line: line.key, empty=tr("No figures on file for this regimen."),
        filter_hint=tr("Filter: trial, figure, or a word such as tocilizumab, onset, unverified"), sortable=False,
    )  # fmt: skip
