"""`verify`: is the store still what was written? Names the first row that does not fit."""

from __future__ import annotations

from crs_desktop.command_line.text.verified import verified_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.history.verify import verify_store


def tell(world: World) -> Told:
    """Look, and say what was found. Nothing is changed, made or brought up to date."""
    keys = world.unlocked("verify").keys
    answer = verify_store(world.store, keys).answer()
    return Told(answer, verified_text(answer.document))
