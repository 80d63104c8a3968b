"""The demo tells one story on every day: ready today, short on the Friday that comes, one weight missing, one old."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.bootstrap.services import demo_house
from crs_desktop.demo.story import QUARANTINED, days_to_friday
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.readiness.board import Board, Verdict
from crs_desktop.readiness.board_document import readiness_document

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata")
# Fourteen days over the turn of the year, each weekday twice, the zones in turn; then days that calendars trip over.
DAYS = [(f"{date(2026, 12, 24) + timedelta(days=n)} 09:30", ZONES[n % len(ZONES)]) for n in range(14)]
EDGES = [
    ("2027-03-28 00:30", "Europe/Berlin"),  # the clocks go forward at 2
    ("2026-11-01 23:30", "America/New_York"),  # they went back that morning
    ("2026-10-25 02:30", "Europe/Berlin"),  # an hour that comes twice
    ("2028-02-29 12:00", "Pacific/Auckland"),
    ("2027-02-28 23:59", "America/St_Johns"),
    ("2026-12-31 23:59", "Pacific/Pago_Pago"),
]


def told(local: str, zone: str, seed: int = 0) -> tuple[Board, dict[str, Any]]:
    """The board of the demo at a local time, and its document."""
    place = ZoneInfo(zone)
    clock = StatedClock(datetime.fromisoformat(local).replace(tzinfo=place))
    with demo_house(clock, ChangeFeed(), seed, place) as house:
        board = house.readiness.board()
        assert house.zone == place
        assert house.demo
        return board, dict(readiness_document(board, place))


@pytest.mark.parametrize(("local", "zone"), DAYS + EDGES)
def test_that_the_story_holds_on_every_day_and_in_every_zone(local: str, zone: str) -> None:
    board, document = told(local, zone)
    today = date.fromisoformat(local[:10])
    friday = today + timedelta(days=days_to_friday(today))
    assert board.today == today
    by_mrn = {answer.patient.mrn: answer for answer in board.windows}
    running = [answer for answer in board.windows if answer.window.days.first <= today]
    assert len(running) == 3
    assert all(answer.verdict.good for answer in running)
    assert all(one.earmark_id is not None and one.promise_covers for answer in running for one in answer.sets)
    assert [answer.patient.mrn for answer in board.windows if answer.verdict is Verdict.SHORT] == ["0013377"]
    assert (by_mrn["0013377"].window.days.first, by_mrn["0013377"].missing) == (friday, 1)
    assert [answer.patient.mrn for answer in board.windows if answer.verdict is Verdict.CANNOT_SAY] == ["0013390"]
    assert by_mrn["0013390"].weighing is None
    stale = by_mrn["0011045"]
    assert stale.verdict is Verdict.READY_BUT
    assert "readiness_weight_old" in [finding.code for finding in stale.findings]
    assert document["verdict"] == "short"
    assert document["first_day_not_ready"] == friday.isoformat()
    assert document["fixes"]
    assert QUARANTINED not in str(document["windows"])
    assert any(row.infusion.day == today for row in board.rows)


@pytest.mark.parametrize("weekday", range(7))
def test_that_the_friday_is_two_to_eight_days_away(weekday: int) -> None:
    today = date(2026, 12, 7) + timedelta(days=weekday)
    friday = today + timedelta(days=days_to_friday(today))
    assert friday.weekday() == 4
    assert 2 <= (friday - today).days <= 8


def test_that_one_seed_tells_one_story_and_another_seed_other_weights() -> None:
    first, second, other = (told("2026-12-01 10:00", "Europe/Berlin", seed) for seed in (7, 7, 8))
    assert first[1] == second[1]
    weights = [[window["weight_kg"] for window in story["windows"]] for _, story in (first, other)]
    assert weights[0] != weights[1]
    for board, story in (first, other):
        assert (story["verdict"], story["first_day_not_ready"]) == ("short", "2026-12-04")
        assert all(answer.verdict.good for answer in board.windows if answer.window.days.first <= board.today)


def test_that_the_story_is_the_same_all_day_long() -> None:
    early, late = (told(f"2026-12-01 {time}", "Europe/Berlin")[1] for time in ("00:05", "23:55"))
    assert {**early, "asked_at": ""} == {**late, "asked_at": ""}
