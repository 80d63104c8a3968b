"""A store with people, and a clock that a test can turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.staff.site import TurnedClock, with_people


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return with_people(tmp_path / "t.crs")


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()
