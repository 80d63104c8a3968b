"""A clock for tests in which time passes only when somebody says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.store.pharmacy import NOW


@dataclass
class TurnedClock:
    """Stands until it is turned."""

    instant: datetime = NOW

    def now(self) -> datetime:
        """Where it stands."""
        return self.instant

    def turn(self, **by: float) -> None:
        """Later, or earlier."""
        self.instant += timedelta(**by)
