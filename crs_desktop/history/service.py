"""Use cases of history: read the log page by page, and ask whether the store is still what was written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from crs_desktop.history import repository
from crs_desktop.history.model import Filters, Shown, Wanted
from crs_desktop.history.verify import Verified, verify_store
from crs_desktop.store.store import Store

PAGE = 200


class PatientNames(Protocol):
    """Somebody who knows the patients' names; handed over by the composition root."""

    def __call__(self) -> Mapping[int, str]:
        """Name by the patient's number."""


def nobody() -> Mapping[int, str]:
    """No names are known."""
    return {}


class HistoryBook:
    """What was written in this store. Reads only."""

    def __init__(self, store: Store, zone: ZoneInfo, names: PatientNames = nobody) -> None:
        self._store = store
        self._names = names
        self.zone = zone

    def page(self, wanted: Wanted, before: int | None = None, limit: int = PAGE) -> Shown:
        """Entries older than number `before`, newest first. Raises NotPermitted."""
        self._store.demand("see history")
        between = None if wanted.day is None else _day(wanted.day, self.zone)
        with self._store.read() as session:
            return repository.page(session, wanted, between, self._patients_named(wanted.text), before, limit)

    def filters(self) -> Filters:
        """What can be chosen. Raises NotPermitted."""
        self._store.demand("see history")
        with self._store.read() as session:
            return repository.filters(session)

    def names(self) -> Mapping[int, str]:
        """Name by the patient's number."""
        return self._names()

    def has_key(self) -> bool:
        """False when what is written now cannot be proved later."""
        return self._store.has_key

    def verify(self) -> Verified:
        """Look at the whole store. Slow; raises NotPermitted, EnvironmentFailure when it cannot be looked at."""
        self._store.demand("verify")
        return verify_store(self._store.path, self._store.keys)

    def _patients_named(self, text: str) -> set[str]:
        if not text:
            return set()
        return {str(number) for number, name in self._names().items() if text.casefold() in name.casefold()}


def _day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first instant of a site's day to the first of the next; 23 or 25 hours when the clocks change."""
    first, after = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return first, after
