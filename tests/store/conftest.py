"""A pharmacy in a real store, and a line at the end for whatever this machine could not show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.pharmacy import Pharmacy, new_pharmacy


@pytest.fixture
def pharmacy(tmp_path: Path) -> Iterator[Pharmacy]:
    made = new_pharmacy(tmp_path / "t.crs")
    yield made
    made.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A control that could not be tried here is said, not passed over."""
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if "not shown" in reason:
            terminalreporter.write_line(f"{report.nodeid}: {reason.removeprefix('Skipped: ')}")
