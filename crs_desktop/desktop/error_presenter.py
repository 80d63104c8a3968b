"""Three kinds of error: the user's is said in place, the environment's with a retry, ours is logged and reported.

Neither log nor report ever holds a value: only the kind of error, and the files and lines it passed through.
"""

from __future__ import annotations

import itertools
import logging
import os
import platform
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, qVersion
from shiboken6 import isValid

from crs_desktop.desktop.banner import BannerArea
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.errors import EnvironmentFailure, NotPermitted, NotUnderstood
from crs_desktop.kernel.refusal import Finding, Refused, Severity
from crs_desktop.kernel.wording import say

_log = logging.getLogger("crs_desktop.errors")
_MOST_REPORTS = 20


class ShowsFindings(Protocol):
    """A form, or anything else that can say findings beside the field they belong to."""

    def show_findings(self, findings: Iterable[Finding]) -> None:
        """Say these in place."""


class ErrorPresenter(QObject):
    """Decides which kind an error is and says it. Callable from any thread as `present`."""

    _came = Signal(object)

    def __init__(self, banners: BannerArea | None = None, reports: Path | None = None, version: str = "") -> None:
        super().__init__()
        self._banners = banners
        self._reports = reports
        self._version = version
        self._numbers = itertools.count(1)
        self._old_hooks: tuple[object, object] | None = None
        self._came.connect(self.present, Qt.ConnectionType.QueuedConnection)

    def show_in(self, banners: BannerArea) -> None:
        """Say things in this window from now on."""
        self._banners = banners

    def present(
        self,
        error: BaseException,
        retry: Callable[[], None] | None = None,
        place: ShowsFindings | None = None,
    ) -> None:
        """Say the error. `place` is where a user's mistake belongs; without one the banner says it."""
        if isinstance(error, NotUnderstood):
            self.present_findings(error.findings, place)
        elif isinstance(error, NotPermitted):
            self.present_findings((error.finding,), place)
        elif isinstance(error, EnvironmentFailure):
            _log.warning("environment: %s", error.finding.code)
            self._say(State.SHORT, tr("not possible now"), _sentence(error.finding), retry)
        else:
            self._present_defect(error)

    def present_refusal(self, refused: Refused, place: ShowsFindings | None = None) -> None:
        """A use case said no: say why, in place."""
        self.present_findings(refused.findings, place)

    def present_findings(self, findings: Iterable[Finding], place: ShowsFindings | None = None) -> None:
        """Say findings beside their fields, or in the banner."""
        listed = tuple(findings)
        if place is not None and not (isinstance(place, QObject) and not isValid(place)):
            place.show_findings(listed)
            return
        worst = any(finding.severity is Severity.NO for finding in listed)
        text = "\n".join(_sentence(finding) for finding in listed)
        codes = ", ".join(finding.code for finding in listed)
        state, word = (State.SHORT, tr("not done")) if worst else (State.READY_BUT, tr("beware"))
        self._say(state, word, text, None, codes)

    def install(self) -> None:
        """Catch what nobody caught, on every thread."""
        if self._old_hooks is None:
            self._old_hooks = (sys.excepthook, threading.excepthook)
            sys.excepthook = self._uncaught
            threading.excepthook = lambda args: self._from_thread(args.exc_value)

    def uninstall(self) -> None:
        """Give the hooks back."""
        if self._old_hooks is not None:
            sys.excepthook, threading.excepthook = self._old_hooks  # type: ignore[assignment]
            self._old_hooks = None

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            sys.__excepthook__(kind, error, trace)
        elif threading.current_thread() is threading.main_thread():
            self.present(error)
        else:
            self._from_thread(error)

    def _from_thread(self, error: BaseException | None) -> None:
        if error is not None:
            self._came.emit(error)

    def _present_defect(self, error: BaseException) -> None:
        report = report_text(error, self._version)
        _log.error("defect: %s", report.replace("\n", " | "))
        path = self._write(report)
        code = "desktop_defect_reported" if path else "desktop_defect"
        self._say(State.CANNOT_SAY, tr("our mistake"), phrase(code, kind=type(error).__name__, path=path or ""), None)

    def _write(self, report: str) -> Path | None:
        if self._reports is None:
            return None
        try:
            self._reports.mkdir(parents=True, exist_ok=True)
            old = sorted(self._reports.glob("report-*.txt"), key=lambda path: path.stat().st_mtime)
            for path in old[: max(0, len(old) - _MOST_REPORTS + 1)]:
                path.unlink()
            path = self._reports / f"report-{os.getpid()}-{next(self._numbers)}.txt"
            path.write_text(report, "utf-8")
        except OSError:
            _log.warning("a report could not be written")
            return None
        return path

    def _say(self, state: State, word: str, text: str, retry: Callable[[], None] | None, bare: str = "") -> None:
        """In the window; without one on standard error, which many a system keeps: `bare` says it without values."""
        if self._banners is not None and isValid(self._banners):
            self._banners.show_message(state, word, text, retry)
        else:
            print(f"{word}: {bare or text}", file=sys.stderr)


def report_text(error: BaseException, version: str = "") -> str:
    """What went wrong without any value: kinds of error, files, lines and function names only."""
    lines = [
        f"crs_desktop {version}".strip(),
        f"Python {platform.python_version()}, Qt {qVersion()}, {platform.system()} {platform.machine()}",
    ]
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        for frame in traceback.extract_tb(current.__traceback__):
            lines.append(f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}")
        current = current.__cause__ or current.__context__
    return "\n".join(lines) + "\n"


def _short(path: str) -> str:
    parts = Path(path).parts
    return "/".join(parts[-3:])


def _sentence(finding: Finding) -> str:
    try:
        return say(finding)
    except KeyError:
        _log.error("a finding has no sentence: %s", finding.code)
        return phrase("desktop_no_sentence", missing=finding.code)
