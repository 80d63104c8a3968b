"""What holds for every test: Qt draws off screen, Hypothesis repeats itself, the coverage ratchet comes last."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.architecture.ratchet import is_whole_run, verdict_on

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# "house": the same examples every time, so that a green run stays green. "search": new ones, for a long evening.
settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("house")

_RATCHET = pytest.StashKey[list[str]]()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The ratchet looks at the coverage of all workers together; a green whole run that lost a branch is not green."""
    if hasattr(session.config, "workerinput") or session.testsfailed or not is_whole_run(session.config):
        return  # part of the tests says nothing; failed tests speak for themselves
    fallen = session.config.stash[_RATCHET] = verdict_on(session.config.rootpath / ".coverage")
    if fallen:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """start.py runs ruff, mypy and the contracts before pytest; a break there is said at the end."""
    for line in terminalreporter.config.stash.get(_RATCHET, []):
        terminalreporter.write_line(f"THE RATCHET: {line}", red=True)
    broken = os.environ.get("CRS_BROKEN_LAW")
    if broken:
        terminalreporter.write_line(f"THE LAW IS BROKEN: {broken} (see the top of this run)", red=True)
