"""When a backup is too old, when one is due, and what going back would lose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crs_desktop.backups.model import Kept, Standing
from crs_desktop.backups.rules import due, last_good, lost, standing

NOW = datetime(2026, 12, 2, 14, 0, tzinfo=UTC)


def kept(hours: float, checked: bool = True, changes: int = 7) -> Kept:
    made_at = NOW - timedelta(hours=hours)
    return Kept(f"b{hours}", made_at, "timer", 1, "0002", {"change_log": changes}, checked, False)


@pytest.mark.parametrize(
    ("ages", "paused", "wanted"),
    [
        ([], None, Standing.NONE),
        ([1.0], None, Standing.FRESH),
        ([24.0], None, Standing.FRESH),
        ([24.1], None, Standing.OLD),
        ([1.0], NOW, Standing.PAUSED),
        ([], NOW, Standing.NONE),
    ],
)
def test_that_the_last_backup_stands_as_its_age_says(
    ages: list[float], paused: datetime | None, wanted: Standing
) -> None:
    assert standing([kept(age) for age in ages], NOW, paused) is wanted


def test_that_a_store_kept_unread_is_no_good_backup() -> None:
    assert standing([kept(0, checked=False)], NOW, None) is Standing.NONE
    assert last_good([kept(0, checked=False), kept(3), kept(2)]) == kept(2)


def test_that_one_is_due_when_something_changed_unless_paused() -> None:
    assert due([], 0, None)
    assert due([kept(1)], 8, None)
    assert not due([kept(1)], 7, None)
    assert not due([kept(1)], 8, NOW)
    assert due([kept(1)], 6, None)  # an older store was put back by hand


def test_that_only_what_is_newer_is_lost_and_named_first_what_hurts() -> None:
    now = {"movements": 9, "doses": 3, "patients": 2, "change_log": 99}
    assert lost(now, {"movements": 7, "doses": 2, "patients": 2}) == (("doses", 1), ("movements", 2))
    assert lost(now, now) == ()
