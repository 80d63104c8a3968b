"""The schedule of a course as a table: day, what became of it, the days the label allows, amount, and how sure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.days import day_text
from crs_desktop.patients.model import Infusion
from crs_desktop.patients.ui.sureness import Sure
from crs_desktop.patients.ui.words import judged_state, judged_text, outcome_state, outcome_text

R = TypeVar("R")
Judge = Callable[[Infusion], Sure]


def schedule_table(name: str, sure: Judge) -> RecordTable[Infusion]:
    """Everything about each dose; the order is that of the schedule. The rest of how sure stands in the detail."""
    columns: list[Column[Infusion]] = [
        Column(tr("Dose"), lambda item: item.dose.label, strong=True),
        Column(
            tr("How sure"), lambda item: first_words(sure(item)), state=lambda item: sure(item).state,
            hint=lambda item: sure(item).words,
        ),
        Column(tr("Day"), lambda item: " ".join(filter(None, (day_text(item.day), item.clock_time)))),
        Column(tr("Outcome"), outcome_text, state=outcome_state),
        Column(tr("Allowed days"), _allowed, state=_judged),
        Column(tr("Amount"), amount_text, stretch=True),
    ]  # fmt: skip
    return RecordTable(
        name, columns, lambda item: (item.course_id, item.dose.key), empty=tr("No infusions."), sortable=False
    )


def preview_table(name: str, sure: Judge) -> RecordTable[Infusion]:
    """The same before anything is saved: dose with its amount, day with the allowed ones, how sure; none is cut."""
    columns: list[Column[Infusion]] = [
        Column(tr("Dose"), lambda item: item.dose.label, below=amount_text, strong=True),
        Column(tr("Day, allowed days"), lambda item: day_text(item.day), below=_allowed),
        sure_column(tr("How sure"), sure),
    ]
    return RecordTable(name, columns, lambda item: item.dose.key, empty=" ", sortable=False)


def amount_text(item: Infusion) -> str:
    """What is given; an amount that nobody has read says so."""
    return item.dose.amount_text or phrase("patients_around_not_known")


def sure_column(header: str, sure: Callable[[R], Sure]) -> Column[R]:
    """What weighs most stands first, the rest beneath; how many facts of each kind."""
    return Column(
        header, lambda item: first_words(sure(item)), state=lambda item: sure(item).state,
        below=lambda item: sure(item).words.partition(", ")[2],
    )  # fmt: skip


def first_words(sure: Sure) -> str:
    """The count that weighs most."""
    return sure.words.partition(", ")[0]


def _allowed(item: Infusion) -> str:
    return judged_text(item.dose)


def _judged(item: Infusion) -> State | None:
    return judged_state(item.dose)
