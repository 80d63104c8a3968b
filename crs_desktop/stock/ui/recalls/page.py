"""The tab of recalls: notices and alerts, and what each comes to, before and after it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, row_height
from crs_desktop.desktop.words import button, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.stock.recalls.commands import EndRecall, RecordRecall
from crs_desktop.stock.recalls.model import Drill, Notice, NoticePicture, RecallsPicture
from crs_desktop.stock.ui.blocks import Attention, low
from crs_desktop.stock.ui.forms import open_dialog, reason_dialog
from crs_desktop.stock.ui.recalls import words
from crs_desktop.stock.ui.recalls.columns import notice_columns
from crs_desktop.stock.ui.recalls.drilled import DrillPane
from crs_desktop.stock.ui.recalls.forms import command_of, notice_dialog

if TYPE_CHECKING:
    from crs_desktop.stock.recalls.service import RecallBook

# Files a letter for each patient of a notice; answers them, or a refusal.
Letters = Callable[[int], object]


class Drills(Protocol):
    """Whoever sees patients, doses and the board: what a notice comes to."""

    def recorded(self, recall_id: int) -> Drill | Refused:
        """Of a notice that is recorded."""

    def if_recorded(self, command: RecordRecall) -> Drill | Refused:
        """Of one that is not."""


class RecallsPage(Page):
    """Recalls; every step from the keyboard."""

    title = "Recalls"
    topics = frozenset({Topic.STOCK, Topic.DOSES, Topic.PATIENTS, Topic.POLICY})

    def __init__(
        self, tasks: Tasks, book: RecallBook, drills: Drills, letters: Letters, actor: Callable[[], Actor]
    ) -> None:
        super().__init__(tasks)
        self._book = book
        self._drills = drills
        self._letters = letters
        self._actor = actor
        self._picture: RecallsPicture | None = None
        self._looked: RecordRecall | None = None
        self._trouble = ""
        self._number = 0
        self._drilled: int | None = None
        self.attention = Attention()
        self.notices: RecordTable[NoticePicture] = RecordTable(
            tr("Notices"), notice_columns(book.zone), lambda item: item.notice.id,
            empty=tr("No notice is recorded here."), sortable=False,
        )  # fmt: skip
        self.notices.chosen.connect(self._show_chosen)
        self.pane = DrillPane(book.zone)
        self.body.addWidget(self.attention)
        self.body.addWidget(self._made_buttons())
        self.body.addWidget(self.notices, 1)
        self.body.addWidget(self.pane, 2)
        low(self.notices, row_height() * 3)
        self._offer()

    # --- reading ---

    def refresh(self) -> None:
        self._drilled = None
        self.ask(self._book.picture, self._show)

    def _show(self, picture: RecallsPicture) -> None:
        self._picture = picture
        self._say_attention()
        self.notices.show_records(picture.notices)
        if self._looked is not None:
            self._look_at(self._looked)
        elif picture.notices and self.notices.current() is None:
            self.notices.choose(picture.notices[0].notice.id)
        elif not picture.notices:
            self.pane.say(phrase("recall_ui_empty"))
        self._show_chosen()

    def _say_attention(self) -> None:
        """First of all that what is shown is not recorded; then alerts that came with the program."""
        said = [] if self._picture is None else self._picture.alerts
        told = [(State.READY_BUT, tr("alert"), words.alert_text(alert)) for alert in said]
        if self._looked is not None:
            text = phrase("recall_ui_not_recorded", number=self._looked.number.strip())
            told.insert(0, (State.SHORT, tr("not recorded"), self._trouble or text))
        self.attention.tell(told)

    def _show_chosen(self) -> None:
        """The drill of the chosen notice, worked out anew; an answer about another one is thrown away."""
        chosen = self.notices.current()
        self._offer()
        if chosen is None or self._looked is not None or self._drilled == chosen.notice.id:
            return
        self._drilled = chosen.notice.id
        self._drill(lambda: self._drills.recorded(chosen.notice.id))

    def _drill(self, work: Callable[[], Drill | Refused]) -> None:
        self._number += 1
        number = self._number
        self.pane.say(phrase("recall_ui_working"))

        def show(answer: Drill | Refused) -> None:
            if number == self._number:
                self._tell_drill(answer)

        self.tasks.run(work, show, self, "paper")

    def _tell_drill(self, answer: Drill | Refused) -> None:
        if isinstance(answer, Refused):
            self.pane.say(" ".join(say(finding) for finding in answer.findings))
        else:
            self.pane.show_drill(answer)
        self._offer()

    # --- acts ---

    def open_record(self) -> None:
        """A notice that takes its lots out of use at once."""

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._book.record(command_of(request_id, typed), self._actor())

        open_dialog(notice_dialog(False, self), self.tasks, send, self._recorded)

    def open_look(self) -> None:
        """A notice that is only looked at."""

        def send(request_id: str, typed: dict[str, str]) -> object:
            command = command_of(request_id, typed)
            read = self._book.understood(command)
            return read if isinstance(read, Refused) else command

        open_dialog(notice_dialog(True, self), self.tasks, send, self._look_at)

    def record_looked(self) -> None:
        """Record the notice that was looked at, as it was typed."""
        command = self._looked
        if command is not None:
            self.record_button.setEnabled(False)
            self.tasks.run(lambda: self._book.record(command, self._actor()), self._recorded, self)

    def open_end(self) -> None:
        """The chosen notice no longer holds here."""
        chosen = self.notices.current()
        if chosen is None or chosen.notice.end is not None:
            return
        notice = chosen.notice

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._book.end(EndRecall(request_id, notice.id, typed["reason"]), self._actor())

        about = [f"{notice.brand}, {notice.number}"]
        dialog = reason_dialog(tr("End a notice"), tr("&End it"), about, phrase("recall_ui_end"), self)
        open_dialog(dialog, self.tasks, send)

    def print_letters(self) -> None:
        """A letter for each patient who received vials of the chosen notice."""
        chosen = self.notices.current()
        if chosen is None:
            return
        number = chosen.notice.id
        self.letters_button.setEnabled(False)
        self.tasks.run(lambda: self._letters(number), self._filed, self, "paper")

    # --- answers ---

    def _look_at(self, command: object) -> None:
        if isinstance(command, RecordRecall):
            if command is not self._looked:
                self._trouble = ""
            self._looked, self._drilled = command, None
            self._say_attention()
            self._drill(lambda: self._drills.if_recorded(command))
            self._offer()

    def _recorded(self, answer: object) -> None:
        if isinstance(answer, Notice):
            self._looked, self._drilled = None, None
            self.notices.choose(answer.id)
            self.refresh()
        elif isinstance(answer, Refused):
            self._trouble = " ".join(say(finding) for finding in answer.findings)
            self._say_attention()
            self._offer()

    def forget_looked(self) -> None:
        """Back to what is recorded."""
        self._looked, self._drilled = None, None
        self._say_attention()
        self._show_chosen()
        if self.notices.current() is None:
            self.pane.say(phrase("recall_ui_empty"))

    def _filed(self, answer: object) -> None:
        if isinstance(answer, Refused):
            said = " ".join(say(finding) for finding in answer.findings)
        else:
            count = len(answer) if isinstance(answer, tuple) else 0
            said = phrase("recall_ui_letters", count=words.counted(count, tr("letter"), tr("letters")))
        self.pane.notes.tell([(State.READY_BUT, tr("letters"), said)])
        self._offer()

    # --- how it is made ---

    def _made_buttons(self) -> QWidget:
        self.new_button = button(tr("&Record a notice"), "main")
        self.look_button = button(tr("&Look at one first"), hint=tr("What it would do; nothing is recorded"))
        self.record_button = button(tr("Record &this notice"), "main")
        self.back_button = button(tr("&Do not record it"))
        self.letters_button = button(tr("&Print the letters"), hint=tr("One for each patient who received vials"))
        self.end_button = button(tr("&End the notice"))
        row = QWidget()
        flow = FlowRow(row, gap=8, line_gap=8)
        flow.setContentsMargins(0, 0, 0, 0)
        for made, run in (
            (self.new_button, self.open_record),
            (self.look_button, self.open_look),
            (self.record_button, self.record_looked),
            (self.back_button, self.forget_looked),
            (self.letters_button, self.print_letters),
            (self.end_button, self.open_end),
        ):
            made.clicked.connect(run)
            flow.addWidget(made)
        return row

    def _offer(self) -> None:
        """Only what can be done now can be pressed; what belongs to a notice not yet recorded is shown for it alone."""
        chosen, looking = self.notices.current(), self._looked is not None
        running = chosen is not None and chosen.notice.end is None and not looking
        self.new_button.setVisible(not looking)
        self.look_button.setVisible(not looking)
        self.record_button.setVisible(looking)
        self.record_button.setEnabled(looking)
        self.back_button.setVisible(looking)
        self.letters_button.setEnabled(running)
        self.end_button.setEnabled(running)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "pane"):
            low(self.notices, row_height() * 3)
            self.pane.size_tables()
