"""The tabs of history: who did what, and what the board said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import PageEntry
from crs_desktop.desktop.tabbed_page import TabbedPage
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import tr

if TYPE_CHECKING:
    from crs_desktop.house import House


def history_room(tasks: Tasks, house: House, patient_names: Callable[[], Mapping[int, str]]) -> Page:
    """What happened, and the board of another time."""

    def log() -> Page:
        from crs_desktop.history.service import HistoryBook
        from crs_desktop.history.ui.page import HistoryPage

        return HistoryPage(tasks, HistoryBook(house.store, house.zone, patient_names))

    def boards() -> Page:
        from crs_desktop.readiness.ui.past_page import PastPage

        return PastPage(tasks, house.readiness.past.look, house.readiness.past.assumable)

    entries = [
        PageEntry("log", tr("Change log"), "history", log),
        PageEntry("boards", tr("Boards of the past"), "history", boards),
    ]
    return TabbedPage(tasks, tr("History"), entries)
