"""A pharmacy's store with a few people's doings, and the book of its history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crs_desktop.history.service import HistoryBook
from tests.store.pharmacy import OKAFOR, ZONE, Pharmacy, dose, new_pharmacy


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Pharmacy]:
    """A place, a patient, a lot, a dose and a waste."""
    made = new_pharmacy(tmp_path / "t.crs")
    line = made.receive("B1", 4)
    made.doses.log_dose(dose("d1", line), OKAFOR)
    yield made
    made.close()


@pytest.fixture
def book(site: Pharmacy) -> HistoryBook:
    """Reads it; the one patient has a name."""
    return HistoryBook(site.store, ZONE, lambda: {1: "Adler, Ruth"})
