"""Nouns of the what-if: who would be added, and what the whole board answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Finding
from crs_desktop.patients.model import Course
from crs_desktop.policy.model import Policy
from crs_desktop.readiness.board import Board, WindowAnswer
from crs_desktop.readiness.model import Fix
from crs_desktop.therapies.model.protocol import Protocol

EXTRA_ID = 0
"""The id of the patient and the course that are only asked about; what is stored begins at 1."""


class Answer(Enum):
    """Never yes by default."""

    YES = "yes"
    NO = "no"
    CANNOT_SAY = "cannot_say"


@dataclass(frozen=True, slots=True)
class Extra:
    """A patient who is not here yet. `policy` is that of the first day, as for everybody else's window.

    `ahead` is the policy of each of the days after it, where rows are dated ahead.
    """

    name: str
    protocol: Protocol
    regimen_id: str
    weight: BodyWeight
    first_day: date
    policy: Policy
    ahead: tuple[Policy, ...] = ()

    def later(self, days: int) -> Extra:
        """The same patient so many days later, by the policy of that day."""
        policy = self.ahead[days - 1] if days <= len(self.ahead) else self.policy
        return replace(self, first_day=self.first_day + timedelta(days=days), policy=policy)

    def course(self) -> Course:
        """As the register would hold it."""
        return Course(EXTRA_ID, EXTRA_ID, self.protocol, self.regimen_id, self.first_day, None)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer for the whole board with one patient more.

    `already`: it is no without that patient too; then `own_fixes` are the board's. `fix` is the smallest that is sure,
    `others` are those of the other kinds, each of which makes the answer yes. `first_yes`: the first day after the one
    asked about on which the answer is yes without any fix, of the next `looked_ahead` days. `board` is the board with
    the patient on it.
    """

    extra: Extra
    answer: Answer
    already: bool
    findings: tuple[Finding, ...]
    own_fixes: tuple[Fix, ...]
    fix: Fix | None
    others: tuple[Fix, ...]
    first_yes: date | None
    looked_ahead: int
    board: Board

    @property
    def window(self) -> WindowAnswer | None:
        """The window of the patient who would be added; None when no set would be owed."""
        return next((one for one in self.board.windows if one.patient.id == EXTRA_ID), None)

    @property
    def days(self) -> DayRange | None:
        """The days of that window."""
        return None if self.window is None else self.window.window.days
