"""What the table of history shows."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import tr
from crs_desktop.history.model import Entry
from crs_desktop.history.ui import words


def entry_columns(zone: ZoneInfo, names: Callable[[], words.Names]) -> list[Column[Entry]]:
    """When, what and why, about whom, who and where: what is asked for first stands first."""
    return [
        Column(tr("When"), lambda entry: words.time_text(entry, zone), below=lambda entry: words.row_text(entry, zone)),
        Column(
            tr("What, why"),
            words.what_text,
            below=words.why_text,
            hint=words.why_text,
            stretch=True,
        ),
        Column(tr("Patient"), lambda entry: words.patient_text(entry, names())),
        Column(
            tr("Who, where"),
            words.who_text,
            state=lambda entry: None if entry.proved else State.SHORT,
            below=words.where_text,
            strong=True,
        ),
    ]
