"""A door in a folder of its own, where a guess costs next to nothing; and a store with people behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.staff.door.rooms import Behind, a_door, at, begun
from tests.store.keys.cheap import costing_nothing


@pytest.fixture(autouse=True)
def guesses_cost_nothing() -> Iterator[None]:
    """Their limits and their cost are tried in tests/store/keys."""
    with costing_nothing():
        yield


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Behind:
    """Ada, who began the store, Tom and Mo; closed."""
    with costing_nothing():
        return begun(a_door(tmp_path_factory.mktemp("once") / "t.crs"))


@pytest.fixture
def behind(made_once: Behind, tmp_path: Path) -> Behind:
    """A copy of it."""
    return at(made_once, tmp_path / "t.crs")
