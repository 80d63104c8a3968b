"""The walk of docs/WALK.md, by keys and without its pictures: everything that it claims is looked for on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.walk import Picture, Walk
from tests.store.keys.cheap import cheap

__all__ = ["cheap"]


@pytest.mark.usefixtures("cheap")
def test_that_the_walk_from_the_first_start_to_a_clean_machine_can_be_walked(tmp_path: Path) -> None:
    Walk(tmp_path, Picture()).all()
