"""Why the screen is to be locked, one word each, for the log and for the lock page."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """What was noticed."""

    IDLE = "idle"
    SLEPT = "slept"
    GOES_TO_SLEEP = "goes_to_sleep"
    SESSION_LOCKED = "session_locked"
    SESSION_SWITCHED = "session_switched"
