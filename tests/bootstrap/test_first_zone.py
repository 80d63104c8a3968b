"""The first start in the real window: the zone of --zone is said, another one chosen, and the desk counts in that."""

from __future__ import annotations

from pathlib import Path

from crs_desktop.bootstrap.opening import Start
from crs_desktop.bootstrap.reception import Reception
from crs_desktop.desktop.shell import open_shell
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.staff.ui.first_start import FirstStart
from tests.journeys.desk import NOW, pause, wait_until
from tests.store.keys.cheap import WEBER, cheap

__all__ = ["cheap"]


def through_the_steps(page: FirstStart) -> None:
    """As far as the last button."""
    page.current().submit()
    page.administrator.form.set_values({"name": "A. Weber", "sign_in": "weber", "password": WEBER, "again": WEBER})
    page.current().submit()
    wait_until(lambda: page.step() == 3, "the two codes")
    page.current().submit()
    page.try_it.form.set_values({"code": page.recovery.shown()})
    page.current().submit()
    wait_until(lambda: page.step() == 5, "the code to be tried")


def test_that_the_zone_chosen_at_the_first_start_is_the_desks(tmp_path: Path, cheap: None) -> None:
    _app, shell = open_shell(["crs_desktop"], "crs_desktop")
    start = Start(tmp_path / "new.crs", StatedClock(NOW), "Europe/Paris", 0, Actor("x", "pharmacist", "desk 1"))
    reception = Reception(start, shell)
    try:
        page = reception.page
        assert isinstance(page, FirstStart) and page.zone is not None
        through_the_steps(page)
        assert "Europe/Paris, where it is now Sun 22 Nov 2026 10:00 (UTC+01:00)" in page.zone.said.text()
        page.zone.ask()
        page.zone.field.set_value("America/Chicago")
        assert page.zone.take()
        page.current().submit()
        wait_until(lambda: reception.desk is not None and reception.desk.board.live, "the desk")
        assert reception.desk is not None and reception.desk.house.zone.key == "America/Chicago"
        del page
    finally:
        shell.close()
        reception.close()
        shell.deleteLater()
        pause(1)
