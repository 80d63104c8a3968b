"""The two tables of the doses page: patients to choose from, and the log."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import tr
from crs_desktop.doses.overview import LogLine, PatientDoses
from crs_desktop.doses.ui.second_checks import check_below, check_state, check_text
from crs_desktop.doses.ui.words import (
    deviations_text,
    episode_below,
    episode_text,
    last_below,
    last_text,
    left_text,
    log_vials,
    missing_text,
    next_text,
    reason_text,
    when_text,
)
from crs_desktop.kernel.amounts import grouped
from crs_desktop.kernel.clock import to_milliseconds
from crs_desktop.kernel.wording import say
from crs_desktop.stock.model import Lot


def patient_table(zone: ZoneInfo) -> RecordTable[PatientDoses]:
    """Name and record number, episode, last dose, next time."""
    columns: list[Column[PatientDoses]] = [
        Column(
            tr("Patient, record number"), lambda line: line.patient.name, strong=True, stretch=True,
            below=lambda line: line.patient.mrn,
        ),
        Column(
            tr("Next dose"), lambda line: next_text(line.next, zone), below=lambda line: left_text(line.next),
            sort_key=_next_key,
        ),
        Column(tr("Episode"), episode_text, below=lambda line: episode_below(line, zone)),
        Column(
            tr("Last dose"), lambda line: last_text(line, zone), below=last_below,
            sort_key=lambda line: 0 if line.last is None else to_milliseconds(line.last.started_at),
        ),
    ]  # fmt: skip
    return RecordTable(
        tr("Patients"), columns, lambda line: line.patient.id, empty=tr("No patients."),
        filter_hint=tr("Filter: name, record number, grade"),
    )  # fmt: skip


def _next_key(line: PatientDoses) -> int:
    if line.next.allowed:
        return 0
    return 10**15 if line.next.from_ is None else to_milliseconds(line.next.from_)


def log_table(zone: ZoneInfo, lots: Mapping[int, Lot]) -> RecordTable[LogLine]:
    """Every dose, newest first; `lots` is read anew whenever a row is drawn."""
    columns: list[Column[LogLine]] = [
        Column(
            tr("Start"), lambda line: when_text(line.entry.started_at, zone), strong=True,
            sort_key=lambda line: to_milliseconds(line.entry.started_at), below=_back,
        ),
        Column(tr("Patient"), lambda line: line.patient.name, below=lambda line: line.patient.mrn),
        Column(
            tr("Amount (mg)"), lambda line: grouped(line.entry.amount.mg), align="right",
            sort_key=lambda line: line.entry.amount.mcg, below=lambda line: line.entry.purpose.value,
        ),
        Column(
            tr("Second check"), check_text, state=check_state, below=check_below,
        ),
        Column(
            tr("Vials by lot"), lambda line: log_vials(line.entry, lots),
            hint=lambda line: log_vials(line.entry, lots),
        ),
        Column(
            tr("Discrepancy"), lambda line: missing_text(line.entry),
            state=lambda line: State.SHORT if missing_text(line.entry) else None,
        ),
        Column(
            tr("Departures, reason"), lambda line: deviations_text(line.entry), stretch=True,
            below=lambda line: reason_text(line.entry), hint=_departures,
        ),
        Column(
            tr("Recorded"), lambda line: when_text(line.entry.at, zone), below=lambda line: line.entry.actor,
            sort_key=lambda line: to_milliseconds(line.entry.at),
        ),
    ]  # fmt: skip
    return RecordTable(
        tr("Dose log"), columns, lambda line: line.entry.id, empty=tr("No dose is recorded yet."),
        filter_hint=tr("Filter the log: name, record number, lot, reason"),
    )  # fmt: skip


def _back(line: LogLine) -> str:
    return tr("taken back") if line.entry.reversed_because is not None else ""


def _departures(line: LogLine) -> str:
    return "\n".join(say(finding) for finding in line.entry.deviations)
