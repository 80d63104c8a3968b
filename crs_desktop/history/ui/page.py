"""The page of history: who did what, when, where and why, newest first; and whether the store is what was written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.forms import Form
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, row_height
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, heading, message, phrase, tr
from crs_desktop.history.model import Entry, Filters, Shown, Wanted
from crs_desktop.history.ui import words
from crs_desktop.history.ui.columns import entry_columns
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.entry import read_day
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.wording import say

if TYPE_CHECKING:
    from crs_desktop.history.service import HistoryBook
    from crs_desktop.history.verify import Verified

_WHOLE_DAY = len("2026-12-04")


@dataclass(frozen=True, slots=True)
class _Seen:
    """One reading: a page of the log, what can be chosen, and the names."""

    shown: Shown
    filters: Filters
    names: words.Names
    has_key: bool


class HistoryPage(Page):
    """The change log, to read. Nothing here changes anything."""

    title = "History"
    topics = frozenset(Topic)

    def __init__(self, tasks: Tasks, book: HistoryBook) -> None:
        super().__init__(tasks)
        self._book = book
        self._names: words.Names = {}
        self._wanted = Wanted()
        self._before: int | None = None
        self._make_parts()
        self.body.addLayout(self._made_top())
        self.body.addWidget(self.form)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._made_buttons())
        self.body.addWidget(self.head)
        self.body.addWidget(self.detail)
        self._show_entry()

    # --- reading ---

    def refresh(self) -> None:
        wanted = self._wanted

        def read() -> _Seen:
            book = self._book
            return _Seen(book.page(wanted), book.filters(), book.names(), book.has_key())

        self.ask(read, self._show)

    def show_older(self) -> None:
        """The next page, behind what is shown."""
        wanted, before = self._wanted, self._before
        if before is not None:
            self.older_button.setEnabled(False)
            self.tasks.run(partial(self._book.page, wanted, before), partial(self._append, wanted), self)

    def verify(self) -> None:
        """Look at the whole store, beside everything else."""
        self.verify_button.setEnabled(False)
        self.badge.set_state(State.CANNOT_SAY, text=tr("verifying"))
        self.verdict.setText(phrase("history_verifying"))
        self.tasks.run(self._book.verify, self._say_verified, self, "paper", self._not_verified)

    def _show(self, seen: _Seen) -> None:
        self._names = seen.names
        self._offer_filters(seen.filters)
        if not seen.has_key:
            self.say_stale(phrase("history_no_key"), State.SHORT)
        self._before = seen.shown.before
        self.table.show_records(seen.shown.entries)
        self._say_shown(seen.shown)

    def _append(self, wanted: Wanted, shown: Shown) -> None:
        if wanted != self._wanted:
            return  # the filter was changed meanwhile
        self._before = shown.before
        self.table.show_records([*self.table.model.records(), *shown.entries])
        self._say_shown(shown)

    def _say_shown(self, shown: Shown) -> None:
        count = self.table.model.total()
        self.count.setText(words.shown_text(count, shown))
        self.older_button.setEnabled(shown.before is not None)
        empty = "history_none" if not self._wanted.narrow else "history_none_such"
        self.table.say_when_empty(phrase(empty if shown.before is None else "history_none_yet"))
        self._show_entry()

    def _offer_filters(self, filters: Filters) -> None:
        for name, every, values in (
            ("person", tr("everybody"), filters.actors),
            ("about", tr("everything"), filters.subjects),
        ):
            self.form.fields[name].set_choices(  # type: ignore[attr-defined]
                [("", every), *((value, value) for value in values)]
            )

    def _show_entry(self) -> None:
        entry = self.table.current()
        self.item_button.setEnabled(entry is not None and not self._wanted.item)
        self.all_button.setEnabled(self._wanted.narrow)
        if entry is None:
            self.head.setText(tr("Choose an entry to see what changed"))
            self.detail.setText("")
            return
        self.head.setText(words.what_text(entry))
        self.detail.setText("\n".join(words.detail_lines(entry, self._names, self._book.zone)))

    # --- acts ---

    def filter(self) -> None:
        """Ask for what the fields say."""
        typed = self.form.values()
        day = typed["day"].strip()
        read = read_day(day, "day") if len(day) >= _WHOLE_DAY else None
        self.form.show_findings([read] if isinstance(read, Finding) else [])
        if isinstance(read, Finding) or (day and read is None):
            return  # half a day is typed
        self._want(Wanted(typed["text"].strip(), read, typed["person"], typed["about"]))

    def only_this(self) -> None:
        """Everything about the same thing as the chosen entry."""
        entry = self.table.current()
        if entry is not None:
            self.form.set_values({"text": "", "day": "", "person": "", "about": entry.subject})
            self._want(Wanted(subject=entry.subject, item=entry.subject_id))

    def show_all(self) -> None:
        """Without any filter."""
        self.form.set_values({"text": "", "day": "", "person": "", "about": ""})
        self.form.clear_findings()
        self._want(Wanted())

    def _want(self, wanted: Wanted) -> None:
        if wanted != self._wanted:
            self._wanted = replace(wanted)
            self.refresh()

    def _say_verified(self, found: Verified) -> None:
        self.verify_button.setEnabled(True)
        self.badge.set_state(
            State.READY if found.good else State.SHORT, text=tr("fits") if found.good else tr("does not fit")
        )
        self.verdict.setText(words.verified_text(found))

    def _not_verified(self, error: BaseException) -> None:
        self.verify_button.setEnabled(True)
        self.badge.set_state(State.CANNOT_SAY)
        self.verdict.setText(say(error.finding) if isinstance(error, EnvironmentFailure) else "")
        if not isinstance(error, EnvironmentFailure):
            self.tasks.present(error, self.verify)

    # --- parts ---

    def _make_parts(self) -> None:
        self.badge = StateBadge(parent=self)
        self.verdict = message(phrase("history_not_yet_verified"))
        self.verify_button = button(tr("&Verify now"), "main", hint=tr("Is the store still what was written?"))
        self.verify_button.clicked.connect(self.verify)
        self.form = Form(columns=4)
        self.form.text("text", tr("&Text"), example=tr("name, reason, lot…"))
        self.form.day("day", tr("&Day"))
        self.form.choice("person", tr("&Person"), [("", tr("everybody"))])
        self.form.choice("about", tr("&About"), [("", tr("everything"))])
        self.form.changed.connect(lambda _name: self.filter())
        self.table: RecordTable[Entry] = RecordTable(
            tr("Change log"), entry_columns(self._book.zone, lambda: self._names), lambda entry: entry.id,
            sortable=False,
        )  # fmt: skip
        self.table.chosen.connect(self._show_entry)
        self.count = PlainLabel("", "soft")
        self.older_button = button(tr("Show o&lder entries"))
        self.older_button.clicked.connect(self.show_older)
        self.item_button = button(tr("&Only this one"), hint=tr("Every entry about the same thing"))
        self.item_button.clicked.connect(self.only_this)
        self.all_button = button(tr("S&how everything"))
        self.all_button.clicked.connect(self.show_all)
        self.head, self.detail = heading(), message()
        self._size_table()

    def _made_top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.verdict, 1)
        row.addWidget(self.verify_button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _made_buttons(self) -> QWidget:
        holder = QWidget()
        row = FlowRow(holder, gap=12, line_gap=8)
        row.setContentsMargins(0, 0, 0, 0)
        for one in (self.older_button, self.item_button, self.all_button, self.count):
            row.addWidget(one)
        return holder

    def _size_table(self) -> None:
        self.table.setMinimumHeight(row_height() * 8)
        self.table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "all_button"):
            self._size_table()
