"""The schedule of a course as a table: day, what became of it, the days the label allows, role and amount."""

from __future__ import annotations

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import tr
from crs_desktop.kernel.days import day_text
from crs_desktop.patients.model import Infusion
from crs_desktop.patients.ui.words import judged_state, judged_text, outcome_state, outcome_text

_ROLES = {
    "cells": "cells",
    "step_up": "step-up",
    "first_full": "first full dose",
    "full": "full dose",
    "rate_step": "rate step",
}


def schedule_table(name: str) -> RecordTable[Infusion]:
    """Everything about each dose; the order is that of the schedule."""
    columns: list[Column[Infusion]] = [
        Column(tr("Dose"), lambda item: item.dose.label, strong=True),
        Column(tr("Day"), lambda item: day_text(item.day)),
        Column(tr("Time"), lambda item: item.clock_time),
        Column(tr("Outcome"), outcome_text, state=outcome_state),
        Column(tr("Allowed days"), _allowed, state=_judged),
        Column(tr("Role"), lambda item: tr(_ROLES[item.dose.role])),
        Column(tr("Amount"), lambda item: item.dose.amount_text, stretch=True),
    ]
    return RecordTable(
        name, columns, lambda item: (item.course_id, item.dose.key), empty=tr("No infusions."), sortable=False
    )


def preview_table(name: str) -> RecordTable[Infusion]:
    """The same before anything is saved: dose, day, allowed window, amount."""
    columns: list[Column[Infusion]] = [
        Column(tr("Dose"), lambda item: item.dose.label, strong=True),
        Column(tr("Day"), lambda item: day_text(item.day), below=lambda item: item.dose.amount_text),
        Column(tr("Allowed days"), _allowed, stretch=True),
    ]
    return RecordTable(name, columns, lambda item: item.dose.key, empty=" ", sortable=False)


def _allowed(item: Infusion) -> str:
    return judged_text(item.dose)


def _judged(item: Infusion) -> State | None:
    return judged_state(item.dose)
