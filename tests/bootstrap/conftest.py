"""The story's store, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.journeys.desk import filled_store


@pytest.fixture(scope="session")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story of the demo, told once."""
    return filled_store(tmp_path_factory.mktemp("story") / "pharmacy.crs")


@pytest.fixture
def story(told_once: Path, tmp_path: Path) -> Path:
    """A copy of the story's store."""
    shutil.copytree(told_once.parent, tmp_path / "store")
    return tmp_path / "store" / told_once.name
