"""What these tests have measured is said at the end of a run, and what this machine could not show as well."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_FIGURES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FIGURES] = []


@pytest.fixture(scope="session")
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say a figure under the results."""
    told = request.config.stash.setdefault(_FIGURES, [])

    def tell(line: str) -> None:
        told.append(line)
        print(line)

    return tell


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Figures of controls that held are worth reading, too."""
    for line in terminalreporter.config.stash.get(_FIGURES, []):
        terminalreporter.write_line(f"measured: {line}")
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if "not shown" in reason and report.nodeid.startswith("tests/crash/"):
            terminalreporter.write_line(f"{report.nodeid}: {reason.removeprefix('Skipped: ')}")
