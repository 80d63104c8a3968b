"""What opens behind a number of the board: the chance with everything it takes for granted, and the policy in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import State, row_height, scaled
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, heading, phrase, tr
from crs_desktop.readiness.picture import AssumptionPicture, BoardPicture, ChancePicture, RulePicture

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    assumption: AssumptionPicture


class OpenedDialog(QDialog):
    """A heading, a few sentences and a table; Esc or the button closes it."""

    def __init__(self, head: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(head)
        self.setAccessibleName(head)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        frame = QWidget()
        self.column = QVBoxLayout(frame)
        self.column.setContentsMargins(0, 0, 8, 0)
        self.column.setSpacing(10)
        scroll = QScrollArea()
        scroll.setObjectName("FormScroll")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(frame)
        self.close_button = button(tr("&Close"), "main")
        self.close_button.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.close_button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 8, 16)
        outer.setSpacing(10)
        outer.addWidget(scroll, 1)
        outer.addLayout(row)
        self._texts: list[str] = []
        room = self.screen().availableSize()
        self.resize(min(scaled(980), room.width() - 40), min(scaled(640), room.height() - 60))

    def say(self, label: PlainLabel) -> None:
        """Add a sentence."""
        label.setWordWrap(True)
        self.column.addWidget(label)
        self._texts.append(label.text())

    def mark(self, state: State, text: str) -> None:
        """Add a shape with its words, which wrap."""
        badge = StateBadge()
        badge.set_shape(state, text)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(PlainLabel(text, "strong", wrap=True), 1)
        self.column.addLayout(row)
        self._texts.append(text)

    def close_with(self, table: RecordTable[R], whole: Callable[[R], str]) -> None:
        """The table, beneath it all of the chosen line, and the button; the keyboard begins in the table."""

        def show_whole(*_: object) -> None:
            chosen = table.current()
            self.whole.setText("" if chosen is None else whole(chosen))

        self.whole = PlainLabel("", "body", wrap=True)
        self.whole.setMinimumHeight(scaled(54))
        self.whole.setAlignment(Qt.AlignmentFlag.AlignTop)
        table.setMinimumHeight(row_height() * 6)
        self.column.addWidget(table, 1)
        self.column.addWidget(self.whole)
        table.chosen.connect(show_whole)
        table.view.selectRow(0)
        show_whole()
        table.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def text(self) -> str:
        """Everything above the table."""
        return "\n".join(self._texts)


class ChanceDialog(OpenedDialog):
    """The verdict by policy first; beside it the chance, how far it can be trusted, and what it rests on."""

    def __init__(self, picture: BoardPicture, chance: ChancePicture, parent: QWidget | None = None) -> None:
        super().__init__(tr("Chance of running out"), parent)
        self.say(PlainLabel(phrase("board_chance_verdict", headline=picture.headline), "body"))
        self.say(heading(chance.headline))
        self.say(PlainLabel(phrase("board_chance_standing", standing=chance.standing), "body"))
        if chance.at_most:
            self.mark(State.READY_BUT, phrase("board_chance_at_most"))
        for reason in chance.reasons:
            self.mark(State.CANNOT_SAY, reason)
        self.say(PlainLabel(phrase("board_chance_left_out"), "soft"))
        self.table: RecordTable[_Line] = RecordTable(
            phrase("board_chance_assumptions"), _assumption_columns(), key=lambda line: line.number, sortable=False
        )
        self.table.show_records([_Line(number, one) for number, one in enumerate(chance.assumptions)])
        self.close_with(self.table, _text)


class PolicyDialog(OpenedDialog):
    """Every rule in force today: what it says, who decided it, and what nobody here has decided."""

    def __init__(self, picture: BoardPicture, parent: QWidget | None = None) -> None:
        super().__init__(tr("Policy in force"), parent)
        open_ = sum(rule.unverified for rule in picture.rules)
        self.say(heading(tr("Policy in force")))
        if open_:
            self.mark(State.READY_BUT, phrase("board_policy_unverified", open=open_, all=len(picture.rules)))
        self.table: RecordTable[RulePicture] = RecordTable(
            tr("Rules in force"), _rule_columns(), key=lambda rule: rule.name, sortable=False
        )
        self.table.show_records(list(picture.rules))
        self.close_with(self.table, _rule_text)


def _text(line: _Line) -> str:
    return line.assumption.text


def _rule_text(rule: RulePicture) -> str:
    return f"{rule.name}\n{rule.decided}"


def _assumption_columns() -> list[Column[_Line]]:
    return [
        Column("Taken for granted", _text, stretch=True, hint=_text),
        Column(
            "Rests on", lambda line: line.assumption.mark or line.assumption.basis,
            state=lambda line: State.READY_BUT if line.assumption.mark else None,
            below=lambda line: line.assumption.basis if line.assumption.mark else "",
        ),
        Column("Makes it", lambda line: tr("at most") if line.assumption.cautious else ""),
    ]  # fmt: skip


def _rule_columns() -> list[Column[RulePicture]]:
    return [
        Column("Rule", lambda rule: rule.name, stretch=True, hint=_rule_text, below=lambda rule: rule.decided),
        Column("In force", lambda rule: rule.value, strong=True),
        Column(
            "Decided", lambda rule: tr("unverified default") if rule.unverified else tr("by the site"),
            state=lambda rule: State.READY_BUT if rule.unverified else State.READY,
        ),
    ]  # fmt: skip
