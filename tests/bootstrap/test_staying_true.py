"""A window that stays open: a new day, and what another desk records, reach the board without a hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from crs_desktop.bootstrap import status
from crs_desktop.bootstrap.services import open_house
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.stock.commands import ChangeLotState
from tests.journeys.desk import ACTOR, NOW, desk_over, wait_until
from tests.store.made_up_keys import ANYBODY, KEYS


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "_CLOCK_MS", 50)


def test_that_midnight_makes_the_board_answer_for_the_new_day(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk_over(story) as desk:
        before = desk.board.picture
        assert before is not None and before.today == "2026-11-22"
        monkeypatch.setattr(StatedClock, "now", lambda self: NOW + timedelta(days=1))
        wait_until(lambda: getattr(desk.board.picture, "today", "") == "2026-11-23", "the board of the new day")


def test_that_what_another_desk_records_reaches_the_board(story: Path) -> None:
    with desk_over(story) as desk:
        before = desk.board.picture
        other = open_house(story, StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY)
        lot = next(line for line in other.stock.on_hand() if line.lot.number == "AV0192")
        other.stock.change_state(ChangeLotState("elsewhere", lot.lot.id, "quarantined", "a test"), ACTOR)
        other.close()
        wait_until(lambda: desk.board.picture is not before, "the board to answer again")
