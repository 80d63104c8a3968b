"""The schedule of a course as a table: day, allowed window, amount, outcome, and what needs a look."""

from __future__ import annotations

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import tr
from crs_desktop.kernel.days import day_text
from crs_desktop.patients.model import Infusion
from crs_desktop.patients.ui.words import allowed_text, long_findings, outcome_text, short_findings

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
        Column(tr("Allowed"), lambda item: allowed_text(item.dose), state=_unknown),
        Column(tr("Role"), lambda item: tr(_ROLES[item.dose.role])),
        Column(tr("Amount"), lambda item: item.dose.amount_text),
        Column(tr("Outcome"), outcome_text),
        Column(
            tr("Needs a look"), lambda item: short_findings(item.findings), state=_care, stretch=True,
            hint=lambda item: long_findings(item.findings),
        ),
    ]  # fmt: skip
    return RecordTable(
        name, columns, lambda item: (item.course_id, item.dose.key), empty=tr("No infusions."), sortable=False
    )


def preview_table(name: str) -> RecordTable[Infusion]:
    """The same before anything is saved: dose, day, allowed window, amount."""
    columns: list[Column[Infusion]] = [
        Column(tr("Dose"), lambda item: item.dose.label, strong=True),
        Column(tr("Day"), lambda item: day_text(item.day)),
        Column(tr("Allowed"), lambda item: allowed_text(item.dose), state=_unknown),
        Column(tr("Amount"), lambda item: item.dose.amount_text, stretch=True),
    ]
    return RecordTable(name, columns, lambda item: item.dose.key, empty=" ", sortable=False)


def _care(item: Infusion) -> State | None:
    return State.READY_BUT if short_findings(item.findings) else None


def _unknown(item: Infusion) -> State | None:
    unknown = any(finding.code == "therapy_window_unknown" for finding in item.dose.findings)
    return State.CANNOT_SAY if unknown else None
