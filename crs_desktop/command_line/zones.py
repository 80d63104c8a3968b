"""Which calendar day it is: zones by name, the machine's, and the one that a store was made in."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import no


def named_zone(name: str) -> ZoneInfo:
    """A zone by its IANA name. Raises NotUnderstood for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NotUnderstood(no("zone_unknown", "zone", name)) from error


def machine_zone() -> ZoneInfo:
    """The zone of this machine, UTC when it names none that is known."""
    from tzlocal import get_localzone_name

    try:
        return named_zone(get_localzone_name() or "UTC")
    except (NotUnderstood, ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def store_zone(path: Path, key: bytes) -> ZoneInfo | None:
    """The zone in a store's facts, read without the ORM. Raises EnvironmentFailure when the file is no store."""
    from crs_desktop.store.first_look import first_look

    name = first_look(path, "", key).facts.get("time_zone")
    return None if name is None else named_zone(name)
