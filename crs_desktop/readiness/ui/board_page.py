"""The board: one sentence, one chart, one list by day, and a panel that explains the chosen row and offers its fixes.

It paints a picture of plain words. The first one may be the board kept by the last session; the live one follows and
comes again after every change. Nothing here imports the store or the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from crs_desktop.desktop.charts import DayChart
from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, row_height, text_percent
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, caption, keep_hidden, phrase, title, tr
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.days import day_text
from crs_desktop.readiness.picture import BoardPicture, ChancePicture, ConfirmedPicture, RowPicture
from crs_desktop.readiness.ui.chart_days import chart_days, lots_in_short, sets_and_standing
from crs_desktop.readiness.ui.opened import ChanceDialog, PolicyDialog
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
        can_add: Callable[[], object] | None = None,
        print_day: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__(tasks)
        self._can_add = can_add
        self._print_day = print_day
        self._answer = answer
        self._paper = paper or (lambda key: "")
        self._picture: BoardPicture | None = None
        self._live = False
        self._opened = False
        self.panel = WindowPanel(tasks, confirm, actions)
        self._arrange()
        self.table.chosen.connect(self._explain)
        self.chart.day_chosen.connect(self._to_day)
        self.chart.chance_asked.connect(self.open_chance)
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
        self.add_button.setEnabled(self._can_add is not None)
        self._paint(picture)
        if first and self.isVisible() and QApplication.activeModalWidget() is None:
            self.take_keyboard()
        self.lived.emit()

    def _paint(self, picture: BoardPicture) -> None:
        self._picture = picture
        self.badge.set_state(STATES.get(picture.state))
        self.headline.setText(picture.headline)
        self.detail.setText(picture.detail)
        self.policy.setText(picture.policy_line or picture.policy)
        unverified = sum(rule.unverified for rule in picture.rules)
        said = phrase("board_policy_unverified", open=unverified, all=len(picture.rules))
        self.policy_badge.set_state(State.READY_BUT if unverified else None, text=said)
        others = _other_fixes(picture)
        self.fixes.setText(others)
        self.fixes.setVisible(bool(others))
        self._paint_chart(picture)
        fresh = not self.table.model.records()
        self.table.show_records(list(picture.rows))
        if fresh:
            self._choose_first(picture)
        self._explain()

    def _paint_chart(self, picture: BoardPicture) -> None:
        chance = picture.chance
        sign = "%" if chance is None or not chance.at_most else "≤ %"
        self.chart.show_days(chart_days(picture), date.fromisoformat(picture.today), _chance_legend(chance), sign)
        keep_hidden(self.chance_row, chance is None)
        if chance is not None:
            self.chance.setText(chance.headline)
            marks = ", ".join(dict.fromkeys(one.mark for one in chance.assumptions if one.mark))
            self.chance_badge.set_state(State.READY_BUT if marks else None, text=marks)

    def open_chance(self) -> None:
        """What the chance takes for granted, in a dialog."""
        if self._picture is not None and self._picture.chance is not None:
            ChanceDialog(self._picture, self._picture.chance, self).open()

    def open_policy(self) -> None:
        """Every rule in force with who decided it, in a dialog."""
        if self._picture is not None and self._picture.rules:
            PolicyDialog(self._picture, self).open()

    def open_can_add(self) -> None:
        """What one more patient would do."""
        if self._can_add is not None and self._live:
            self._can_add()

    def print_day(self) -> None:
        """The checklists of the day of the chosen row."""
        row = self.table.current()
        if self._print_day is not None and self._live and row is not None:
            self._print_day(row.day)

    def _choose_first(self, picture: BoardPicture) -> None:
        """Begin where it matters: the first infusion that is not ready, else the first from today on."""
        coming = [row for row in picture.rows if row.day >= picture.today]
        wanted = next((row for row in coming if row.state in ("short", "cannot_say")), None) or next(iter(coming), None)
        if wanted is not None:
            self.table.choose(wanted.key)

    def _explain(self, *_: object) -> None:
        row = self.table.current()
        window = None if row is None or self._picture is None else self._picture.window(row.holder)
        self.panel.show_row(row, window, self._picture)
        day = phrase("board_print_day", day="" if row is None else row.day_text).rstrip(": ")
        self.print_button.setText(day)
        self.print_button.setAccessibleName(day.replace("&", ""))
        self.print_button.setEnabled(row is not None and self._live and self._print_day is not None)

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
        self.detail = PlainLabel("", "body")
        self.fixes = PlainLabel("", "soft", wrap=True)
        self.chart = DayChart("Sets by day")
        self.table: RecordTable[RowPicture] = RecordTable(
            "Infusions by day", _columns(self), key=lambda row: row.key, empty=phrase("board_empty"), sortable=False
        )
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.chart)
        column.addWidget(self._made_chance_row())
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
        self.body.addWidget(_line((self.detail,), self.fixes, ()))
        self.body.addWidget(self._made_policy_row())
        self.body.addWidget(split, 1)

    def _made_policy_row(self) -> QWidget:
        """The policy in force with its mark, and what can be asked of the whole board."""
        self.policy = caption()
        self.policy_badge = StateBadge(role="caption")
        self.policy_button = button(tr("P&olicy in force"), "quiet")
        self.policy_button.clicked.connect(self.open_policy)
        self.add_button = button(tr("Can we &add…?"), hint=phrase("board_can_add_hint"))
        self.add_button.clicked.connect(self.open_can_add)
        self.add_button.setEnabled(False)
        self.print_button = button(phrase("board_print_day", day="").rstrip(": "), hint=phrase("board_print_day_hint"))
        self.print_button.clicked.connect(self.print_day)
        return _line((self.policy_badge, self.policy_button), self.policy, (self.add_button, self.print_button))

    def _made_chance_row(self) -> QWidget:
        """The chance in one sentence under the chart; what it takes for granted is one key away."""
        self.chance = PlainLabel("", "body", wrap=True)
        self.chance_badge = StateBadge(role="caption")
        self.chance_button = button(tr("&What it takes for granted"), "quiet")
        self.chance_button.clicked.connect(self.open_chance)
        self.chance_row = _line((), self.chance, (self.chance_badge, self.chance_button))
        return self.chance_row

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
        Column("Day, paper", lambda row: row.day_text, strong=True, below=partial(_when_and_paper, page)),
        Column("Patient", lambda row: row.name, strong=True, below=lambda row: row.mrn),
        Column(
            "Therapy and step", lambda row: row.therapy, below=lambda row: row.dose_label, soft=True,
            hint=lambda row: f"{row.therapy}\n{row.dose_label}",
        ),
        Column(
            "State and reason", lambda row: row.state_text, state=lambda row: STATES.get(row.state),
            below=lambda row: row.reason, hint=lambda row: row.reason, stretch=True,
        ),
        Column("Sets, vials", sets_and_standing, below=lots_in_short, hint=lambda row: row.lots),
        Column("Dose, weight", lambda row: row.dose, align="right", below=_weight),
    ]  # fmt: skip


def _when_and_paper(page: BoardPage, row: RowPicture) -> str:
    paper = page.paper_state(row)
    said = phrase(f"board_paper_{paper or 'none'}", glyph=State.READY_BUT.glyph) if row.holder or paper else ""
    return " · ".join(filter(None, (row.time, said)))


def _weight(row: RowPicture) -> str:
    return ", ".join(filter(None, (row.weight, row.weight_age)))


def _other_fixes(picture: BoardPicture) -> str:
    """The fixes that the headline does not name already."""
    others = [fix.text for fix in picture.fixes if fix.text != picture.way_out]
    return phrase("board_other_fixes", fixes=" ".join(others)) if others else ""


def _line(left: Sequence[QWidget], middle: PlainLabel, right: Sequence[QWidget]) -> QWidget:
    """One line, or two where the text is large: the middle takes the room that is left."""
    frame = QWidget()
    large = text_percent() >= 150
    outer = QVBoxLayout(frame) if large else QHBoxLayout(frame)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.setSpacing(8)
    middle.setWordWrap(True)
    if large and not right:
        for one in (*left, middle):
            outer.addWidget(one)
        return frame
    if large:
        outer.addWidget(middle)
        row = FlowRow(gap=8)
        for one in (*left, *right):
            row.addWidget(one)
        outer.addLayout(row)
        return frame
    for one in left:
        outer.addWidget(one)
    outer.addWidget(middle, 1)
    for one in right:
        outer.addWidget(one)
    return frame


def _asked_at(picture: BoardPicture) -> str:
    asked = datetime.fromisoformat(picture.asked_at)
    return f"{day_text(asked.date())} {asked:%H:%M}"


def _chance_legend(chance: ChancePicture | None) -> str:
    if chance is None:
        return ""
    return phrase("board_chance_legend_at_most" if chance.at_most else "board_chance_legend")
