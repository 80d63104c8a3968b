"""The minutes that a site has stated hold at every sign-in and at a desk that is open; the demo never locks."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_desktop.bootstrap.opening import DEMO_ACTOR, Start
from crs_desktop.bootstrap.reception import Reception
from crs_desktop.desktop.shell import open_shell
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.staff.commands import StateLockMinutes
from crs_desktop.staff.ui.people_page import PeoplePage
from tests.bootstrap.at_reception import DESK, NAMES, AtReception, reception_over, services, with_people
from tests.journeys.desk import NOW, pause, wait_until
from tests.store.keys.cheap import cheap

__all__ = ["cheap"]
ADMIN = Actor(NAMES["weber"], "pharmacist+administrator", DESK)


class Ticks:
    """Both clocks, turned by hand; ten seconds at once, so that it is no sleep."""

    def __init__(self) -> None:
        self.ms = 0

    def steady_ms(self) -> int:
        return self.ms

    def wall_ms(self) -> int:
        return self.ms


@pytest.fixture
def store(story: Path, cheap: None) -> Path:
    return with_people(story)


def untouched(at: AtReception, ticks: Ticks, minutes: int) -> None:
    """Nobody touches anything for so many minutes, less one second."""
    at.reception.idle.start()
    for _ in range(minutes * 6):
        ticks.ms += 10_000 if _ else 9_000
        at.reception.idle.look()


def one_second_later(at: AtReception, ticks: Ticks) -> None:
    ticks.ms += 1_000
    at.reception.idle.look()


def stated(store: Path, minutes: str) -> None:
    """As from another desk."""
    with services(store) as house:
        assert house.staff.state_lock_minutes(StateLockMinutes(minutes, minutes, "a corridor"), ADMIN) == int(minutes)


@pytest.mark.parametrize("minutes", [1, 15])
def test_that_a_desk_locks_after_what_the_site_has_stated(store: Path, minutes: int) -> None:
    stated(store, str(minutes))
    ticks = Ticks()
    with reception_over(store, ticks) as at:
        at.sign_in()
        wait_until(lambda: at.desk.tasks.running == 0, "what the desk asks first")
        untouched(at, ticks, minutes)
        assert at.reception.desk is not None, "not a second early"
        one_second_later(at, ticks)
        assert at.reception.desk is None
        at.rest()


def test_that_an_open_desk_learns_of_it_from_another_desk(store: Path) -> None:
    ticks = Ticks()
    with reception_over(store, ticks) as at:
        at.sign_in()
        stated(store, "2")
        at.desk.who.topics_changed(frozenset({Topic.PEOPLE}))  # type: ignore[union-attr]
        wait_until(lambda: at.desk.tasks.running == 0, "the answer")
        untouched(at, ticks, 2)
        assert at.reception.desk is not None
        one_second_later(at, ticks)
        assert at.reception.desk is None
        at.rest()


def test_that_whoever_states_it_at_this_desk_has_it_at_once_and_reads_what_the_system_tells(store: Path) -> None:
    with reception_over(store) as at:
        at.sign_in()
        in_three_minutes(at)
        wait_until(lambda: at.reception.idle._limit_ms == 180_000, "the new minutes of the watch")


def in_three_minutes(at: AtReception) -> None:
    """On the page of people. A function of its own: the page must not outlive the window."""
    page = at.desk.window.show_page("people")
    assert isinstance(page, PeoplePage)
    wait_until(lambda: page.locking.here.text() == at.reception.session.watched(), "the page")
    page.open_view(4)
    dialog = page.locking.open_form()
    dialog.form.set_values({"minutes": "3", "reason": "a corridor"})
    dialog.panel.submit()
    wait_until(lambda: "after 3 minutes" in page.locking.minutes.text(), "the new minutes on the page")


def test_that_the_demo_never_locks() -> None:
    _app, shell = open_shell(["crs_desktop"], "crs_desktop")
    ticks = Ticks()
    reception = Reception(Start(None, StatedClock(NOW), None, 0, DEMO_ACTOR), shell, ticks=ticks)
    try:
        wait_until(lambda: reception.desk is not None and reception.desk.board.live, "the demo")
        assert not reception.idle.running
        ticks.ms += 3_600_000
        reception.idle.look()
        assert reception.desk is not None
    finally:
        shell.close()
        reception.close()
        shell.deleteLater()
        pause(1)
