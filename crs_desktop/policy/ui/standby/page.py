"""The page of standby rules: how many sets each window is owed, by whose decision, and stating another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import SecondLook, SecondPerson, signed_by_two
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import row_height
from crs_desktop.desktop.words import PlainLabel, button, message, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.policy.standby.model import StandbyRule
from crs_desktop.policy.standby.stating import StateStandby
from crs_desktop.policy.ui.standby import words
from crs_desktop.policy.ui.standby.form import blind_entries, standby_dialog
from crs_desktop.staff.signing.model import Asked, SecondSignature

if TYPE_CHECKING:
    from crs_desktop.policy.standby.service import StandbyBook, StandbyPicture


class StandbyPage(Page):
    """Every rule the site has stated; where none fits, the plain number of the options holds."""

    title = "Standby rules"
    topics = frozenset({Topic.POLICY})

    def __init__(
        self,
        tasks: Tasks,
        book: StandbyBook,
        actor: Callable[[], Actor],
        second: SecondPerson[Asked, SecondSignature] | None = None,
    ) -> None:
        super().__init__(tasks)
        self._book, self._actor, self._second = book, actor, second
        self._picture: StandbyPicture | None = None
        self.summary = PlainLabel(phrase("standby_ui_what"), "soft", wrap=True)
        self.state_button = button(tr("State a standby &rule"), "main")
        self.state_button.clicked.connect(self.open_state)
        self.rules: RecordTable[StandbyRule] = RecordTable(
            tr("Standby rules"), self._columns(), lambda rule: rule.id, empty=phrase("standby_ui_none"),
        )  # fmt: skip
        self.rules.setMinimumHeight(row_height() * 6)
        self.detail = message()
        self.rules.chosen.connect(self._explain)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.summary, 1)
        top.addWidget(self.state_button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(top)
        self.body.addWidget(self.rules, 1)
        self.body.addWidget(self.detail)

    def refresh(self) -> None:
        self.ask(self._book.picture, self._show)

    def open_state(self) -> None:
        """A new rule, signed by a second person. One request id for the life of the form."""
        if self._picture is None:
            return
        request_id = uuid4().hex
        dialog = standby_dialog(self._book.products(), self._picture.today, self)

        def send(typed: dict[str, str]) -> None:
            command = StateStandby(request_id, **typed)
            look: SecondLook[Asked, SecondSignature] = SecondLook(
                tr("state a standby rule"), phrase("standby_ui_second", scope=words.scope_name(command.scope)),
                blind_entries(), lambda: self._book.asked(command),
                lambda second: self._book.state(command, self._actor(), second), (words.scope_name(command.scope),),
            )  # fmt: skip
            signed_by_two(self._second, self.tasks, dialog, look)

        dialog.submitted.connect(send)
        dialog.open()
        dialog.form.focus_first()

    def _show(self, picture: StandbyPicture) -> None:
        self._picture = picture
        self.rules.show_records(tuple(reversed(picture.rules)))
        self._explain()

    def _explain(self, *_: object) -> None:
        self.detail.setText(words.detail_text(self.rules.current()))

    def _columns(self) -> list[Column[StandbyRule]]:
        def stands(rule: StandbyRule) -> str:
            return "" if self._picture is None else words.standing_text(rule, self._picture.today)

        return [
            Column(tr("For"), lambda rule: words.scope_name(rule.scope), strong=True, below=words.where_text),
            Column(tr("Sets"), words.sets_text, strong=True, below=words.extra_text),
            Column(
                tr("Stands"), stands, below=words.days_text,
                state=lambda rule: (
                    None if self._picture is None else words.standing_state(rule, self._picture.today)
                ),
            ),
            Column(
                tr("Owner, entered by"), lambda rule: rule.owner,
                below=lambda rule: words.stated_text(rule, self._book.zone),
            ),
            Column(
                tr("Reason, citation"), lambda rule: rule.reason, stretch=True, below=lambda rule: rule.citation,
                hint=words.detail_text,
            ),
        ]  # fmt: skip
