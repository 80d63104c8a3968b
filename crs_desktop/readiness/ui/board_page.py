"""The board: one sentence, one chart, one list by day, and a panel that explains the chosen row and offers its fixes.

It paints a picture of plain words. The first one may be the board kept by the last session; the live one follows and
comes again after every change. Nothing here imports the store or the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from crs_desktop.desktop.charts import ChartDay, ChartMark, DayChart
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, row_height, text_percent
from crs_desktop.desktop.words import PlainLabel, StateBadge, caption, phrase, title
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.days import day_text
from crs_desktop.readiness.picture import BoardPicture, ConfirmedPicture, DayPicture, RowPicture
from crs_desktop.readiness.ui.window_panel import STATES, Confirm, RowAction, WindowPanel


class BoardPage(Page):
    """Is there enough tocilizumab for what is coming? `lived` comes with each live answer."""

    lived = Signal()
    title = "Board"
    topics = frozenset({Topic.READINESS, Topic.PAPER})

    def __init__(
        self,
        tasks: Tasks,
        answer: Callable[[], BoardPicture],
        confirm: Callable[[Confirm], ConfirmedPicture],
        actions: Sequence[RowAction] = (),
        kept: BoardPicture | None = None,
        paper: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__(tasks)
        self._answer = answer
        self._paper = paper or (lambda key: "")
        self._picture: BoardPicture | None = None
        self._live = False
        self._opened = False
        self.panel = WindowPanel(tasks, confirm, actions)
        self._arrange()
        self.table.chosen.connect(self._explain)
        self.chart.day_chosen.connect(self._to_day)
        if kept is not None:
            self.paint_kept(kept)
        else:
            self.show_empty(phrase("board_opening"))

    @property
    def picture(self) -> BoardPicture | None:
        """What is painted now."""
        return self._picture

    @property
    def live(self) -> bool:
        """True once the picture is an answer of this session."""
        return self._live

    def paint_kept(self, picture: BoardPicture) -> None:
        """Show the board of the last session, stamped with its age, until the live one is there."""
        self.show_content()
        self._paint(picture)
        self.say_stale(phrase("board_kept", when=_asked_at(picture)))

    def store_opened(self) -> None:
        """The store can be asked from now on."""
        self._opened = True
        self._read()

    def store_not_opened(self) -> None:
        """The store could not be opened: the window says why, the page only that it knows nothing."""
        if self._picture is None:
            self.show_empty(phrase("board_not_opened"), phrase("board_not_opened_hint"))
        else:
            self.say_stale(phrase("board_kept_not_opened", when=_asked_at(self._picture)))

    def refresh(self) -> None:
        """Ask again; the old picture stays until the answer is there."""
        if self._opened:
            self.ask(self._answer, self._paint_live, pool="paper")

    def _paint_live(self, picture: BoardPicture) -> None:
        first, self._live = not self._live, True
        self.panel.set_live(True)
        self._paint(picture)
        if first and self.isVisible() and QApplication.activeModalWidget() is None:
            self.take_keyboard()
        self.lived.emit()

    def _paint(self, picture: BoardPicture) -> None:
        self._picture = picture
        self.badge.set_state(STATES.get(picture.state))
        self.headline.setText(picture.headline)
        self.detail.setText(" · ".join(filter(None, (picture.detail, picture.policy))))
        others = _other_fixes(picture)
        self.fixes.setText(others)
        self.fixes.setVisible(bool(others))
        self.chart.show_days([_chart_day(day, picture) for day in picture.days], date.fromisoformat(picture.today))
        fresh = not self.table.model.records()
        self.table.show_records(list(picture.rows))
        if fresh:
            self._choose_first(picture)
        self._explain()

    def _choose_first(self, picture: BoardPicture) -> None:
        """Begin where it matters: the first infusion that is not ready, else the first from today on."""
        coming = [row for row in picture.rows if row.day >= picture.today]
        wanted = next((row for row in coming if row.state in ("short", "cannot_say")), None) or next(iter(coming), None)
        if wanted is not None:
            self.table.choose(wanted.key)

    def _explain(self, *_: object) -> None:
        row = self.table.current()
        window = None if row is None or self._picture is None else self._picture.window(row.holder)
        self.panel.show_row(row, window)

    def _to_day(self, day: date) -> None:
        wanted = day.isoformat()
        first = next((row for row in self.table.model.records() if row.day >= wanted), None)
        if first is not None:
            self.table.choose(first.key)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        self.badge = StateBadge(None, role="heading")
        self.headline = title()
        self.headline.setWordWrap(True)
        self.headline.setAccessibleName("headline")
        head.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.headline, 1)
        self.detail = caption()
        self.detail.setWordWrap(True)
        self.fixes = PlainLabel("", "soft", wrap=True)
        self.chart = DayChart("Sets by day")
        self.table: RecordTable[RowPicture] = RecordTable(
            "Infusions by day", _columns(self), key=lambda row: row.key, empty=phrase("board_empty"), sortable=False
        )
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.chart)
        column.addWidget(self.table, 1)
        large = text_percent() >= 150  # side by side neither half could be read
        split = QSplitter(Qt.Orientation.Vertical if large else Qt.Orientation.Horizontal)
        if large:
            self.table.setMinimumHeight(row_height() * 6)
            self.panel.setMinimumHeight(row_height() * 8)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        self.body.addLayout(head)
        self.body.addWidget(self.detail)
        self.body.addWidget(self.fixes)
        self.body.addWidget(split, 1)

    def take_keyboard(self) -> None:
        """The list of infusions is where the arrows should work at once; a focus within the page stays."""
        focus = QApplication.focusWidget()
        if focus is None or not self.isAncestorOf(focus):
            self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def paper_state(self, row: RowPicture) -> str:
        """None, printed or stale, in a word."""
        return self._paper(row.key)


def _columns(page: BoardPage) -> list[Column[RowPicture]]:
    return [
        Column("Day", lambda row: row.day_text, strong=True, below=lambda row: row.time),
        Column("Patient", lambda row: row.name, strong=True, below=lambda row: row.mrn),
        Column("Therapy and step", lambda row: row.therapy, below=lambda row: row.dose_label),
        Column(
            "State and reason", lambda row: row.state_text, state=lambda row: STATES.get(row.state),
            below=lambda row: row.reason, hint=lambda row: row.reason, stretch=True,
        ),
        Column("Sets, paper", lambda row: row.sets, align="right", below=page.paper_state, hint=lambda row: row.lots),
        Column("Dose, weight", lambda row: row.dose, align="right", below=_weight),
    ]  # fmt: skip


def _weight(row: RowPicture) -> str:
    return ", ".join(filter(None, (row.weight, row.weight_age)))


def _other_fixes(picture: BoardPicture) -> str:
    """The fixes that the headline does not name already."""
    others = [fix for fix in picture.fixes if fix[1:].rstrip(".") not in picture.headline]
    return phrase("board_other_fixes", fixes=" ".join(others)) if others else ""


def _asked_at(picture: BoardPicture) -> str:
    asked = datetime.fromisoformat(picture.asked_at)
    return f"{day_text(asked.date())} {asked:%H:%M}"


def _chart_day(day: DayPicture, picture: BoardPicture) -> ChartDay:
    when = date.fromisoformat(day.day)
    if day.covered < day.owed:
        state = State.SHORT
    elif any(row.day == day.day and row.state == "cannot_say" for row in picture.rows):
        state = State.CANNOT_SAY
    else:
        state = State.READY
    marks = (ChartMark("expiry", phrase("board_expiring", number=day.expiring)),) if day.expiring else ()
    return ChartDay(when, day.owed, day.covered, state, marks=marks)
