"""The page of policy: what the site has decided, what still stands on a shipped default, and the rows behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import SecondLook, SecondPerson, signed_by_two
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, row_height
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, heading, message, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.policy.commands import StatePolicy
from crs_desktop.policy.model import Decided, PolicyPicture, PolicyRow
from crs_desktop.policy.ui import words
from crs_desktop.policy.ui.columns import option_columns, row_columns
from crs_desktop.policy.ui.form import blind_entries, state_dialog
from crs_desktop.policy.ui.second_panel import SecondPanel, SecondPicture
from crs_desktop.policy.ui.summary import policy_words
from crs_desktop.staff.signing.model import Asked, SecondSignature

if TYPE_CHECKING:
    from crs_desktop.policy.service import PolicyBook
    from crs_desktop.staff.signing.service import SecondCheckBook


class PolicyPage(Page):
    """Every option with its value in force; stating a new one adds a dated row, the old ones stay readable."""

    title = "Policy"
    topics = frozenset({Topic.POLICY, Topic.PEOPLE, Topic.DOSES})

    def __init__(
        self,
        tasks: Tasks,
        policy: PolicyBook,
        zone: ZoneInfo,
        actor: Callable[[], Actor],
        second: SecondPerson[Asked, SecondSignature] | None = None,
        checks: SecondCheckBook | None = None,
    ) -> None:
        super().__init__(tasks)
        self._second = second
        self.seconds = None if checks is None else SecondPanel(tasks, checks, actor, second)
        self._policy = policy
        self._zone = zone
        self._actor = actor
        self._picture: PolicyPicture | None = None
        self.badge = StateBadge(parent=self)
        self.summary = PlainLabel("", "body", wrap=True)
        self.state_button = button(tr("&State a new value"), "main", hint=tr("For the chosen option"))
        self.state_button.clicked.connect(self.open_state)
        self._make_tables()
        self.head = heading()
        self.detail = message()
        self.body.addLayout(self._made_top())
        self.body.addWidget(self.options, 3)
        self.body.addWidget(self.head)
        self.body.addWidget(self.detail)
        self.body.addWidget(self.rows, 1)
        if self.seconds is not None:
            self.body.addWidget(self.seconds)

    def refresh(self) -> None:
        seconds = self.seconds

        def read() -> tuple[PolicyPicture, SecondPicture | None]:
            picture = self._policy.picture(self._zone)
            return picture, None if seconds is None else seconds.read(picture.policy.day)

        self.ask(read, self._show_all)

    def open_state(self) -> None:
        """A new row for the chosen option, signed by a second person. One request id for the life of the form."""
        decided = self.options.current()
        if decided is None or self._picture is None:
            return
        option, request_id = decided.option, uuid4().hex
        dialog = state_dialog(decided, self._picture.policy.day, self)

        def send(typed: dict[str, str]) -> None:
            command = StatePolicy(
                request_id, option.key, typed["value"], typed["valid_from"], typed["owner"], typed["reason"],
                typed["citation"],
            )  # fmt: skip
            look: SecondLook[Asked, SecondSignature] = SecondLook(
                tr("state a value"), option.sentence, blind_entries(option), lambda: self._policy.asked(command),
                lambda second: self._policy.state(command, self._actor(), second), (words.option_name(option),),
            )  # fmt: skip
            signed_by_two(self._second, self.tasks, dialog, look)

        dialog.submitted.connect(send)
        dialog.open()
        dialog.form.focus_first()

    def _show_all(self, read: tuple[PolicyPicture, SecondPicture | None]) -> None:
        picture, checked = read
        self._show(picture)
        if self.seconds is not None and checked is not None:
            self.seconds.show_picture(checked)

    def _show(self, picture: PolicyPicture) -> None:
        self._picture = picture
        open_ends = picture.policy.unverified
        self.badge.set_state(
            State.READY_BUT if open_ends else State.READY,
            text=tr("unverified defaults") if open_ends else tr("stated by the site"),
        )
        self.summary.setText(policy_words(picture.policy))
        self.options.show_records(picture.policy.decided)
        self.options.view.viewport().update()
        if self.options.current() is None:
            self.options.choose(picture.policy.decided[0].option.key)
        self._show_option()

    def _show_option(self) -> None:
        decided, picture = self.options.current(), self._picture
        self.state_button.setEnabled(decided is not None)
        if decided is None or picture is None:
            self.head.setText(tr("Choose an option to see where it comes from"))
            self.detail.setText("")
            self.rows.show_records([])
            return
        self.head.setText(words.option_name(decided.option))
        self.detail.setText("\n".join(words.detail_lines(decided)))
        self.rows.show_records(picture.rows_of(decided.option.key))
        self.rows.view.viewport().update()

    def _shown_picture(self) -> PolicyPicture:
        assert self._picture is not None
        return self._picture

    def _make_tables(self) -> None:
        self.options: RecordTable[Decided] = RecordTable(
            tr("Policy in force today"), option_columns(self._shown_picture), lambda decided: decided.option.key,
            filter_hint=tr("Filter options"),
        )  # fmt: skip
        self.rows: RecordTable[PolicyRow] = RecordTable(
            tr("Rows of the chosen option"), row_columns(self._shown_picture, self._zone), lambda row: row.id,
            empty=tr("The site has stated nothing here yet."), sortable=False,
        )  # fmt: skip
        self._size_tables()
        self.options.chosen.connect(self._show_option)
        self.options.opened.connect(self.open_state)

    def _size_tables(self) -> None:
        for table, lines in ((self.options, 5), (self.rows, 3)):
            table.setMinimumHeight(row_height() * lines)
            table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "rows"):
            self._size_tables()  # the text size was changed while the page is open

    def _made_top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.summary, 1)
        row.addWidget(self.state_button)
        return row
