"""The page of backups: how old the last one is, all that are kept, back up now, check one, go back to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy

from crs_desktop.backups.model import About, BackupPicture, GoBack, Kept, Loss, Standing, WentBack
from crs_desktop.backups.ui import words
from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, row_height, scaled, text_percent
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, keep_hidden, message, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.store.whole_files import megabytes

if TYPE_CHECKING:
    from crs_desktop.backups.service import BackupKeeper


class BackupsPage(Page):
    """Every backup with what it holds. Going back says first what would be lost and wants a typed word."""

    title = "Backup"
    topics = frozenset({Topic.BACKUPS})

    def __init__(
        self,
        tasks: Tasks,
        keeper: BackupKeeper,
        zone: ZoneInfo,
        actor: Callable[[], Actor],
        leave: Callable[[str], None] | None = None,
    ) -> None:
        """`leave` ends this desk after somebody went back, and says why; without it, as in the demo, one goes on."""
        super().__init__(tasks)
        self._leave = leave
        self._keeper = keeper
        self._zone = zone
        self._actor = actor
        self._picture: BackupPicture | None = None
        self.badge = StateBadge(parent=self)
        self.summary = PlainLabel("", "body", wrap=True)
        self.told = message()
        self.detail = message()
        self.about = message()
        self.folder = PlainLabel("", "soft", wrap=True)
        self.content_button = button(tr("&All is well"), hint=tr("Automatic backups go on"))
        self.now_button = button(tr("Back &up now"), "main")
        self.check_button = button(tr("Chec&k this one"), hint=tr("Open the chosen backup in full and compare it"))
        self.back_button = button(tr("&Go back to it…"), hint=tr("Says first what would be lost"))
        self.content_button.clicked.connect(self._say_content)
        self.now_button.clicked.connect(self._back_up)
        self.check_button.clicked.connect(self._check)
        self.back_button.clicked.connect(self.open_going_back)
        self.table = self._made_table()
        self._arrange()

    def refresh(self) -> None:
        self.ask(self._keeper.picture, self._show, pool="paper")

    def open_going_back(self) -> None:
        """Ask what would be lost, then show it with the field for the word."""
        kept = self.table.current()
        if kept is not None and kept.checked:
            self.tasks.run(lambda: self._keeper.loss(kept.name), lambda loss: self._open(kept, loss), self)

    # --- how it is done ---

    def _open(self, kept: Kept, loss: Loss) -> None:
        form = Form()
        form.add_widget(message(words.loss_text(loss, self._zone)))
        if loss.against is None:
            form.text("word", tr("&Confirm"), hint=words.word_label())
        head = tr("Go back to {when}?").format(when=words.when_text(kept.made_at, self._zone))
        dialog = FormDialog(head, tr("&Go back"), form, self)
        dialog.panel.cancel_button.setText(tr("Leave as it is"))
        keep_hidden(dialog.panel.accept_button, loss.against is not None)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        room = dialog.screen().availableGeometry().height() - scaled(60)
        dialog.resize(scaled(560), min(form.sizeHint().height() + scaled(190), room))
        request_id = uuid4().hex

        def send(typed: dict[str, str]) -> None:
            command = GoBack(request_id, kept.name, typed["word"])
            dialog.send(self.tasks, lambda: self._keeper.go_back(command, self._actor()), self._went_back)

        dialog.submitted.connect(send)
        dialog.open()
        if loss.against is None:
            dialog.form.focus_first()
        else:
            dialog.panel.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _went_back(self, went: WentBack | Refused) -> None:
        if isinstance(went, Refused):
            return  # said in the form
        kept = next((one for one in self.table.model.records() if one.name == went.name), None)
        when = went.name if kept is None else words.when_text(kept.made_at, self._zone)
        if self._leave is not None:
            # At once: the next answer may be that whoever is here is nobody any more, and lock without saying why.
            self._leave(phrase("backup_went_back_door", when=when, kept=went.kept))
        else:
            self._say(phrase("backup_went_back", when=when, kept=went.kept))

    def _back_up(self) -> None:
        self.now_button.setEnabled(False)
        self._say(phrase("backup_status_running"))
        self.tasks.run(self._keeper.back_up, self._backed_up, self, "paper", self._failed)

    def _backed_up(self, kept: Kept | None) -> None:
        self.now_button.setEnabled(True)
        self._say("" if kept is None else phrase("backup_done", name=kept.name, size=megabytes(kept.size)))

    def _failed(self, error: BaseException) -> None:
        self.now_button.setEnabled(True)
        self._say("")
        self.tasks.present(error)

    def _check(self) -> None:
        kept = self.table.current()
        if kept is not None:
            self._say(phrase("desktop_loading"))
            self.tasks.run(lambda: self._keeper.check(kept.name), self._checked, self, "paper", self._failed)

    def _checked(self, kept: Kept) -> None:
        self._say(phrase("backup_checked", name=kept.name))

    def _say_content(self) -> None:
        self.tasks.run(self._keeper.content, None, self, "paper")

    def _show(self, picture: BackupPicture) -> None:
        self._picture = picture
        paused = picture.standing is Standing.PAUSED
        self.badge.set_state(words.STATES[picture.standing], text=words.status_text(picture))
        lines = [words.summary_text(picture, self._zone)]
        lines += [] if picture.warning is None else [say(picture.warning)]
        lines += [] if picture.weight is None else [words.weight_text(picture.weight)]
        lines += [phrase("backup_unreadable", names=", ".join(picture.unreadable))] if picture.unreadable else []
        self.summary.setText("\n".join(lines))
        self.folder.setText(phrase("backup_folder", folder=picture.folder))
        keep_hidden(self.content_button, not (paused or any(one.held for one in picture.kept)))
        self.table.show_records(picture.kept)
        if self.table.current() is None and picture.kept:
            self.table.choose(picture.kept[0].name)
        self._show_chosen()

    def _show_chosen(self) -> None:
        kept = self.table.current()
        self.detail.setText("" if kept is None else words.detail_text(kept))
        self.about.setText("")
        if kept is not None:
            name = kept.name
            self.tasks.run(lambda: self._keeper.about(name), self._tell_about, self, "paper", self._tell_nothing)
        self.check_button.setEnabled(kept is not None and kept.checked)
        self.back_button.setEnabled(kept is not None and kept.checked)

    def _tell_about(self, about: About) -> None:
        kept = self.table.current()
        if kept is not None and kept.name == about.name:  # another one may have been chosen meanwhile
            self.about.setText(words.about_text(about, self._zone))

    def _tell_nothing(self, error: BaseException) -> None:
        """A backup that cannot be asked says so when it is checked; a defect is presented."""
        if not isinstance(error, NotUnderstood):
            self.tasks.present(error)

    def _below(self, kept: Kept) -> str:
        age = "" if self._picture is None else words.age_text(kept.made_at, self._picture.now)
        return ", ".join(filter(None, (age, words.reason_text(kept))))

    def _say(self, text: str) -> None:
        self.told.setText(text)
        keep_hidden(self.told, not text)

    def _made_table(self) -> RecordTable[Kept]:
        columns: list[Column[Kept]] = [
            Column(
                tr("When and why"), lambda kept: words.when_text(kept.made_at, self._zone), strong=True,
                below=self._below, sort_key=lambda kept: kept.made_at, stretch=True,
            ),
            Column(
                tr("Found whole"), words.state_text,
                state=lambda kept: State.READY if kept.checked else State.CANNOT_SAY,
            ),
            self._count_column(tr("Doses"), "doses"),
        ]  # fmt: skip
        if text_percent() < 150:  # else they would take the room from which day it is; the line beneath says them
            columns[2:2] = [
                Column(tr("Size"), lambda kept: megabytes(kept.size), "right", sort_key=lambda kept: kept.size),
                self._count_column(tr("Patients"), "patients"),
            ]
            columns.append(self._count_column(tr("Movements"), "movements"))
        table: RecordTable[Kept] = RecordTable(
            tr("Backups"), columns, lambda kept: kept.name, empty=tr("No backup yet. Back up now to begin."),
        )  # fmt: skip
        table.chosen.connect(self._show_chosen)
        table.opened.connect(self.open_going_back)
        return table

    def _count_column(self, head: str, name: str) -> Column[Kept]:
        return Column(head, lambda kept: f"{kept.count(name):,}", "right", sort_key=lambda kept: kept.count(name))

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        column = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        column.setSpacing(4)
        column.addWidget(self.badge)
        column.addWidget(self.summary)
        top.addLayout(column, 1)
        for one in (self.content_button, self.now_button):
            top.addWidget(one, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(top)
        self.body.addWidget(self.told)
        self._say("")
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.detail)
        self.body.addWidget(self.about)
        acts = FlowRow()
        for one in (self.check_button, self.back_button):
            acts.addWidget(one)
        self.body.addLayout(acts)
        self.body.addWidget(self.folder)
        self._size_table()

    def _size_table(self) -> None:
        self.table.setMinimumHeight(row_height() * 7)
        self.table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "table"):
            self._size_table()  # the text size was changed while the page is open
