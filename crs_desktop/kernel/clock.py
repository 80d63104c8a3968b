"""Instants are aware UTC datetimes of whole milliseconds; days are the site's. The only place that asks the time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from crs_desktop.kernel.days import day_text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


class Clock(Protocol):
    """Something that knows the present instant."""

    def now(self) -> datetime:
        """The present as aware UTC, whole milliseconds."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present as aware UTC, whole milliseconds."""
        return whole_milliseconds(datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class StatedClock:
    """A clock that stands at a stated instant: for tests, `--now` and looking back."""

    instant: datetime

    def now(self) -> datetime:
        """The stated instant."""
        return whole_milliseconds(self.instant)


def whole_milliseconds(instant: datetime) -> datetime:
    """The same instant in UTC, cut to whole milliseconds. Raises ValueError for a naive datetime."""
    return from_milliseconds(to_milliseconds(instant))


def to_milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC. Raises ValueError for a naive datetime (its zone would be a guess)."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("an instant without a zone cannot be stored")
    return (instant - _EPOCH) // _MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """The instant, aware UTC."""
    return _EPOCH + milliseconds * _MILLISECOND


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant with an offset (or Z). Raises ValueError otherwise, also for a time without offset."""
    if not _INSTANT.fullmatch(text.strip()):
        raise ValueError("an instant is written like 2026-12-03T03:10-05:00, offset included")
    return whole_milliseconds(datetime.fromisoformat(text.strip()))


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The site's calendar day at this instant."""
    return instant.astimezone(zone).date()


def local_text(instant: datetime, zone: ZoneInfo) -> str:
    """For people: 'Fri 4 Dec 2026 03:10 (UTC-05:00)'."""
    local = instant.astimezone(zone)
    offset = local.strftime("%z")
    return f"{day_text(local.date(), year=True)} {local:%H:%M} (UTC{offset[:3]}:{offset[3:]})"
