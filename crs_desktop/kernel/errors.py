"""Three kinds of exception that are not defects: not understood, not permitted, or the environment failed."""

from __future__ import annotations

from crs_desktop.kernel.refusal import Finding


class NotUnderstood(Exception):
    """A question or a file that cannot be read as what it should be. Carries every finding at once."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(", ".join(finding.code for finding in findings))
        self.findings = findings


class EnvironmentFailure(Exception):
    """The world around us failed: disk full, store locked, wrong driver. Nothing was written without a commit."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class NotPermitted(Exception):
    """Whoever is signed in may not see or do this. Nothing was written."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding
