"""What second checks have caught, what one pharmacist signed alone, and the rule by which they may: beneath policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.protocols import SecondLook, SecondPerson, signed_by_two
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import PlainLabel, button, hairline, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.refusal import Refused
from crs_desktop.policy.ui.second_forms import (
    counts_dialog,
    look_over_blind,
    look_over_dialog,
    night_blind,
    night_dialog,
)
from crs_desktop.staff.signing.commands import STANDS, LookOverCheck, StateNightRule, read_night_rule
from crs_desktop.staff.signing.model import Asked, Catches, NightRule, SecondCheck, SecondSignature

if TYPE_CHECKING:
    from crs_desktop.staff.signing.service import SecondCheckBook

# Looked over where doses are.
_ELSEWHERE = ("dose",)


@dataclass(frozen=True, slots=True)
class SecondPicture:
    """Everything the panel shows, read in one go. `night` is None when nobody may act alone today."""

    catches: Catches
    waiting: tuple[SecondCheck, ...]
    night: NightRule | None

    @property
    def to_look_over(self) -> tuple[SecondCheck, ...]:
        """What is looked over here: all but doses."""
        return tuple(one for one in self.waiting if one.subject not in _ELSEWHERE)


class SecondPanel(QWidget):
    """One paragraph and three buttons; every number in it is a count of rows that nobody can change."""

    def __init__(
        self, tasks: Tasks, book: SecondCheckBook, actor: Callable[[], Actor],
        second: SecondPerson[Asked, SecondSignature] | None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._tasks, self._book, self._actor, self._second = tasks, book, actor, second
        self._picture: SecondPicture | None = None
        self.said = PlainLabel("", "body", wrap=True)
        self.counts_button = button(tr("Second checks by &month"))
        self.look_over_button = button(tr("&Look over"))
        self.night_button = button(tr("State a &night rule"))
        self.counts_button.clicked.connect(self.open_counts)
        self.look_over_button.clicked.connect(self.open_look_over)
        self.night_button.clicked.connect(self.open_night)
        row = QWidget()
        flow = FlowRow(row, gap=8, line_gap=8)
        flow.setContentsMargins(0, 0, 0, 0)
        for one in (self.counts_button, self.look_over_button, self.night_button):
            flow.addWidget(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(hairline())
        column.addWidget(self.said)
        column.addWidget(row)
        self._offer()

    def read(self, today: date) -> SecondPicture:
        """On a worker: what the store holds now."""
        book = self._book
        return SecondPicture(book.counts(), book.to_look_over(), book.night_rule_on(today))

    def show_picture(self, picture: SecondPicture) -> None:
        """Say it."""
        self._picture = picture
        found, night = picture.catches, picture.night
        checked = phrase(
            "policy_ui_second", checks=found.checks, differed=found.differed, corrected=found.corrected,
            explained=found.explained, alone=found.alone, open=len(picture.waiting),
        )  # fmt: skip
        if doses := len(picture.waiting) - len(picture.to_look_over):
            checked += " " + phrase("policy_ui_second_doses", doses=doses)
        if night is None:
            rule = phrase("policy_ui_no_night")
        else:
            rule = phrase("policy_ui_night", hours=night.hours, rule=night.text)
        self.said.setText(f"{checked}\n{rule}")
        self._offer()

    # --- acts ---

    def open_counts(self) -> None:
        """By subject and month."""
        if self._picture is not None:
            counts_dialog(self._picture.catches, self.window()).open()

    def open_look_over(self) -> None:
        """Somebody else enters blind what one pharmacist signed alone."""
        if self._picture is None or not self._picture.to_look_over:
            return
        alone = {str(one.id): one for one in self._picture.to_look_over}
        zone, request_id = self._book.zone, uuid4().hex
        lines = [
            (key, tr("{subject} {id}, {who}, {when}").format(
                subject=one.subject, id=one.subject_id, who=one.first, when=local_text(one.at, zone)
            ))
            for key, one in alone.items()
        ]  # fmt: skip
        dialog = look_over_dialog(lines, self)

        def send(typed: dict[str, str]) -> None:
            check = alone.get(typed["check"])
            if check is None or check.asked is None:
                return
            asked = check.asked
            about = phrase(
                "policy_ui_look_over", subject=check.subject, id=check.subject_id, who=check.first,
                when=local_text(check.at, zone),
            )  # fmt: skip
            self._sign(dialog, SecondLook(
                tr("look over"), about, look_over_blind(), lambda: asked,
                lambda second: self._looked_over(request_id, check.id, second),
            ))  # fmt: skip

        self._open(dialog, send)

    def open_night(self) -> None:
        """When one pharmacist may sign alone, or that nobody may any longer."""
        request_id = uuid4().hex
        dialog = night_dialog(self)

        def send(typed: dict[str, str]) -> None:
            command = StateNightRule(
                request_id, typed["valid_from"], typed["from"], typed["until"], typed["text"], typed["rule"] == STANDS
            )
            self._sign(dialog, SecondLook(
                tr("state a night rule"), phrase("policy_ui_night_about"), night_blind(), lambda: _asked(command),
                lambda second: self._stated(command, second),
            ))  # fmt: skip

        self._open(dialog, send)

    # --- how it is done ---

    def _looked_over(self, request_id: str, check: int, second: SecondSignature | None) -> object:
        assert second is not None
        return self._book.look_over(LookOverCheck(request_id, check, second), self._actor())

    def _stated(self, command: StateNightRule, second: SecondSignature | None) -> object:
        assert second is not None
        return self._book.state_night_rule(command, self._actor(), second)

    def _sign(self, dialog: FormDialog, look: SecondLook[Asked, SecondSignature]) -> None:
        signed_by_two(self._second, self._tasks, dialog, look)

    @staticmethod
    def _open(dialog: FormDialog, send: Callable[[dict[str, str]], None]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.submitted.connect(send)
        dialog.open()
        dialog.form.focus_first()

    def _offer(self) -> None:
        picture, signs = self._picture, self._second is not None
        waiting = 0 if picture is None else len(picture.to_look_over)
        self.counts_button.setEnabled(picture is not None and bool(picture.catches.lines))
        self.look_over_button.setText(tr("&Look over ({count})").format(count=waiting) if waiting else tr("&Look over"))
        self.look_over_button.setEnabled(signs and waiting > 0)
        self.night_button.setEnabled(signs)


def _asked(command: StateNightRule) -> Asked | Refused:
    read = read_night_rule(command)
    return read if isinstance(read, Refused) else read.asked()
