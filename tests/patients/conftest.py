"""A store and a register for each test; pages in the light theme at 100 % text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crs_desktop.patients.service import PatientRegister
from crs_desktop.store.store import Store
from tests.patients.made_up import new_store, register_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def register(store: Store) -> PatientRegister:
    return register_of(store)
