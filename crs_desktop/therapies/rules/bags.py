"""When each bag of a continuous infusion is started: elapsed hours in UTC, so a clock change moves no change of bag."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crs_desktop.therapies.model.dated import BagStart


def bag_starts(starts: datetime, hours: int, days: int) -> tuple[BagStart, ...]:
    """All bags of an infusion of so many whole days when a bag runs so many hours; the last may be shorter.

    Raises ValueError for a start without a zone, and for hours or days that are not above zero.
    """
    if starts.tzinfo is None or starts.utcoffset() is None:
        raise ValueError("the start of an infusion has a zone")
    if hours <= 0 or days <= 0:
        raise ValueError("a bag runs for hours and an infusion for days above zero")
    begin, each = starts.astimezone(UTC), timedelta(hours=hours)
    end = begin + timedelta(days=days)
    count = -(-days * 24 // hours)
    return tuple(BagStart(n + 1, begin + n * each, min(begin + (n + 1) * each, end)) for n in range(count))
