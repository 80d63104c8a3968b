"""The page of past boards: step by step through the answers, under any policy, and nothing can be done from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.readiness.ui.past_page import PastPage
from tests.readiness.board.site import CELLS, NOW, Site


@pytest.fixture
def page(site: Site, qtbot: QtBot) -> Iterator[PastPage]:
    """Three answers: covered, short after a waste two days later, and of now, 60 days later."""
    site.receive("A1", "400", 4)
    site.enrol("Adler", CELLS, 1, "50")
    site.readiness.refresh()
    for days, act in ((2, lambda: site.waste("A1", 3)), (60, lambda: site.receive("N1", "400", 9))):
        site.store.clock = StatedClock(NOW + timedelta(days=days))
        act()
        site.readiness.refresh()
    made = PastPage(Tasks(inline=True), site.readiness.past.look, site.readiness.past.assumable)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made


def test_that_the_answers_that_were_given_are_stops(page: PastPage) -> None:
    seen = []
    for _ in range(3):
        assert page.shown is not None and page.shown.same is True
        seen.append((page.when.value(), page.shown.picture.state))
        page.go_before()
    assert seen == [("2027-01-31 09:00", ""), ("2026-12-04 09:00", "short"), ("2026-12-02 09:00", "ready")]
    assert not page.before_button.isEnabled() and page.after_button.isEnabled()
    page.go_after()
    page.go_after()
    assert not page.after_button.isEnabled() and page.when.value() == "2027-01-31 09:00"


def test_that_the_board_bears_its_stamp_and_nothing_can_be_done_from_it(page: PastPage) -> None:
    page.when.set_value("2026-12-04 14:05")
    page.go()
    assert page.board.stale_text() == (
        "As of Fri 4 Dec 2026 09:00 (UTC-05:00), with the policy that was known then: not the board of now."
    )
    assert page.badge.accessibleName() == "as it was given"
    assert not page.board.live and not page.board.add_button.isVisible() and not page.board.print_button.isVisible()
    offered = [one.text() for one in page.board.panel.findChildren(QPushButton) if one.isVisible() and one.isEnabled()]
    assert offered == []


def test_that_a_policy_is_assumed_and_let_go(page: PastPage) -> None:
    page.when.set_value("2026-12-04 14:05")
    page.go()
    page.option.set_value("standby")
    page._option_chosen()
    page.choices.set_value("none")
    page.assume()
    assert page.shown is not None and page.shown.same is None and page.shown.picture.state != "short"
    assert "No set is held for these windows" in page.said.text()
    assert "assumed for this question" in page.board.stale_text()
    page.assume_nothing()
    assert page.shown.same is True and page.shown.picture.state == "short"


def test_that_what_is_not_understood_is_said_and_the_board_stays(page: PastPage) -> None:
    before = page.shown
    page.when.set_value("2099-01-01 00:00")
    page.go()
    assert page.shown is before and "has not come yet" in page.when.error_text()
    page.when.set_value("")
    page.option.set_value("rounding")
    page._option_chosen()
    page.value.set_value("99")
    page.assume()
    assert page.shown is before and page.value.error_text()
    page.value.set_value("10")
    page.assume()
    assert page.shown is not before and "rounding 10" in page.said.text()


def test_that_a_time_before_the_first_answer_says_that_nobody_was_given_this(page: PastPage) -> None:
    page.when.set_value("2026-12-01 12:00")
    page.go()
    assert page.shown is not None and page.shown.same is None and "nobody saw it" in page.said.text()
    assert page.badge.accessibleName() == "nobody was given this"
