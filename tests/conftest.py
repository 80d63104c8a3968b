"""What holds for every test: Qt draws off screen, Hypothesis repeats itself, the coverage ratchet comes last."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# "house": the same examples every time, so that a green run stays green. "search": new ones, for a long evening.
settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("house")

_RATCHET = "test_coverage_ratchet.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The ratchet reads the coverage of everything before it."""
    items.sort(key=lambda item: item.path.name == _RATCHET)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """start.py runs ruff, mypy and the contracts before pytest; a break there is said again above the closing line."""
    broken = os.environ.get("CRS_BROKEN_LAW")
    if broken:
        terminalreporter.write_line(f"THE LAW IS BROKEN: {broken} (see the top of this run)", red=True)
