"""Makes pictures of counts and recalls from the running program.

    .venv/bin/python -m tests.stock.gallery FOLDER [THEME [PERCENT]]

Every scene is a made-up pharmacy on a real store, opened in the real window.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.desktop.tabbed_page import TabbedPage
from crs_desktop.kernel.actors import Actor
from crs_desktop.stock.counting.commands import EnterCount, OpenCount
from crs_desktop.stock.counting.service import CountBook
from crs_desktop.stock.recalls.commands import RecordRecall
from crs_desktop.stock.recalls.service import RecallBook
from crs_desktop.stock.ui.counting.forms import CountForm
from crs_desktop.stock.ui.counting.page import CountsPage
from crs_desktop.stock.ui.recalls.page import RecallsPage
from tests.journeys.desk import pause, wait_until
from tests.readiness.board.site import ACTOR, CELLS, NOW, TODAY, ZONE, Site, must, site_in
from tests.readiness.scenes import Scene, take_pictures

WEBER = Actor("A. Weber", "pharmacist", "desk 1")
NOTICE = RecordRecall(
    "notice", "D-0417-2026", "I", "Actemra", "B7288, B7310\nB7502", False, TODAY.isoformat(),
    "Particles were seen in vials of these lots (made up).", "Letter of the manufacturer (made up)",
)  # fmt: skip


def stocked(folder: Path) -> Site:
    """Lots on two shelves, patients around today, doses that were given of them."""
    site = site_in(folder)
    ward = site.place("Ward 4 cabinet", "5")
    site.receive("B7288", "400", 6, 120)
    site.receive("B7310", "200", 4, 200)
    site.receive("B7355", "400", 3, 260)
    site.receive("B7288", "400", 2, 120, place=ward)
    site.receive("AV0192", "400", 1, 150, "Avtozma")
    first = site.enrol("Adler", CELLS, 0, "62.5")
    second = site.enrol("Lindqvist", CELLS, 2, "48")
    site.enrol("Moreau", CELLS, 5, "71")
    must(site.confirm(first))
    site.dose(first, {"B7288": 1}, "500", "06:10")
    site.dose(second, {"B7288": 1, "B7310": 1}, "384", "07:45")
    site.waste("B7310", 1)
    return site


def recalled(folder: Path) -> Path:
    """A notice that is recorded."""
    site = stocked(folder)
    must(RecallBook(site.store, ZONE).record(NOTICE, ACTOR))
    return _closed(site)


def counted(folder: Path, rounds: int) -> Path:
    """A count of the pharmacy: round 1 by one person, round 2 by another."""
    site = stocked(folder)
    book, lots = CountBook(site.store, ZONE), {lot.number: lot.id for lot in site.stock.lots()}
    count = must(book.open(OpenCount("c1", site.place().id, "monthly count"), WEBER)).count.id
    found = (("B7288", "3"), ("B7310", "2"), ("B7355", "3"), ("AV0192", "1"))
    if rounds:
        must(book.enter(EnterCount("e1", count, tuple((lots[name], vials) for name, vials in found)), WEBER))
    if rounds > 1:
        must(book.enter(EnterCount("e2", count, ((lots["B7288"], "3"),)), ACTOR))
    return _closed(site)


def _closed(site: Site) -> Path:
    path = site.store.path
    site.store.close()
    return path


# --- scenes ----------------------------------------------------------------------------------------------------------


def tab(desk: Desk, name: str) -> QWidget:
    """The tab of this name, when it has read."""
    page = desk.window.show_page("stock")
    assert isinstance(page, TabbedPage)
    shown = page.show_tab(name)
    wait_until(lambda: desk.tasks.running == 0, f"the tab {name}")
    pause(50)
    return shown


def counts(desk: Desk) -> QWidget:
    """The tab of counts in the whole window."""
    tab(desk, "counts")
    return desk.shell


def entering(desk: Desk) -> QWidget:
    """The form of who counts."""
    page = tab(desk, "counts")
    assert isinstance(page, CountsPage)
    page.open_enter()
    wait_until(lambda: isinstance(QApplication.activeModalWidget(), CountForm), "the form")
    found = QApplication.activeModalWidget()
    assert found is not None
    return found


def recall(at: int) -> Callable[[Desk], QWidget]:
    """The tab of recalls in the whole window, with one of its lists in front."""

    def scene(desk: Desk) -> QWidget:
        page = tab(desk, "recalls")
        assert isinstance(page, RecallsPage)
        wait_until(lambda: page.pane.to_pull.model.total() > 0, "the drill")
        page.pane.tabs.setCurrentIndex(at)
        return desk.shell

    return scene


def looked_at(desk: Desk) -> QWidget:
    """A notice that is only looked at."""
    page = tab(desk, "recalls")
    assert isinstance(page, RecallsPage)
    page._look_at(NOTICE)
    wait_until(lambda: page.pane.to_pull.model.total() > 0, "the drill")
    page.pane.tabs.setCurrentIndex(2)
    return desk.shell


SCENES: dict[str, Scene] = {
    "count-blind": (lambda folder: counted(folder, 1), counts),
    "count-form": (lambda folder: counted(folder, 0), entering),
    "count-compared": (lambda folder: counted(folder, 2), counts),
    "recall-received": (recalled, recall(1)),
    "recall-readiness": (recalled, recall(2)),
    "recall-before": (lambda folder: _closed(stocked(folder)), looked_at),
}


if __name__ == "__main__":
    take_pictures(SCENES, NOW)
