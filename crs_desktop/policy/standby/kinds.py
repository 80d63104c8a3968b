"""The shipped kinds of standby rule, each with its source."""

from __future__ import annotations

import tomllib
from functools import cache

from crs_desktop.kernel.resources import resource
from crs_desktop.policy.standby.model import StandbyKind


@cache
def standby_kinds() -> tuple[StandbyKind, ...]:
    """Every kind in the order of the shipped file."""
    shipped = tomllib.loads(resource("policy", "standby.toml").read_text("utf-8"))
    return tuple(StandbyKind(key=key, **entry) for key, entry in shipped.items())


def standby_kind(key: str) -> StandbyKind | None:
    """A kind by its key."""
    return next((kind for kind in standby_kinds() if kind.key == key), None)
