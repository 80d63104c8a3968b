"""Pure rules of backups: how old is too old, when one is due, and what going back would lose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from crs_desktop.backups.model import Kept, Standing

TOO_OLD = timedelta(days=1)
# What people count by, in the order of how much it hurts; other tables hang on these.
ENTERED = ("sign in", "lock")  # in the log, and nothing that anybody has to enter again
NAMED = ("doses", "movements", "patients", "weighings", "earmarks", "grades", "infusion_events", "filed_sheets")


def last_good(kept: Sequence[Kept]) -> Kept | None:
    """The newest backup that was found whole."""
    return max((one for one in kept if one.checked), key=lambda one: (one.made_at, one.name), default=None)


def standing(kept: Sequence[Kept], now: datetime, paused_since: datetime | None) -> Standing:
    """How the last backup stands; a pause is said first, because nothing is backed up by itself meanwhile."""
    last = last_good(kept)
    if last is None:
        return Standing.NONE
    if paused_since is not None:
        return Standing.PAUSED
    return Standing.OLD if now - last.made_at > TOO_OLD else Standing.FRESH


def due(kept: Sequence[Kept], changes: int, paused_since: datetime | None) -> bool:
    """An automatic backup is due when the log has other rows than the last one, unless they are paused."""
    last = last_good(kept)
    return paused_since is None and (last is None or last.count("change_log") != changes)


def lost(now: Mapping[str, int], then: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """How many records of each kind are there now and were not there then."""
    more = ((table, now.get(table, 0) - then.get(table, 0)) for table in NAMED)
    return tuple((table, number) for table, number in more if number > 0)
