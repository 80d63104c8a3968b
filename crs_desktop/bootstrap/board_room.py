"""What the board asks of other rooms: one patient more, the paper of a day, labels for what is set aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Finding, Refused
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.picture import RowPicture, WhatIfPicture
from crs_desktop.readiness.ui.window_panel import RowAction

if TYPE_CHECKING:
    from crs_desktop.documents.filed import DayFiled, FiledSheet
    from crs_desktop.documents.ui.page import PaperPage
    from crs_desktop.house import House
    from crs_desktop.readiness.ui.can_add import AddAsked, TherapyOffer


@dataclass(frozen=True, slots=True)
class BoardRoom:
    """The acts of the board that end in another room. `page` is the board itself, asked for when it is there."""

    tasks: Tasks
    house: Callable[[], House]
    actor: Callable[[], Actor]
    go: Callable[[str], Page]
    complain: Callable[[str, str], None]
    page: Callable[[], Page]

    # --- one patient more ---

    def can_add(self) -> None:
        """Open the question; the therapies are read off the window's thread."""
        self.tasks.run(self._offers, self._open_can_add, self.page())

    def _offers(self) -> list[TherapyOffer]:
        from crs_desktop.patients.ui.therapy_fields import full_name
        from crs_desktop.readiness.ui.can_add import TherapyOffer

        protocols = [entry.protocol for entry in self.house().library.entries()]
        return [TherapyOffer(one.id, full_name(one), tuple((r.id, r.title) for r in one.regimens)) for one in protocols]

    def _open_can_add(self, offers: list[TherapyOffer]) -> None:
        from crs_desktop.readiness.ui.can_add import CanAddDialog

        CanAddDialog(self.tasks, offers, self._asked, self.page()).open()

    def _asked(self, asked: AddAsked) -> WhatIfPicture | Refused:
        from crs_desktop.readiness.what_if.service import CanAdd
        from crs_desktop.readiness.what_if_painting import what_if_picture

        name = asked.name.strip() or tr("the new patient")
        command = CanAdd(asked.therapy, asked.regimen, asked.weight_kg, asked.on, name)
        answer = self.house().readiness.can_add(command)
        return answer if isinstance(answer, Refused) else what_if_picture(answer)

    # --- paper ---

    def actions(self) -> list[RowAction]:
        """What can be done about a row."""
        return [
            RowAction(
                tr("Pr&int the set-aside labels"), self.print_labels,
                can=lambda row, sets: any(one.confirmed for one in sets),
            )
        ]  # fmt: skip

    def print_day(self, day: str) -> None:
        """File the checklist of every infusion of a day and offer all of them to the printer at once."""
        work = partial(self.house().paper.day, uuid4().hex, date.fromisoformat(day), self.actor())
        self.tasks.run(work, self._day_filed, self.page(), pool="paper")

    def _day_filed(self, made: DayFiled) -> None:
        if made.refused or not made.filed:
            self._refused(made.refused)
        if made.filed:
            self._paper().print_filed(made.filed)

    def print_labels(self, row: RowPicture) -> None:
        """File the labels of what a person has promised to this window's patient and show them."""
        work = partial(self.house().paper.set_aside, uuid4().hex, row.holder, self.actor())
        self.tasks.run(work, self._filed, self.page(), pool="paper")

    def _filed(self, made: FiledSheet | Refused) -> None:
        if isinstance(made, Refused):
            self._refused(made.findings)
        else:
            self._paper().show_sheet(made.id)

    def _paper(self) -> PaperPage:
        return self.go("paper")  # type: ignore[return-value]

    def _refused(self, findings: tuple[Finding, ...]) -> None:
        self.complain(phrase("window_not_printed"), " ".join(say(finding) for finding in findings))
